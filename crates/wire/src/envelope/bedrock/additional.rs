//! `additionalModelRequestFields`: parameters of the model itself. What is not known to cost the same as without it counts as
//! priced apart.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::super::scan::typed;
use super::super::{Envelope, EnvelopeError};
use super::object;
use crate::json::{self, Object};

/// Models' own names for the ceiling and for several answers. The service refuses most of them beside its own field; where it does
/// not, one of them would lift what the budget was held for.
const CEILINGS: &[&str] = &[
    "max_tokens",
    "maxtokens",
    "max_tokens_to_sample",
    "max_completion_tokens",
    "max_output_tokens",
    "max_new_tokens",
    "max_gen_len",
    "maxtokencount",
    "n",
    "best_of",
    "num_generations",
    "num_results",
    "numresults",
    "candidate_count",
];

/// Models' own names for words, numbers and lists of them that cost the same as without.
const ORDINARY: &[&str] = &[
    "reasoning_effort",
    "top_k",
    "topk",
    "min_p",
    "seed",
    "random_seed",
    "stop",
    "stop_sequences",
    "stopsequences",
    "temperature",
    "top_p",
    "topp",
    "presence_penalty",
    "presencepenalty",
    "frequency_penalty",
    "frequencypenalty",
    "countpenalty",
    "repetition_penalty",
    "tool_choice",
    "response_format",
];

/// Objects of this kind, each with its members; those of the second list hold the client's own words and schemas.
const OBJECTS: &[(&str, &[&str], &[&str])] = &[
    ("thinking", &["type", "budget_tokens", "display"], &[]),
    ("reasoning_config", &["type", "budget_tokens", "display"], &[]),
    ("reasoningconfig", &["type", "maxreasoningeffort"], &[]),
    ("output_config", &["effort"], &["format"]),
    ("tool_choice", &["type", "name", "disable_parallel_tool_use"], &["function"]),
    ("response_format", &["type"], &["json_schema", "schema"]),
    ("metadata", &["user_id"], &[]),
    // Nova's own object in the place for models' own parameters
    ("inferenceconfig", &["topk", "top_k", "temperature", "topp", "top_p", "stopsequences", "stop_sequences"], &[]),
];

/// Reads the fields.
pub(in crate::envelope) fn fields(value: &RawValue, envelope: &mut Envelope) -> Result<(), EnvelopeError> {
    const PATH: &str = "additionalModelRequestFields";
    let fields = object(PATH, value)?;
    for name in fields.names() {
        let plain = plain(name, &fields)?;
        // null is absent
        let Some(value) = fields.peek(name) else { continue };
        let path = fields.path_of(name);
        if matches!(plain.as_str(), "thinking" | "reasoning_config") && json::is_object(value) {
            let budget = typed::<Thinking>("additionalModelRequestFields.thinking", "an object", value)?.budget_tokens;
            envelope.thinking_budget = envelope.thinking_budget.max(budget);
        }
        let known = OBJECTS.iter().find(|(known, ..)| *known == plain);
        if let Some((_, members, opaque)) = known.filter(|_| json::is_object(value)) {
            nested(&Object::parse(value.get(), path).map_err(|_| TWICE)?, members, opaque, envelope)?;
            continue;
        }
        let ordinary = match plain.as_str() {
            "anthropic_beta" => is_harmless_beta(value),
            name => ORDINARY.contains(&name) && is_flat(value),
        };
        if !ordinary {
            envelope.priced_apart.field(&path);
        }
    }
    Ok(())
}

/// A nested object may hold a ceiling or a price as well.
fn nested(
    object: &Object<'_>,
    members: &[&str],
    opaque: &[&str],
    envelope: &mut Envelope,
) -> Result<(), EnvelopeError> {
    for name in object.names() {
        let plain = plain(name, object)?;
        let ordinary = opaque.contains(&plain.as_str())
            || object.peek(name).is_none_or(|value| members.contains(&plain.as_str()) && is_flat(value));
        if !ordinary {
            envelope.priced_apart.field(&object.path_of(name));
        }
    }
    Ok(())
}

/// A name in small letters, unless it is a ceiling's.
fn plain(name: &str, object: &Object<'_>) -> Result<String, EnvelopeError> {
    let plain = name.to_ascii_lowercase();
    if CEILINGS.contains(&plain.as_str()) { Err(EnvelopeError::Elsewhere(object.path_of(name))) } else { Ok(plain) }
}

/// A beta may lift the window that a call is held for.
pub(in crate::envelope) fn is_harmless_beta(value: &RawValue) -> bool {
    serde_json::from_str::<Vec<String>>(value.get())
        .is_ok_and(|betas| betas.iter().all(|beta| !beta.contains("context")))
}

/// Whether a value is a word, a number or a list of them.
fn is_flat(value: &RawValue) -> bool {
    let is_single = |value: &RawValue| !json::is_object(value) && !json::is_list(value);
    is_single(value)
        || serde_json::from_str::<Vec<&RawValue>>(value.get()).is_ok_and(|values| values.into_iter().all(is_single))
}

const TWICE: EnvelopeError =
    EnvelopeError::WrongType { field: "additionalModelRequestFields", expected: "an object whose fields stand once" };

#[derive(Deserialize)]
struct Thinking {
    budget_tokens: Option<u64>,
}
