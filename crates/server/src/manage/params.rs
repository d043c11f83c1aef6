//! The query of a URL, read parameter by parameter. What is not honoured is refused by name: a filter that is ignored
//! would answer with other rows than were asked for.

use std::ops::RangeInclusive;

use axum::extract::{FromRequestParts, Query};
use http::Uri;
use http::request::Parts;
use store::{Direction, Page};

pub(crate) use super::body::not_yet;
use crate::app::App;
use crate::http::error::ApiError;

/// The parameters that nobody took yet. An empty one counts as absent.
#[derive(Debug)]
pub(crate) struct Params(Vec<(String, String)>);

impl FromRequestParts<App> for Params {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _app: &App) -> Result<Self, ApiError> {
        Self::of(&parts.uri)
    }
}

impl Params {
    pub(crate) fn of(uri: &Uri) -> Result<Self, ApiError> {
        let Query(given) = Query::try_from_uri(uri).map_err(|error| ApiError::invalid("query", error))?;
        Ok(Self(given))
    }

    #[cfg(test)]
    pub(super) fn new(given: &[(&str, &str)]) -> Self {
        Self(given.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    pub(crate) fn text(&mut self, name: &str) -> Result<Option<String>, ApiError> {
        let mut values = self.0.extract_if(.., |(given, _)| given == name).map(|(_, value)| value);
        let first = values.next();
        if values.next().is_some() {
            return Err(ApiError::invalid(name, "stands more than once"));
        }
        Ok(first.filter(|value| !value.is_empty()))
    }

    pub(super) fn number(&mut self, name: &str, default: u32, range: RangeInclusive<u32>) -> Result<u32, ApiError> {
        let Some(text) = self.text(name)? else { return Ok(default) };
        let problem = || format!("must be a number from {} to {}", range.start(), range.end());
        text.parse().ok().filter(|number| range.contains(number)).ok_or_else(|| ApiError::invalid(name, problem()))
    }

    pub(crate) fn flag(&mut self, name: &str, default: bool) -> Result<bool, ApiError> {
        match self.text(name)?.map(|text| text.to_ascii_lowercase()).as_deref() {
            None => Ok(default),
            Some("true" | "1") => Ok(true),
            Some("false" | "0") => Ok(false),
            Some(_) => Err(ApiError::invalid(name, "must be true or false")),
        }
    }

    /// A day or a time; `read` says which end of it is meant.
    pub(super) fn moment(&mut self, name: &str, read: fn(&str) -> Option<i64>) -> Result<Option<i64>, ApiError> {
        let problem = || ApiError::invalid(name, "must be a day like 2026-11-22 or an ISO 8601 time");
        self.text(name)?.map(|text| read(&text).ok_or_else(problem)).transpose()
    }

    /// Which page is asked for, by `page` and by the parameter that says how many rows one has.
    pub(super) fn page(&mut self, size: &str, default: u32, largest: u32) -> Result<Page, ApiError> {
        Ok(Page { number: self.number("page", 1, 1..=u32::MAX)?, size: self.number(size, default, 1..=largest)? })
    }

    /// `sort_order`: newest and largest first unless asked otherwise.
    pub(super) fn direction(&mut self) -> Result<Direction, ApiError> {
        match self.text("sort_order")?.as_deref() {
            None | Some("desc") => Ok(Direction::Descending),
            Some("asc") => Ok(Direction::Ascending),
            Some(_) => Err(ApiError::invalid("sort_order", "must be asc or desc")),
        }
    }

    /// Names with commas between them.
    pub(super) fn names(&mut self, name: &str) -> Result<Option<Vec<String>>, ApiError> {
        let text = self.text(name)?;
        Ok(text.map(|text| text.split(',').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect()))
    }

    /// Refuses what is left; `later` are LiteLLM's parameters that this version does not honour.
    pub(super) fn refuse_rest(self, later: &[&str]) -> Result<(), ApiError> {
        for (name, value) in self.0 {
            match later.contains(&name.as_str()) {
                true if value.is_empty() || value.eq_ignore_ascii_case("false") => {}
                true => return Err(not_yet(&name)),
                false => return Err(ApiError::invalid(name, "no such parameter")),
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn param<T>(result: Result<T, ApiError>) -> Result<T, Option<String>> {
        result.map_err(|error| error.reply.param)
    }

    #[test]
    fn reads_what_is_there() {
        let mut params = Params::new(&[("a", "x"), ("b", ""), ("n", "7"), ("big", "101"), ("t", "True"), ("f", "no")]);
        assert_eq!(param(params.text("a")), Ok(Some("x".to_owned())));
        assert_eq!(param(params.text("b")), Ok(None));
        assert_eq!(param(params.number("n", 1, 1..=100)), Ok(7));
        assert_eq!(param(params.number("none", 1, 1..=100)), Ok(1));
        assert_eq!(param(params.number("big", 1, 1..=100)), Err(Some("big".to_owned())));
        assert_eq!(param(params.flag("t", false)), Ok(true));
        assert_eq!(param(params.flag("f", false)), Err(Some("f".to_owned())));
        assert_eq!(param(params.refuse_rest(&[])), Ok(()));
    }

    #[test]
    fn refuses_what_is_left() {
        for (given, named) in [
            (&[("team_id", "")][..], None),
            (&[("team_id", "false")], None),
            (&[("team_id", "t")], Some("team_id")),
            (&[("teamid", "")], Some("teamid")),
        ] {
            let refused = Params::new(given).refuse_rest(&["team_id"]).err().and_then(|error| error.reply.param);
            assert_eq!(refused.as_deref(), named, "{given:?}");
        }
        let refused = Params::new(&[("a", "1"), ("a", "2")]).text("a");
        assert_eq!(param(refused), Err(Some("a".to_owned())));
    }
}
