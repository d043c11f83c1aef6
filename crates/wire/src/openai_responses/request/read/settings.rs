//! What a request wants of its answer.

use super::super::harmless::{Place, name_unread};
use crate::chat::{Effort, OutputFormat, Reasoning};
use crate::json::{self, Invalid, Object};
use crate::openai_chat::request::json_schema;

/// What is asked for by `include`, and what it brings.
const LOGPROBS: &str = "message.output_text.logprobs";
const ENCRYPTED: &str = "reasoning.encrypted_content";

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
        "json_schema" => json_schema(&mut format)?,
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
