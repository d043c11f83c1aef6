//! `GET /customer/info`: one customer.

use axum::Json;
use axum::extract::State;
use store::StoreError;
use store::customers::CustomerRow;

use super::view::{self, CustomerView};
use crate::app::App;
use crate::http::error::ApiError;
use crate::manage::operator::Operator;
use crate::manage::params::Params;
use crate::openapi::ErrorBody;

/// Shows a customer.
#[utoipa::path(
    get, path = "/customer/info", tag = "customers",
    params(("end_user_id" = String, Query, description = "The customer's `user_id`")),
    responses((status = 200, body = CustomerView), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn read_customer(
    State(app): State<App>,
    operator: Operator,
    mut params: Params,
) -> Result<Json<CustomerView>, ApiError> {
    let db = &app.engine().db;
    let missing = || ApiError::from(StoreError::NotFound { what: "customer" });
    let id = params.text("end_user_id")?.ok_or_else(|| ApiError::unprocessable("end_user_id", "is required"))?;
    params.refuse_rest(&[])?;
    let row = store::find::<CustomerRow>(db, &operator.scope, &[&id]).await?.ok_or_else(missing)?;
    view::view(&app, row).await.map(Json)
}
