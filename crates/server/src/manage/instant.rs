//! Moments as the API writes and reads them. Inside the gateway they are microseconds since 1970, UTC.

use jiff::civil::{Date, DateTime};
use jiff::fmt::temporal::DateTimePrinter;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};

/// Always six digits behind the second, so that texts sort like the moments and strict readers find what they expect.
const PRINTER: DateTimePrinter = DateTimePrinter::new().precision(Some(6));

/// ISO 8601, UTC: `2026-11-22T09:30:00.000000Z`.
pub(super) fn iso(micros: i64) -> String {
    PRINTER.timestamp_to_string(&moment(micros))
}

/// The UTC day of that number since 1970: `2026-11-22`.
pub(super) fn day(days: i64) -> String {
    moment(days.saturating_mul(86_400_000_000)).to_zoned(TimeZone::UTC).date().to_string()
}

fn moment(micros: i64) -> Timestamp {
    // what the calendar cannot say is as good as never
    Timestamp::from_microsecond(micros).unwrap_or(Timestamp::MAX)
}

/// The first moment that `text` means: a day, or a date and time, UTC unless it names an offset.
pub(super) fn first(text: &str) -> Option<i64> {
    read(text).map(|(from, _)| from)
}

/// The first moment behind what `text` means: a day is meant whole, and a time to its microsecond.
pub(super) fn behind(text: &str) -> Option<i64> {
    read(text).map(|(_, to)| to)
}

fn read(text: &str) -> Option<(i64, i64)> {
    // a zone's name would be read over, not obeyed
    if text.contains('[') {
        return None;
    }
    if !text.contains(['T', 't', ' ']) {
        let date: Date = text.parse().ok()?;
        let midnight = |date: Date| date.to_zoned(TimeZone::UTC).ok().map(|moment| moment.timestamp().as_microsecond());
        return Some((midnight(date)?, midnight(date.checked_add(1.day()).ok()?)?));
    }
    let moment = match text.parse::<Timestamp>() {
        Ok(moment) => moment,
        Err(_) => text.parse::<DateTime>().ok()?.to_zoned(TimeZone::UTC).ok()?.timestamp(),
    };
    let micros = moment.as_microsecond();
    Some((micros, micros.checked_add(1)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: i64 = 1_000_000;
    const NOON: i64 = 1_767_268_800 * SECOND;

    #[test]
    fn writes_six_digits() {
        assert_eq!(iso(NOON), "2026-01-01T12:00:00.000000Z");
        assert_eq!(iso(NOON + 1), "2026-01-01T12:00:00.000001Z");
        assert_eq!(day(NOON / 86_400_000_000), "2026-01-01");
    }

    #[test]
    fn reads_days_and_times() {
        let midnight = NOON - 12 * 3600 * SECOND;
        for (text, from, to) in [
            ("2026-01-01", midnight, midnight + 24 * 3600 * SECOND),
            ("20260101", midnight, midnight + 24 * 3600 * SECOND),
            ("2026-01-01T12:00:00Z", NOON, NOON + 1),
            ("2026-01-01T13:00:00+01:00", NOON, NOON + 1),
            ("2026-01-01T12:00:00", NOON, NOON + 1),
            ("2026-01-01 12:00:00", NOON, NOON + 1),
            ("2026-01-01T12:00:00.000001Z", NOON + 1, NOON + 2),
        ] {
            assert_eq!((first(text), behind(text)), (Some(from), Some(to)), "{text}");
        }
        for text in [
            "",
            "yesterday",
            "2026-13-01",
            "2026-02-30",
            "1767268800",
            "2026-01-01T25:00:00Z",
            "2026-01-01T12:00[Asia/Tokyo]",
        ] {
            assert_eq!((first(text), behind(text)), (None, None), "{text}");
        }
    }
}
