//! `POST /budget/update`: other limits for all who have the budget.

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use serde_json::value::RawValue;
use store::UPDATED;
use store::budgets::BudgetRow;
use utoipa::ToSchema;

use super::body::{BudgetBody, LATER};
use crate::app::App;
use crate::http::error::ApiError;
use crate::http::extract::JsonBody;
use crate::manage::body::Fields;
use crate::manage::fields::{BudgetView, LimitFields};
use crate::manage::operator::Operator;
use crate::openapi::ErrorBody;

#[derive(Deserialize, ToSchema)]
pub(crate) struct WhichBudget {
    budget_id: String,
}

/// What is left out stays, what is null is cleared. Only described here: its groups are read one by one.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the description of the body")]
pub(crate) struct UpdateBudgetRequest {
    #[serde(flatten)]
    which: WhichBudget,
    #[serde(flatten)]
    limits: LimitFields,
}

/// Changes a budget.
#[utoipa::path(
    post, path = "/budget/update", tag = "budgets", request_body = UpdateBudgetRequest,
    params(("litellm-changed-by" = Option<String>, Header, description = "On whose behalf, for the audit trail")),
    responses((status = 200, body = BudgetView), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn update_budget(
    State(app): State<App>,
    operator: Operator,
    JsonBody(body): JsonBody<Box<RawValue>>,
) -> Result<Json<BudgetView>, ApiError> {
    let mut fields = Fields::open(&body)?;
    let WhichBudget { budget_id } = fields.take()?;
    let body = BudgetBody::take(&mut fields)?;
    fields.close(LATER)?;
    let mut change = operator.begin(&app).await?;
    let before: BudgetRow = change.require(&operator.scope, &[&budget_id]).await?;
    let mut after = BudgetRow { stamps: before.stamps.updated(&operator.actor), ..before.clone() };
    body.apply(&mut after.limits, operator.actor.at)?;
    change.update(UPDATED, &before, &after).await?;
    app.commit(change).await?;
    Ok(Json(BudgetView::new(app.engine(), after)))
}
