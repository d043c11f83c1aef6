//! Texts of numbers: what they may look like, and when they are JSON.

use std::time::Duration;

/// The same number in the spelling of JSON, no digit changed. `None` if it is not a decimal number.
pub(super) fn json(written: &str) -> Option<String> {
    let (sign, rest) = match written.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", written.strip_prefix('+').unwrap_or(written)),
    };
    let (mantissa, exponent) = match rest.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (rest, None),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    if !(digits(whole) && digits(fraction)) || whole.len() + fraction.len() == 0 {
        return None;
    }
    let whole = whole.trim_start_matches('0');
    let mut json = format!("{sign}{}", if whole.is_empty() { "0" } else { whole });
    if !fraction.is_empty() {
        json.push('.');
        json.push_str(fraction);
    }
    if let Some(exponent) = exponent {
        let power = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        if power.is_empty() || !digits(power) {
            return None;
        }
        json.push('e');
        json.push_str(exponent);
    }
    Some(json)
}

fn digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// An amount of money: a decimal number that is not negative, kept as it was written.
pub(super) fn amount(written: &str) -> Option<String> {
    let written = written.trim();
    let decimal = json(written)?;
    (!decimal.starts_with('-')).then(|| written.to_owned())
}

/// A share or weight: zero or more.
pub(super) fn weight(written: &str) -> Option<f64> {
    json(written.trim())?.parse().ok().filter(|weight: &f64| weight.is_finite() && *weight >= 0.0)
}

/// A time of more than nothing, in seconds.
pub(super) fn seconds(written: &str) -> Option<Duration> {
    let seconds = weight(written)?;
    Duration::try_from_secs_f64(seconds).ok().filter(|time| !time.is_zero())
}

/// A size in bytes of more than nothing, written in mebibytes.
pub(super) fn mebibytes(written: &str) -> Option<u64> {
    let (whole, fraction) = written.trim().split_once('.').unwrap_or((written.trim(), ""));
    let micro = format!("{fraction:0<6}");
    if fraction.len() > 6 || !digits(fraction) || !digits(whole) || whole.is_empty() {
        return None;
    }
    let millionths = whole.parse::<u64>().ok()?.checked_mul(1_000_000)?.checked_add(micro.parse().ok()?)?;
    let bytes = u128::from(millionths) * 1_048_576 / 1_000_000;
    u64::try_from(bytes).ok().filter(|bytes| *bytes > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spells_numbers_as_json_does() {
        for (written, expect) in [
            ("1", Some("1")),
            ("007", Some("7")),
            ("+5", Some("5")),
            ("-0.50", Some("-0.50")),
            (".5", Some("0.5")),
            ("1.", Some("1")),
            ("1.25e-06", Some("1.25e-06")),
            ("1E+5", Some("1e+5")),
            ("1e", None),
            ("1e+", None),
            (".inf", None),
            (".", None),
            ("", None),
            ("0x10", None),
            ("1_000", None),
            ("--1", None),
        ] {
            assert_eq!(json(written).as_deref(), expect, "{written}");
            let read = expect.map(serde_json::from_str::<serde_json::Value>);
            assert!(read.is_none_or(|read| read.is_ok()), "{written}");
        }
    }

    #[test]
    fn keeps_amounts_as_written() {
        for (written, expect) in [
            ("1.25e-06", Some("1.25e-06")),
            (" 0 ", Some("0")),
            ("-1", None),
            ("free", None),
            ("1e-400", Some("1e-400")),
        ] {
            assert_eq!(amount(written).as_deref(), expect, "{written}");
        }
    }

    #[test]
    fn reads_times_and_sizes() {
        for (written, expect) in [("30", Some(30_000)), ("0.5", Some(500)), ("0", None), ("-1", None), ("1e400", None)]
        {
            assert_eq!(seconds(written), expect.map(Duration::from_millis), "{written}");
        }
        for (written, expect) in [
            ("1", Some(1_048_576)),
            ("0.5", Some(524_288)),
            ("0", None),
            ("-1", None),
            (".5", None),
            ("99999999999999999999", None),
            ("18446744073709", None),
        ] {
            assert_eq!(mebibytes(written), expect, "{written}");
        }
    }
}
