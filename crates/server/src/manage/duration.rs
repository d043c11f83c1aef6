//! LiteLLM's durations: `30s`, `15m`, `24h`, `7d`, `2w`, `1mo`, or a word for one of them.

use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

/// Why a text is not a duration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum DurationError {
    #[error("must be a duration like 30s, 15m, 24h, 7d, 2w or 1mo")]
    Malformed,
    #[error("ends later than a calendar can say")]
    TooLong,
}

/// The moment that lies `duration` after `from`, both in microseconds UTC. A month is a calendar month: it ends on the
/// same day of the next one, or on that one's last day.
pub(super) fn after(duration: &str, from: i64) -> Result<i64, DurationError> {
    let (count, unit) = split(duration)?;
    let span = match unit {
        "s" => Span::new().try_seconds(count),
        "m" => Span::new().try_minutes(count),
        "h" => Span::new().try_hours(count),
        "d" => Span::new().try_days(count),
        "w" => Span::new().try_weeks(count),
        "mo" => Span::new().try_months(count),
        _ => return Err(DurationError::Malformed),
    };
    let end = span
        .and_then(|span| Timestamp::from_microsecond(from)?.to_zoned(TimeZone::UTC).checked_add(span))
        .map_err(|_| DurationError::TooLong)?;
    Ok(end.timestamp().as_microsecond())
}

fn split(duration: &str) -> Result<(i64, &str), DurationError> {
    let duration = match duration {
        "hourly" => "1h",
        "daily" => "1d",
        "weekly" => "1w",
        "monthly" => "1mo",
        other => other,
    };
    let unit_at = duration.find(|letter: char| !letter.is_ascii_digit()).ok_or(DurationError::Malformed)?;
    let (digits, unit) = duration.split_at_checked(unit_at).ok_or(DurationError::Malformed)?;
    match digits.parse() {
        Ok(count) => Ok((count, unit)),
        Err(_) if digits.is_empty() => Err(DurationError::Malformed),
        Err(_) => Err(DurationError::TooLong),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_where_the_calendar_says() {
        for (from, duration, end) in [
            ("2026-01-31T10:00:00Z", "30s", "2026-01-31T10:00:30Z"),
            ("2026-01-31T10:00:00Z", "15m", "2026-01-31T10:15:00Z"),
            ("2026-01-31T10:00:00Z", "24h", "2026-02-01T10:00:00Z"),
            ("2026-01-31T10:00:00Z", "7d", "2026-02-07T10:00:00Z"),
            ("2026-01-31T10:00:00Z", "2w", "2026-02-14T10:00:00Z"),
            ("2026-01-31T10:00:00Z", "1mo", "2026-02-28T10:00:00Z"),
            ("2028-01-31T10:00:00Z", "1mo", "2028-02-29T10:00:00Z"),
            ("2026-11-15T10:00:00Z", "14mo", "2028-01-15T10:00:00Z"),
            ("2026-01-31T10:00:00Z", "0s", "2026-01-31T10:00:00Z"),
            ("2026-01-31T10:00:00Z", "hourly", "2026-01-31T11:00:00Z"),
            ("2026-01-31T10:00:00Z", "daily", "2026-02-01T10:00:00Z"),
            ("2026-01-31T10:00:00Z", "weekly", "2026-02-07T10:00:00Z"),
            ("2026-01-31T10:00:00Z", "monthly", "2026-02-28T10:00:00Z"),
        ] {
            let micros = |text: &str| text.parse::<Timestamp>().unwrap().as_microsecond();
            assert_eq!(after(duration, micros(from)), Ok(micros(end)), "{from} + {duration}");
        }
    }

    #[test]
    fn refuses_everything_else() {
        for text in ["", "-1", "d", "7", "7 d", "7D", "-7d", "+7d", "1.5h", "1y", "1d12h", "yearly", "٣d"] {
            assert_eq!(after(text, 0), Err(DurationError::Malformed), "{text:?}");
        }
        for text in ["99999999999999999999s", "9223372036854775807s", "999999mo", "9999999d"] {
            assert_eq!(after(text, 0), Err(DurationError::TooLong), "{text:?}");
        }
    }
}
