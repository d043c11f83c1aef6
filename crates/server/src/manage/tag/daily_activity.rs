//! `GET /tag/daily/activity`: what calls with tags did a day. The ledger keeps no tags yet, so they did nothing.

use axum::Json;
use store::ledger::Entity;

use crate::http::error::ApiError;
use crate::manage::activity::{DailyActivityResponse, Query, refuse_rest};
use crate::manage::operator::Operator;
use crate::manage::params::Params;
use crate::openapi::ErrorBody;

/// Shows what calls with tags did a day.
#[utoipa::path(
    get, path = "/tag/daily/activity", tag = "tags",
    params(
        ("tags" = Option<String>, Query, description = "Tags with commas between them"),
        ("start_date" = String, Query, description = "A UTC day: 2026-11-22"),
        ("end_date" = String, Query, description = "The last day, included"),
        ("model" = Option<String>, Query, description = "As it was asked for, or as its provider calls it"),
        ("api_key" = Option<String>, Query, description = "The key or its hash"),
        ("page" = Option<u32>, Query, minimum = 1),
        ("page_size" = Option<u32>, Query, minimum = 1, maximum = 1000, description = "Sums a page, one a day, key and model"),
    ),
    responses((status = 200, body = DailyActivityResponse), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn read_tag_activity(
    _operator: Operator,
    mut params: Params,
) -> Result<Json<DailyActivityResponse>, ApiError> {
    let query = Query::read(&mut params, Entity::User, 10)?;
    params.names("tags")?;
    refuse_rest(params)?;
    Ok(Json(DailyActivityResponse::empty(query.page)))
}
