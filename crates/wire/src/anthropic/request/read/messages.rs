//! `system` and `messages`.

use serde_json::value::RawValue;

use super::super::harmless::{Anywhere, name_unread};
use super::blocks;
use crate::chat::{Message, Part, Role};
use crate::json::{self, Invalid, Object};

/// The instructions at the top of the request as its first message, then the messages.
pub(super) fn conversation(object: &mut Object<'_>, unmapped: &mut Vec<String>) -> Result<Vec<Message>, Invalid> {
    let mut messages = Vec::new();
    if let Some(system) = object.take("system") {
        let parts = parts(system, "system", Role::System, unmapped)?;
        // an empty string says nothing
        if parts.iter().any(|part| *part != Part::text("")) {
            messages.push(Message::at("system", Role::System, parts));
        }
    }
    let turns = object.take_list("messages")?.ok_or_else(|| object.invalid("messages", "is required"))?;
    for (path, turn) in turns {
        messages.push(message(Object::parse(turn.get(), path)?, unmapped)?);
    }
    Ok(messages)
}

fn message(mut object: Object<'_>, unmapped: &mut Vec<String>) -> Result<Message, Invalid> {
    let role = match object.require_string("role")?.as_str() {
        "user" => Role::User,
        "assistant" => Role::Assistant,
        "system" => Role::System,
        other => return Err(object.invalid("role", format!("must be user, assistant or system, not {other:?}"))),
    };
    let content = object.take("content").ok_or_else(|| object.invalid("content", "is required"))?;
    let parts = parts(content, &object.path_of("content"), role, unmapped)?;
    let message = Message::at(object.path(), role, parts);
    name_unread(object, Anywhere, unmapped);
    Ok(message)
}

fn parts(content: &RawValue, path: &str, role: Role, unmapped: &mut Vec<String>) -> Result<Vec<Part>, Invalid> {
    if json::is_string(content) {
        return Ok(vec![Part::text(json::string(content, path)?)]);
    }
    if !json::is_list(content) {
        return Err(Invalid::new(path, "must be a string or a list of blocks"));
    }
    let place = if role == Role::System { blocks::Place::Instructions } else { blocks::Place::Message };
    blocks::list(json::list(content, path)?, place, unmapped)
}
