//! When a budget or a limit begins anew. Windows are computed from a period, a calendar and an instant; nothing is
//! stored and nothing has to run at their ends.
//!
//! The windows of a period partition time: the end of each is the beginning of the next, in every time zone, also where
//! clocks are put forward or back and where a zone leaves out a day.

mod calendar;
mod period;

pub use calendar::{Calendar, YearBegins};
pub use period::{Period, PeriodError};

/// From `starts_at` on until just before `ends_at`, in microseconds UTC since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Window {
    /// Its first instant.
    pub starts_at: i64,
    /// The first instant after it.
    pub ends_at: i64,
}

/// An instant whose window the calendar, which knows the years from −9999 to 9999, cannot say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("lies where the calendar ends")]
pub struct OutOfCalendar;

impl Window {
    /// The one window of a budget that never begins anew. Nothing was spent before 1970, and a zero is the same in every
    /// database and in every language that reads an export.
    pub const EVER: Self = Self { starts_at: 0, ends_at: i64::MAX };

    /// Whether `at` lies in it.
    pub fn contains(&self, at: i64) -> bool {
        self.starts_at <= at && at < self.ends_at
    }
}

impl From<jiff::Error> for OutOfCalendar {
    fn from(_: jiff::Error) -> Self {
        Self
    }
}

#[cfg(test)]
mod tests;
