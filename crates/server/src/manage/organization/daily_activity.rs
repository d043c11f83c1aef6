//! `GET /organization/daily/activity`, by pages, and `/organization/daily/activity/aggregated`, at once: what organizations did a
//! day.

use axum::Json;
use axum::extract::State;
use store::ledger::Entity;
use store::organizations::OrganizationRow;
use store::{Record as _, Scope, StoreError};

use crate::app::App;
use crate::http::error::ApiError;
use crate::manage::activity::{self, DailyActivityResponse, Query, refuse_rest};
use crate::manage::operator::Operator;
use crate::manage::params::Params;
use crate::openapi::ErrorBody;

/// Shows what organizations did a day. Who leads one sees it.
#[utoipa::path(
    get, path = "/organization/daily/activity", tag = "organizations",
    params(
        ("organization_ids" = Option<String>, Query, description = "Ids with commas between them"),
        ("exclude_organization_ids" = Option<String>, Query, description = "Ids with commas between them"),
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
pub(crate) async fn read_organization_activity(
    State(app): State<App>,
    operator: Operator,
    params: Params,
) -> Result<Json<DailyActivityResponse>, ApiError> {
    let query = read(&operator, params)?;
    activity::page(&app, &operator.scope, query).await.map(Json)
}

/// Shows what organizations did a day, all at once.
#[utoipa::path(
    get, path = "/organization/daily/activity/aggregated", tag = "organizations",
    params(
        ("organization_ids" = Option<String>, Query, description = "Ids with commas between them"),
        ("exclude_organization_ids" = Option<String>, Query, description = "Ids with commas between them"),
        ("start_date" = String, Query, description = "A day: 2026-11-22"),
        ("end_date" = String, Query, description = "The last day, included"),
        ("timezone" = Option<i32>, Query, description = "Minutes that local time is behind UTC (480, -330): whose days these are"),
        ("model" = Option<String>, Query, description = "As it was asked for, or as its provider calls it"),
        ("api_key" = Option<String>, Query, description = "The key or its hash"),
    ),
    responses((status = 200, body = DailyActivityResponse), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn read_whole_organization_activity(
    State(app): State<App>,
    operator: Operator,
    params: Params,
) -> Result<Json<DailyActivityResponse>, ApiError> {
    let query = read(&operator, params)?;
    activity::whole(&app, &operator.scope, query).await.map(Json)
}

fn read(operator: &Operator, mut params: Params) -> Result<Query, ApiError> {
    let query = Query::of_ids(&mut params, Entity::Organization, ("organization_ids", "exclude_organization_ids"))?;
    refuse_rest(params)?;
    if let (Scope::Tenant(_), Some(ids)) = (&operator.scope, &query.filter.ids)
        && !ids.iter().all(|id| operator.principal.leads_organization(id))
    {
        return Err(StoreError::NotFound { what: OrganizationRow::NOUN }.into());
    }
    Ok(query)
}
