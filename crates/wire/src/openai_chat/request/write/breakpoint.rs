//! OpenAI's own cache marks.

use serde::Serialize;

use super::Dropped;
use crate::chat::CacheMark;

/// `prompt_cache_breakpoint`.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Breakpoint {
    mode: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    ttl: Option<&'static str>,
}

impl Breakpoint {
    /// The breakpoint of a mark. OpenAI has two lifetimes, `30m` and `12h`; the shortest that is not shorter is taken, and the
    /// default, which is no shorter than `30m`, for `5m`.
    pub(super) fn of(mark: &CacheMark, dropped: &mut Dropped) -> Self {
        let ttl = match mark.ttl.as_deref() {
            None | Some("5m") => None,
            Some("30m") => Some("30m"),
            Some("1h" | "12h") => Some("12h"),
            Some(_) => {
                dropped.name("cache_control.ttl");
                None
            }
        };
        Self { mode: "explicit", ttl }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lifetimes_that_openai_has() {
        for (given, ttl, named) in [
            (None, None, ""),
            (Some("5m"), None, ""),
            (Some("30m"), Some("30m"), ""),
            (Some("1h"), Some("12h"), ""),
            (Some("12h"), Some("12h"), ""),
            (Some("24h"), None, "cache_control.ttl"),
        ] {
            let mut dropped = Dropped::new(true);
            let mark = CacheMark { ttl: given.map(Into::into) };
            assert_eq!(Breakpoint::of(&mark, &mut dropped), Breakpoint { mode: "explicit", ttl }, "{given:?}");
            assert_eq!(dropped.into_paths().join(" "), named, "{given:?}");
        }
    }
}
