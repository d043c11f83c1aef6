//! Amounts of money in bodies: dollars as JSON numbers, read and written digit by digit, never through a float.

use money::{AmountError, Decimal, Nanos};
use serde::de::Error as _;
use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;
use utoipa::ToSchema;

/// Dollars in an answer: `0.0`, `12.5`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(crate) struct Usd(pub(in crate::manage) Nanos);

impl Serialize for Usd {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut text = self.0.to_string();
        if !text.contains('.') {
            text.push_str(".0");
        }
        RawValue::from_string(text).map_err(S::Error::custom)?.serialize(serializer)
    }
}

/// A cap in a request: dollars as a number, or as a string that holds one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ToSchema)]
#[schema(value_type = f64, minimum = 0)]
pub(crate) struct Cap(pub(in crate::manage) Nanos);

impl<'de> Deserialize<'de> for Cap {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        read_cap(<&RawValue>::deserialize(deserializer)?).map(Self).map_err(D::Error::custom)
    }
}

impl From<Cap> for Nanos {
    fn from(cap: Cap) -> Self {
        cap.0
    }
}

/// Why a value is not a budget.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
enum UsdError {
    #[error("must be an amount of US dollars: a number, or one in a string")]
    NotANumber,
    #[error("cannot be negative")]
    Negative,
    #[error("is more than can be counted (9223372036 US dollars)")]
    TooLarge,
}

impl From<AmountError> for UsdError {
    fn from(error: AmountError) -> Self {
        match error {
            AmountError::NotANumber => Self::NotANumber,
            AmountError::Negative => Self::Negative,
            AmountError::TooLarge => Self::TooLarge,
        }
    }
}

/// Reads a cap from a JSON number or from a string that holds one. What is finer than a nano-dollar falls off: a cap is
/// never raised by reading it.
fn read_cap(raw: &RawValue) -> Result<Nanos, UsdError> {
    let quoted: Option<String> = serde_json::from_str(raw.get()).ok();
    let text = quoted.as_deref().map_or(raw.get(), str::trim);
    if !is_json_number(text) {
        return Err(UsdError::NotANumber);
    }
    let nanos = Nanos::parse_usd(text)?;
    let rounded_up = exact(text).is_some_and(|usd| nanos.to_usd() > usd);
    Ok(if rounded_up { nanos.saturating_sub(Nanos::new(1)) } else { nanos })
}

fn exact(text: &str) -> Option<Decimal> {
    if text.contains(['e', 'E']) { Decimal::from_scientific(text) } else { Decimal::from_str_exact(text) }.ok()
}

/// JSON's own grammar keeps out what number parsers like besides: `1_000`, `+5`, `.5`, `NaN`.
fn is_json_number(text: &str) -> bool {
    text.starts_with(|first: char| first == '-' || first.is_ascii_digit())
        && serde_json::from_str::<&RawValue>(text).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Result<i64, UsdError> {
        let raw: Box<RawValue> = serde_json::from_str(json).unwrap();
        read_cap(&raw).map(Nanos::get)
    }

    #[test]
    fn reads_every_digit() {
        for (json, nanos) in [
            ("0", 0),
            ("0.1", 100_000_000),
            ("1e-6", 1_000),
            ("1E2", 100_000_000_000),
            (r#""5""#, 5_000_000_000),
            (r#"" 5.5 ""#, 5_500_000_000),
            (r#""1e-6""#, 1_000),
            ("10.00", 10_000_000_000),
            ("0.30000000000000004", 300_000_000),
            ("0.0000000001", 0),
            ("0.0000000019", 1),
            ("9223372036.854775807", i64::MAX),
        ] {
            assert_eq!(read(json), Ok(nanos), "{json}");
        }
    }

    #[test]
    fn refuses_what_is_not_an_amount() {
        let long = "9".repeat(400);
        for (json, error) in [
            ("-1", UsdError::Negative),
            (r#""-0.01""#, UsdError::Negative),
            (r#""NaN""#, UsdError::NotANumber),
            (r#""Infinity""#, UsdError::NotANumber),
            (r#""""#, UsdError::NotANumber),
            (r#""1_000""#, UsdError::NotANumber),
            (r#""+5""#, UsdError::NotANumber),
            (r#""1,5""#, UsdError::NotANumber),
            (r#""[1]""#, UsdError::NotANumber),
            ("true", UsdError::NotANumber),
            ("[1]", UsdError::NotANumber),
            ("9223372036.854775808", UsdError::TooLarge),
            ("1e400", UsdError::NotANumber),
            (&long, UsdError::NotANumber),
        ] {
            assert_eq!(read(json), Err(error), "{json}");
        }
    }

    #[test]
    fn writes_exact_numbers() {
        for (nanos, json) in [
            (0, "0.0"),
            (1, "0.000000001"),
            (100_000_000, "0.1"),
            (100_000_000_000, "100.0"),
            (i64::MAX, "9223372036.854775807"),
        ] {
            assert_eq!(serde_json::to_string(&Usd(Nanos::new(nanos))).unwrap(), json);
        }
    }
}
