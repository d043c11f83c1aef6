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

/// When the window of that length ends in which `now` lies, both in microseconds UTC. Days end at midnight, a week on Monday,
/// thirty days and a month with the month, as LiteLLM's do; shorter windows at the next multiple of their length.
pub(super) fn window_end(duration: &str, now: i64) -> Result<i64, DurationError> {
    let (count, unit) = split(duration)?;
    let zoned = Timestamp::from_microsecond(now).map_err(|_| DurationError::TooLong)?.to_zoned(TimeZone::UTC);
    let today = zoned.start_of_day().map_err(|_| DurationError::TooLong)?;
    let days_ahead = match (count, unit) {
        (_, "s" | "m" | "h") if (count, unit) != (24, "h") => return next_multiple(count, unit, now),
        (24, "h") => 1,
        (7, "d") | (1, "w") => 7 - i64::from(today.weekday().to_monday_zero_offset()),
        (30, "d") | (_, "mo") => {
            let months = if unit == "mo" { count } else { 1 };
            let end = Span::new().try_months(months).and_then(|span| today.first_of_month()?.checked_add(span));
            return end.map(|end| end.timestamp().as_microsecond()).map_err(|_| DurationError::TooLong);
        }
        (_, "w") => count.checked_mul(7).ok_or(DurationError::TooLong)?,
        (_, "d") => count,
        _ => return Err(DurationError::Malformed),
    };
    let end = Span::new().try_days(days_ahead).and_then(|span| today.checked_add(span));
    end.map(|end| end.timestamp().as_microsecond()).map_err(|_| DurationError::TooLong)
}

fn next_multiple(count: i64, unit: &str, now: i64) -> Result<i64, DurationError> {
    let second = 1_000_000_i64;
    let unit = match unit {
        "s" => second,
        "m" => 60 * second,
        _ => 3_600 * second,
    };
    let length = count.checked_mul(unit).filter(|length| *length > 0).ok_or(DurationError::TooLong)?;
    now.div_euclid(length).checked_add(1).and_then(|number| number.checked_mul(length)).ok_or(DurationError::TooLong)
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
    fn windows_end_where_the_calendar_says() {
        for (now, duration, end) in [
            ("2026-11-23T08:30:15Z", "30s", "2026-11-23T08:30:30Z"),
            ("2026-11-23T08:30:00Z", "15m", "2026-11-23T08:45:00Z"),
            ("2026-11-23T08:30:00Z", "12h", "2026-11-23T12:00:00Z"),
            ("2026-11-23T08:30:00Z", "24h", "2026-11-24T00:00:00Z"),
            ("2026-11-23T08:30:00Z", "1d", "2026-11-24T00:00:00Z"),
            ("2026-11-23T08:30:00Z", "7d", "2026-11-30T00:00:00Z"),
            ("2026-11-25T08:30:00Z", "weekly", "2026-11-30T00:00:00Z"),
            ("2026-11-25T08:30:00Z", "2w", "2026-12-09T00:00:00Z"),
            ("2026-11-25T08:30:00Z", "10d", "2026-12-05T00:00:00Z"),
            ("2026-11-25T08:30:00Z", "30d", "2026-12-01T00:00:00Z"),
            ("2026-11-25T08:30:00Z", "1mo", "2026-12-01T00:00:00Z"),
            ("2026-11-25T08:30:00Z", "3mo", "2027-02-01T00:00:00Z"),
        ] {
            let micros = |text: &str| text.parse::<Timestamp>().unwrap().as_microsecond();
            assert_eq!(window_end(duration, micros(now)), Ok(micros(end)), "{now} {duration}");
        }
        assert_eq!(window_end("1x", 0), Err(DurationError::Malformed));
        assert_eq!(window_end("9223372036854775807h", 0), Err(DurationError::TooLong));
    }

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
