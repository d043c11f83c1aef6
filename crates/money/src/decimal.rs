//! Decimals into integers: parsed without a float between, scaled without losing a digit, rounded
//! up at most once.

use rust_decimal::Decimal;

/// Why a text or decimal is not an amount of money.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AmountError {
    /// Not a decimal number, or one with more digits than a decimal holds.
    #[error("not a decimal number")]
    NotANumber,
    /// Below zero: neither prices nor budgets are.
    #[error("an amount of money cannot be negative")]
    Negative,
    /// Beyond what the integer holds.
    #[error("the amount is too large")]
    TooLarge,
}

/// Reads "0.0005", "100" or "1e-6".
pub(crate) fn parse(text: &str) -> Result<Decimal, AmountError> {
    let parsed = if text.contains(['e', 'E']) { Decimal::from_scientific(text) } else { Decimal::from_str_exact(text) };
    parsed.map_err(|_| AmountError::NotANumber)
}

/// `amount` × 10^`digits`, rounded up. Done on the mantissa: multiplying decimals rounds half-even
/// once 96 bits are full.
pub(crate) fn scaled_up(amount: Decimal, digits: u32) -> Result<u128, AmountError> {
    let mantissa = u128::try_from(amount.mantissa()).map_err(|_| AmountError::Negative)?;
    let scale = amount.scale();
    if scale <= digits {
        let factor = power_of_ten(digits - scale)?;
        mantissa.checked_mul(factor).ok_or(AmountError::TooLarge)
    } else {
        Ok(mantissa.div_ceil(power_of_ten(scale - digits)?))
    }
}

fn power_of_ten(exponent: u32) -> Result<u128, AmountError> {
    10_u128.checked_pow(exponent).ok_or(AmountError::TooLarge)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scaling_keeps_every_digit_and_rounds_up() {
        let scaled = |text: &str, digits| scaled_up(parse(text).unwrap(), digits);
        assert_eq!(scaled("1.25e-06", 15), Ok(1_250_000_000));
        assert_eq!(scaled("0", 9), Ok(0));
        assert_eq!(scaled("-0", 9), Ok(0));
        assert_eq!(scaled("0.0000000001", 9), Ok(1));
        // a plain decimal product would drop the last digit here and miss the rounding
        assert_eq!(scaled("7.0000000000000000000000000001", 9), Ok(7_000_000_001));
        assert_eq!(scaled("79228162514264337593543950335", 15), Err(AmountError::TooLarge));
        assert_eq!(scaled("-1", 9), Err(AmountError::Negative));
    }

    #[test]
    fn what_is_not_a_number_is_refused() {
        for text in ["", " ", "1 ", "abc", "NaN", "inf", "1e", "e5", "0x10", "1,5", "1e-99", "1e99", "--1"] {
            assert_eq!(parse(text), Err(AmountError::NotANumber), "{text:?}");
        }
    }
}
