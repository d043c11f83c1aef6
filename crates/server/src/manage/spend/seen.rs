//! What a caller sees of what was spent, and for which days it is asked.

use std::collections::HashMap;

use money::Nanos;
use store::Scope;
use store::ledger::{self, By, LedgerFilter, Sum};

use super::logs::caught_up;
use crate::app::App;
use crate::http::error::ApiError;
use crate::manage::instant;
use crate::manage::key::hash_of;
use crate::manage::operator::{MASTER_KEY, Operator};
use crate::manage::params::Params;
use crate::manage::team::permission;

/// 30 days in microseconds: what LiteLLM's lists of the largest spenders look back.
const A_MONTH: i64 = 30 * DAY;
const DAY: i64 = 86_400_000_000;

/// The rows that the caller may see.
pub(in crate::manage) async fn scope(app: &App, operator: &Operator) -> Result<Scope, ApiError> {
    permission::scope_by(app, &operator.principal, permission::SEES_SPEND).await
}

/// Sums of what the caller may see, calls that ended a moment ago included.
pub(in crate::manage) async fn sums(
    app: &App,
    operator: &Operator,
    filter: &LedgerFilter,
    by: &[By],
) -> Result<Vec<Sum>, ApiError> {
    let scope = scope(app, operator).await?;
    caught_up(app.engine()).await;
    Ok(ledger::sums(&app.engine().db, &scope, filter, by).await?)
}

/// The days from `start_date` to `end_date`, both of which must be there.
pub(in crate::manage) fn days(params: &mut Params) -> Result<LedgerFilter, ApiError> {
    let filter = perhaps_days(params)?;
    match (filter.start, filter.end) {
        (None, _) => Err(ApiError::invalid("start_date", "is required")),
        (_, None) => Err(ApiError::invalid("end_date", "is required")),
        (Some(start), Some(end)) if end <= start => Err(ApiError::invalid("end_date", "lies before start_date")),
        (Some(_), Some(_)) => Ok(filter),
    }
}

/// The same where they need not be.
pub(in crate::manage) fn perhaps_days(params: &mut Params) -> Result<LedgerFilter, ApiError> {
    let start = params.moment("start_date", instant::first)?;
    let end = params.moment("end_date", instant::behind)?;
    Ok(LedgerFilter { start, end, ..LedgerFilter::default() })
}

/// The last 30 days, today included.
pub(in crate::manage) fn last_month(operator: &Operator) -> LedgerFilter {
    let now = operator.actor.at;
    let start = now.saturating_sub(A_MONTH).div_euclid(DAY).saturating_mul(DAY);
    LedgerFilter { start: Some(start), end: Some(now.saturating_add(1)), ..LedgerFilter::default() }
}

/// Keeps rows of the key in the parameter `api_key`, if it is there: a key, its hash, or the master key or its name.
pub(in crate::manage) fn of_key(app: &App, params: &mut Params, filter: &mut LedgerFilter) -> Result<(), ApiError> {
    let Some(given) = params.text("api_key")? else { return Ok(()) };
    set_key(app, &given, filter)
}

/// Keeps rows of that key.
pub(in crate::manage) fn set_key(app: &App, given: &str, filter: &mut LedgerFilter) -> Result<(), ApiError> {
    let is_master = |given: &str| {
        let key = engine::secret::Secret::new(given);
        app.engine().settings().master_key.has_digest(&key.sha256_hex())
    };
    if given == MASTER_KEY || is_master(given) {
        filter.of_master = Some(true);
    } else {
        let hash = hash_of(given).ok_or_else(|| ApiError::invalid("api_key", "must be a key or its hash"))?;
        filter.key_hash = Some(hash);
    }
    Ok(())
}

/// A key as answers name it.
pub(in crate::manage) fn key_name(sum: &Sum) -> String {
    sum.key_hash.as_ref().map_or(MASTER_KEY, |hash| hash.as_str()).to_owned()
}

/// Largest spend first.
pub(in crate::manage) fn by_spend(mut sums: Vec<Sum>) -> Vec<Sum> {
    sums.sort_by_key(|sum| std::cmp::Reverse(sum.cost));
    sums
}

/// What sums come to together.
pub(in crate::manage) fn total<'a>(sums: impl IntoIterator<Item = &'a Sum>) -> Nanos {
    sums.into_iter().fold(Nanos::ZERO, |total, sum| total.saturating_add(sum.cost))
}

/// What people call these teams; one that is gone or has no name keeps its id.
pub(in crate::manage) async fn team_names(app: &App, sums: &[Sum]) -> Result<HashMap<String, String>, ApiError> {
    let mut names = HashMap::new();
    for id in sums.iter().filter_map(|sum| sum.team_id.as_ref()) {
        if !names.contains_key(id) {
            let team = app.engine().directory.team(id).await.map_err(|error| ApiError::from(&*error))?;
            let name = team.and_then(|team| team.team_alias.clone()).unwrap_or_else(|| id.clone());
            names.insert(id.clone(), name);
        }
    }
    Ok(names)
}
