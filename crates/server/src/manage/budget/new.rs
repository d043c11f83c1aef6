//! `POST /budget/new`: limits under a name, for whoever refers to it.

use axum::Json;
use axum::extract::State;
use serde_json::value::RawValue;
use store::budgets::BudgetRow;
use store::{Limits, Stamps};
use utoipa::ToSchema;

use super::body::{BudgetBody, BudgetId, LATER};
use crate::app::App;
use crate::http::error::ApiError;
use crate::http::extract::JsonBody;
use crate::manage::body::Fields;
use crate::manage::fields::{BudgetView, LimitFields};
use crate::manage::named::new_id;
use crate::manage::operator::Operator;
use crate::openapi::ErrorBody;

/// Only described here: its groups are read one by one.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the description of the body")]
pub(crate) struct CreateBudgetRequest {
    #[serde(flatten)]
    id: BudgetId,
    #[serde(flatten)]
    limits: LimitFields,
}

/// Makes a budget.
#[utoipa::path(
    post, path = "/budget/new", tag = "budgets", request_body = CreateBudgetRequest,
    params(("litellm-changed-by" = Option<String>, Header, description = "On whose behalf, for the audit trail")),
    responses((status = 200, body = BudgetView), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn create_budget(
    State(app): State<App>,
    operator: Operator,
    JsonBody(body): JsonBody<Box<RawValue>>,
) -> Result<Json<BudgetView>, ApiError> {
    let mut fields = Fields::open(&body)?;
    let BudgetId { budget_id } = fields.take()?;
    let body = BudgetBody::take(&mut fields)?;
    fields.close(LATER)?;
    let mut limits = Limits::default();
    body.apply(&mut limits, operator.actor.at)?;
    let mut change = operator.begin(&app).await?;
    let budget_id = new_id::<BudgetRow>((&app, &operator), &mut change, "budget_id", budget_id).await?;
    let row = BudgetRow { budget_id, is_own: false, limits, stamps: Stamps::new(&operator.actor) };
    change.insert(&row).await?;
    app.commit(change).await?;
    Ok(Json(BudgetView::new(app.engine(), row)))
}
