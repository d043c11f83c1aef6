//! Reading a request field by field: what the conversation has no place for is named, never skipped.

mod function;
mod message;
mod part;
mod setting;
mod tool;

pub use self::function::declares_functions;
pub(crate) use self::setting::{json_schema, metadata, openai_fields, user};
use super::harmless::{Place, name_unread};
use crate::chat::{Effort, OutputFormat, Reasoning, Request, Sampling, Tool, ToolChoice};
use crate::json::{self, Invalid, Object, Raw};

/// Reads a client's request.
pub fn read(body: &str) -> Result<Request, Invalid> {
    let mut body = Object::parse(body, "")?;
    let mut unmapped = Vec::new();
    let model = body.require_string("model")?;
    let messages = body.take_list("messages")?.ok_or_else(|| body.invalid("messages", "is required"))?;
    if messages.is_empty() {
        return Err(body.invalid("messages", "must have at least one message"));
    }
    let messages = message::read_all(messages, &mut unmapped)?;
    let old = function::are_declared(&body);
    let (tools, tool_choice) = tools(&mut body, old, &mut unmapped)?;
    let parallel_tools = body.take_bool("parallel_tool_calls")?;
    let request = Request {
        model,
        messages,
        tools,
        web_search: setting::web_search(&mut body, &mut unmapped)?,
        tool_choice,
        parallel_tools: if old { Some(false) } else { parallel_tools },
        single_call: old,
        max_output_tokens: ceiling(&mut body)?,
        sampling: sampling(&mut body)?,
        stop: stop(&mut body)?,
        reasoning: reasoning(&mut body)?,
        output: output(&mut body, &mut unmapped)?,
        verbosity: body.take_string("verbosity")?,
        logprobs: setting::logprobs(&mut body)?,
        stream: body.take_bool("stream")?.unwrap_or(false),
        include_usage: include_usage(&mut body, &mut unmapped)?,
        user: setting::user(&mut body)?,
        service_tier: body.take_string("service_tier")?,
        metadata: setting::metadata(&mut body, &mut unmapped)?,
        openai: openai_fields(&mut body)?,
        guardrail: guardrail(&mut body)?,
        ..Request::default()
    };
    name_unread(body, Place::Top, &mut unmapped);
    Ok(Request { unmapped, ..request })
}

/// The tools and the choice among them; `old` ones are functions.
fn tools(
    body: &mut Object<'_>,
    old: bool,
    unmapped: &mut Vec<String>,
) -> Result<(Vec<Tool>, Option<ToolChoice>), Invalid> {
    if old {
        // an empty list beside them says nothing
        body.take("tools");
        return Ok((function::read_all(body, unmapped)?, function::choice(body, unmapped)?));
    }
    Ok((tool::read_all(body, unmapped)?, tool::choice(body, unmapped)?))
}

/// The output ceiling under either of its names.
fn ceiling(body: &mut Object<'_>) -> Result<Option<u64>, Invalid> {
    let (new, old) = (body.take_u64("max_completion_tokens")?, body.take_u64("max_tokens")?);
    match (new, old) {
        (Some(new), Some(old)) if new != old => {
            Err(body.invalid("max_tokens", "and max_completion_tokens are both set and differ"))
        }
        _ => Ok(new.or(old)),
    }
}

pub(crate) fn sampling(body: &mut Object<'_>) -> Result<Sampling, Invalid> {
    Ok(Sampling {
        temperature: body.take_number("temperature")?,
        top_p: body.take_number("top_p")?,
        // Not OpenAI's; vLLM and others take it beside the rest.
        top_k: body.take_number("top_k")?,
        presence_penalty: body.take_number("presence_penalty")?,
        frequency_penalty: body.take_number("frequency_penalty")?,
        seed: body.take_number("seed")?,
        n: body.take_u64("n")?,
    })
}

pub(crate) fn stop(body: &mut Object<'_>) -> Result<Vec<String>, Invalid> {
    if body.peek("stop").is_some_and(json::is_string) {
        return Ok(body.take_string("stop")?.into_iter().collect());
    }
    let strings =
        body.take_strings("stop").map_err(|_| body.invalid("stop", "must be a string or a list of strings"))?;
    Ok(strings.unwrap_or_default())
}

fn reasoning(body: &mut Object<'_>) -> Result<Option<Reasoning>, Invalid> {
    let effort = body.take_string("reasoning_effort")?;
    Ok(effort.map(|effort| Reasoning { effort: Some(Effort(effort)), ..Reasoning::default() }))
}

fn output(body: &mut Object<'_>, unmapped: &mut Vec<String>) -> Result<OutputFormat, Invalid> {
    let Some(mut format) = body.take_object("response_format")? else { return Ok(OutputFormat::Text) };
    let output = match format.require_string("type")?.as_str() {
        "text" => OutputFormat::Text,
        "json_object" => OutputFormat::JsonObject,
        "json_schema" => {
            let mut schema =
                format.take_object("json_schema")?.ok_or_else(|| format.invalid("json_schema", "is required"))?;
            let output = setting::json_schema(&mut schema)?;
            name_unread(schema, Place::Other, unmapped);
            output
        }
        other => return Err(format.invalid("type", format!("must be text, json_object or json_schema, not '{other}'"))),
    };
    name_unread(format, Place::Other, unmapped);
    Ok(output)
}

pub(crate) fn include_usage(body: &mut Object<'_>, unmapped: &mut Vec<String>) -> Result<bool, Invalid> {
    let Some(mut options) = body.take_object("stream_options")? else { return Ok(false) };
    let wanted = options.take_bool("include_usage")?.unwrap_or(false);
    name_unread(options, Place::StreamOptions, unmapped);
    Ok(wanted)
}

/// `guardrailConfig` is LiteLLM's field, which takes Bedrock's own object.
fn guardrail(body: &mut Object<'_>) -> Result<Option<Raw>, Invalid> {
    match body.take("guardrailConfig") {
        Some(config) if !json::is_object(config) => Err(body.invalid("guardrailConfig", "must be an object")),
        config => Ok(config.map(Raw::from)),
    }
}
