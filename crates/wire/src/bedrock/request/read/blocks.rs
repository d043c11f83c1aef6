//! Content blocks.

use serde_json::value::RawValue;

use crate::bedrock::block;
use crate::bedrock::media::{self, DOCUMENTS, Formats, GUARDED_IMAGES, VIDEOS};
use crate::bedrock::union::{self, Member};
use crate::chat::{CacheMark, Guarded, Media, MediaSource, Part, SearchResult, ToolResult};
use crate::json::{self, Invalid, Object};

/// Where a block stands; not every block may stand everywhere.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    System,
    Message,
    ToolResult,
}

/// Reads blocks. A cache point becomes the mark of the part before it; a block of a kind that the conversation does not have is
/// left out and named.
pub(super) fn list(
    blocks: Vec<(String, &RawValue)>,
    place: Place,
    unmapped: &mut Vec<String>,
) -> Result<Vec<Part>, Invalid> {
    let mut parts: Vec<Part> = Vec::with_capacity(blocks.len());
    // a point after a block that was left out is not the mark of the part before that one
    let mut follows = false;
    for (path, raw) in blocks {
        let member = Member::of(raw, &path)?;
        if member.name == "cachePoint" {
            let before = if follows { parts.last_mut() } else { None };
            cache_point(&member, before.and_then(Part::cache_mut), unmapped)?;
        } else {
            let part = of(&member, place, unmapped)?;
            follows = part.is_some();
            parts.extend(part);
        }
    }
    Ok(parts)
}

/// Reads a cache point into `slot`. One that has nowhere to go is named: the first of a list, a second one, one after a part
/// that carries no mark.
pub(super) fn cache_point(
    member: &Member<'_>,
    slot: Option<&mut Option<CacheMark>>,
    unmapped: &mut Vec<String>,
) -> Result<(), Invalid> {
    let mut object = member.object()?;
    if object.require_string("type")? != "default" {
        return Err(object.invalid("type", "must be default"));
    }
    let ttl = object.take_string("ttl")?;
    match slot {
        Some(slot) if slot.is_none() => {
            *slot = Some(CacheMark { ttl });
            unmapped.extend(object.unread());
        }
        _ => unmapped.push(member.path.clone()),
    }
    Ok(())
}

fn of(member: &Member<'_>, place: Place, unmapped: &mut Vec<String>) -> Result<Option<Part>, Invalid> {
    Ok(Some(match (member.name.as_str(), place) {
        ("guardContent", Place::System | Place::Message) => return guarded(member, unmapped),
        ("text", _) => return block::spoken(member, unmapped),
        (_, Place::System) => {
            return Err(Invalid::new(member.path.as_str(), "only text, guardContent and cachePoint may stand here"));
        }
        ("image", _) => return block::spoken(member, unmapped),
        ("document", _) => document(member.object()?, unmapped)?,
        ("video", _) => Part::Video { media: medium(member.object()?, VIDEOS, unmapped)? },
        ("searchResult", _) => Part::SearchResult(search_result(member.object()?, unmapped)?),
        ("json", Place::ToolResult) => Part::Json(member.value.into()),
        ("reasoningContent" | "toolUse" | "citationsContent", Place::Message) => {
            return block::spoken(member, unmapped);
        }
        ("audio", Place::Message) => Part::Audio { media: medium(member.object()?, media::AUDIO, unmapped)? },
        ("toolResult", Place::Message) => Part::ToolResult(tool_result(member.object()?, unmapped)?),
        _ => {
            unmapped.push(member.path.clone());
            return Ok(None);
        }
    }))
}

fn medium(mut object: Object<'_>, formats: Formats, unmapped: &mut Vec<String>) -> Result<Media, Invalid> {
    let source = media::medium(&mut object, formats, unmapped)?;
    unmapped.extend(object.unread());
    Ok(Media { source, detail: None, name: None })
}

fn document(mut object: Object<'_>, unmapped: &mut Vec<String>) -> Result<Part, Invalid> {
    let media_type = match object.take_string("format")? {
        Some(format) => media::media_type(DOCUMENTS, &format)
            .ok_or_else(|| object.invalid("format", format!("must be one of {}", media::names(DOCUMENTS))))?,
        None => "application/octet-stream",
    };
    let source = object.take("source").ok_or_else(|| object.invalid("source", "is required"))?;
    let member = Member::of(source, &object.path_of("source"))?;
    let source = match member.name.as_str() {
        // text is text: the format says how bytes are to be read
        "text" => MediaSource::Text(json::string(member.value, &member.path)?),
        "content" => MediaSource::Texts(union::texts(Some(json::list(member.value, &member.path)?))?),
        _ => media::bytes(&member, media_type, unmapped)?,
    };
    let part = Part::Document {
        media: Media { source, detail: None, name: Some(object.require_string("name")?) },
        context: object.take_string("context")?,
        citations: citations(&mut object, unmapped)?,
        cache: None,
    };
    unmapped.extend(object.unread());
    Ok(part)
}

/// Reads whether citations are wanted.
fn citations(object: &mut Object<'_>, unmapped: &mut Vec<String>) -> Result<bool, Invalid> {
    let Some(mut citations) = object.take_object("citations")? else { return Ok(false) };
    let enabled = citations.take_bool("enabled")?.ok_or_else(|| citations.invalid("enabled", "is required"))?;
    unmapped.extend(citations.unread());
    Ok(enabled)
}

fn search_result(mut object: Object<'_>, unmapped: &mut Vec<String>) -> Result<SearchResult, Invalid> {
    let result = SearchResult {
        source: object.require_string("source")?,
        title: object.require_string("title")?,
        texts: union::texts(object.take_list("content")?)?,
        citations: citations(&mut object, unmapped)?,
        cache: None,
    };
    unmapped.extend(object.unread());
    Ok(result)
}

fn tool_result(mut object: Object<'_>, unmapped: &mut Vec<String>) -> Result<ToolResult, Invalid> {
    let call_id = object.require_string("toolUseId")?;
    let content = object.take_list("content")?.ok_or_else(|| object.invalid("content", "is required"))?;
    let parts = list(content, Place::ToolResult, unmapped)?;
    let is_error = match object.take_string("status")?.as_deref() {
        None | Some("success") => false,
        Some("error") => true,
        Some(other) => return Err(object.invalid("status", format!("must be success or error, not {other:?}"))),
    };
    unmapped.extend(object.unread());
    Ok(ToolResult { call_id, parts, is_error, cache: None })
}

fn guarded(member: &Member<'_>, unmapped: &mut Vec<String>) -> Result<Option<Part>, Invalid> {
    let inner = Member::of(member.value, &member.path)?;
    let mut object = inner.object()?;
    let guarded = match inner.name.as_str() {
        "text" => {
            let text = object.require_string("text")?;
            let qualifiers = object.take_strings("qualifiers")?.unwrap_or_default();
            unmapped.extend(object.unread());
            Guarded::Text { text, qualifiers }
        }
        "image" => {
            let media = medium(object, GUARDED_IMAGES, unmapped)?;
            if !matches!(media.source, MediaSource::Base64 { .. }) {
                return Err(Invalid::new(inner.path, "must be given as bytes"));
            }
            Guarded::Image { media }
        }
        _ => {
            unmapped.push(inner.path);
            return Ok(None);
        }
    };
    Ok(Some(Part::Guarded(guarded)))
}
