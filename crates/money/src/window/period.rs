//! How long a window is: LiteLLM's durations.

use std::fmt;

use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp, ToSpan};

use super::{Calendar, OutOfCalendar, Window};

/// A duration as LiteLLM writes them: `30s`, `15m`, `24h`, `7d`, `2w`, `1mo`, `1y`, or one of the words `hourly`,
/// `daily`, `weekly`, `monthly`, `quarterly` and `yearly`. More than nothing and a thousand years at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Period {
    count: u32,
    unit: Unit,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Unit {
    Second,
    Minute,
    Hour,
    Day,
    Week,
    Month,
    Year,
}

/// Why a text is no period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PeriodError {
    #[error("must be a duration like 30s, 15m, 24h, 7d, 2w, 1mo or 1y")]
    Malformed,
    #[error("must be longer than nothing")]
    Zero,
    #[error("must be a thousand years at most")]
    TooLong,
}

/// What the windows of a period are counted in, from 1970 on. Each number's window begins where that of the number
/// before ends, and never before that begins.
#[derive(Clone, Copy)]
enum Step {
    /// Of so many microseconds.
    Length(i64),
    /// Of so many days, counted from this one.
    Days(i64, Date),
    /// Of so many months.
    Months(i64),
}

const SECOND: i64 = 1_000_000;
/// Days are counted from this Monday, weeks from the first day of the week on or after it.
const FIRST_MONDAY: Date = date(1970, 1, 5);
const YEARS_AT_MOST: i64 = 1_000;

// === impl Period ===

impl Period {
    /// Reads one.
    pub fn parse(text: &str) -> Result<Self, PeriodError> {
        let text = match text {
            "hourly" => "1h",
            "daily" => "1d",
            "weekly" => "1w",
            "monthly" => "1mo",
            "quarterly" => "3mo",
            "yearly" => "1y",
            other => other,
        };
        let unit_at = text.find(|letter: char| !letter.is_ascii_digit()).ok_or(PeriodError::Malformed)?;
        let (digits, unit) = text.split_at_checked(unit_at).ok_or(PeriodError::Malformed)?;
        let unit = Unit::ALL.into_iter().find(|known| known.as_str() == unit).ok_or(PeriodError::Malformed)?;
        if digits.is_empty() {
            return Err(PeriodError::Malformed);
        }
        match digits.parse::<u32>() {
            Ok(0) => Err(PeriodError::Zero),
            Ok(count) if i64::from(count) <= unit.at_most() => Ok(Self { count, unit }),
            _ => Err(PeriodError::TooLong),
        }
    }

    /// The window in which `at` lies, in microseconds UTC.
    ///
    /// Seconds, minutes and hours: multiples of the length since 1970 began in UTC. A day, which 24 hours are too: days
    /// of the calendar. A week, and every number of days that is weeks: weeks of the calendar. A month, which 30 days
    /// are too, several and years: months of the calendar, counted from the beginning of the fiscal year 1970, so
    /// that three of them are its quarters. Other numbers of days and of weeks are counted from Monday 1970-01-05.
    pub fn window(&self, at: i64, calendar: &Calendar) -> Result<Window, OutOfCalendar> {
        let step = self.step(calendar);
        // by the date alone it can be off by one or two: days need not begin at midnight, and clocks are set
        let mut number = step.number(at, calendar)?;
        let mut starts_at = step.begins(number, calendar)?;
        while starts_at > at {
            number -= 1;
            starts_at = step.begins(number, calendar)?;
        }
        let mut ends_at = step.begins(number + 1, calendar)?;
        while ends_at <= at {
            number += 1;
            (starts_at, ends_at) = (ends_at, step.begins(number + 1, calendar)?);
        }
        Ok(Window { starts_at, ends_at })
    }

    /// The instant that lies so long after `from`, both in microseconds UTC. A month later is the same day of the next
    /// month, or that one's last day.
    pub fn after(&self, from: i64) -> Result<i64, OutOfCalendar> {
        let count = i64::from(self.count);
        let span = match self.unit {
            Unit::Second => Span::new().try_seconds(count),
            Unit::Minute => Span::new().try_minutes(count),
            Unit::Hour => Span::new().try_hours(count),
            Unit::Day => Span::new().try_days(count),
            Unit::Week => Span::new().try_weeks(count),
            Unit::Month => Span::new().try_months(count),
            Unit::Year => Span::new().try_years(count),
        };
        let end = Timestamp::from_microsecond(from)?.to_zoned(TimeZone::UTC).checked_add(span?)?;
        Ok(end.timestamp().as_microsecond())
    }

    fn step(self, calendar: &Calendar) -> Step {
        let count = i64::from(self.count);
        match self.unit {
            Unit::Second => Step::Length(count * SECOND),
            Unit::Minute => Step::Length(count * 60 * SECOND),
            Unit::Hour if count == 24 => Step::Days(1, FIRST_MONDAY),
            Unit::Hour => Step::Length(count * 3_600 * SECOND),
            Unit::Day if count == 30 => Step::Months(1),
            Unit::Day if count % 7 == 0 => Step::Days(count, first_week(calendar)),
            Unit::Day => Step::Days(count, FIRST_MONDAY),
            Unit::Week => Step::Days(count * 7, first_week(calendar)),
            Unit::Month => Step::Months(count),
            Unit::Year => Step::Months(count * 12),
        }
    }
}

/// As it was written; a word as the duration that it stands for.
impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.count, self.unit.as_str())
    }
}

// === impl Unit ===

impl Unit {
    const ALL: [Self; 7] = [Self::Second, Self::Minute, Self::Hour, Self::Day, Self::Week, Self::Month, Self::Year];

    fn as_str(self) -> &'static str {
        match self {
            Self::Second => "s",
            Self::Minute => "m",
            Self::Hour => "h",
            Self::Day => "d",
            Self::Week => "w",
            Self::Month => "mo",
            Self::Year => "y",
        }
    }

    fn at_most(self) -> i64 {
        let days = YEARS_AT_MOST * 365;
        match self {
            Self::Second => days * 86_400,
            Self::Minute => days * 1_440,
            Self::Hour => days * 24,
            Self::Day => days,
            Self::Week => days / 7,
            Self::Month => YEARS_AT_MOST * 12,
            Self::Year => YEARS_AT_MOST,
        }
    }
}

// === impl Step ===

impl Step {
    /// The number of the window that `at` is in, by its date alone.
    fn number(self, at: i64, calendar: &Calendar) -> Result<i64, OutOfCalendar> {
        Ok(match self {
            Self::Length(length) => at.div_euclid(length),
            Self::Days(count, first) => i64::from((calendar.date(at)? - first).get_days()).div_euclid(count),
            Self::Months(count) => calendar.year_begins.months_until(calendar.date(at)?).div_euclid(count),
        })
    }

    /// When the window of that number begins.
    fn begins(self, number: i64, calendar: &Calendar) -> Result<i64, OutOfCalendar> {
        let far = |count: i64| number.checked_mul(count).ok_or(OutOfCalendar);
        match self {
            Self::Length(length) => far(length),
            Self::Days(count, first) => calendar.begins(first.checked_add(Span::new().try_days(far(count)?)?)?),
            Self::Months(count) => calendar.begins(calendar.year_begins.month(far(count)?)?),
        }
    }
}

fn first_week(calendar: &Calendar) -> Date {
    FIRST_MONDAY.saturating_add(calendar.week_begins.to_monday_zero_offset().days())
}
