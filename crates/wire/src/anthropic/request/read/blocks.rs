//! Content blocks.

use serde_json::value::RawValue;

use super::super::harmless::{Anywhere, name_unread};
use super::media;
use crate::anthropic::citation;
use crate::anthropic::search::{self, Searches};
use crate::chat::{CacheMark, Citation, Part, Thinking, ToolCall, ToolResult};
use crate::json::{self, Invalid, Object};

/// Where a block stands; not every block may stand everywhere.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Instructions,
    Message,
    ToolResult,
}

/// Reads blocks. One of a type that the conversation does not have is left out and named with its type.
pub(super) fn list(
    blocks: Vec<(String, &RawValue)>,
    place: Place,
    unmapped: &mut Vec<String>,
) -> Result<Vec<Part>, Invalid> {
    let mut parts = Vec::with_capacity(blocks.len());
    let mut searches = Searches::default();
    for (path, raw) in blocks {
        match block(Object::parse(raw.get(), path)?, place, unmapped)? {
            Some(Part::WebSearch(search)) => searches.add(&mut parts, search),
            part => parts.extend(part),
        }
    }
    Ok(parts)
}

fn block(mut object: Object<'_>, place: Place, unmapped: &mut Vec<String>) -> Result<Option<Part>, Invalid> {
    let word = object.require_string("type")?;
    let part = match (word.as_str(), place) {
        ("text", _) => Some(Part::Text {
            text: object.require_string("text")?,
            citations: citations(&mut object, unmapped)?,
            cache: cache(&mut object, unmapped)?,
        }),
        (_, Place::Instructions) => return Err(object.invalid("type", "only text may stand here")),
        ("image", _) => media::image(&mut object, unmapped)?,
        ("document", _) => media::document(&mut object, unmapped)?,
        ("search_result", _) => Some(Part::SearchResult(media::search_result(&mut object, unmapped)?)),
        // what a search among tools has found: to other models it is said in words
        ("tool_reference", Place::ToolResult) => {
            Some(Part::text(format!("[The tool {} can be called now.]", object.require_string("tool_name")?)))
        }
        ("tool_use" | "tool_result" | "thinking" | "redacted_thinking", Place::ToolResult) => {
            return Err(object.invalid("type", format!("{word} may not stand in a tool's result")));
        }
        ("tool_use", _) => Some(Part::ToolCall(tool_call(&mut object, unmapped)?)),
        ("tool_result", _) => Some(Part::ToolResult(tool_result(&mut object, unmapped)?)),
        ("thinking", _) => Some(Part::Thinking(thinking(&mut object)?)),
        ("redacted_thinking", _) => Some(Part::Thinking(Thinking::Redacted { data: object.require_string("data")? })),
        (word, Place::Message) if search::is_block(word, &object) => {
            Some(Part::WebSearch(search::read(word, &mut object, unmapped)?))
        }
        _ => {
            unmapped.push(format!("{} ({word})", object.path()));
            return Ok(None);
        }
    };
    // a part that its source keeps out is named with it
    if part.is_some() {
        name_unread(object, Anywhere, unmapped);
    }
    Ok(part)
}

/// What a text rests on. A citation of a type that the conversation does not have is named with its type.
fn citations(object: &mut Object<'_>, unmapped: &mut Vec<String>) -> Result<Vec<Citation>, Invalid> {
    let mut citations = Vec::new();
    for (path, raw) in object.take_list("citations")?.unwrap_or_default() {
        let mut citation = Object::parse(raw.get(), path)?;
        let word = citation.peek("type").and_then(|word| json::string(word, "").ok()).unwrap_or_default();
        match citation::read(&mut citation)? {
            Some(read) => {
                citations.push(read);
                name_unread(citation, Anywhere, unmapped);
            }
            None => unmapped.push(format!("{} ({word})", citation.path())),
        }
    }
    Ok(citations)
}

fn tool_call(object: &mut Object<'_>, unmapped: &mut Vec<String>) -> Result<ToolCall, Invalid> {
    let input = object.take("input").ok_or_else(|| object.invalid("input", "is required"))?;
    if !json::is_object(input) {
        return Err(object.invalid("input", "must be an object"));
    }
    Ok(ToolCall {
        id: object.require_string("id")?,
        name: object.require_string("name")?,
        arguments: input.get().to_owned(),
        cache: cache(object, unmapped)?,
        ..ToolCall::default()
    })
}

fn tool_result(object: &mut Object<'_>, unmapped: &mut Vec<String>) -> Result<ToolResult, Invalid> {
    let call_id = object.require_string("tool_use_id")?;
    let path = object.path_of("content");
    let parts = match object.take("content") {
        None => Vec::new(),
        Some(content) if json::is_string(content) => match json::string(content, &path)? {
            text if text.is_empty() => Vec::new(),
            text => vec![Part::text(text)],
        },
        Some(content) if json::is_list(content) => list(json::list(content, &path)?, Place::ToolResult, unmapped)?,
        Some(_) => return Err(Invalid::new(path, "must be a string or a list of blocks")),
    };
    let is_error = object.take_bool("is_error")?.unwrap_or(false);
    Ok(ToolResult { call_id, parts, is_error, cache: cache(object, unmapped)? })
}

/// An empty signature is what clients hand back of thinking that came from a provider without signatures.
fn thinking(object: &mut Object<'_>) -> Result<Thinking, Invalid> {
    let text = object.require_string("thinking")?;
    let signature = object.take_string("signature")?.filter(|signature| !signature.is_empty());
    Ok(Thinking::signed(text, signature))
}

/// Reads `cache_control`, of a block or a tool.
pub(super) fn cache(object: &mut Object<'_>, unmapped: &mut Vec<String>) -> Result<Option<CacheMark>, Invalid> {
    let Some(mut control) = object.take_object("cache_control")? else { return Ok(None) };
    if control.require_string("type")? != "ephemeral" {
        return Err(control.invalid("type", "must be ephemeral"));
    }
    let ttl = control.take_string("ttl")?;
    name_unread(control, Anywhere, unmapped);
    Ok(Some(CacheMark { ttl }))
}
