//! Parts of a message as content blocks.

use std::fmt;

use crate::anthropic::block::{Block, CacheControl, Content, Source};
use crate::chat::{CacheMark, Media, MediaSource, Part, Thinking, ToolCall, ToolResult};
use crate::json::Invalid;

/// Where a part stands, in the conversation's words.
#[derive(Clone, Copy)]
struct Place {
    message: usize,
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
    message: usize,
    parts: &'a [Part],
    dropped: &mut Vec<String>,
) -> Result<Vec<Block<'a>>, Invalid> {
    let mut blocks = Vec::with_capacity(parts.len());
    for (part, value) in parts.iter().enumerate() {
        blocks.extend(block(Place { message, part, inner: None }, value, dropped)?);
    }
    Ok(blocks)
}

fn block<'a>(place: Place, part: &'a Part, dropped: &mut Vec<String>) -> Result<Option<Block<'a>>, Invalid> {
    Ok(Some(match part {
        Part::Text { text, cache } => return Ok(text_block(place, text, cache.as_ref(), dropped)),
        Part::Refusal { text } => return Ok(text_block(place, text, None, dropped)),
        Part::Image { media, cache } => {
            name_unsayable(place, media, true, dropped);
            let source = source(place, media, false)?;
            Block::Image { source, cache_control: CacheControl::of(cache.as_ref()) }
        }
        Part::Document { media, cache } => {
            name_unsayable(place, media, false, dropped);
            let source = source(place, media, true)?;
            Block::Document { source, title: media.name.as_deref(), cache_control: CacheControl::of(cache.as_ref()) }
        }
        Part::Audio { .. } => return Err(Invalid::new(place.to_string(), "this provider takes no audio")),
        Part::Thinking(_) | Part::ToolCall(_) | Part::ToolResult(_) if place.inner.is_some() => {
            return Err(Invalid::new(place.to_string(), "may not stand in a tool's result"));
        }
        Part::Thinking(thinking) => return Ok(thinking_block(place, thinking, dropped)),
        Part::ToolCall(call) => tool_use(place, call)?,
        Part::ToolResult(result) => tool_result(place, result, dropped)?,
    }))
}

/// Anthropic refuses empty texts, so one is left out; a cache mark on it is named.
fn text_block<'a>(
    place: Place,
    text: &'a str,
    cache: Option<&'a CacheMark>,
    dropped: &mut Vec<String>,
) -> Option<Block<'a>> {
    if !text.is_empty() {
        return Some(Block::Text { text, cache_control: CacheControl::of(cache) });
    }
    if cache.is_some() {
        dropped.push(format!("{place}.cache (empty text)"));
    }
    None
}

/// Anthropic checks the signature of thinking that is handed back, so thinking of other providers stays out.
fn thinking_block<'a>(place: Place, thinking: &'a Thinking, dropped: &mut Vec<String>) -> Option<Block<'a>> {
    match thinking {
        Thinking::Plain { text, signature: Some(signature) } => Some(Block::Thinking { thinking: text, signature }),
        Thinking::Plain { signature: None, .. } => {
            dropped.push(format!("messages[{}].thinking (no signature)", place.message));
            None
        }
        Thinking::Redacted { data } => Some(Block::RedactedThinking { data }),
    }
}

fn tool_use(place: Place, call: &ToolCall) -> Result<Block<'_>, Invalid> {
    let path = || format!("{place}.arguments");
    let input = call.arguments_json().ok_or_else(|| Invalid::new(path(), "must be JSON for this provider"))?;
    if !input.get().starts_with('{') {
        return Err(Invalid::new(path(), "must be a JSON object for this provider"));
    }
    let cache_control = CacheControl::of(call.cache.as_ref());
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
        cache_control: CacheControl::of(result.cache.as_ref()),
    })
}

fn source(place: Place, media: &Media, text: bool) -> Result<Source<'_>, Invalid> {
    Ok(match &media.source {
        MediaSource::Base64 { media_type, data } => Source::Base64 { media_type, data },
        MediaSource::Url(url) => Source::Url { url },
        MediaSource::FileId(file_id) => Source::File { file_id },
        MediaSource::Text(data) if text => Source::Text { media_type: "text/plain", data },
        MediaSource::Text(_) => return Err(Invalid::new(place.to_string(), "an image cannot be given as text")),
    })
}

/// `detail: auto` is what OpenAI does without it: it asks for nothing and is not named.
fn name_unsayable(place: Place, media: &Media, image: bool, dropped: &mut Vec<String>) {
    if media.detail.as_deref().is_some_and(|detail| detail != "auto") {
        dropped.push(format!("{place}.detail"));
    }
    if image && media.name.is_some() {
        dropped.push(format!("{place}.name"));
    }
}
