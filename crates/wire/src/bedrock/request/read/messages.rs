//! `system` and `messages`.

use super::blocks::{self, Place};
use crate::chat::{Message, Role};
use crate::json::{Invalid, Object};

/// The instructions beside the messages as the first message, then the messages. A request for a stored prompt has none.
pub(super) fn conversation(object: &mut Object<'_>, unmapped: &mut Vec<String>) -> Result<Vec<Message>, Invalid> {
    let mut messages = Vec::new();
    if let Some(system) = object.take_list("system")? {
        let parts = blocks::list(system, Place::System, unmapped)?;
        if !parts.is_empty() {
            messages.push(Message::at("system", Role::System, parts));
        }
    }
    for (path, raw) in object.take_list("messages")?.unwrap_or_default() {
        messages.push(message(Object::parse(raw.get(), path)?, unmapped)?);
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
    let content = object.take_list("content")?.ok_or_else(|| object.invalid("content", "is required"))?;
    let parts = blocks::list(content, Place::Message, unmapped)?;
    unmapped.extend(object.unread());
    Ok(Message::at(object.path(), role, parts))
}
