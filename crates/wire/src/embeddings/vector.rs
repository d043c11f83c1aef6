//! One vector: numbers as they came, which keep their digits, or as base64 of 32-bit floats.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use serde_json::value::RawValue;

use crate::json::{self, Invalid, Raw};

/// The numbers of one input.
#[derive(Clone, Debug, PartialEq)]
pub enum Vector {
    /// A JSON list of numbers.
    List(Raw),
    Base64(String),
}

/// A vector that is written as a JSON list.
#[derive(Serialize)]
#[serde(untagged)]
pub enum List<'a> {
    AsItCame(&'a Raw),
    Numbers(Vec<f32>),
}

impl Vector {
    /// Reads either form.
    pub fn read(value: &RawValue, path: &str) -> Result<Self, Invalid> {
        if json::is_string(value) {
            let text = json::string(value, path)?;
            let whole = STANDARD.decode(&text).is_ok_and(|bytes| bytes.len() % 4 == 0);
            return if whole {
                Ok(Self::Base64(text))
            } else {
                Err(Invalid::new(path, "is not base64 of 32-bit floats"))
            };
        }
        // numbers only: it is written into another answer as it is
        let numbers: Result<Vec<f32>, _> = serde_json::from_str(value.get());
        numbers.map(|_| Self::List(value.into())).map_err(|_| Invalid::new(path, "must be a list of numbers"))
    }

    /// As a JSON list.
    pub fn list(&self) -> List<'_> {
        match self {
            Self::List(list) => List::AsItCame(list),
            Self::Base64(text) => {
                let bytes = STANDARD.decode(text).unwrap_or_default();
                List::Numbers(bytes.as_chunks().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect())
            }
        }
    }

    /// As base64.
    pub fn base64(&self) -> String {
        match self {
            Self::Base64(text) => text.clone(),
            Self::List(list) => {
                let numbers: Vec<f32> = serde_json::from_str(list.get()).unwrap_or_default();
                STANDARD.encode(numbers.into_iter().flat_map(f32::to_le_bytes).collect::<Vec<u8>>())
            }
        }
    }
}
