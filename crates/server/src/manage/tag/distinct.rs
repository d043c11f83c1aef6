//! `GET /tag/distinct`: tags that calls have named. The ledger keeps none yet, so there are none.

use axum::Json;
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::error::ApiError;
use crate::manage::operator::Operator;
use crate::manage::params::Params;
use crate::openapi::ErrorBody;

#[derive(Serialize, ToSchema)]
pub(crate) struct DistinctTagsResponse {
    results: Vec<DistinctTag>,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct DistinctTag {
    tag: String,
}

/// Lists the tags that calls have named.
#[utoipa::path(
    get, path = "/tag/distinct", tag = "tags",
    responses((status = 200, body = DistinctTagsResponse), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn list_distinct_tags(
    _operator: Operator,
    params: Params,
) -> Result<Json<DistinctTagsResponse>, ApiError> {
    params.refuse_rest(&[])?;
    Ok(Json(DistinctTagsResponse { results: Vec::new() }))
}
