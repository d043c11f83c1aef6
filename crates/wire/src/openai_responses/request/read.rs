//! Reading a request field by field: what the conversation has no place for is named, never skipped.

mod content;
mod item;
mod settings;
mod tool;

use self::tool::Declared;
use super::harmless::{Place, name_unread};
use crate::chat::{Message, Part, Request, Role, Sampling};
use crate::json::{self, Invalid, Object};
use crate::openai_chat::request::{metadata, openai_fields, user};

/// Reads a client's request.
pub fn read(body: &str) -> Result<Request, Invalid> {
    let mut body = Object::parse(body, "")?;
    let unmapped = &mut Vec::new();
    let model = body.require_string("model")?;
    let declared = &mut Declared::default();
    declared.read(&mut body, unmapped)?;
    let mut messages = instructions(&mut body, declared, unmapped)?;
    messages.extend(input(&mut body, declared, unmapped)?);
    let (tools, web_search) = std::mem::take(declared).into_tools(&mut body)?;
    let (output, verbosity) = settings::text(&mut body, unmapped)?;
    let mut request = Request {
        model,
        messages,
        tools,
        web_search,
        tool_choice: tool::choice(&mut body, unmapped)?,
        parallel_tools: body.take_bool("parallel_tool_calls")?,
        max_output_tokens: body.take_u64("max_output_tokens")?,
        sampling: Sampling {
            temperature: body.take_number("temperature")?,
            top_p: body.take_number("top_p")?,
            ..Sampling::default()
        },
        reasoning: settings::reasoning(&mut body, unmapped)?,
        output,
        verbosity,
        logprobs: settings::logprobs(&mut body, unmapped)?,
        stream: body.take_bool("stream")?.unwrap_or(false),
        // its streams always tell it
        include_usage: true,
        user: user(&mut body)?,
        service_tier: body.take_string("service_tier")?,
        metadata: metadata(&mut body, unmapped)?,
        openai: openai_fields(&mut body)?,
        ..Request::default()
    };
    if let Some(options) = body.take_object("stream_options")? {
        name_unread(options, Place::StreamOptions, unmapped);
    }
    name_unread(body, Place::Top, unmapped);
    request.unmapped = std::mem::take(unmapped);
    Ok(request)
}

/// `instructions` stand before everything else. Answers show them as a list of items, so they may come back as one.
fn instructions(
    body: &mut Object<'_>,
    declared: &mut Declared,
    unmapped: &mut Vec<String>,
) -> Result<Vec<Message>, Invalid> {
    if body.peek("instructions").is_some_and(json::is_list) {
        return item::read_all(body.take_list("instructions")?.unwrap_or_default(), declared, unmapped);
    }
    let text = body.take_string("instructions").map_err(|_| body.invalid("instructions", "must be a string"))?;
    Ok(text.map(|text| Message::at("instructions", Role::System, vec![Part::text(text)])).into_iter().collect())
}

/// A string is what a user says; a list is the conversation.
fn input(body: &mut Object<'_>, declared: &mut Declared, unmapped: &mut Vec<String>) -> Result<Vec<Message>, Invalid> {
    match body.peek("input") {
        None => Err(body.invalid("input", "is required")),
        Some(input) if json::is_string(input) => {
            Ok(vec![Message::at("input", Role::User, vec![Part::text(body.require_string("input")?)])])
        }
        Some(input) if json::is_list(input) => {
            let items = body.take_list("input")?.unwrap_or_default();
            if items.is_empty() {
                return Err(body.invalid("input", "must have at least one item"));
            }
            item::read_all(items, declared, unmapped)
        }
        Some(_) => Err(body.invalid("input", "must be a string or a list of items")),
    }
}
