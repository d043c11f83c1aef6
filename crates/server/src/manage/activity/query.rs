//! What is asked of daily activity.

use store::Page;
use store::ledger::{ActivityFilter, Entity};

use crate::http::error::ApiError;
use crate::manage::instant;
use crate::manage::key::hash_of;
use crate::manage::params::Params;

const LARGEST_PAGE: u32 = 1_000;
/// 400 days in microseconds: a year, and some.
const LONGEST: i64 = 400 * 86_400_000_000;
/// In microseconds.
const MINUTE: i64 = 60_000_000;

/// Days, and what is left out.
pub(in crate::manage) struct Query {
    pub(in crate::manage) filter: ActivityFilter,
    pub(in crate::manage) page: Page,
}

impl Query {
    /// The parameters that all have: `start_date`, `end_date`, `timezone`, `api_key`, `model`, `page` and `page_size`.
    pub(in crate::manage) fn read(params: &mut Params, entity: Entity, page_size: u32) -> Result<Self, ApiError> {
        let later = timezone(params)?;
        let start = day(params, "start_date", instant::first)?.saturating_add(later);
        let end = day(params, "end_date", instant::behind)?.saturating_add(later);
        if end <= start {
            return Err(ApiError::invalid("end_date", "lies before start_date"));
        }
        if end - start > LONGEST {
            return Err(ApiError::invalid("end_date", "ask for at most 400 days at once"));
        }
        let key = params.text("api_key")?;
        let key_hash =
            key.map(|key| hash_of(&key).ok_or_else(|| ApiError::invalid("api_key", "must be a key or its hash")));
        let filter = ActivityFilter {
            entity,
            ids: None,
            excluded: Vec::new(),
            start,
            end,
            later,
            key_hash: key_hash.transpose()?,
            model: params.text("model")?,
        };
        Ok(Self { filter, page: params.page("page_size", page_size, LARGEST_PAGE)? })
    }

    /// The same with the lists of ids that are meant and that are not.
    pub(in crate::manage) fn of_ids(
        params: &mut Params,
        entity: Entity,
        (ids, excluded): (&str, &str),
    ) -> Result<Self, ApiError> {
        let mut query = Self::read(params, entity, 10)?;
        query.filter.ids = params.names(ids)?;
        query.filter.excluded = params.names(excluded)?.unwrap_or_default();
        Ok(query)
    }
}

fn day(params: &mut Params, name: &str, read: fn(&str) -> Option<i64>) -> Result<i64, ApiError> {
    let text = params.text(name)?.ok_or_else(|| ApiError::invalid(name, "is required"))?;
    let is_long = text.len() == "2026-11-22".len() && !text.contains(['T', 't', ' ']);
    let day = Some(text).filter(|_| is_long).and_then(|text| read(&text));
    day.ok_or_else(|| ApiError::invalid(name, "must be a day like 2026-11-22"))
}

/// By how much days begin later than those of UTC: minutes, as JavaScript's `getTimezoneOffset` tells them (480 in California,
/// -330 in India).
fn timezone(params: &mut Params) -> Result<i64, ApiError> {
    let wrong = || ApiError::invalid("timezone", "must be minutes from -900 to 900: UTC less the local time");
    let minutes = params.text("timezone")?.map(|text| text.parse::<i64>().map_err(|_| wrong())).transpose()?;
    let minutes = minutes.unwrap_or_default();
    if (-900..=900).contains(&minutes) { Ok(minutes * MINUTE) } else { Err(wrong()) }
}

/// What LiteLLM takes beside.
pub(in crate::manage) fn refuse_rest(params: Params) -> Result<(), ApiError> {
    params.refuse_rest(&["include_current_utc_day", "api_key_limit"])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_whole_and_in_order() {
        for (start, end, refused) in [
            ("2026-01-01", "2026-01-01", None),
            ("2026-01-01", "2026-02-01", None),
            ("", "2026-01-01", Some("start_date")),
            ("2026-01-01", "", Some("end_date")),
            ("20260101", "2026-01-01", Some("start_date")),
            ("2026-01-01", "2026-01-01T00:00:00Z", Some("end_date")),
            ("2026-01-32", "2026-02-01", Some("start_date")),
            ("2026-01-02", "2026-01-01", Some("end_date")),
        ] {
            let mut params = Params::new(&[("start_date", start), ("end_date", end)]);
            let read = Query::read(&mut params, Entity::User, 50);
            let param = read.err().and_then(|error| error.reply.param);
            assert_eq!(param.as_deref(), refused, "{start} {end}");
        }
        for (zone, later) in
            [("", Some(0)), ("0", Some(0)), ("-330", Some(-330 * MINUTE)), ("901", None), ("CET", None)]
        {
            assert_eq!(timezone(&mut Params::new(&[("timezone", zone)])).ok(), later, "{zone}");
        }
    }
}
