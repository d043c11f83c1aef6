//! When what a request names a duration for is over.

use money::window::{OutOfCalendar, Period, PeriodError};

/// Why a text is not a duration from now on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum DurationError {
    #[error(transparent)]
    Period(PeriodError),
    #[error("ends later than a calendar can say")]
    OutOfCalendar(#[from] OutOfCalendar),
}

/// The moment that lies `duration` after `from`, both in microseconds UTC; a duration of nothing is over at once.
pub(super) fn after(duration: &str, from: i64) -> Result<i64, DurationError> {
    match Period::parse(duration) {
        Ok(period) => Ok(period.after(from)?),
        Err(PeriodError::Zero) => Ok(from),
        Err(error) => Err(DurationError::Period(error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_over_at_once_and_nonsense_never() {
        assert_eq!(after("0s", 7), Ok(7));
        assert_eq!(after("2m", 7), Ok(120_000_007));
        assert_eq!(after("1x", 7), Err(DurationError::Period(PeriodError::Malformed)));
        assert_eq!(after("1000y", i64::MAX), Err(DurationError::OutOfCalendar(OutOfCalendar)));
    }
}
