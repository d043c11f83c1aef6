//! Metadata that comes back as it was sent. A number that we would change by keeping it is refused instead.

use serde_json::value::RawValue;
use serde_json::{Map, Number, Value};

/// Why an object cannot be kept.
#[derive(Debug, thiserror::Error)]
pub(super) enum MetadataError {
    #[error("must be an object ({0})")]
    NotAnObject(serde_json::Error),
    #[error("the number {0} cannot be kept exactly: send it as a string")]
    Inexact(String),
}

pub(super) fn read(raw: &RawValue) -> Result<Map<String, Value>, MetadataError> {
    let object = serde_json::from_str(raw.get()).map_err(MetadataError::NotAnObject)?;
    match numbers(raw.get()).find(|text| !survives(text)) {
        Some(text) => Err(MetadataError::Inexact(text.chars().take(40).collect())),
        None => Ok(object),
    }
}

/// Whether the number is the same after it was written to the store and once more to a client.
fn survives(text: &str) -> bool {
    let again = |text: &str| serde_json::from_str::<Number>(text).map(|number| number.to_string());
    let kept = again(text).and_then(|stored| again(&stored));
    kept.is_ok_and(|kept| Digits::of(&kept) == Digits::of(text))
}

/// The texts of all numbers in a JSON text: outside of strings, only they and the end of `true` and `false` are made of
/// these letters.
fn numbers(json: &str) -> impl Iterator<Item = &str> {
    let mut in_string = false;
    let mut escaped = false;
    let between = move |letter: char| {
        let was_in_string = in_string;
        match letter {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => in_string = !in_string,
            _ => {}
        }
        was_in_string || !matches!(letter, '0'..='9' | '-' | '+' | '.' | 'e' | 'E')
    };
    json.split(between).filter(|piece| piece.contains(|letter: char| letter.is_ascii_digit()))
}

/// A decimal number apart from the way it is written: `1.50e2` is `150`.
#[derive(Debug, PartialEq, Eq)]
struct Digits {
    negative: bool,
    significant: String,
    /// Of the last significant digit.
    exponent: i64,
}

impl Digits {
    fn of(text: &str) -> Option<Self> {
        let (negative, text) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
        let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
        let (whole, part) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let all = format!("{whole}{part}");
        let digits = all.trim_end_matches('0');
        let exponent = exponent.parse::<i64>().ok()? - i64::try_from(part.len()).ok()?;
        let exponent = exponent + i64::try_from(all.len() - digits.len()).ok()?;
        let significant = digits.trim_start_matches('0').to_owned();
        Some(Self { negative, exponent: if significant.is_empty() { 0 } else { exponent }, significant })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(json: &str) -> Result<String, String> {
        let raw: Box<RawValue> = serde_json::from_str(json).unwrap();
        read(&raw).map(|object| Value::Object(object).to_string()).map_err(|error| error.to_string())
    }

    #[test]
    fn keeps_what_it_can_give_back() {
        for json in [
            r"{}",
            r#"{"a":[1,-2,0.1,1.5e-7,true,false,null,"1e999"],"b":{"c":"12345678901234567890123 \" 1.0000000000000000001"}}"#,
            r#"{"a":18446744073709551615,"b":-9223372036854775808,"c":3.141592653589793}"#,
        ] {
            assert_eq!(check(json).as_deref(), Ok(json));
        }
        assert_eq!(check(r#"{"a": 1.50e2, "b": -0.0, "c": 100}"#).as_deref(), Ok(r#"{"a":150.0,"b":-0.0,"c":100}"#));
    }

    #[test]
    fn names_the_number_that_would_change() {
        for number in [
            "12345678901234567890123",
            "0.1000000000000000055511151231257827",
            "1.0000000000000000001",
            "-18446744073709551616",
        ] {
            let refused = check(&format!(r#"{{"a":["x",{{"b":{number}}}]}}"#)).unwrap_err();
            assert!(refused.contains(number), "{refused}");
        }
        for json in ["[]", "1", r#""{}""#, r#"{"a":1e400}"#] {
            assert!(check(json).unwrap_err().starts_with("must be an object"), "{json}");
        }
    }
}
