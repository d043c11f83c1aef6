//! `GET /tag/daily/activity`, by pages, and `/tag/daily/activity/aggregated`, at once: what calls with tags did a day. A call with
//! several counts for each of them.

use axum::Json;
use axum::extract::State;
use store::ledger::Entity;

use crate::app::App;
use crate::http::error::ApiError;
use crate::manage::activity::{self, DailyActivityResponse, Query, refuse_rest};
use crate::manage::operator::Operator;
use crate::manage::params::Params;
use crate::openapi::ErrorBody;

/// Shows what calls with tags did a day.
#[utoipa::path(
    get, path = "/tag/daily/activity", tag = "tags",
    params(
        ("tags" = Option<String>, Query, description = "Tags with commas between them"),
        ("start_date" = String, Query, description = "A day: 2026-11-22"),
        ("end_date" = String, Query, description = "The last day, included"),
        ("timezone" = Option<i32>, Query, description = "Minutes that local time is behind UTC (480, -330): whose days these are"),
        ("model" = Option<String>, Query, description = "As it was asked for, or as its provider calls it"),
        ("api_key" = Option<String>, Query, description = "The key or its hash"),
        ("page" = Option<u32>, Query, minimum = 1),
        ("page_size" = Option<u32>, Query, minimum = 1, maximum = 1000, description = "Sums a page, one a day, key and model"),
    ),
    responses((status = 200, body = DailyActivityResponse), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn read_tag_activity(
    State(app): State<App>,
    operator: Operator,
    params: Params,
) -> Result<Json<DailyActivityResponse>, ApiError> {
    activity::page(&app, &operator.scope, read(params)?).await.map(Json)
}

/// Shows what calls with tags did a day, all at once.
#[utoipa::path(
    get, path = "/tag/daily/activity/aggregated", tag = "tags",
    params(
        ("tags" = Option<String>, Query, description = "Tags with commas between them"),
        ("start_date" = String, Query, description = "A day: 2026-11-22"),
        ("end_date" = String, Query, description = "The last day, included"),
        ("timezone" = Option<i32>, Query, description = "Minutes that local time is behind UTC (480, -330): whose days these are"),
        ("model" = Option<String>, Query, description = "As it was asked for, or as its provider calls it"),
        ("api_key" = Option<String>, Query, description = "The key or its hash"),
    ),
    responses((status = 200, body = DailyActivityResponse), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn read_whole_tag_activity(
    State(app): State<App>,
    operator: Operator,
    params: Params,
) -> Result<Json<DailyActivityResponse>, ApiError> {
    activity::whole(&app, &operator.scope, read(params)?).await.map(Json)
}

fn read(mut params: Params) -> Result<Query, ApiError> {
    let mut query = Query::read(&mut params, Entity::Tag, 10)?;
    query.filter.ids = params.names("tags")?;
    refuse_rest(params)?;
    Ok(query)
}
