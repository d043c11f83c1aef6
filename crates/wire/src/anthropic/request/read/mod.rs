//! Reading a client's request, field by field. What the conversation has no place for is named in `Request::unmapped`.

mod blocks;
mod media;
mod messages;
mod options;
mod tools;

use super::harmless::{Anywhere, name_unread};
use crate::chat::{OutputFormat, Request, Sampling};
use crate::json::{Invalid, Object};

/// Reads the body of a request.
pub fn read(body: &str) -> Result<Request, Invalid> {
    read_as(body, true)
}

/// Reads a request whose tokens are asked for: it has no ceiling.
pub fn read_counted(body: &str) -> Result<Request, Invalid> {
    read_as(body, false)
}

fn read_as(body: &str, is_call: bool) -> Result<Request, Invalid> {
    let mut object = Object::parse(body, "")?;
    let unmapped = &mut Vec::new();
    let model = object.require_string("model")?;
    let max_output_tokens = object.take_u64("max_tokens")?;
    if is_call && max_output_tokens.is_none() {
        return Err(object.invalid("max_tokens", "is required"));
    }
    let (reasoning, output) = options::reasoning_and_output(&mut object, unmapped)?;
    let (tool_choice, parallel_tools) = tools::choice(&mut object, unmapped)?;
    let (tools, web_search) = tools::list(&mut object, unmapped)?;
    let mut request = Request {
        model,
        messages: messages::conversation(&mut object, unmapped)?,
        tools,
        web_search,
        tool_choice,
        parallel_tools,
        max_output_tokens,
        sampling: sampling(&mut object)?,
        stop: object.take_strings("stop_sequences")?.unwrap_or_default(),
        reasoning,
        output: output.unwrap_or(OutputFormat::Text),
        stream: object.take_bool("stream")?.unwrap_or(false),
        // Anthropic's streams always tell it
        include_usage: true,
        user: options::user(&mut object, unmapped)?,
        service_tier: options::service_tier(&mut object)?,
        metadata: Vec::new(),
        guardrail: options::guardrail(&mut object)?,
        unmapped: Vec::new(),
        ..Request::default()
    };
    name_unread(object, Anywhere, unmapped);
    request.unmapped = std::mem::take(unmapped);
    Ok(request)
}

fn sampling(object: &mut Object<'_>) -> Result<Sampling, Invalid> {
    Ok(Sampling {
        temperature: object.take_number("temperature")?,
        top_p: object.take_number("top_p")?,
        top_k: object.take_number("top_k")?,
        ..Sampling::default()
    })
}
