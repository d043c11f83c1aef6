//! The conversation: who says what, and which calls are answered.

use super::{Refused, check_document, only};
use crate::rules::node::Node;

pub(super) fn check_all(body: &Node<'_>) -> Result<(), Refused> {
    let messages = body.items("messages")?;
    if messages.is_empty() {
        return Err(body.broken("messages must not be empty").into());
    }
    let mut open: Vec<&str> = Vec::new();
    for message in &messages {
        let role = message.need("role")?;
        let word = role.text(1, usize::MAX)?;
        if word != "tool" {
            all_answered(message, &open)?;
        }
        match word {
            "system" => {
                only(message, &["content", "role"])?;
                content(message, &["text"], 1)?;
            }
            "user" => {
                only(message, &["content", "role"])?;
                content(message, &["image_url", "text"], 1)?;
            }
            "assistant" => open = assistant(message)?,
            "tool" => {
                only(message, &["content", "role", "tool_call_id"])?;
                content(message, &["document", "text"], 0)?;
                let id = message.need("tool_call_id")?.text(1, usize::MAX)?;
                let Some(at) = open.iter().position(|call| *call == id) else {
                    return Err(message.broken(&format!("tool_call_id {id} is of no call of the turn before")).into());
                };
                open.remove(at);
            }
            _ => return Err(role.broken("must be one of system, user, assistant, tool").into()),
        }
    }
    messages.last().map_or(Ok(()), |last| all_answered(last, &open))
}

fn all_answered(message: &Node<'_>, open: &[&str]) -> Result<(), Refused> {
    match open.first() {
        Some(id) => Err(message.broken(&format!("the call {id} of the turn before has no result")).into()),
        None => Ok(()),
    }
}

/// Checks what the assistant said, and tells the ids of its calls.
fn assistant<'a>(message: &Node<'a>) -> Result<Vec<&'a str>, Refused> {
    only(message, &["citations", "content", "role", "tool_calls", "tool_plan"])?;
    if let Some(plan) = message.field("tool_plan") {
        plan.text(0, usize::MAX)?;
    }
    let mut ids = Vec::new();
    for call in message.items("tool_calls")? {
        only(&call, &["function", "id", "type"])?;
        call.need("type")?.word(&["function"])?;
        let function = call.need("function")?;
        only(&function, &["arguments", "name"])?;
        function.need("name")?.text(1, usize::MAX)?;
        let arguments = function.need("arguments")?;
        let text = arguments.text(0, usize::MAX)?;
        if !serde_json::from_str::<serde_json::Value>(text).is_ok_and(|value| value.is_object()) {
            return Err(arguments.broken("must be the text of a JSON object").into());
        }
        ids.push(call.need("id")?.text(1, usize::MAX)?);
    }
    for citation in message.items("citations")? {
        only(&citation, &["content_index", "end", "sources", "start", "text", "type"])?;
    }
    if message.field("content").is_some() {
        content(message, &["text", "thinking"], usize::from(ids.is_empty()))?;
    } else if ids.is_empty() {
        return Err(message.broken("must have content or tool_calls").into());
    }
    Ok(ids)
}

/// A text, or a list of contents of these kinds; of `least` or more of either.
fn content(message: &Node<'_>, kinds: &[&str], least: usize) -> Result<(), Refused> {
    let content = message.need("content")?;
    if content.value().is_string() {
        content.text(least, usize::MAX)?;
        return Ok(());
    }
    let items = message.items("content")?;
    if items.len() < least {
        return Err(content.broken("must not be empty").into());
    }
    items.iter().try_for_each(|item| part(item, kinds))
}

fn part(part: &Node<'_>, kinds: &[&str]) -> Result<(), Refused> {
    let kind = part.need("type")?;
    kind.word(kinds)?;
    let kind = kind.text(1, usize::MAX)?;
    only(part, &["type", kind])?;
    let inner = part.need(kind)?;
    match kind {
        "document" => check_document(&inner),
        "image_url" => {
            only(&inner, &["detail", "url"])?;
            let url = inner.need("url")?;
            let text = url.text(1, usize::MAX)?;
            if !["data:image/", "https://", "http://"].iter().any(|scheme| text.starts_with(scheme)) {
                return Err(url.broken("must be a URL of an image, or one with its data").into());
            }
            inner.field("detail").map_or(Ok(()), |detail| Ok(detail.word(&["auto", "low", "high"])?))
        }
        _ => Ok(inner.text(0, usize::MAX).map(drop)?),
    }
}
