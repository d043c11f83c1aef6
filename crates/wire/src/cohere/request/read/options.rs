//! Settings.

use super::{Place, name_unread};
use crate::chat::{OutputFormat, Reasoning, ReasoningMode, Sampling};
use crate::json::{self, Invalid, Object};

pub(in crate::cohere) fn sampling(body: &mut Object<'_>) -> Result<Sampling, Invalid> {
    // 0 switches it off
    let top_k = if body.peek("k").is_some_and(|k| k.get() == "0") { None } else { body.take_number("k")? };
    Ok(Sampling {
        temperature: body.take_number("temperature")?,
        top_p: body.take_number("p")?,
        top_k,
        presence_penalty: body.take_number("presence_penalty")?,
        frequency_penalty: body.take_number("frequency_penalty")?,
        seed: body.take_number("seed")?,
        n: None,
    })
}

/// Cohere's models that can think do so unless they are told not to: an effort is none of its words.
pub(super) fn reasoning(body: &mut Object<'_>, unmapped: &mut Vec<String>) -> Result<Option<Reasoning>, Invalid> {
    let Some(mut thinking) = body.take_object("thinking")? else { return Ok(None) };
    let mode = match thinking.require_string("type")?.as_str() {
        "enabled" => ReasoningMode::Enabled,
        "disabled" => ReasoningMode::Disabled,
        other => return Err(thinking.invalid("type", format!("must be enabled or disabled, not '{other}'"))),
    };
    let budget_tokens = match mode {
        ReasoningMode::Disabled => None,
        _ => thinking.take_u64("token_budget")?,
    };
    name_unread(thinking, Place::Other, unmapped);
    Ok(Some(Reasoning { mode: Some(mode), budget_tokens, ..Reasoning::default() }))
}

pub(super) fn output(body: &mut Object<'_>, unmapped: &mut Vec<String>) -> Result<OutputFormat, Invalid> {
    let Some(mut format) = body.take_object("response_format")? else { return Ok(OutputFormat::Text) };
    let output = match format.require_string("type")?.as_str() {
        "text" => OutputFormat::Text,
        // the second is the first version's word, which users of the second go on writing
        "json_object" => match format.take("json_schema").or_else(|| format.take("schema")) {
            None => OutputFormat::JsonObject,
            Some(schema) if json::is_object(schema) => {
                OutputFormat::JsonSchema { name: None, description: None, schema: schema.into(), strict: None }
            }
            Some(_) => return Err(format.invalid("json_schema", "must be an object")),
        },
        other => return Err(format.invalid("type", format!("must be text or json_object, not '{other}'"))),
    };
    name_unread(format, Place::Other, unmapped);
    Ok(output)
}

/// There are no alternatives to tokens. `false` is left to the harmless ones.
pub(super) fn logprobs(body: &mut Object<'_>) -> Result<Option<u64>, Invalid> {
    if body.peek("logprobs").is_some_and(|switch| switch.get() == "false") {
        return Ok(None);
    }
    Ok(body.take_bool("logprobs")?.map(|_| 0))
}
