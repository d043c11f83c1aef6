//! Why a call is not admitted, and what its client is told.

use jiff::Timestamp;
use wire::{ErrorKind, ErrorReply};

use super::rule::{Kind, Measure, Rule};

/// Why a call is not admitted.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    /// A limit has no room.
    Full(Box<Full>),
    /// Nobody can say, and a configuration wants certainty.
    Unknown,
}

/// The limit that has no room.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Full {
    pub(super) kind: Kind,
    pub(super) rule: Rule,
    /// `team:t1`.
    pub(super) account: String,
    pub(super) need: u64,
    pub(super) remaining: u64,
    /// Microseconds until there is room; none where there is never room for so much.
    pub(super) wait: Option<i64>,
}

/// What stands in the headers of a refusal beside the error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Retry {
    /// In whole seconds.
    pub(crate) after: i64,
    /// In LiteLLM's words.
    pub(crate) limit_type: &'static str,
    /// Microseconds UTC.
    pub(crate) reset_at: i64,
}

impl Full {
    /// Whether it has to be waited for longer.
    pub(super) fn is_tighter_than(&self, other: &Self) -> bool {
        let wait = |full: &Self| full.wait.unwrap_or(i64::MAX);
        wait(self) > wait(other)
    }

    /// In whole seconds.
    fn after(&self) -> i64 {
        let wait = self.wait.unwrap_or_else(|| self.rule.span.micros());
        wait.saturating_add(999_999) / 1_000_000
    }
}

impl Refused {
    /// The error, and what its headers say. `now` is in microseconds UTC.
    pub(crate) fn told(&self, now: i64) -> (ErrorReply, Option<Retry>) {
        let Self::Full(full) = self else {
            let message = "The gateway cannot tell whether a limit allows this call: try again later.";
            return (ErrorReply::new(ErrorKind::Unavailable, message), None);
        };
        let limit_type = full.rule.measure.word();
        let reset_at = now.saturating_add(full.after().saturating_mul(1_000_000));
        let id = full.account.split_once(':').map_or("", |(_, id)| id);
        let of = if id.is_empty() { full.kind.word().to_owned() } else { format!("{}: {id}", full.kind.word()) };
        let span = match full.rule.measure {
            Measure::Parallel => String::new(),
            _ => format!(" a {}", full.rule.span.word()),
        };
        let (limit, remaining, need) = (full.rule.limit, full.remaining, full.need);
        let then = if full.wait.is_none() {
            format!("This call alone needs {need}: ask for less, or have an administrator raise the limit.")
        } else {
            format!("Limit resets at: {}", utc(reset_at))
        };
        let message = format!(
            "Rate limit exceeded for {of}. Limit type: {limit_type}. Current limit: {limit}{span}, Remaining: {remaining}. {then}"
        );
        let reply = ErrorReply::new(ErrorKind::RateLimited, message);
        (reply, Some(Retry { after: full.after(), limit_type, reset_at }))
    }
}

/// `2026-11-23 18:00:00 UTC`.
pub(crate) fn utc(micros: i64) -> String {
    let at = Timestamp::from_microsecond(micros).unwrap_or(Timestamp::MAX);
    at.strftime("%Y-%m-%d %H:%M:%S UTC").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::Span;

    #[test]
    fn a_refusal_names_the_limit_and_when_to_come_again() {
        let rule = Rule::new(Measure::Requests, Span::Minute, 2);
        let full =
            Full { kind: Kind::Key, rule, account: "key:5f2a".into(), need: 1, remaining: 0, wait: Some(59_000_001) };
        let (reply, retry) = Refused::Full(Box::new(full)).told(0);
        assert_eq!((reply.status, reply.kind), (429, ErrorKind::RateLimited));
        assert_eq!(
            reply.message,
            "Rate limit exceeded for api_key: 5f2a. Limit type: requests. Current limit: 2 a minute, Remaining: 0. Limit resets \
             at: 1970-01-01 00:01:00 UTC"
        );
        assert_eq!(retry, Some(Retry { after: 60, limit_type: "requests", reset_at: 60_000_000 }));
    }
}
