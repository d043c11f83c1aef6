//! The parts of a message's content.

use serde_json::value::RawValue;

use super::super::data_url;
use super::super::harmless::{Place, name_unread};
use crate::chat::{CacheMark, Guarded, Media, MediaSource, Part};
use crate::json::{self, Invalid, Object};

/// Reads `content`: a string is one text, a list is a list of parts, `null` is nothing.
pub(super) fn content(message: &mut Object<'_>, unmapped: &mut Vec<String>) -> Result<Option<Vec<Part>>, Invalid> {
    let Some(content) = message.peek("content") else { return Ok(None) };
    if json::is_string(content) {
        return Ok(Some(vec![Part::text(message.require_string("content")?)]));
    }
    if !json::is_list(content) {
        return Err(message.invalid("content", "must be a string or a list of content parts"));
    }
    let mut parts = Vec::new();
    for (path, part) in message.take_list("content")?.unwrap_or_default() {
        parts.push(read_part(Object::parse(part.get(), path)?, unmapped)?);
    }
    Ok(Some(parts))
}

fn read_part(mut part: Object<'_>, unmapped: &mut Vec<String>) -> Result<Part, Invalid> {
    let kind = part.require_string("type")?;
    let read = match kind.as_str() {
        "text" => Part::Text {
            text: part.require_string("text")?,
            citations: Vec::new(),
            cache: take_cache(&mut part, unmapped)?,
        },
        "refusal" => Part::Refusal { text: part.require_string("refusal")? },
        "image_url" => {
            Part::Image { media: by_url(&mut part, "image_url", unmapped)?, cache: take_cache(&mut part, unmapped)? }
        }
        "input_audio" => Part::Audio { media: audio(&mut part, unmapped)? },
        "file" => {
            let media = file(&mut part, unmapped)?;
            Part::document(media, take_cache(&mut part, unmapped)?)
        }
        // What vLLM and others take.
        "video_url" => Part::Video { media: video(&mut part, unmapped)? },
        // LiteLLM's, for Bedrock's guardrails.
        "guarded_text" => Part::Guarded(Guarded::Text { text: part.require_string("text")?, qualifiers: Vec::new() }),
        other => return Err(part.invalid("type", format!("is not a known kind of content part: '{other}'"))),
    };
    name_unread(part, Place::Other, unmapped);
    Ok(read)
}

/// What is given by an address, which may be a data URL.
fn by_url(part: &mut Object<'_>, key: &str, unmapped: &mut Vec<String>) -> Result<Media, Invalid> {
    let mut detail = None;
    // Some clients give the bare URL.
    let url = if part.peek(key).is_some_and(json::is_string) {
        part.require_string(key)?
    } else {
        let mut given = require_object(part, key)?;
        detail = given.take_string("detail")?;
        let url = given.require_string("url")?;
        name_unread(given, Place::Other, unmapped);
        url
    };
    let source = match data_url::split(&url) {
        Some((media_type, data)) => base64(media_type, data),
        None => MediaSource::Url(url),
    };
    Ok(Media { source, detail, name: None })
}

/// A film. How closely to look at it is said of images only.
fn video(part: &mut Object<'_>, unmapped: &mut Vec<String>) -> Result<Media, Invalid> {
    let media = by_url(part, "video_url", unmapped)?;
    if media.detail.is_some() {
        unmapped.push(part.path_of("video_url.detail"));
    }
    Ok(Media { detail: None, ..media })
}

fn audio(part: &mut Object<'_>, unmapped: &mut Vec<String>) -> Result<Media, Invalid> {
    let mut audio = require_object(part, "input_audio")?;
    let data = audio.require_string("data")?;
    let media_type = data_url::audio_type(&audio.require_string("format")?);
    name_unread(audio, Place::Other, unmapped);
    Ok(Media { source: MediaSource::Base64 { media_type, data }, detail: None, name: None })
}

fn file(part: &mut Object<'_>, unmapped: &mut Vec<String>) -> Result<Media, Invalid> {
    let mut file = require_object(part, "file")?;
    let name = file.take_string("filename")?;
    let source = match file.take_string("file_data")? {
        Some(data) => file_data(data, name.as_deref()),
        None => match file.take_string("file_id")? {
            Some(id) => MediaSource::FileId(id),
            None => return Err(file.invalid("file_data", "or file_id is required")),
        },
    };
    name_unread(file, Place::Other, unmapped);
    Ok(Media { source, detail: None, name })
}

/// A data URL by OpenAI's rules; some clients give a web address or bare base64.
fn file_data(data: String, name: Option<&str>) -> MediaSource {
    if let Some((media_type, data)) = data_url::split(&data) {
        return base64(media_type, data);
    }
    if data.contains("://") {
        return MediaSource::Url(data);
    }
    let is_pdf = name.is_none_or(|name| name.to_ascii_lowercase().ends_with(".pdf"));
    let media_type = if is_pdf { "application/pdf" } else { "application/octet-stream" };
    MediaSource::Base64 { media_type: media_type.to_owned(), data }
}

fn base64(media_type: &str, data: &str) -> MediaSource {
    MediaSource::Base64 { media_type: media_type.to_owned(), data: data.to_owned() }
}

pub(super) fn require_object<'a>(part: &mut Object<'a>, key: &str) -> Result<Object<'a>, Invalid> {
    part.take_object(key)?.ok_or_else(|| part.invalid(key, "is required"))
}

/// Takes a cache mark: OpenAI's own `prompt_cache_breakpoint`, or the `cache_control` that clients of gateways send.
/// The former has two lifetimes: of `30m` the next one that others have is told.
pub(super) fn take_cache(object: &mut Object<'_>, unmapped: &mut Vec<String>) -> Result<Option<CacheMark>, Invalid> {
    let mut mark = None;
    if let Some(mut breakpoint) = object.take_object("prompt_cache_breakpoint")? {
        expect(&mut breakpoint, "mode", "explicit")?;
        let ttl = breakpoint.take_string("ttl")?.map(|ttl| if ttl == "30m" { "1h".to_owned() } else { ttl });
        name_unread(breakpoint, Place::Other, unmapped);
        mark = Some(CacheMark { ttl });
    }
    if let Some(mut control) = object.take_object("cache_control")? {
        expect(&mut control, "type", "ephemeral")?;
        mark = Some(CacheMark { ttl: control.take_string("ttl")? });
        name_unread(control, Place::Other, unmapped);
    }
    Ok(mark)
}

fn expect(object: &mut Object<'_>, key: &str, word: &str) -> Result<(), Invalid> {
    if object.require_string(key)? == word { Ok(()) } else { Err(object.invalid(key, format!("must be '{word}'"))) }
}

/// Puts a mark that stood at a whole message onto its last part. Says whether there was a place for it.
pub(super) fn mark_last(parts: &mut [Part], mark: CacheMark) -> bool {
    let Some(slot) = parts.last_mut().and_then(Part::cache_mut) else { return false };
    *slot = Some(mark);
    true
}

/// Whether a raw value is a string that can be read.
pub(super) fn text_of(value: &RawValue) -> Option<String> {
    serde_json::from_str(value.get()).ok()
}
