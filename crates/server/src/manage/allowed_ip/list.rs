//! `GET /get/allowed_ips`: from where the gateway may be asked.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use store::settings::SettingRow;
use utoipa::ToSchema;

use super::written;
use crate::app::App;
use crate::http::error::ApiError;
use crate::live::{ALLOWED_IPS, addresses_of};
use crate::manage::operator::Operator;
use crate::manage::params::Params;
use crate::openapi::ErrorBody;

#[derive(Serialize, ToSchema)]
pub(crate) struct AllowedIpsResponse {
    /// Those of the file, then those that were added; empty means from everywhere.
    data: Vec<String>,
}

/// Lists the addresses and networks from which requests are answered.
#[utoipa::path(
    get, path = "/get/allowed_ips", tag = "settings",
    responses((status = 200, body = AllowedIpsResponse), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn list_allowed_ips(
    State(app): State<App>,
    operator: Operator,
    params: Params,
) -> Result<Json<AllowedIpsResponse>, ApiError> {
    params.refuse_rest(&[])?;
    let row = store::find::<SettingRow>(&app.engine().db, &operator.scope, &[ALLOWED_IPS]).await?;
    let mut data = written(&app);
    data.extend(row.as_ref().map(addresses_of).transpose()?.unwrap_or_default());
    Ok(Json(AllowedIpsResponse { data }))
}
