//! Parts of a message as content blocks.

use std::fmt;

use super::media;
use crate::anthropic::block::{Block, CacheControl, Content};
use crate::anthropic::{citation, search};
use crate::chat::{CacheMark, Citation, Guarded, Message, Part, Role, Thinking, ToolCall, ToolResult};
use crate::json::Invalid;

/// Where a part stands, in the conversation's words.
#[derive(Clone, Copy)]
pub(super) struct Place {
    message: usize,
    /// It is a part of what the assistant said.
    answer: bool,
    part: usize,
    /// The part of a tool's result.
    inner: Option<usize>,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "messages[{}].parts[{}]", self.message, self.part)?;
        self.inner.map_or(Ok(()), |inner| write!(f, ".parts[{inner}]"))
    }
}

pub(super) fn of_message<'a>(
    number: usize,
    message: &'a Message,
    dropped: &mut Vec<String>,
) -> Result<Vec<Block<'a>>, Invalid> {
    let answer = message.role == Role::Assistant;
    let mut blocks = Vec::with_capacity(message.parts.len());
    for (part, value) in message.parts.iter().enumerate() {
        match value {
            // what is not Anthropic's own is refused there; its findings stand in the text behind it
            Part::WebSearch(search) if answer && search::is_own(search) => blocks.extend(search::blocks(search)),
            _ => blocks.extend(block(Place { message: number, answer, part, inner: None }, value, dropped)?),
        }
    }
    Ok(blocks)
}

fn block<'a>(place: Place, part: &'a Part, dropped: &mut Vec<String>) -> Result<Option<Block<'a>>, Invalid> {
    Ok(Some(match part {
        Part::Text { text, citations, cache } => {
            let citations = cited(place, citations, dropped);
            return Ok(text_block(place, text, citations, cache.as_ref(), dropped));
        }
        Part::Refusal { text } => return Ok(text_block(place, text, Vec::new(), None, dropped)),
        Part::Image { media, cache } => media::image(place, media, cache.as_ref(), dropped)?,
        Part::Document { media, context, citations, cache } => {
            media::document(place, media, context.as_deref(), *citations, cache.as_ref(), dropped)?
        }
        Part::SearchResult(result) => media::search_result(place, result, dropped),
        Part::Guarded(guarded) => {
            // the content arrives, the guarding does not
            dropped.push(format!("{place}.guarded"));
            match guarded {
                Guarded::Text { text, .. } => return Ok(text_block(place, text, Vec::new(), None, dropped)),
                Guarded::Image { media } => media::image(place, media, None, dropped)?,
            }
        }
        Part::Json(value) => Block::text(value.get()),
        Part::Audio { .. } => return Err(Invalid::new(place.to_string(), "this provider takes no audio")),
        Part::Video { .. } => return Err(Invalid::new(place.to_string(), "this provider takes no video")),
        Part::Thinking(_) | Part::ToolCall(_) | Part::ToolResult(_) if place.inner.is_some() => {
            return Err(Invalid::new(place.to_string(), "may not stand in a tool's result"));
        }
        Part::Thinking(thinking) => return Ok(thinking_block(place, thinking, dropped)),
        Part::WebSearch(_) => return Ok(None),
        Part::ToolCall(call) => tool_use(place, call, dropped)?,
        Part::ToolResult(result) => tool_result(place, result, dropped)?,
    }))
}

/// What a text of the assistant rests on. Citations elsewhere are refused, and those of the web need the index that only
/// Anthropic's own search gives: both are named.
fn cited<'a>(place: Place, citations: &'a [Citation], dropped: &mut Vec<String>) -> Vec<citation::Written<'a>> {
    let mut written = Vec::with_capacity(citations.len());
    for (number, citation) in citations.iter().enumerate() {
        match citation::Written::placed(citation).filter(|_| place.answer) {
            Some(citation) => written.push(citation),
            None => dropped.push(format!("{place}.citations[{number}]")),
        }
    }
    written
}

/// Anthropic refuses empty texts, so one is left out; a cache mark on it is named.
fn text_block<'a>(
    place: Place,
    text: &'a str,
    citations: Vec<citation::Written<'a>>,
    cache: Option<&'a CacheMark>,
    dropped: &mut Vec<String>,
) -> Option<Block<'a>> {
    if !text.is_empty() {
        return Some(Block::Text { text, citations, cache_control: CacheControl::of(place, cache, dropped) });
    }
    if !citations.is_empty() {
        dropped.push(format!("{place}.citations (empty text)"));
    }
    if cache.is_some() {
        dropped.push(format!("{place}.cache (empty text)"));
    }
    None
}

/// Anthropic checks the signature of thinking that is handed back, so thinking of other providers stays out.
fn thinking_block<'a>(place: Place, thinking: &'a Thinking, dropped: &mut Vec<String>) -> Option<Block<'a>> {
    match thinking {
        Thinking::Plain { text, signature: Some(signature) } => {
            Some(Block::Thinking { thinking: text, signature: signature.into() })
        }
        Thinking::Plain { signature: None, .. } => {
            dropped.push(format!("{place}.thinking (no signature)"));
            None
        }
        Thinking::Redacted { data } => Some(Block::RedactedThinking { data }),
        Thinking::Sealed { .. } | Thinking::Bound { .. } => {
            dropped.push(format!("{place}.thinking (sealed by another provider)"));
            None
        }
    }
}

fn tool_use<'a>(place: Place, call: &'a ToolCall, dropped: &mut Vec<String>) -> Result<Block<'a>, Invalid> {
    let path = || format!("{place}.arguments");
    let input = call.arguments_json().ok_or_else(|| Invalid::new(path(), "must be JSON for this provider"))?;
    if !input.get().starts_with('{') {
        return Err(Invalid::new(path(), "must be a JSON object for this provider"));
    }
    let cache_control = CacheControl::of(place, call.cache.as_ref(), dropped);
    Ok(Block::ToolUse { id: &call.id, name: &call.name, input, cache_control })
}

fn tool_result<'a>(place: Place, result: &'a ToolResult, dropped: &mut Vec<String>) -> Result<Block<'a>, Invalid> {
    let mut blocks = Vec::with_capacity(result.parts.len());
    for (inner, part) in result.parts.iter().enumerate() {
        blocks.extend(block(Place { inner: Some(inner), ..place }, part, dropped)?);
    }
    Ok(Block::ToolResult {
        tool_use_id: &result.call_id,
        content: (!blocks.is_empty()).then(|| Content::of(blocks)),
        is_error: result.is_error,
        cache_control: CacheControl::of(place, result.cache.as_ref(), dropped),
    })
}
