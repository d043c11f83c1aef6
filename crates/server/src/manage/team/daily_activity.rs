//! `GET /team/daily/activity`, by pages, and `/team/daily/activity/aggregated`, at once: what teams did a day.

use axum::Json;
use axum::extract::State;
use store::ledger::Entity;
use store::teams::{TeamFilter, TeamRow};
use store::{Record as _, Scope, StoreError};

use super::permission;
use crate::app::App;
use crate::http::error::ApiError;
use crate::manage::activity::{self, DailyActivityResponse, Query, refuse_rest};
use crate::manage::operator::Operator;
use crate::manage::params::Params;
use crate::openapi::ErrorBody;

/// Shows what teams did a day. Who leads a team sees all of it, its members their own, unless the team lets them see more.
#[utoipa::path(
    get, path = "/team/daily/activity", tag = "teams",
    params(
        ("team_ids" = Option<String>, Query, description = "Ids with commas between them"),
        ("exclude_team_ids" = Option<String>, Query, description = "Ids with commas between them"),
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
pub(crate) async fn read_team_activity(
    State(app): State<App>,
    operator: Operator,
    params: Params,
) -> Result<Json<DailyActivityResponse>, ApiError> {
    let (query, scope) = read(&app, &operator, params, permission::SEES_ACTIVITY).await?;
    activity::page(&app, &scope, query).await.map(Json)
}

/// Shows what teams did a day, all at once. Who leads a team sees all of it, its members their own, unless the team lets them see
/// more.
#[utoipa::path(
    get, path = "/team/daily/activity/aggregated", tag = "teams",
    params(
        ("team_ids" = Option<String>, Query, description = "Ids with commas between them"),
        ("exclude_team_ids" = Option<String>, Query, description = "Ids with commas between them"),
        ("start_date" = String, Query, description = "A day: 2026-11-22"),
        ("end_date" = String, Query, description = "The last day, included"),
        ("timezone" = Option<i32>, Query, description = "Minutes that local time is behind UTC (480, -330): whose days these are"),
        ("model" = Option<String>, Query, description = "As it was asked for, or as its provider calls it"),
        ("api_key" = Option<String>, Query, description = "The key or its hash"),
    ),
    responses((status = 200, body = DailyActivityResponse), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn read_whole_team_activity(
    State(app): State<App>,
    operator: Operator,
    params: Params,
) -> Result<Json<DailyActivityResponse>, ApiError> {
    let (query, scope) = read(&app, &operator, params, permission::SEES_WHOLE_ACTIVITY).await?;
    activity::whole(&app, &scope, query).await.map(Json)
}

/// What is asked, and what a caller may see whose teams give that permission.
async fn read(
    app: &App,
    operator: &Operator,
    mut params: Params,
    permission: &str,
) -> Result<(Query, Scope), ApiError> {
    let query = Query::of_ids(&mut params, Entity::Team, ("team_ids", "exclude_team_ids"))?;
    refuse_rest(params)?;
    let scope = permission::scope_by(app, &operator.principal, permission).await?;
    if let (Scope::Tenant(tenancy), Some(ids)) = (&scope, &query.filter.ids) {
        let filter = TeamFilter { team_ids: Some(ids.clone()), ..TeamFilter::default() };
        let seen = store::all(&app.engine().db, &operator.scope, &filter).await?;
        let is_seen = |id: &String| tenancy.teams.contains(id) || seen.iter().any(|team| team.team_id == *id);
        if !ids.iter().all(is_seen) {
            return Err(StoreError::NotFound { what: TeamRow::NOUN }.into());
        }
    }
    Ok((query, scope))
}
