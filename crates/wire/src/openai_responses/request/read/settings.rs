//! What a request wants of its answer.

use super::super::harmless::{Place, name_unread};
use crate::chat::{Effort, OutputFormat, Reasoning};
use crate::json::{self, Invalid, Object, Raw};

/// What is asked for by `include`, and what it brings.
const LOGPROBS: &str = "message.output_text.logprobs";
const ENCRYPTED: &str = "reasoning.encrypted_content";

/// The fields that only OpenAI's dialects have.
const OPENAI: &[&str] = &["moderation", "prompt_cache_key", "prompt_cache_options", "prompt_cache_retention"];

/// The form of the answer and how much to say, both of which stand in `text`.
pub(super) fn text(
    body: &mut Object<'_>,
    unmapped: &mut Vec<String>,
) -> Result<(OutputFormat, Option<String>), Invalid> {
    let Some(mut text) = body.take_object("text")? else { return Ok((OutputFormat::Text, None)) };
    let output = match text.take_object("format")? {
        None => OutputFormat::Text,
        Some(format) => output(format, unmapped)?,
    };
    let verbosity = text.take_string("verbosity")?;
    name_unread(text, Place::Other, unmapped);
    Ok((output, verbosity))
}

fn output(mut format: Object<'_>, unmapped: &mut Vec<String>) -> Result<OutputFormat, Invalid> {
    let output = match format.require_string("type")?.as_str() {
        "text" => OutputFormat::Text,
        "json_object" => OutputFormat::JsonObject,
        "json_schema" => OutputFormat::JsonSchema {
            name: format.take_string("name")?,
            description: format.take_string("description")?,
            schema: format.take_raw("schema").ok_or_else(|| format.invalid("schema", "is required"))?,
            strict: format.take_bool("strict")?,
        },
        other => return Err(format.invalid("type", format!("must be text, json_object or json_schema, not '{other}'"))),
    };
    name_unread(format, Place::Other, unmapped);
    Ok(output)
}

pub(super) fn reasoning(body: &mut Object<'_>, unmapped: &mut Vec<String>) -> Result<Option<Reasoning>, Invalid> {
    let Some(mut given) = body.take_object("reasoning")? else { return Ok(None) };
    let summary = given.take_string("summary")?;
    // The older name. When both are set and differ, it stays unread and so is named.
    let older = given.peek("generate_summary").map(|value| json::string(value, "reasoning.generate_summary"));
    let older = older.transpose()?;
    if summary.is_none() || summary == older {
        given.take("generate_summary");
    }
    let effort = given.take_string("effort")?.map(Effort);
    let reasoning = Reasoning { effort, summary: summary.or(older), ..Reasoning::default() };
    name_unread(given, Place::Reasoning, unmapped);
    Ok((reasoning != Reasoning::default()).then_some(reasoning))
}

/// Whether log probabilities are wanted. `include` asks for more than them: encrypted reasoning, which is always there,
/// and details of tools that only OpenAI runs.
pub(super) fn logprobs(body: &mut Object<'_>, unmapped: &mut Vec<String>) -> Result<Option<u64>, Invalid> {
    let alternatives = body.take_u64("top_logprobs")?;
    let mut wanted = alternatives.is_some_and(|count| count > 0);
    for (path, value) in body.take_list("include")?.unwrap_or_default() {
        match json::string(value, &path)?.as_str() {
            LOGPROBS => wanted = true,
            ENCRYPTED => {}
            other => unmapped.push(format!("include ({other})")),
        }
    }
    Ok(wanted.then_some(alternatives.unwrap_or(0)))
}

/// The application's notes. They are texts; what is none is named.
pub(super) fn metadata(body: &mut Object<'_>, unmapped: &mut Vec<String>) -> Result<Vec<(String, String)>, Invalid> {
    let Some(mut metadata) = body.take_object("metadata")? else { return Ok(Vec::new()) };
    let names: Vec<_> = metadata.names().map(str::to_owned).collect();
    let texts: Vec<_> = names.into_iter().filter(|name| metadata.peek(name).is_some_and(json::is_string)).collect();
    let notes = texts.into_iter().map(|name| metadata.require_string(&name).map(|text| (name, text))).collect();
    unmapped.extend(metadata.unread());
    notes
}

/// `safety_identifier` is the newer name of `user`. When both are set and differ, it stays unread and so is named.
pub(super) fn user(body: &mut Object<'_>) -> Result<Option<String>, Invalid> {
    let user = body.take_string("user")?;
    let newer = body.peek("safety_identifier").map(|value| json::string(value, "safety_identifier")).transpose()?;
    if user.is_none() || user == newer {
        body.take("safety_identifier");
    }
    Ok(user.or(newer))
}

/// Across dialects nothing is kept unless that is asked for in so many words.
pub(super) fn openai(body: &mut Object<'_>) -> Result<Vec<(&'static str, Raw)>, Invalid> {
    let mut fields: Vec<_> = OPENAI.iter().filter_map(|name| Some((*name, body.take_raw(name)?))).collect();
    if let Some(store) = body.peek("store").map(Raw::from)
        && body.take_bool("store")? == Some(true)
    {
        fields.push(("store", store));
    }
    Ok(fields)
}
