//! `POST /budget/delete`: a budget that nobody has.

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use serde_json::value::RawValue;
use store::budgets::{self, BudgetRow};
use utoipa::ToSchema;

use crate::app::App;
use crate::http::error::ApiError;
use crate::http::extract::JsonBody;
use crate::manage::body::read;
use crate::manage::fields::BudgetView;
use crate::manage::operator::Operator;
use crate::openapi::ErrorBody;

#[derive(Deserialize, ToSchema)]
pub(crate) struct DeleteBudgetRequest {
    /// Its `budget_id`.
    id: String,
}

/// Deletes a budget and shows what it was. One that somebody has is refused: nobody loses his limits unsaid.
#[utoipa::path(
    post, path = "/budget/delete", tag = "budgets", request_body = DeleteBudgetRequest,
    params(("litellm-changed-by" = Option<String>, Header, description = "On whose behalf, for the audit trail")),
    responses((status = 200, body = BudgetView), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn delete_budget(
    State(app): State<App>,
    operator: Operator,
    JsonBody(body): JsonBody<Box<RawValue>>,
) -> Result<Json<BudgetView>, ApiError> {
    let DeleteBudgetRequest { id } = read(&body, &[])?;
    let mut change = operator.begin(&app).await?;
    let row: BudgetRow = change.require(&operator.scope, &[&id]).await?;
    let holders = budgets::holders(&mut change, &id).await?;
    if holders > 0 {
        let problem = format!("it is the budget of something else ({holders}): give that another one first");
        return Err(ApiError::invalid("id", problem));
    }
    change.delete(&row).await?;
    app.commit(change).await?;
    Ok(Json(BudgetView::new(app.engine(), row)))
}
