//! `GET /provider/budgets`: what may be spent at each provider. This version keeps no such budgets, so there are none.

use axum::Json;
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::http::error::ApiError;
use crate::manage::operator::Operator;
use crate::manage::params::Params;
use crate::openapi::ErrorBody;

#[derive(Serialize, ToSchema)]
pub(crate) struct ProviderBudgetsResponse {
    /// Always empty in this version.
    #[schema(value_type = Object)]
    providers: Map<String, Value>,
}

/// Shows budgets of providers. There are none in this version.
#[utoipa::path(
    get, path = "/provider/budgets", tag = "spend",
    responses((status = 200, body = ProviderBudgetsResponse), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn read_provider_budgets(
    _operator: Operator,
    params: Params,
) -> Result<Json<ProviderBudgetsResponse>, ApiError> {
    params.refuse_rest(&[])?;
    Ok(Json(ProviderBudgetsResponse { providers: Map::new() }))
}
