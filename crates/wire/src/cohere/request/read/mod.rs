//! Reading a client's request, field by field. What the conversation has no place for is named in `Request::unmapped`.

mod content;
mod documents;
mod messages;
mod options;
mod tools;

use super::harmless::{Place, name_unread};
use crate::chat::Request;
use crate::json::{Invalid, Object};
pub(in crate::cohere) use documents::attach;
pub(in crate::cohere) use options::sampling;

/// Reads the body of a request.
pub fn read(body: &str) -> Result<Request, Invalid> {
    let mut body = Object::parse(body, "")?;
    let mut unmapped = Vec::new();
    let model = body.require_string("model")?;
    let list = body.take_list("messages")?.ok_or_else(|| body.invalid("messages", "is required"))?;
    if list.is_empty() {
        return Err(body.invalid("messages", "must have at least one message"));
    }
    let mut messages = messages::read_all(list, &mut unmapped)?;
    let by_default = documents::put(&mut body, &mut messages, &mut unmapped)?;
    let request = Request {
        model,
        messages,
        tools: tools::read_all(&mut body, &mut unmapped)?,
        tool_choice: tools::choice(&mut body)?,
        max_output_tokens: body.take_u64("max_tokens")?,
        sampling: options::sampling(&mut body)?,
        stop: body.take_strings("stop_sequences")?.unwrap_or_default(),
        reasoning: options::reasoning(&mut body, &mut unmapped)?,
        output: options::output(&mut body, &mut unmapped)?,
        logprobs: options::logprobs(&mut body)?,
        stream: body.take_bool("stream")?.unwrap_or(false),
        // its streams always tell it
        include_usage: true,
        by_default,
        ..Request::default()
    };
    name_unread(body, Place::Top, &mut unmapped);
    Ok(Request { unmapped, ..request })
}
