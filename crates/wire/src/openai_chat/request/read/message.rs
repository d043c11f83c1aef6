//! Messages: who speaks, and what of it the conversation keeps.

use serde_json::value::RawValue;

use super::super::super::thinking;
use super::super::harmless::{Place, name_unread};
use super::function::Calls;
use super::part::{content, mark_last, take_cache, text_of};
use super::tool;
use crate::chat::{Message, Part, Role, Thinking, ToolResult};
use crate::json::{Invalid, Object};

/// Reads all messages. Results of tools that follow each other become one message, as they answer one turn; instructions
/// between them come behind it, as other providers want a turn's results together.
pub(super) fn read_all(list: Vec<(String, &RawValue)>, unmapped: &mut Vec<String>) -> Result<Vec<Message>, Invalid> {
    let mut messages: Vec<Message> = Vec::with_capacity(list.len());
    let mut results = None;
    let mut calls = Calls::default();
    for (path, message) in list {
        let mut message = Object::parse(message.get(), path)?;
        let role = message.require_string("role")?;
        let read = match role.as_str() {
            "system" => plain(message, Role::System, unmapped)?,
            "developer" => plain(message, Role::Developer, unmapped)?,
            "user" => plain(message, Role::User, unmapped)?,
            "assistant" => assistant(message, &mut calls, unmapped)?,
            "tool" => tool_result(message, unmapped)?,
            "function" => match calls.read_result(message, unmapped)? {
                Some(result) => result,
                None => continue,
            },
            other => return Err(message.invalid("role", format!("is not a known role: '{other}'"))),
        };
        match (role.as_str(), results.and_then(|at: usize| messages.get_mut(at))) {
            ("tool" | "function", Some(before)) => {
                before.join(read);
                continue;
            }
            ("tool" | "function", None) => results = Some(messages.len()),
            ("system" | "developer", _) => {}
            _ => results = None,
        }
        messages.push(read);
    }
    Ok(messages)
}

fn plain(mut message: Object<'_>, role: Role, unmapped: &mut Vec<String>) -> Result<Message, Invalid> {
    let name = message.take_string("name")?;
    let mut parts = content(&mut message, unmapped)?.ok_or_else(|| message.invalid("content", "is required"))?;
    message_mark(&mut message, &mut parts, unmapped)?;
    let read = Message { name, ..Message::at(message.path(), role, parts) };
    name_unread(message, Place::Other, unmapped);
    Ok(read)
}

fn tool_result(mut message: Object<'_>, unmapped: &mut Vec<String>) -> Result<Message, Invalid> {
    let result = ToolResult {
        call_id: message.require_string("tool_call_id")?,
        parts: content(&mut message, unmapped)?.ok_or_else(|| message.invalid("content", "is required"))?,
        is_error: false,
        cache: take_cache(&mut message, unmapped)?,
    };
    let read = Message::at(message.path(), Role::User, vec![Part::ToolResult(result)]);
    name_unread(message, Place::ToolMessage, unmapped);
    Ok(read)
}

fn assistant(mut message: Object<'_>, calls: &mut Calls, unmapped: &mut Vec<String>) -> Result<Message, Invalid> {
    let name = message.take_string("name")?;
    let mut parts: Vec<Part> = thoughts(&mut message, unmapped)?.into_iter().map(Part::Thinking).collect();
    let said = content(&mut message, unmapped)?.unwrap_or_default();
    // Clients write "" beside tool calls: it says nothing.
    parts.extend(said.into_iter().filter(|part| *part != Part::text("")));
    parts.extend(message.take_string("refusal")?.map(|text| Part::Refusal { text }));
    for (path, call) in message.take_list("tool_calls")?.unwrap_or_default() {
        parts.push(Part::ToolCall(tool::read_call(path, call, unmapped)?));
    }
    parts.extend(calls.read_call(&mut message, unmapped)?.map(Part::ToolCall));
    message_mark(&mut message, &mut parts, unmapped)?;
    specifics(&mut message, unmapped)?;
    let read = Message { name, ..Message::at(message.path(), Role::Assistant, parts) };
    name_unread(message, Place::AssistantMessage, unmapped);
    Ok(read)
}

/// Reasoning that is handed back. Blocks hold all of it; the plain fields repeat their text.
fn thoughts(message: &mut Object<'_>, unmapped: &mut Vec<String>) -> Result<Vec<Thinking>, Invalid> {
    let blocks = message.take_list("thinking_blocks")?.unwrap_or_default();
    let thoughts = thinking::read(blocks, unmapped)?;
    let text = message.take_string("reasoning_content")?;
    let other = message.peek("reasoning").and_then(text_of);
    if other.is_some() && (text.is_none() || text == other) {
        message.take("reasoning");
    }
    if !thoughts.is_empty() {
        return Ok(thoughts);
    }
    let text = text.or(other).filter(|text| !text.is_empty());
    Ok(text.map(|text| Thinking::Plain { text, signature: None }).into_iter().collect())
}

/// What LiteLLM's SDK hands back of what stood beside an answer. Citations tell people what it rests on, as annotations do;
/// no provider reads them in a request of this dialect.
fn specifics(message: &mut Object<'_>, unmapped: &mut Vec<String>) -> Result<(), Invalid> {
    if let Some(mut fields) = message.take_object("provider_specific_fields")? {
        fields.take("citations");
        fields.take("citation");
        unmapped.extend(fields.unread());
    }
    Ok(())
}

fn message_mark(message: &mut Object<'_>, parts: &mut [Part], unmapped: &mut Vec<String>) -> Result<(), Invalid> {
    if let Some(mark) = take_cache(message, unmapped)?
        && !mark_last(parts, mark)
    {
        unmapped.push(message.path_of("cache_control"));
    }
    Ok(())
}
