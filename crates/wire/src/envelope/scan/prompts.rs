//! How many inputs a request has, counted without keeping them.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::typed;
use crate::envelope::EnvelopeError;

/// How many prompts there are: a list of tokens is one, a list of texts or of such lists has several.
pub(super) fn prompts(field: &'static str, value: &RawValue) -> Result<u64, EnvelopeError> {
    if value.get().starts_with('"') {
        return Ok(1);
    }
    typed::<Prompts>(field, "a string or a list", value).map(|prompts| prompts.0)
}

/// The prompts in a list. Its items are counted as they pass by: it may be as long as the body.
struct Prompts(u64);

impl<'de> Deserialize<'de> for Prompts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(Self(1))
    }
}

impl<'de> Visitor<'de> for Prompts {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self, A::Error> {
        let first = list.next_element::<&RawValue>()?;
        let several = first.is_some_and(|first| first.get().starts_with(['"', '[']));
        let mut count = 1;
        while list.next_element::<IgnoredAny>()?.is_some() {
            count += u64::from(several);
        }
        Ok(Self(count))
    }
}
