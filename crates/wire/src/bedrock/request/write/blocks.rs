//! Parts of a message as content blocks.

use std::borrow::Cow;
use std::fmt;

use super::legal::{self, DocumentNames};
use super::media;
use crate::bedrock::block::{self, Block, CachePoint};
use crate::bedrock::media::{AUDIO, GUARDED_IMAGES, IMAGES, VIDEOS};
use crate::bedrock::reply::is_blob;
use crate::chat::{CacheMark, Citation, Guarded, MediaSource, Message, Part, Role, Thinking, ToolCall, ToolResult};
use crate::json::{Invalid, Raw};

/// What is kept while the messages are written.
#[derive(Debug, Default)]
pub(super) struct Writing {
    pub(super) dropped: Vec<String>,
    pub(super) documents: DocumentNames,
}

/// Where a part stands, in the conversation's words.
#[derive(Clone, Copy)]
pub(super) struct Place {
    message: usize,
    part: usize,
    /// The part of a tool's result.
    inner: Option<usize>,
    role: Role,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "messages[{}].parts[{}]", self.message, self.part)?;
        self.inner.map_or(Ok(()), |inner| write!(f, ".parts[{inner}]"))
    }
}

/// A block, and the cache point that follows it.
#[derive(Debug)]
pub(super) struct Marked<'a> {
    block: Block<'a>,
    cache: Option<CachePoint>,
}

impl<'a> Marked<'a> {
    pub(super) fn is_tool_result(&self) -> bool {
        matches!(self.block, Block::ToolResult(_))
    }

    /// The block and its cache point as they follow each other.
    pub(super) fn into_blocks(self) -> impl Iterator<Item = Block<'a>> {
        [Some(self.block), self.cache.map(Block::CachePoint)].into_iter().flatten()
    }
}

pub(super) fn of_message<'a>(
    index: usize,
    message: &'a Message,
    writing: &mut Writing,
) -> Result<Vec<Marked<'a>>, Invalid> {
    let mut blocks = Vec::with_capacity(message.parts.len());
    for (part, value) in message.parts.iter().enumerate() {
        let place = Place { message: index, part, inner: None, role: message.role };
        if let Some(block) = block(place, value, writing)? {
            let cache = mark(value).map(|mark| cache_point(&place.to_string(), mark, &mut writing.dropped));
            blocks.push(Marked { block, cache });
        }
    }
    Ok(blocks)
}

/// The point of `mark`, which belongs to what stands at `path`. A lifetime that Bedrock does not know is named.
pub(super) fn cache_point(path: &str, mark: &CacheMark, dropped: &mut Vec<String>) -> CachePoint {
    let (point, whole) = CachePoint::of(mark);
    if !whole {
        dropped.push(format!("{path}.cache.ttl"));
    }
    point
}

fn mark(part: &Part) -> Option<&CacheMark> {
    match part {
        Part::Text { cache, .. } | Part::Image { cache, .. } | Part::Document { cache, .. } => cache.as_ref(),
        Part::SearchResult(result) => result.cache.as_ref(),
        Part::ToolCall(call) => call.cache.as_ref(),
        Part::ToolResult(result) => result.cache.as_ref(),
        Part::Refusal { .. }
        | Part::Audio { .. }
        | Part::Video { .. }
        | Part::Guarded(_)
        | Part::Json(_)
        | Part::Thinking(_)
        | Part::WebSearch(_) => None,
    }
}

fn block<'a>(place: Place, part: &'a Part, writing: &mut Writing) -> Result<Option<Block<'a>>, Invalid> {
    Ok(Some(match part {
        Part::Text { text, citations, cache } => {
            return Ok(text_block(place, text, citations, cache.is_some(), writing));
        }
        Part::Refusal { text } => return Ok(text_block(place, text, &[], false, writing)),
        Part::Image { media, .. } => Block::Image(media::medium(place, media, IMAGES, writing)?),
        Part::Document { media, context, citations, .. } => {
            media::document(place, media, context.as_deref(), *citations, writing)?
        }
        Part::Video { media } => Block::Video(media::medium(place, media, VIDEOS, writing)?),
        Part::SearchResult(result) => Block::search_result(result),
        Part::Json(value) if place.inner.is_some() => Block::Json(Cow::Borrowed(value)),
        Part::Json(_) => {
            return Err(Invalid::new(place.to_string(), "a JSON value may only stand in a tool's result"));
        }
        Part::Audio { .. } | Part::Guarded(_) | Part::Thinking(_) | Part::ToolCall(_) | Part::ToolResult(_)
            if place.inner.is_some() =>
        {
            let problem = format!("{} may not stand in a tool's result for this provider", part.word());
            return Err(Invalid::new(place.to_string(), problem));
        }
        Part::Audio { media } => Block::Audio(media::medium(place, media, AUDIO, writing)?),
        Part::Guarded(guarded) => Block::GuardContent(guard_content(place, guarded, writing)?),
        Part::Thinking(thinking) => return Ok(thinking_block(place, thinking, writing)),
        Part::WebSearch(_) => return Ok(None),
        Part::ToolCall(call) => tool_use(place, call)?,
        Part::ToolResult(result) => tool_result(place, result, writing)?,
    }))
}

fn guard_content<'a>(place: Place, guarded: &'a Guarded, writing: &mut Writing) -> Result<block::Guarded<'a>, Invalid> {
    Ok(match guarded {
        Guarded::Text { text, qualifiers } => block::Guarded::Text { text, qualifiers },
        Guarded::Image { media } if matches!(media.source, MediaSource::S3 { .. }) => {
            return Err(Invalid::new(
                place.to_string(),
                "send the bytes: this provider's guardrail reads nothing in S3",
            ));
        }
        Guarded::Image { media } => block::Guarded::Image(media::medium(place, media, GUARDED_IMAGES, writing)?),
    })
}

/// Bedrock refuses empty texts, so one is left out; what hangs on it is named. Only the model cites.
fn text_block<'a>(
    place: Place,
    text: &'a str,
    citations: &'a [Citation],
    cache: bool,
    writing: &mut Writing,
) -> Option<Block<'a>> {
    let empty = text.is_empty();
    if empty && cache {
        writing.dropped.push(format!("{place}.cache (empty text)"));
    }
    let cites = place.role == Role::Assistant && place.inner.is_none() && !empty;
    if !cites && !citations.is_empty() {
        writing.dropped.push(format!("{place}.citations"));
    }
    (!empty).then(|| Block::text(text, if cites { citations } else { &[] }))
}

/// The signature of reasoning that is handed back is checked, so that of other providers stays out, and so does what is hidden
/// in a form that is not Bedrock's.
fn thinking_block<'a>(place: Place, thinking: &'a Thinking, writing: &mut Writing) -> Option<Block<'a>> {
    if matches!(thinking, Thinking::Plain { signature: None, .. }) {
        writing.dropped.push(format!("{place}.thinking (no signature)"));
        return None;
    }
    if matches!(thinking, Thinking::Redacted { data } if data.is_empty() || !is_blob(data)) {
        writing.dropped.push(format!("{place}.thinking (not base64)"));
        return None;
    }
    if matches!(thinking, Thinking::Sealed { .. } | Thinking::Bound { .. }) {
        writing.dropped.push(format!("{place}.thinking (sealed by another provider)"));
        return None;
    }
    Some(Block::thinking(thinking))
}

fn tool_use(place: Place, call: &ToolCall) -> Result<Block<'_>, Invalid> {
    let path = || format!("{place}.arguments");
    let input = call.arguments_json().ok_or_else(|| Invalid::new(path(), "must be JSON for this provider"))?;
    if !input.get().starts_with('{') {
        return Err(Invalid::new(path(), "must be a JSON object for this provider"));
    }
    let name = legal::tool_name(&call.name, || format!("{place}.name"))?;
    Ok(Block::ToolUse(block::ToolUse { tool_use_id: legal::call_id(&call.id), name, input }))
}

/// Bedrock wants a result to hold something and refuses empty texts: the empty object is the least that can be said.
fn tool_result<'a>(place: Place, result: &'a ToolResult, writing: &mut Writing) -> Result<Block<'a>, Invalid> {
    let mut content = Vec::with_capacity(result.parts.len());
    for (inner, part) in result.parts.iter().enumerate() {
        let place = Place { inner: Some(inner), ..place };
        let Some(block) = block(place, part, writing)? else { continue };
        if mark(part).is_some() {
            writing.dropped.push(format!("{place}.cache"));
        }
        content.push(block);
    }
    if content.is_empty() {
        let empty = Raw::parse("{}").map_err(|error| Invalid::new(place.to_string(), error.to_string()))?;
        content.push(Block::Json(Cow::Owned(empty)));
    }
    let tool_use_id = legal::call_id(&result.call_id);
    Ok(Block::ToolResult(block::ToolResult { tool_use_id, content, status: result.is_error.then_some("error") }))
}
