//! `GET /spend/logs/v2` and `/spend/logs/ui`: attempts by pages, with more to filter and sort by.

use axum::Json;
use axum::extract::State;
use money::Nanos;
use serde::Serialize;
use store::Page;
use store::keys::KeyFilter;
use store::ledger::{self, AttemptStatus, LedgerFilter, LedgerOrder};
use utoipa::ToSchema;

use super::logs::{caught_up, owners};
use super::row::SpendLog;
use super::seen;
use crate::app::App;
use crate::http::error::ApiError;
use crate::manage::operator::Operator;
use crate::manage::params::Params;
use crate::manage::team::permission;
use crate::openapi::ErrorBody;

const PAGE_SIZE: u32 = 50;
const LARGEST_PAGE: u32 = 1000;
/// LiteLLM's parameters that ask for what the ledger does not have.
const LATER: &[&str] =
    &["session_id", "cache_hit_filter", "error_message", "group_by_session", "search", "request_tags", "min_tokens"];

#[derive(Serialize, ToSchema)]
pub(crate) struct SpendLogsPage {
    data: Vec<SpendLog>,
    /// Attempts on all pages.
    total: u64,
    page: u32,
    page_size: u32,
    total_pages: u64,
}

/// Lists attempts by pages. A virtual key sees its own rows.
#[utoipa::path(
    get, path = "/spend/logs/v2", tag = "spend",
    params(
        ("start_date" = Option<String>, Query, description = "A day or a time (2026-11-22 10:00:00), UTC unless it says else"),
        ("end_date" = Option<String>, Query, description = "The same; the day is included"),
        ("api_key" = Option<String>, Query, description = "The key or its hash"),
        ("key_alias" = Option<String>, Query, description = "The whole alias"),
        ("user_id" = Option<String>, Query),
        ("team_id" = Option<String>, Query),
        ("end_user" = Option<String>, Query),
        ("request_id" = Option<String>, Query),
        ("model" = Option<String>, Query, description = "As it was asked for, or as its provider calls it"),
        ("model_id" = Option<String>, Query, description = "The deployment"),
        ("model_group" = Option<String>, Query),
        ("min_spend" = Option<f64>, Query),
        ("max_spend" = Option<f64>, Query),
        ("status_filter" = Option<String>, Query, description = "success, failure, cancelled or unknown"),
        ("error_code" = Option<String>, Query, description = "The provider's status, or the kind of error"),
        ("sort_by" = Option<String>, Query,
            description = "startTime, endTime, spend, total_tokens or request_duration_ms"),
        ("sort_order" = Option<String>, Query, description = "desc or asc"),
        ("page" = Option<u32>, Query, minimum = 1),
        ("page_size" = Option<u32>, Query, minimum = 1, maximum = 1000, description = "50 unless given"),
    ),
    responses((status = 200, body = SpendLogsPage), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn list_spend_logs_by_pages(
    State(app): State<App>,
    operator: Operator,
    mut params: Params,
) -> Result<Json<SpendLogsPage>, ApiError> {
    let engine = app.engine();
    let page = params.page("page_size", PAGE_SIZE, LARGEST_PAGE)?;
    let order = (order(&mut params)?, params.direction()?);
    let mut filter = seen::perhaps_days(&mut params)?;
    seen::of_key(&app, &mut params, &mut filter)?;
    let key_alias = params.text("key_alias")?;
    let filter = read(&mut params, filter)?;
    params.refuse_rest(LATER)?;
    let Some(filter) = of_alias(&app, &operator, key_alias, filter).await? else {
        return Ok(Json(SpendLogsPage::new(Vec::new(), 0, page)));
    };
    let scope = permission::scope_by(&app, &operator.principal, permission::SEES_SPEND_BY_PAGES).await?;
    caught_up(engine).await;
    let (rows, total) = ledger::list_by(&engine.db, &scope, &filter, order, page).await?;
    let owners = owners(engine, rows.iter().filter_map(|row| row.payer.key_hash.as_ref())).await?;
    let told = ledger::tell(&engine.db, rows).await?;
    let rows = told.into_iter().map(|told| SpendLog::new(told, &owners)).collect();
    Ok(Json(SpendLogsPage::new(rows, total, page)))
}

fn order(params: &mut Params) -> Result<LedgerOrder, ApiError> {
    Ok(match params.text("sort_by")?.as_deref() {
        None | Some("startTime") => LedgerOrder::Start,
        Some("endTime") => LedgerOrder::End,
        Some("spend") => LedgerOrder::Cost,
        Some("total_tokens") => LedgerOrder::Tokens,
        Some("request_duration_ms") => LedgerOrder::Duration,
        Some(_) => {
            let problem = "must be one of startTime, endTime, spend, total_tokens, request_duration_ms";
            return Err(ApiError::invalid("sort_by", problem));
        }
    })
}

fn read(params: &mut Params, filter: LedgerFilter) -> Result<LedgerFilter, ApiError> {
    let status = params.text("status_filter")?;
    let wrong = || ApiError::invalid("status_filter", "must be success, failure, cancelled or unknown");
    Ok(LedgerFilter {
        user_id: params.text("user_id")?,
        team_id: params.text("team_id")?,
        customer_id: params.text("end_user")?,
        request_id: params.text("request_id")?,
        model: params.text("model")?,
        model_group: params.text("model_group")?,
        deployment_id: params.text("model_id")?,
        status: status.map(|status| AttemptStatus::parse(&status).ok_or_else(wrong)).transpose()?,
        error: params.text("error_code")?,
        least_cost: amount(params, "min_spend")?,
        most_cost: amount(params, "max_spend")?,
        ..filter
    })
}

fn amount(params: &mut Params, name: &str) -> Result<Option<Nanos>, ApiError> {
    let wrong = |_| ApiError::invalid(name, "must be an amount of US dollars");
    params.text(name)?.map(|text| Nanos::parse_usd(&text).map_err(wrong)).transpose()
}

/// Keeps rows of the key that the caller sees under that alias; `None` where there is none.
async fn of_alias(
    app: &App,
    operator: &Operator,
    key_alias: Option<String>,
    filter: LedgerFilter,
) -> Result<Option<LedgerFilter>, ApiError> {
    let Some(alias) = key_alias else { return Ok(Some(filter)) };
    let named = KeyFilter { key_alias: Some(alias), ..KeyFilter::default() };
    let keys = store::all(&app.engine().db, &operator.scope, &named).await?;
    let key = keys.into_iter().find(|key| filter.key_hash.as_ref().is_none_or(|hash| *hash == key.hash));
    Ok(key.map(|key| LedgerFilter { key_hash: Some(key.hash), ..filter }))
}

impl SpendLogsPage {
    fn new(data: Vec<SpendLog>, total: u64, page: Page) -> Self {
        let Page { number, size } = page;
        Self { data, total, page: number, page_size: size, total_pages: total.div_ceil(u64::from(size)) }
    }
}

#[cfg(test)]
mod tests {
    use store::Direction;

    use super::*;

    #[test]
    fn names_what_is_wrong() {
        for (name, value) in
            [("sort_by", "model"), ("status_filter", "bad"), ("min_spend", "much"), ("max_spend", "-1")]
        {
            let mut params = Params::new(&[(name, value)]);
            let sorted = order(&mut params).err();
            let error = sorted.or_else(|| read(&mut params, LedgerFilter::default()).err());
            assert_eq!(error.and_then(|error| error.reply.param).as_deref(), Some(name));
        }
        let direction = Params::new(&[("sort_order", "asc")]).direction().ok();
        assert_eq!(direction, Some(Direction::Ascending));
    }
}
