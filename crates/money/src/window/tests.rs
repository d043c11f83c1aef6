//! What windows are, and that those of every period partition time in every zone.

use jiff::Timestamp;
use jiff::civil::{Weekday, time};
use jiff::tz::{self, TimeZone};
use proptest::prelude::*;

use super::*;

const SHORT: &[&str] = &["1s", "30s", "7m", "15m", "1h", "5h", "48h"];
const LONG: &[&str] = &[
    "24h",
    "1d",
    "2d",
    "10d",
    "7d",
    "30d",
    "1w",
    "2w",
    "5w",
    "1mo",
    "2mo",
    "3mo",
    "5mo",
    "1y",
    "2y",
    "hourly",
    "daily",
    "weekly",
    "monthly",
    "quarterly",
    "yearly",
];

fn micros(text: &str) -> i64 {
    text.parse::<Timestamp>().unwrap().as_microsecond()
}

fn period(text: &str) -> Period {
    Period::parse(text).unwrap()
}

fn in_zone(name: &str) -> Calendar {
    Calendar { zone: TimeZone::get(name).unwrap(), ..Calendar::default() }
}

/// The window of `at`, after a look at its neighbours.
fn neighbourly(period: Period, at: i64, calendar: &Calendar) -> Window {
    let window = period.window(at, calendar).unwrap();
    assert!(window.contains(at), "{period} {at} {window:?}");
    let next = period.window(window.ends_at, calendar).unwrap();
    assert_eq!(next.starts_at, window.ends_at, "{period} {at}: the next one");
    let last = period.window(window.starts_at - 1, calendar).unwrap();
    assert_eq!(last.ends_at, window.starts_at, "{period} {at}: the one before");
    for edge in [window.starts_at, window.ends_at - 1] {
        assert_eq!(period.window(edge, calendar), Ok(window), "{period} {at}: at {edge}");
    }
    window
}

fn assert_window(text: &str, at: &str, calendar: &Calendar, starts_at: &str, ends_at: &str) {
    let window = neighbourly(period(text), micros(at), calendar);
    let shown = |at: i64| Timestamp::from_microsecond(at).unwrap().to_string();
    assert_eq!(
        (shown(window.starts_at), shown(window.ends_at)),
        (starts_at.to_owned(), ends_at.to_owned()),
        "{text} {at}"
    );
}

#[test]
fn windows_are_where_the_calendar_says() {
    for (text, at, starts_at, ends_at) in [
        ("30s", "2026-11-23T08:30:15Z", "2026-11-23T08:30:00Z", "2026-11-23T08:30:30Z"),
        ("15m", "2026-11-23T08:30:00Z", "2026-11-23T08:30:00Z", "2026-11-23T08:45:00Z"),
        ("hourly", "2026-11-23T08:30:00Z", "2026-11-23T08:00:00Z", "2026-11-23T09:00:00Z"),
        ("12h", "2026-11-23T08:30:00Z", "2026-11-23T00:00:00Z", "2026-11-23T12:00:00Z"),
        ("24h", "2026-11-23T08:30:00Z", "2026-11-23T00:00:00Z", "2026-11-24T00:00:00Z"),
        ("1d", "2026-11-23T08:30:00Z", "2026-11-23T00:00:00Z", "2026-11-24T00:00:00Z"),
        ("7d", "2026-11-23T08:30:00Z", "2026-11-23T00:00:00Z", "2026-11-30T00:00:00Z"),
        ("weekly", "2026-11-25T08:30:00Z", "2026-11-23T00:00:00Z", "2026-11-30T00:00:00Z"),
        ("2w", "1970-01-18T23:59:59Z", "1970-01-05T00:00:00Z", "1970-01-19T00:00:00Z"),
        ("14d", "1970-01-19T00:00:00Z", "1970-01-19T00:00:00Z", "1970-02-02T00:00:00Z"),
        ("10d", "1970-01-14T23:59:59Z", "1970-01-05T00:00:00Z", "1970-01-15T00:00:00Z"),
        ("30d", "2026-11-25T08:30:00Z", "2026-11-01T00:00:00Z", "2026-12-01T00:00:00Z"),
        ("1mo", "2028-02-29T23:59:59Z", "2028-02-01T00:00:00Z", "2028-03-01T00:00:00Z"),
        ("quarterly", "2026-11-25T08:30:00Z", "2026-10-01T00:00:00Z", "2027-01-01T00:00:00Z"),
        ("1y", "2028-02-29T08:30:00Z", "2028-01-01T00:00:00Z", "2029-01-01T00:00:00Z"),
    ] {
        assert_window(text, at, &Calendar::default(), starts_at, ends_at);
    }
}

#[test]
fn the_calendar_can_be_another() {
    let tokyo = Calendar { day_begins: time(6, 30, 0, 0), ..in_zone("Asia/Tokyo") };
    assert_window("1d", "2026-11-23T21:29:59Z", &tokyo, "2026-11-22T21:30:00Z", "2026-11-23T21:30:00Z");
    assert_window("1mo", "2026-11-30T21:29:59Z", &tokyo, "2026-10-31T21:30:00Z", "2026-11-30T21:30:00Z");

    let sundays = Calendar { week_begins: Weekday::Sunday, ..Calendar::default() };
    assert_window("1w", "2026-11-22T00:00:00Z", &sundays, "2026-11-22T00:00:00Z", "2026-11-29T00:00:00Z");
    assert_window("10d", "1970-01-05T00:00:00Z", &sundays, "1970-01-05T00:00:00Z", "1970-01-15T00:00:00Z");

    let fiscal = Calendar { year_begins: YearBegins::on(4, 6).unwrap(), ..Calendar::default() };
    assert_window("1y", "2026-04-05T23:00:00Z", &fiscal, "2025-04-06T00:00:00Z", "2026-04-06T00:00:00Z");
    assert_window("quarterly", "2026-07-05T23:00:00Z", &fiscal, "2026-04-06T00:00:00Z", "2026-07-06T00:00:00Z");
    assert_window("monthly", "2026-03-05T23:00:00Z", &fiscal, "2026-02-06T00:00:00Z", "2026-03-06T00:00:00Z");
    // five months do not fill a year: they go on over its end
    assert_window("5mo", "1971-02-06T00:00:00Z", &fiscal, "1971-02-06T00:00:00Z", "1971-07-06T00:00:00Z");
}

#[test]
fn days_have_23_25_or_more_unusual_hours() {
    let berlin = in_zone("Europe/Berlin");
    assert_window("1d", "2026-03-29T12:00:00Z", &berlin, "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z");
    assert_window("24h", "2026-10-25T12:00:00Z", &berlin, "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z");
    // half an hour
    let lord_howe = in_zone("Australia/Lord_Howe");
    assert_window("1d", "2026-04-04T16:00:00Z", &lord_howe, "2026-04-04T13:00:00Z", "2026-04-05T13:30:00Z");
    // a day that the clock begins in the middle of a gap: 02:30 does not exist, 03:00 comes after 01:59:59
    let in_the_gap = Calendar { day_begins: time(2, 30, 0, 0), ..berlin };
    assert_window("1d", "2026-03-29T00:59:59Z", &in_the_gap, "2026-03-28T01:30:00Z", "2026-03-29T01:00:00Z");
    assert_window("1d", "2026-03-29T01:00:00Z", &in_the_gap, "2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z");
    // and one that it begins twice: the first time counts
    assert_window("1d", "2026-10-25T00:45:00Z", &in_the_gap, "2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z");
    // midnight itself is left out
    let santiago = in_zone("America/Santiago");
    assert_window("1d", "2026-09-06T04:00:00Z", &santiago, "2026-09-06T04:00:00Z", "2026-09-07T03:00:00Z");
    // 2011-12-30 was no day there
    let apia = in_zone("Pacific/Apia");
    assert_window("1d", "2011-12-30T09:59:59Z", &apia, "2011-12-29T10:00:00Z", "2011-12-30T10:00:00Z");
    assert_window("1d", "2011-12-30T10:00:00Z", &apia, "2011-12-30T10:00:00Z", "2011-12-31T10:00:00Z");
    assert_window("1mo", "2011-12-30T10:00:00Z", &apia, "2011-12-01T10:00:00Z", "2011-12-31T10:00:00Z");
}

#[test]
fn texts_are_given_back_in_one_form() {
    for (text, shown) in [
        ("30s", "30s"),
        ("015m", "15m"),
        ("24h", "24h"),
        ("7d", "7d"),
        ("2w", "2w"),
        ("1mo", "1mo"),
        ("1y", "1y"),
        ("hourly", "1h"),
        ("daily", "1d"),
        ("weekly", "1w"),
        ("monthly", "1mo"),
        ("quarterly", "3mo"),
        ("yearly", "1y"),
        ("1000y", "1000y"),
    ] {
        assert_eq!(period(text).to_string(), shown);
        assert_eq!(period(shown), period(text));
    }
}

#[test]
fn what_is_no_period_is_refused() {
    for text in ["", "-1", "d", "7", "7 d", "7D", "-7d", "+7d", "1.5h", "1d12h", "annually", "٣d", "1mon", "Daily"] {
        assert_eq!(Period::parse(text), Err(PeriodError::Malformed), "{text:?}");
    }
    for text in ["0s", "00d", "0mo"] {
        assert_eq!(Period::parse(text), Err(PeriodError::Zero), "{text:?}");
    }
    for text in ["99999999999999999999s", "4294967296s", "12001mo", "365001d", "1001y", "9223372036854775807h"] {
        assert_eq!(Period::parse(text), Err(PeriodError::TooLong), "{text:?}");
    }
}

#[test]
fn ends_where_the_calendar_says() {
    for (from, text, end) in [
        ("2026-01-31T10:00:00Z", "30s", "2026-01-31T10:00:30Z"),
        ("2026-01-31T10:00:00Z", "15m", "2026-01-31T10:15:00Z"),
        ("2026-01-31T10:00:00Z", "24h", "2026-02-01T10:00:00Z"),
        ("2026-01-31T10:00:00Z", "7d", "2026-02-07T10:00:00Z"),
        ("2026-01-31T10:00:00Z", "2w", "2026-02-14T10:00:00Z"),
        ("2026-01-31T10:00:00Z", "1mo", "2026-02-28T10:00:00Z"),
        ("2028-01-31T10:00:00Z", "1mo", "2028-02-29T10:00:00Z"),
        ("2026-11-15T10:00:00Z", "14mo", "2028-01-15T10:00:00Z"),
        ("2028-02-29T10:00:00Z", "1y", "2029-02-28T10:00:00Z"),
        ("2026-01-31T10:00:00Z", "monthly", "2026-02-28T10:00:00Z"),
    ] {
        assert_eq!(period(text).after(micros(from)), Ok(micros(end)), "{from} + {text}");
    }
    assert_eq!(period("1s").after(i64::MAX), Err(OutOfCalendar));
}

#[test]
fn the_calendar_ends_without_a_panic() {
    for text in SHORT.iter().chain(LONG) {
        for at in [i64::MIN, i64::MAX] {
            assert_eq!(period(text).window(at, &Calendar::default()), Err(OutOfCalendar), "{text} {at}");
        }
    }
    for text in ["1000y", "365000d", "12000mo", "52142w", "8760000h", "4294967295s"] {
        neighbourly(period(text), micros("2026-11-23T08:30:00Z"), &Calendar::default());
    }
    assert!(Window::EVER.contains(0) && Window::EVER.contains(micros("9999-12-01T00:00:00Z")));
}

#[test]
fn a_year_begins_on_a_day_that_all_months_have() {
    assert_eq!(YearBegins::parse("04-06"), YearBegins::on(4, 6));
    for text in ["4-6", "04-29", "00-01", "13-01", "04-00", "0406", "04-06-01", "+4-06", "", "-4-06"] {
        assert_eq!(YearBegins::parse(text), None, "{text:?}");
    }
}

fn zones() -> Vec<(String, TimeZone)> {
    let zones: Vec<_> =
        tz::db().available().map(|name| (name.to_string(), tz::db().get(name.as_str()).unwrap())).collect();
    assert!(zones.len() > 500, "the database is compiled in");
    zones
}

/// Every change of the clocks of every zone, and what lies around it.
#[test]
fn no_change_of_clocks_leaves_a_gap_or_an_overlap() {
    let (from, until) = (micros("1971-01-01T00:00:00Z"), micros("2040-01-01T00:00:00Z"));
    for (name, zone) in zones() {
        let begin = Timestamp::from_microsecond(from).unwrap();
        let changes = zone.following(begin).map(|change| change.timestamp().as_microsecond());
        let calendar = Calendar { zone: zone.clone(), ..Calendar::default() };
        for change in changes.take_while(|at| *at < until) {
            for text in ["1d", "2d", "1w", "1mo"] {
                for at in [change - 1, change, change + 3_600_000_000] {
                    let window = period(text).window(at, &calendar).unwrap();
                    assert!(window.contains(at), "{name} {text} {at}");
                    assert_eq!(
                        period(text).window(window.ends_at, &calendar).unwrap().starts_at,
                        window.ends_at,
                        "{name} {text} {at}"
                    );
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn windows_partition_time(
        zone in proptest::sample::select(zones()),
        text in proptest::sample::select([SHORT, LONG].concat()),
        at in micros("1971-01-01T00:00:00Z")..micros("2120-01-01T00:00:00Z"),
        minute in 0_i8..60,
        hour in 0_i8..24,
        month in 1_i8..=12,
        day in 1_i8..=28,
        weekday in 0_i8..7,
        plain in any::<bool>(),
    ) {
        let calendar = Calendar { zone: zone.1, ..Calendar::default() };
        let calendar = if plain { calendar } else { Calendar {
            day_begins: time(hour, minute, 0, 0),
            week_begins: Weekday::from_monday_zero_offset(weekday).unwrap(),
            year_begins: YearBegins::on(month, day).unwrap(),
            ..calendar
        } };
        neighbourly(period(text), at, &calendar);
    }
}
