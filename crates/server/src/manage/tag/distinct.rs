//! `GET /tag/distinct`: tags that calls have named.

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
    State(app): State<App>,
    operator: Operator,
    params: Params,
) -> Result<Json<DistinctTagsResponse>, ApiError> {
    params.refuse_rest(&[])?;
    let sums = seen::sums(&app, &operator, &LedgerFilter::default(), &[By::Tag]).await?;
    Ok(Json(DistinctTagsResponse {
        results: sums.into_iter().filter_map(|sum| sum.tag).map(|tag| DistinctTag { tag }).collect(),
    }))
}
