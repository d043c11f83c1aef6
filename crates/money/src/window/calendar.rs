//! Where days, weeks, months and years begin for whoever runs the gateway.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time, Weekday};
use jiff::tz::{AmbiguousOffset, TimeZone};

use super::OutOfCalendar;

/// What windows of days and longer are cut by. The default is UTC, midnight, Monday and the first of January.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendar {
    /// Whose clock it is.
    pub zone: TimeZone,
    /// When a day begins: LiteLLM's `budget_reset_time`.
    pub day_begins: Time,
    /// The first day of a week.
    pub week_begins: Weekday,
    /// The first day of a year, and with it of each month.
    pub year_begins: YearBegins,
}

/// The first day of a fiscal year. Months begin on the same day as the year does, which every month has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct YearBegins {
    month: i8,
    day: i8,
}

// === impl Calendar ===

impl Default for Calendar {
    fn default() -> Self {
        Self {
            zone: TimeZone::UTC,
            day_begins: Time::midnight(),
            week_begins: Weekday::Monday,
            year_begins: YearBegins { month: 1, day: 1 },
        }
    }
}

impl Calendar {
    /// The date that clocks show at `at`.
    pub(super) fn date(&self, at: i64) -> Result<Date, OutOfCalendar> {
        Ok(self.zone.to_datetime(Timestamp::from_microsecond(at)?).date())
    }

    /// The first instant at which clocks have reached the beginning of the day `date`. A later date never begins
    /// earlier; one that the zone leaves out begins when the next one does.
    pub(super) fn begins(&self, date: Date) -> Result<i64, OutOfCalendar> {
        let local = date.to_datetime(self.day_begins);
        let instant = match self.zone.to_ambiguous_timestamp(local).offset() {
            AmbiguousOffset::Unambiguous { offset } | AmbiguousOffset::Fold { before: offset, .. } => {
                offset.to_timestamp(local)?
            }
            AmbiguousOffset::Gap { after, .. } => self.jump_over(local, after.to_timestamp(local)?)?,
        };
        Ok(instant.as_microsecond())
    }

    /// When clocks are put forward over `local`; `before` is an instant shortly before.
    fn jump_over(&self, local: DateTime, before: Timestamp) -> Result<Timestamp, OutOfCalendar> {
        let jump = self.zone.following(before).find(|change| change.offset().to_datetime(change.timestamp()) > local);
        jump.map(|change| change.timestamp()).ok_or(OutOfCalendar)
    }
}

// === impl YearBegins ===

impl YearBegins {
    /// `month` from 1 to 12 and `day` from 1 to 28.
    pub fn on(month: i8, day: i8) -> Option<Self> {
        let fits = (1..=12).contains(&month) && (1..=28).contains(&day);
        fits.then_some(Self { month, day })
    }

    /// `04-01`: month and day.
    pub fn parse(text: &str) -> Option<Self> {
        let (month, day) = text.split_once('-')?;
        let number = |digits: &str| match digits.len() {
            2 if digits.bytes().all(|digit| digit.is_ascii_digit()) => digits.parse().ok(),
            _ => None,
        };
        Self::on(number(month)?, number(day)?)
    }

    /// How many months lie between the one that begins the fiscal year 1970 and the calendar month of `date`.
    pub(super) fn months_until(self, date: Date) -> i64 {
        i64::from(date.year()) * 12 + i64::from(date.month()) - self.first_month()
    }

    /// The beginning of the month that lies `months` after the one that begins the fiscal year 1970.
    pub(super) fn month(self, months: i64) -> Result<Date, OutOfCalendar> {
        let zero_based = self.first_month().checked_add(months).and_then(|number| number.checked_sub(1));
        let zero_based = zero_based.ok_or(OutOfCalendar)?;
        let year = i16::try_from(zero_based.div_euclid(12)).map_err(|_| OutOfCalendar)?;
        let month = i8::try_from(zero_based.rem_euclid(12) + 1).map_err(|_| OutOfCalendar)?;
        Ok(Date::new(year, month, self.day)?)
    }

    fn first_month(self) -> i64 {
        1970 * 12 + i64::from(self.month)
    }
}
