//! Numbers as they were written. The parser hands out floats; the digits are taken from the text instead and checked
//! against the float.

use std::collections::HashMap;

use saphyr::Scalar;

/// The text of a file, with the numbers that anchors stand for.
pub(super) struct Digits {
    chars: Vec<char>,
    anchors: HashMap<String, String>,
}

impl Digits {
    pub(super) fn new(text: &str) -> Self {
        Self { chars: text.chars().collect(), anchors: HashMap::new() }
    }

    /// What is written at `from..to`, without quotes.
    pub(super) fn text(&self, from: usize, to: usize) -> Option<String> {
        let written: String = self.chars.get(from..to)?.iter().collect();
        Some(written.trim().trim_matches(['"', '\'']).to_owned())
    }

    /// The digits of the number that stands at `from..to`. `None` if they cannot be told.
    pub(super) fn at(&mut self, from: usize, to: usize, value: &Scalar<'_>) -> Option<String> {
        let written: String = self.chars.get(from..to)?.iter().collect();
        let mut anchor = None;
        let mut rest = written.trim();
        if let Some(name) = rest.strip_prefix('*') {
            return self.anchors.get(name).filter(|digits| reads_as(digits, value)).cloned();
        }
        while rest.starts_with(['&', '!']) {
            let (property, after) = rest.split_once(char::is_whitespace)?;
            anchor = property.strip_prefix('&').or(anchor);
            rest = after.trim_start();
        }
        if !reads_as(rest, value) {
            return None;
        }
        if let Some(name) = anchor {
            self.anchors.insert(name.to_owned(), rest.to_owned());
        }
        Some(rest.to_owned())
    }
}

/// Whether the digits are those of this number.
fn reads_as(digits: &str, value: &Scalar<'_>) -> bool {
    match (Scalar::parse_from_cow(digits.into()), value) {
        (Scalar::Integer(read), Scalar::FloatingPoint(float)) => read.to_string() == float.to_string(),
        (read, value) => read == *value,
    }
}
