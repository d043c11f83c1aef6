//! What one token costs.

use rust_decimal::Decimal;

use crate::decimal::{self, AmountError};

/// Decimal places of a femto-dollar.
const DIGITS: u32 = 15;
/// A price per million tokens has six places fewer to go.
const DIGITS_PER_MILLION: u32 = DIGITS - 6;

/// Femto-dollars (1e-15 USD) per token, so that every published price is exact. Finer digits, which
/// only stray floats have, round up.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Debug)]
pub struct Rate(u64);

impl Rate {
    /// Free.
    pub const ZERO: Self = Self(0);

    /// This many femto-dollars a token.
    pub const fn new(femtos: u64) -> Self {
        Self(femtos)
    }

    /// Femto-dollars a token.
    pub const fn get(self) -> u64 {
        self.0
    }

    /// Dollars per token.
    pub fn from_usd_per_token(usd: Decimal) -> Result<Self, AmountError> {
        Self::scaled(usd, DIGITS)
    }

    /// Dollars per million tokens, as price pages print them.
    pub fn from_usd_per_million(usd: Decimal) -> Result<Self, AmountError> {
        Self::scaled(usd, DIGITS_PER_MILLION)
    }

    /// Dollars per token as written, `1.25e-06` included.
    pub fn parse_usd_per_token(usd: &str) -> Result<Self, AmountError> {
        Self::from_usd_per_token(decimal::parse(usd)?)
    }

    /// Dollars per million tokens as written.
    pub fn parse_usd_per_million(usd: &str) -> Result<Self, AmountError> {
        Self::from_usd_per_million(decimal::parse(usd)?)
    }

    /// Exact dollars per token.
    pub fn to_usd_per_token(self) -> Decimal {
        Decimal::from_i128_with_scale(i128::from(self.0), DIGITS).normalize()
    }

    /// Dollars per token for JSON bodies whose prices are floats. Never compute with it.
    #[expect(clippy::cast_precision_loss, reason = "for printing; exact below nine dollars a token")]
    pub fn to_usd_per_token_f64(self) -> f64 {
        self.0 as f64 / 1e15
    }

    fn scaled(usd: Decimal, digits: u32) -> Result<Self, AmountError> {
        let femtos = decimal::scaled_up(usd, digits)?;
        u64::try_from(femtos).map(Self).map_err(|_| AmountError::TooLarge)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_units_meet_in_femto_dollars() {
        for (per_token, per_million, femtos) in [
            ("0", "0", 0),
            ("1.25e-06", "1.25", 1_250_000_000),
            ("0.0000025", "2.5", 2_500_000_000),
            ("3e-9", "0.003", 3_000_000),
            ("6.25E-06", "6.25", 6_250_000_000),
            ("1.71875e-07", "0.171875", 171_875_000),
            ("0.0006", "600", 600_000_000_000),
        ] {
            assert_eq!(Rate::parse_usd_per_token(per_token), Ok(Rate::new(femtos)), "{per_token}");
            assert_eq!(Rate::parse_usd_per_million(per_million), Ok(Rate::new(femtos)), "{per_million}");
        }
    }

    #[test]
    fn a_stray_float_rounds_up() {
        assert_eq!(Rate::parse_usd_per_token("7.000000000000001e-08"), Ok(Rate::new(70_000_001)));
        assert_eq!(Rate::parse_usd_per_token("20000"), Err(AmountError::TooLarge));
        assert_eq!(Rate::parse_usd_per_token("-1e-6"), Err(AmountError::Negative));
    }

    #[test]
    fn is_given_back_as_it_was_written() {
        let rate = Rate::parse_usd_per_token("1.25e-06").unwrap();
        assert_eq!(rate.to_usd_per_token().to_string(), "0.00000125");
        assert_eq!(serde_json::to_string(&rate.to_usd_per_token_f64()).unwrap(), "1.25e-6");
    }
}
