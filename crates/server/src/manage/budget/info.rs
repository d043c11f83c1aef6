//! `POST /budget/info`: budgets by name.

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use serde_json::value::RawValue;
use store::budgets::BudgetFilter;
use utoipa::ToSchema;

use crate::app::App;
use crate::http::error::ApiError;
use crate::http::extract::JsonBody;
use crate::manage::body::read;
use crate::manage::fields::{BudgetView, Names};
use crate::manage::operator::Operator;
use crate::openapi::ErrorBody;

#[derive(Deserialize, ToSchema)]
pub(crate) struct ReadBudgetsRequest {
    /// Ids, at least one.
    budgets: Names,
}

/// Shows budgets. What does not exist is not in the answer.
#[utoipa::path(
    post, path = "/budget/info", tag = "budgets", request_body = ReadBudgetsRequest,
    responses((status = 200, body = Vec<BudgetView>), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn read_budgets(
    State(app): State<App>,
    operator: Operator,
    JsonBody(body): JsonBody<Box<RawValue>>,
) -> Result<Json<Vec<BudgetView>>, ApiError> {
    let ReadBudgetsRequest { budgets } = read(&body, &[])?;
    if budgets.0.is_empty() {
        return Err(ApiError::invalid("budgets", "name at least one budget"));
    }
    let filter = BudgetFilter { budget_ids: Some(budgets.0), ..BudgetFilter::default() };
    let rows = store::all(&app.engine().db, &operator.scope, &filter).await?;
    Ok(Json(rows.into_iter().map(|row| BudgetView::new(app.engine(), row)).collect()))
}
