//! What a Converse body says of ceilings and prices; its model and whether it streams stand in the URL.

mod additional;

use serde::Deserialize;
use serde_json::value::RawValue;

pub(super) use self::additional::{fields as additional_fields, is_harmless_beta};
use super::scan::{self, ceiling, typed};
use super::{Address, Envelope, EnvelopeError};
use crate::dialect::CeilingField;
use crate::json::Object;
use crate::json::span_of;

/// Takes what the URL says. What a managed prompt adds to the call does not stand in its body.
pub(super) fn addressed(address: &Address, envelope: &mut Envelope) {
    envelope.model.clone_from(&address.model);
    envelope.stream = address.stream;
    envelope.include_usage = true;
    envelope.has_references = address.model.contains(":prompt/");
}

/// Reads `inferenceConfig`, whose `maxTokens` is the ceiling.
pub(super) fn inference_config(text: &str, value: &RawValue, envelope: &mut Envelope) -> Result<(), EnvelopeError> {
    let mut config = object("inferenceConfig", value)?;
    if let Some(odd) = config.names().find(|name| name.eq_ignore_ascii_case("maxTokens") && *name != "maxTokens") {
        return Err(EnvelopeError::Spelling {
            written: format!("inferenceConfig.{odd}"),
            meant: "inferenceConfig.maxTokens",
        });
    }
    let Some(most) = config.take_nullable("maxTokens") else { return Ok(()) };
    let span = span_of(text, most);
    if most.get() == "null" {
        envelope.unset_ceilings.push((CeilingField::MaxTokens, span));
    } else {
        envelope.ceilings.push((CeilingField::MaxTokens, ceiling("inferenceConfig.maxTokens", most)?, span));
    }
    Ok(())
}

/// Reads `serviceTier` and `performanceConfig`, which change the price.
pub(super) fn tier(field: &'static str, value: &RawValue, envelope: &mut Envelope) -> Result<(), EnvelopeError> {
    let word = typed::<Tier>(field, "an object", value)?;
    if let Some(word) = &word.r#type {
        scan::tier(field, word, &["default", "flex"], envelope);
    }
    if word.latency.is_some_and(|word| word != "standard") {
        envelope.priced_apart.field(field);
    }
    Ok(())
}

fn object<'a>(field: &'static str, value: &'a RawValue) -> Result<Object<'a>, EnvelopeError> {
    let wrong = |_| EnvelopeError::WrongType { field, expected: "an object whose fields stand once" };
    Object::parse(value.get(), field).map_err(wrong)
}

#[derive(Deserialize)]
struct Tier {
    r#type: Option<String>,
    latency: Option<String>,
}

#[cfg(test)]
mod tests;
