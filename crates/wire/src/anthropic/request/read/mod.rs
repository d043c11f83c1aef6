//! Reading a client's request, field by field. What the conversation has no place for is named in `Request::unmapped`.

mod blocks;
mod media;
mod messages;
mod options;
mod tools;

use super::harmless::{Anywhere, name_unread};
use crate::chat::{OutputFormat, Request, Sampling};
use crate::json::{Invalid, Object};

/// What stands in the body depends on what is asked for, and where.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Call,
    /// How many tokens it is: it has no ceiling.
    Count,
    /// Bedrock's InvokeModel, whose URL has the model and the wish for a stream.
    Invoke,
}

/// Reads the body of a request.
pub fn read(body: &str) -> Result<Request, Invalid> {
    read_as(body, Form::Call)
}

/// Reads a request whose tokens are asked for.
pub fn read_counted(body: &str) -> Result<Request, Invalid> {
    read_as(body, Form::Count)
}

/// Reads the body of Bedrock's InvokeModel for a Claude.
pub fn read_invoked(body: &str) -> Result<Request, Invalid> {
    read_as(body, Form::Invoke)
}

fn read_as(body: &str, form: Form) -> Result<Request, Invalid> {
    let mut object = Object::parse(body, "")?;
    let unmapped = &mut Vec::new();
    let model = if form == Form::Invoke {
        object.take_string("anthropic_version")?;
        // its header elsewhere: what is used of a beta is a field of its own
        object.take_strings("anthropic_beta")?;
        String::new()
    } else {
        object.require_string("model")?
    };
    let max_output_tokens = object.take_u64("max_tokens")?;
    if form != Form::Count && max_output_tokens.is_none() {
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
