//! What a Converse body says of ceilings and prices; its model and whether it streams stand in the URL.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::scan::{ceiling, span_of, typed};
use super::{Address, Envelope, EnvelopeError};
use crate::dialect::CeilingField;
use crate::json::Object;

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

/// Models' own names for what costs the same as without them.
const ORDINARY: &[&str] = &[
    "thinking",
    "reasoning_config",
    "reasoningconfig",
    "reasoning_effort",
    "output_config",
    "top_k",
    "topk",
    "min_p",
    "seed",
    "random_seed",
    "stop",
    "stop_sequences",
    "temperature",
    "top_p",
    "presence_penalty",
    "presencepenalty",
    "frequency_penalty",
    "frequencypenalty",
    "countpenalty",
    "repetition_penalty",
    "tool_choice",
    "response_format",
    "metadata",
];

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

/// Reads `additionalModelRequestFields`: parameters of the model itself.
pub(super) fn additional_fields(value: &RawValue, envelope: &mut Envelope) -> Result<(), EnvelopeError> {
    let mut fields = object("additionalModelRequestFields", value)?;
    for name in fields.names() {
        let plain = name.to_ascii_lowercase();
        let path = format!("additionalModelRequestFields.{name}");
        if CEILINGS.contains(&plain.as_str()) {
            return Err(EnvelopeError::Elsewhere(path));
        }
        // a beta may lift the window that a call is held for
        let is_ordinary = match name {
            "inferenceConfig" => true,
            "anthropic_beta" => fields.peek(name).is_none_or(|betas| !betas.get().contains("context")),
            _ => ORDINARY.contains(&plain.as_str()),
        };
        if !is_ordinary {
            envelope.price_apart(&path);
        }
    }
    // Nova's own object in the place for models' own parameters
    if let Some(nested) = fields.take("inferenceConfig") {
        let nested = object("additionalModelRequestFields.inferenceConfig", nested)?;
        let lifts = |name: &&str| CEILINGS.contains(&name.to_ascii_lowercase().as_str());
        if let Some(name) = nested.names().find(lifts) {
            return Err(EnvelopeError::Elsewhere(nested.path_of(name)));
        }
    }
    let thinking = ["thinking", "reasoning_config"].iter().find_map(|name| fields.take(name));
    envelope.thinking_budget = match thinking {
        Some(thinking) => {
            typed::<Thinking>("additionalModelRequestFields.thinking", "an object", thinking)?.budget_tokens
        }
        None => None,
    };
    Ok(())
}

/// Reads `serviceTier` and `performanceConfig`, which change the price.
pub(super) fn tier(field: &'static str, value: &RawValue, envelope: &mut Envelope) -> Result<(), EnvelopeError> {
    let word = typed::<Tier>(field, "an object", value)?;
    let dear = word.r#type.is_some_and(|word| !matches!(word.as_str(), "default" | "flex"))
        || word.latency.is_some_and(|word| word != "standard");
    if dear {
        envelope.price_apart(field);
    }
    Ok(())
}

fn object<'a>(field: &'static str, value: &'a RawValue) -> Result<Object<'a>, EnvelopeError> {
    let wrong = |_| EnvelopeError::WrongType { field, expected: "an object whose fields stand once" };
    Object::parse(value.get(), field).map_err(wrong)
}

#[derive(Deserialize)]
struct Thinking {
    budget_tokens: Option<u64>,
}

#[derive(Deserialize)]
struct Tier {
    r#type: Option<String>,
    latency: Option<String>,
}

#[cfg(test)]
mod tests;
