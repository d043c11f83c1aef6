//! Amounts of money as integers.

use std::fmt;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::decimal::{self, AmountError};

/// Decimal places of a nano-dollar.
const DIGITS: u32 = 9;

/// An amount of money in nano-dollars (1 USD = 1,000,000,000). Serialised as that integer.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Nanos(i64);

impl Nanos {
    /// Nothing.
    pub const ZERO: Self = Self(0);
    /// Some 9.2 billion dollars: where sums stop instead of wrapping.
    pub const MAX: Self = Self(i64::MAX);

    /// This many nano-dollars.
    pub const fn new(nanos: i64) -> Self {
        Self(nanos)
    }

    /// The number of nano-dollars.
    pub const fn get(self) -> i64 {
        self.0
    }

    /// The sum, or the bound that it would pass.
    #[must_use]
    pub const fn saturating_add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    /// The difference, which may be negative, or the bound that it would pass.
    #[must_use]
    pub const fn saturating_sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }

    /// Whether it is more than nothing.
    pub const fn is_positive(self) -> bool {
        self.0 > 0
    }

    /// Dollars to nano-dollars; a part of a nano counts as a whole one.
    pub fn from_usd(usd: Decimal) -> Result<Self, AmountError> {
        let nanos = decimal::scaled_up(usd, DIGITS)?;
        i64::try_from(nanos).map(Self).map_err(|_| AmountError::TooLarge)
    }

    /// Dollars as written: "0.0005", "1e-6", "100".
    pub fn parse_usd(usd: &str) -> Result<Self, AmountError> {
        Self::from_usd(decimal::parse(usd)?)
    }

    /// Exact dollars.
    pub fn to_usd(self) -> Decimal {
        Decimal::new(self.0, DIGITS)
    }

    /// Dollars for JSON bodies whose amounts are floats. Never compute with it.
    #[expect(clippy::cast_precision_loss, reason = "for printing; exact below nine million dollars")]
    pub fn to_usd_f64(self) -> f64 {
        self.0 as f64 / 1e9
    }
}

/// Plain dollars without trailing zeros: `0.0125`.
impl fmt::Display for Nanos {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.to_usd().normalize(), f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dollars_are_read_exactly_and_rounded_up() {
        for (usd, nanos) in [
            ("0", 0),
            ("0.0005", 500_000),
            ("5E-4", 500_000),
            ("1e-6", 1_000),
            ("100", 100_000_000_000),
            ("1e2", 100_000_000_000),
            ("0.0000000001", 1),
            ("1.0000000001", 1_000_000_001),
            ("0.30000000000000004", 300_000_001),
            ("9223372036.854775807", i64::MAX),
        ] {
            assert_eq!(Nanos::parse_usd(usd), Ok(Nanos::new(nanos)), "{usd}");
        }
        assert_eq!(Nanos::parse_usd("9223372036.8547758071"), Err(AmountError::TooLarge));
        assert_eq!(Nanos::parse_usd("-0.01"), Err(AmountError::Negative));
        assert_eq!(Nanos::parse_usd("ten"), Err(AmountError::NotANumber));
    }

    #[test]
    fn prints_plain_dollars() {
        for (nanos, text, float) in [
            (0, "0", 0.0),
            (1, "0.000000001", 1e-9),
            (12_500_000, "0.0125", 0.0125),
            (100_000_000_000, "100", 100.0),
            (-1_500_000_000, "-1.5", -1.5),
            (i64::MAX, "9223372036.854775807", 9_223_372_036.854_776),
        ] {
            assert_eq!(Nanos::new(nanos).to_string(), text);
            assert_eq!(
                serde_json::to_string(&Nanos::new(nanos).to_usd_f64()).unwrap(),
                serde_json::to_string(&float).unwrap()
            );
        }
    }

    #[test]
    fn is_an_integer_in_json() {
        assert_eq!(serde_json::to_string(&Nanos::new(12_500_000)).unwrap(), "12500000");
        assert_eq!(serde_json::from_str::<Nanos>("-3").unwrap(), Nanos::new(-3));
        assert!(serde_json::from_str::<Nanos>("0.5").is_err());
    }

    #[test]
    fn sums_stop_at_the_bounds() {
        assert_eq!(Nanos::MAX.saturating_add(Nanos::new(1)), Nanos::MAX);
        assert_eq!(Nanos::new(1).saturating_sub(Nanos::new(3)), Nanos::new(-2));
        assert!(!Nanos::ZERO.is_positive());
    }
}
