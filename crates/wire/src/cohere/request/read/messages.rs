//! Messages: who speaks, and what of it the conversation keeps.

use serde_json::value::RawValue;

use super::content::{self, From};
use super::{Place, name_unread};
use crate::chat::{Message, Part, Role, ToolCall, ToolResult};
use crate::json::{Invalid, Object};

/// Reads all messages. Results of tools that follow each other become one message, as they answer one turn.
pub(super) fn read_all(list: Vec<(String, &RawValue)>, unmapped: &mut Vec<String>) -> Result<Vec<Message>, Invalid> {
    let mut messages: Vec<Message> = Vec::with_capacity(list.len());
    let mut follows_results = false;
    for (path, raw) in list {
        let mut message = Object::parse(raw.get(), path)?;
        let role = message.require_string("role")?;
        let is_result = role == "tool";
        let read = match role.as_str() {
            "system" => plain(message, Role::System, From::System, unmapped)?,
            "user" => plain(message, Role::User, From::User, unmapped)?,
            "assistant" => assistant(message, unmapped)?,
            "tool" => result(message, unmapped)?,
            other => {
                return Err(message.invalid("role", format!("must be system, user, assistant or tool, not '{other}'")));
            }
        };
        match messages.last_mut() {
            Some(before) if is_result && follows_results => before.join(read),
            _ => messages.push(read),
        }
        follows_results = is_result;
    }
    Ok(messages)
}

fn plain(mut message: Object<'_>, role: Role, from: From, unmapped: &mut Vec<String>) -> Result<Message, Invalid> {
    let parts =
        content::read(&mut message, from, unmapped)?.ok_or_else(|| message.invalid("content", "is required"))?;
    let read = Message::at(message.path(), role, parts);
    name_unread(message, Place::Other, unmapped);
    Ok(read)
}

fn result(mut message: Object<'_>, unmapped: &mut Vec<String>) -> Result<Message, Invalid> {
    let call_id = message.require_string("tool_call_id")?;
    let parts =
        content::read(&mut message, From::Tool, unmapped)?.ok_or_else(|| message.invalid("content", "is required"))?;
    let result = ToolResult { call_id, parts, is_error: false, cache: None };
    let read = Message::at(message.path(), Role::User, vec![Part::ToolResult(result)]);
    name_unread(message, Place::Other, unmapped);
    Ok(read)
}

/// The plan stands in front of the calls that it is about. An empty text says nothing: SDKs hand it back beside calls.
fn assistant(mut message: Object<'_>, unmapped: &mut Vec<String>) -> Result<Message, Invalid> {
    let mut parts = content::read(&mut message, From::Assistant, unmapped)?.unwrap_or_default();
    parts.extend(message.take_string("tool_plan")?.map(Part::text));
    parts.retain(|part| *part != Part::text(""));
    for (path, call) in message.take_list("tool_calls")?.unwrap_or_default() {
        parts.push(Part::ToolCall(call_of(Object::parse(call.get(), path)?, unmapped)?));
    }
    let read = Message::at(message.path(), Role::Assistant, parts);
    name_unread(message, Place::AssistantMessage, unmapped);
    Ok(read)
}

fn call_of(mut call: Object<'_>, unmapped: &mut Vec<String>) -> Result<ToolCall, Invalid> {
    if call.take_string("type")?.is_some_and(|word| word != "function") {
        return Err(call.invalid("type", "must be function"));
    }
    let mut function = call.take_object("function")?.ok_or_else(|| call.invalid("function", "is required"))?;
    let arguments = function.take_string("arguments")?.unwrap_or_default();
    let read = ToolCall::new(call.require_string("id")?, function.require_string("name")?, arguments);
    name_unread(function, Place::Other, unmapped);
    name_unread(call, Place::Other, unmapped);
    Ok(read)
}
