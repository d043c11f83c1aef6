//! `GET /user/daily/activity`, by pages, and `/user/daily/activity/aggregated`, at once: what users did a day.

use axum::Json;
use axum::extract::State;
use store::StoreError;
use store::ledger::Entity;

use crate::app::App;
use crate::http::error::ApiError;
use crate::manage::activity::{self, DailyActivityResponse, Query, refuse_rest};
use crate::manage::operator::Operator;
use crate::manage::params::Params;
use crate::openapi::ErrorBody;

const PAGE_SIZE: u32 = 50;

/// Shows what users did a day, by pages. Who is no administrator sees himself.
#[utoipa::path(
    get, path = "/user/daily/activity", tag = "users",
    params(
        ("start_date" = String, Query, description = "A day: 2026-11-22"),
        ("end_date" = String, Query, description = "The last day, included"),
        ("timezone" = Option<i32>, Query, description = "Minutes that local time is behind UTC (480, -330): whose days these are"),
        ("model" = Option<String>, Query, description = "As it was asked for, or as its provider calls it"),
        ("api_key" = Option<String>, Query, description = "The key or its hash"),
        ("user_id" = Option<String>, Query),
        ("page" = Option<u32>, Query, minimum = 1),
        ("page_size" = Option<u32>, Query, minimum = 1, maximum = 1000, description = "Sums a page, one a day, key and model"),
    ),
    responses((status = 200, body = DailyActivityResponse), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn read_daily_activity(
    State(app): State<App>,
    operator: Operator,
    params: Params,
) -> Result<Json<DailyActivityResponse>, ApiError> {
    let query = read(&operator, params)?;
    activity::page(&app, &operator.scope, query).await.map(Json)
}

/// Shows what users did a day, all at once.
#[utoipa::path(
    get, path = "/user/daily/activity/aggregated", tag = "users",
    params(
        ("start_date" = String, Query, description = "A day: 2026-11-22"),
        ("end_date" = String, Query, description = "The last day, included"),
        ("timezone" = Option<i32>, Query, description = "Minutes that local time is behind UTC (480, -330): whose days these are"),
        ("model" = Option<String>, Query, description = "As it was asked for, or as its provider calls it"),
        ("api_key" = Option<String>, Query, description = "The key or its hash"),
        ("user_id" = Option<String>, Query),
    ),
    responses((status = 200, body = DailyActivityResponse), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn read_whole_daily_activity(
    State(app): State<App>,
    operator: Operator,
    params: Params,
) -> Result<Json<DailyActivityResponse>, ApiError> {
    let query = read(&operator, params)?;
    activity::whole(&app, &operator.scope, query).await.map(Json)
}

fn read(operator: &Operator, mut params: Params) -> Result<Query, ApiError> {
    let mut query = Query::read(&mut params, Entity::User, PAGE_SIZE)?;
    let user = params.text("user_id")?;
    refuse_rest(params)?;
    if !matches!(operator.scope, store::Scope::Gateway) {
        let own = operator.principal.user_id();
        let own = own.ok_or_else(|| ApiError::forbidden("user_id", "the key that you use is no user's"))?;
        if user.as_deref().is_some_and(|user| user != own) {
            return Err(StoreError::NotFound { what: "user" }.into());
        }
    }
    query.filter.ids = user.map(|user| vec![user]);
    Ok(query)
}
