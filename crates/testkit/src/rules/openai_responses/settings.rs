//! Settings, and the range of each.

use serde_json::Value;

use super::{Node, Refused};

/// Fewer tokens of output than these may not be asked for.
const LEAST_CEILING: u64 = 16;
const INCLUDED: &[&str] = &[
    "file_search_call.results",
    "web_search_call.results",
    "web_search_call.action.sources",
    "message.input_image.image_url",
    "computer_call_output.output.image_url",
    "code_interpreter_call.outputs",
    "reasoning.encrypted_content",
    "message.output_text.logprobs",
];
/// A field, and the words that it may say.
const WORDS: &[(&str, &[&str])] = &[
    ("service_tier", &["auto", "default", "flex", "scale", "priority", "fast", "ultrafast"]),
    ("truncation", &["auto", "disabled"]),
    ("prompt_cache_retention", &["in_memory", "24h"]),
    ("reasoning.effort", &["none", "minimal", "low", "medium", "high", "xhigh", "max"]),
    ("reasoning.summary", &["auto", "concise", "detailed"]),
    ("text.verbosity", &["low", "medium", "high"]),
    ("text.format.type", &["text", "json_object", "json_schema"]),
];

pub(super) fn check(body: &Node<'_>) -> Result<(), Refused> {
    for (name, words) in WORDS {
        let field = name.split('.').try_fold(body.clone(), |at, name| at.field(name));
        field.map_or(Ok(()), |field| field.word(words))?;
    }
    for word in body.items("include")? {
        word.word(INCLUDED)?;
    }
    for (name, most) in [("temperature", 2.0), ("top_p", 1.0)] {
        let Some(field) = body.field(name) else { continue };
        field.number(Value::as_f64, |value| (0.0..=most).contains(&value), &format!("a number from 0 to {most}"))?;
    }
    for (name, least, most) in
        [("max_output_tokens", LEAST_CEILING, u64::MAX), ("max_tool_calls", 0, u64::MAX), ("top_logprobs", 0, 20)]
    {
        body.field(name).map_or(Ok(()), |field| whole(&field, least, most))?;
    }
    for name in ["stream", "store", "parallel_tool_calls", "background"] {
        let Some(field) = body.field(name) else { continue };
        field.number(Value::as_bool, |_| true, "true or false")?;
    }
    for name in ["instructions", "model", "prompt_cache_key", "safety_identifier", "user"] {
        body.field(name).map_or(Ok(""), |field| field.text(0, usize::MAX))?;
    }
    let Some(metadata) = body.field("metadata") else { return Ok(()) };
    let entries = metadata.object()?;
    if entries.len() > 16 {
        return Err(metadata.broken("has more than 16 entries").into());
    }
    for name in entries.keys() {
        metadata.need(name)?.text(0, 512)?;
    }
    Ok(())
}

/// A whole number out of its range is refused in the service's own words.
fn whole(field: &Node<'_>, least: u64, most: u64) -> Result<(), Refused> {
    let value = field.value();
    let Some(number) = value.as_i64().map(i128::from).or(value.as_u64().map(i128::from)) else {
        return Err(field.broken("must be a whole number").into());
    };
    let (which, bound, code) = if number < least.into() {
        ("below minimum", format!(">= {least}"), "integer_below_min_value")
    } else if number > most.into() {
        ("above maximum", format!("<= {most}"), "integer_above_max_value")
    } else {
        return Ok(());
    };
    let why = format!("integer {which} value. Expected a value {bound}, but got {number} instead");
    Err(Refused { code: Some(code), ..field.broken(&why).into() })
}
