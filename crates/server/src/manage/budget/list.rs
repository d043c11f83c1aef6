//! `GET /budget/list`: all budgets.

use axum::Json;
use axum::extract::State;
use store::budgets::BudgetFilter;

use crate::app::App;
use crate::http::error::ApiError;
use crate::manage::fields::BudgetView;
use crate::manage::operator::Operator;
use crate::manage::params::Params;
use crate::openapi::ErrorBody;

/// Lists all budgets, those that were made for one object too.
#[utoipa::path(
    get, path = "/budget/list", tag = "budgets",
    responses((status = 200, body = Vec<BudgetView>), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn list_budgets(
    State(app): State<App>,
    operator: Operator,
    params: Params,
) -> Result<Json<Vec<BudgetView>>, ApiError> {
    params.refuse_rest(&[])?;
    let rows = store::all(&app.engine().db, &operator.scope, &BudgetFilter::default()).await?;
    Ok(Json(rows.into_iter().map(|row| BudgetView::new(app.engine(), row)).collect()))
}
