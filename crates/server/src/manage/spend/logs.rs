//! `GET /spend/logs`: the ledger in LiteLLM's words, a row an attempt; with both dates, sums a day instead.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use engine::Engine;
use http::HeaderName;
use serde::Serialize;
use store::keys::KeyRow;
use store::ledger::{self, By, LedgerFilter};
use store::{KeyHash, Page};
use utoipa::ToSchema;

use super::row::SpendLog;
use super::seen;
use super::summary::{self, DailySpend};
use crate::app::App;
use crate::http::error::ApiError;
use crate::http::extract::Caller;
use crate::manage::instant;
use crate::manage::params::Params;
use crate::manage::team::permission;
use crate::openapi::ErrorBody;

/// For so long an answer waits for rows that are on their way to the database.
const FLUSH: Duration = Duration::from_secs(2);
const PAGE_SIZE: u32 = 100;
const LARGEST_PAGE: u32 = 1000;
/// How many rows there are on all pages: LiteLLM's body is a bare list.
pub(super) const TOTAL_COUNT: HeaderName = HeaderName::from_static("x-turnpike-total-count");

#[derive(Serialize, ToSchema)]
#[serde(untagged)]
pub(crate) enum SpendLogsResponse {
    Attempts(Vec<SpendLog>),
    Days(Vec<DailySpend>),
}

struct SpendLogsRequest {
    filter: LedgerFilter,
    page: Page,
    by_day: bool,
}

/// Lists what was spent, newest first. A virtual key sees its own rows.
#[utoipa::path(
    get, path = "/spend/logs", tag = "spend",
    params(
        ("api_key" = Option<String>, Query, description = "The key or its hash"),
        ("user_id" = Option<String>, Query, description = "The owner of the key"),
        ("team_id" = Option<String>, Query, description = "The team of the key"),
        ("end_user" = Option<String>, Query, description = "The customer on whose behalf the call was made"),
        ("request_id" = Option<String>, Query, description = "The call's id: all of its attempts"),
        ("start_date" = Option<String>, Query, description = "A day (2026-11-22) or a time, UTC unless it says else"),
        ("end_date" = Option<String>, Query, description = "The same; the day is included"),
        ("summarize" = Option<bool>, Query,
            description = "With both dates: sums a day instead of rows. True unless given, as in LiteLLM"),
        ("page" = Option<u32>, Query, minimum = 1),
        ("page_size" = Option<u32>, Query, minimum = 1, maximum = 1000, description = "100 unless given"),
    ),
    responses(
        (status = 200, body = SpendLogsResponse,
            headers(("x-turnpike-total-count" = u64, description = "Rows on all pages"))),
        (status = "4XX", body = ErrorBody),
    ),
)]
pub(crate) async fn list_spend_logs(
    State(app): State<App>,
    Caller(principal): Caller,
    params: Params,
) -> Result<([(HeaderName, String); 1], Json<SpendLogsResponse>), ApiError> {
    let engine = app.engine();
    let SpendLogsRequest { filter, page, by_day } =
        SpendLogsRequest::read(params, |given, filter| seen::set_key(&app, given, filter))?;
    let scope = permission::scope_by(&app, &principal, permission::SEES_SPEND).await?;
    caught_up(engine).await;
    let (response, total) = if by_day {
        let sums = ledger::sums(&engine.db, &scope, &filter, &[By::Day(0), By::Key, By::ModelGroup]).await?;
        let owners = owners(engine, sums.iter().filter_map(|sum| sum.key_hash.as_ref())).await?;
        let days = summary::by_day(&sums, &owners);
        let total = u64::try_from(days.len()).unwrap_or(u64::MAX);
        (SpendLogsResponse::Days(days), total)
    } else {
        let (rows, total) = ledger::list(&engine.db, &scope, &filter, page).await?;
        let owners = owners(engine, rows.iter().filter_map(|row| row.payer.key_hash.as_ref())).await?;
        let told = ledger::tell(&engine.db, rows).await?;
        (SpendLogsResponse::Attempts(told.into_iter().map(|told| SpendLog::new(told, &owners)).collect()), total)
    };
    Ok(([(TOTAL_COUNT, total.to_string())], Json(response)))
}

/// Waits for rows that are on their way to the database, so that a client finds its own calls.
pub(in crate::manage) async fn caught_up(engine: &Engine) {
    // when the database is slow, an answer that lags beats none
    if !matches!(tokio::time::timeout(FLUSH, engine.poster.flushed()).await, Ok(Ok(()))) {
        tracing::warn!("spend logs are read before the newest rows are in the database");
    }
}

/// The rows of keys by hash; a deleted key has none.
pub(in crate::manage) type Owners = HashMap<KeyHash, Arc<KeyRow>>;

pub(in crate::manage) async fn owners(
    engine: &Engine,
    hashes: impl Iterator<Item = &KeyHash>,
) -> Result<Owners, ApiError> {
    let mut owners = Owners::new();
    for hash in hashes {
        if !owners.contains_key(hash)
            && let Some(row) = engine.directory.key(hash).await.map_err(|error| ApiError::from(&*error))?
        {
            owners.insert(hash.clone(), Arc::clone(&row.row));
        }
    }
    Ok(owners)
}

impl SpendLogsRequest {
    fn read(
        mut params: Params,
        set_key: impl FnOnce(&str, &mut LedgerFilter) -> Result<(), ApiError>,
    ) -> Result<Self, ApiError> {
        let start = params.moment("start_date", instant::first)?;
        let end = params.moment("end_date", instant::behind)?;
        let summarize = params.flag("summarize", true)?;
        let mut of_key = LedgerFilter::default();
        if let Some(given) = params.text("api_key")? {
            set_key(&given, &mut of_key)?;
        }
        let request = Self {
            by_day: summarize && start.is_some() && end.is_some(),
            filter: LedgerFilter {
                user_id: params.text("user_id")?,
                team_id: params.text("team_id")?,
                customer_id: params.text("end_user")?,
                request_id: params.text("request_id")?,
                start,
                end,
                ..of_key
            },
            page: Page {
                number: params.number("page", 1, 1..=u32::MAX)?,
                size: params.number("page_size", PAGE_SIZE, 1..=LARGEST_PAGE)?,
            },
        };
        params.refuse_rest(&[])?;
        Ok(request)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manage::key::hash_of;

    fn read(given: &[(&str, &str)]) -> Result<SpendLogsRequest, Option<String>> {
        let set_key = |given: &str, filter: &mut LedgerFilter| {
            filter.key_hash = Some(hash_of(given).ok_or_else(|| ApiError::invalid("api_key", "is none"))?);
            Ok(())
        };
        SpendLogsRequest::read(Params::new(given), set_key).map_err(|error| error.reply.param)
    }

    #[test]
    fn sums_by_day_only_with_both_dates() {
        let (start, end) = (("start_date", "2026-01-01"), ("end_date", "2026-01-02"));
        for (given, by_day) in [
            (&[][..], false),
            (&[("summarize", "true")], false),
            (&[start], false),
            (&[start, end], true),
            (&[start, end, ("summarize", "true")], true),
            (&[start, end, ("summarize", "false")], false),
        ] {
            assert_eq!(read(given).map(|request| request.by_day), Ok(by_day), "{given:?}");
        }
        let filter = read(&[start, end]).map(|request| request.filter).unwrap_or_default();
        assert_eq!(filter.end.zip(filter.start).map(|(end, start)| end - start), Some(2 * 86_400_000_000));
    }

    #[test]
    fn names_the_parameter_that_is_wrong() {
        for (name, value) in [
            ("start_date", "yesterday"),
            ("end_date", "2026-02-30"),
            ("api_key", "abc"),
            ("page", "0"),
            ("page_size", "1001"),
            ("summarize", "perhaps"),
            ("organization_id", "o"),
        ] {
            assert_eq!(read(&[(name, value)]).err().flatten().as_deref(), Some(name), "{value}");
        }
    }
}
