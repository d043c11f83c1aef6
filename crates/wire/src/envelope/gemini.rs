//! What a request to Gemini says of ceilings and prices; its model and whether it streams stand in the URL.
//!
//! Google takes two spellings of each field and refuses both at once. So does this, or one would be read and the other count.

use serde_json::value::RawValue;

use super::scan::fields::MOST_ANSWERS;
use super::scan::{self, ceiling, typed};
use super::{Envelope, EnvelopeError};
use crate::dialect::CeilingField;
use crate::json::{Invalid, Object, span_of};

/// Fields of `generationConfig` that are read, in both spellings.
const READ: &[(&str, &str)] = &[
    ("maxOutputTokens", "max_output_tokens"),
    ("candidateCount", "candidate_count"),
    ("responseModalities", "response_modalities"),
    ("speechConfig", "speech_config"),
    ("imageConfig", "image_config"),
];

/// Formats of the answer.
const FORMATS: &[&str] = &["responseSchema", "response_schema", "responseJsonSchema", "response_json_schema"];

/// Values of `serviceTier` that cost what the price says, or less.
const ORDINARY_TIERS: &[&str] = &["unspecified", "standard", "flex", "UNSPECIFIED", "STANDARD", "FLEX"];

/// The model once more: it must be the URL's, as Google's own word for two that differ is not known.
pub(super) fn model(value: &RawValue, envelope: &Envelope) -> Result<(), EnvelopeError> {
    let name = typed::<String>("model", "a string", value)?;
    let bare = |name: &str| name.strip_prefix("models/").unwrap_or(name).to_owned();
    if bare(&name) == bare(&envelope.model) {
        Ok(())
    } else {
        Err(EnvelopeError::WrongType { field: "model", expected: "the model that the URL names, or left out" })
    }
}

/// Reads whether one vector is asked for, and in each of several requests the model once more.
pub(super) fn embedding(text: &str, envelope: &mut Envelope) -> Result<(), EnvelopeError> {
    let wrong = |error: Invalid| EnvelopeError::Syntax(error.to_string());
    let requests = Object::parse(text, "").and_then(|mut body| body.take_list("requests")).map_err(wrong)?;
    envelope.single = requests.is_none();
    let requests = requests.unwrap_or_default();
    envelope.prompts = requests.len().max(1).try_into().unwrap_or(u64::MAX);
    for (path, request) in requests {
        let mut request = Object::parse(request.get(), path).map_err(wrong)?;
        if let Some(named) = request.take("model") {
            model(named, envelope)?;
        }
    }
    Ok(())
}

/// Reads `generationConfig`, whose `maxOutputTokens` is the ceiling.
pub(super) fn generation_config(text: &str, value: &RawValue, envelope: &mut Envelope) -> Result<(), EnvelopeError> {
    let expected = "an object whose fields stand once";
    let wrong = |_| EnvelopeError::WrongType { field: "generationConfig", expected };
    let mut config = Object::parse(value.get(), "generationConfig").map_err(wrong)?;
    plainly_spelt(&config)?;
    envelope.brings_tools |= FORMATS.iter().any(|name| config.peek(name).is_some());
    envelope.thinking_budget = thinking_budget(&config);
    for (name, other) in READ {
        let Some(value) = config.take_nullable(name).or_else(|| config.take_nullable(other)) else { continue };
        let is_null = value.get() == "null";
        match *name {
            "maxOutputTokens" if is_null => {
                envelope.unset_ceilings.push((CeilingField::MaxTokens, span_of(text, value)));
            }
            "maxOutputTokens" => {
                let most = ceiling("generationConfig.maxOutputTokens", value)?;
                envelope.ceilings.push((CeilingField::MaxTokens, most, span_of(text, value)));
            }
            _ if is_null => {}
            "candidateCount" => {
                let field = "generationConfig.candidateCount";
                envelope.n = ceiling(field, value)?;
                if envelope.n > MOST_ANSWERS {
                    return Err(EnvelopeError::WrongType { field, expected: "at most 128" });
                }
            }
            "responseModalities" if is_text_alone(value) => {}
            _ => envelope.priced_apart.field(&format!("generationConfig.{name}")),
        }
    }
    Ok(())
}

/// Reads `serviceTier`.
pub(super) fn tier(field: &'static str, value: &RawValue, envelope: &mut Envelope) {
    match serde_json::from_str::<String>(value.get()) {
        Ok(word) => scan::tier(field, &word, ORDINARY_TIERS, envelope),
        Err(_) => envelope.priced_apart.field(field),
    }
}

/// The tokens that the client wants thought with. What is no number of them says how much in another way, or is refused later.
fn thinking_budget(config: &Object<'_>) -> Option<u64> {
    #[derive(serde::Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Thinking {
        #[serde(alias = "thinking_budget")]
        thinking_budget: u64,
    }
    let thinking = ["thinkingConfig", "thinking_config"].into_iter().find_map(|name| config.peek(name))?;
    serde_json::from_str::<Thinking>(thinking.get()).ok().map(|thinking| thinking.thinking_budget)
}

/// Refuses two spellings of one field, and what is nearly a field that is read.
fn plainly_spelt(config: &Object<'_>) -> Result<(), EnvelopeError> {
    for (one, other) in READ {
        let is_near = |name: &&str| name.eq_ignore_ascii_case(one) || name.eq_ignore_ascii_case(other);
        let mut near = config.names().filter(is_near);
        let (first, second) = (near.next(), near.next());
        if let Some(odd) = first.filter(|name| name != one && name != other) {
            return Err(EnvelopeError::Spelling { written: format!("generationConfig.{odd}"), meant: one });
        }
        if second.is_some() {
            return Err(EnvelopeError::Duplicate(format!("generationConfig.{one}")));
        }
    }
    Ok(())
}

/// Whether no pictures or speech are asked for, which have prices of their own.
fn is_text_alone(kinds: &RawValue) -> bool {
    serde_json::from_str::<Vec<String>>(kinds.get()).is_ok_and(|kinds| kinds.iter().all(|kind| kind == "TEXT"))
}

#[cfg(test)]
mod tests;
