//! `GET /global/all_end_users`: all customers on whose behalf calls were made.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use store::ledger::{By, LedgerFilter};
use utoipa::ToSchema;

use crate::app::App;
use crate::http::error::ApiError;
use crate::manage::operator::Operator;
use crate::manage::params::Params;
use crate::manage::spend::seen;
use crate::openapi::ErrorBody;

#[derive(Serialize, ToSchema)]
pub(crate) struct CustomersOfCallsResponse {
    end_users: Vec<String>,
}

/// Lists all customers on whose behalf calls were made, whether or not anybody made them known.
#[utoipa::path(
    get, path = "/global/all_end_users", tag = "spend",
    responses((status = 200, body = CustomersOfCallsResponse), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn list_customers_of_calls(
    State(app): State<App>,
    operator: Operator,
    params: Params,
) -> Result<Json<CustomersOfCallsResponse>, ApiError> {
    params.refuse_rest(&[])?;
    let sums = seen::sums(&app, &operator, &LedgerFilter::default(), &[By::Customer]).await?;
    Ok(Json(CustomersOfCallsResponse { end_users: sums.into_iter().filter_map(|sum| sum.customer_id).collect() }))
}
