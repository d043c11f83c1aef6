//! The parts of what is said, and of what a tool answered.

use super::super::harmless::{Place, name_unread};
use crate::chat::{CacheMark, Media, MediaSource, Part};
use crate::json::{self, Invalid, Object};
use crate::openai_chat::request::data_url;

/// Reads the field `key`: a string is one text, a list is a list of parts. A part of a kind that the conversation does not
/// have is left out and named with its type.
pub(super) fn parts(item: &mut Object<'_>, key: &str, unmapped: &mut Vec<String>) -> Result<Vec<Part>, Invalid> {
    match item.peek(key) {
        None => Err(item.invalid(key, "is required")),
        Some(content) if json::is_string(content) => Ok(vec![Part::text(item.require_string(key)?)]),
        Some(content) if json::is_list(content) => {
            let mut parts = Vec::new();
            for (path, part) in item.take_list(key)?.unwrap_or_default() {
                parts.extend(part_of(Object::parse(part.get(), path)?, unmapped)?);
            }
            Ok(parts)
        }
        Some(_) => Err(item.invalid(key, "must be a string or a list of content parts")),
    }
}

fn part_of(mut part: Object<'_>, unmapped: &mut Vec<String>) -> Result<Option<Part>, Invalid> {
    let kind = part.require_string("type")?;
    let (read, place) = match kind.as_str() {
        "input_text" | "output_text" => {
            let text = part.require_string("text")?;
            let cache = breakpoint(&mut part, unmapped)?;
            specifics(&mut part, unmapped)?;
            (Part::Text { text, citations: Vec::new(), cache }, Place::OutputText)
        }
        "refusal" => (Part::Refusal { text: part.require_string("refusal")? }, Place::Other),
        "input_image" => {
            let media = image(&mut part)?;
            (Part::Image { media, cache: breakpoint(&mut part, unmapped)? }, Place::Media)
        }
        "input_file" => {
            let media = file(&mut part)?;
            (Part::document(media, breakpoint(&mut part, unmapped)?), Place::Media)
        }
        "input_audio" => (Part::Audio { media: audio(&mut part, unmapped)? }, Place::Other),
        other => {
            unmapped.push(format!("{} ({other})", part.path()));
            return Ok(None);
        }
    };
    name_unread(part, place, unmapped);
    Ok(Some(read))
}

/// What stands beside a text of an answer of ours. Citations tell people what it rests on, as annotations do; no provider reads
/// them in a request of this dialect.
fn specifics(part: &mut Object<'_>, unmapped: &mut Vec<String>) -> Result<(), Invalid> {
    if let Some(mut fields) = part.take_object("provider_specific_fields")? {
        fields.take("citations");
        fields.take("citation");
        unmapped.extend(fields.unread());
    }
    Ok(())
}

/// An image. To look at it as the provider sees fit (`auto`) is what happens if nothing is said.
fn image(part: &mut Object<'_>) -> Result<Media, Invalid> {
    let detail = part.take_string("detail")?.filter(|detail| detail != "auto");
    let source = match part.take_string("image_url")? {
        Some(url) => match data_url::split(&url) {
            Some((media_type, data)) => base64(media_type, data),
            None => MediaSource::Url(url),
        },
        None => match part.take_string("file_id")? {
            Some(id) => MediaSource::FileId(id),
            None => return Err(part.invalid("image_url", "or file_id is required")),
        },
    };
    Ok(Media { source, detail, name: None })
}

/// A file. How closely to look at it is said of images only, and so stays unread.
fn file(part: &mut Object<'_>) -> Result<Media, Invalid> {
    let name = part.take_string("filename")?;
    let source = if let Some(data) = part.take_string("file_data")? {
        file_data(data, name.as_deref())
    } else if let Some(url) = part.take_string("file_url")? {
        MediaSource::Url(url)
    } else if let Some(id) = part.take_string("file_id")? {
        MediaSource::FileId(id)
    } else {
        return Err(part.invalid("file_data", "or file_url or file_id is required"));
    };
    Ok(Media { source, detail: None, name })
}

/// A data URL, or bare base64, whose kind only the name can tell.
fn file_data(data: String, name: Option<&str>) -> MediaSource {
    if let Some((media_type, data)) = data_url::split(&data) {
        return base64(media_type, data);
    }
    let is_pdf = name.is_none_or(|name| name.to_ascii_lowercase().ends_with(".pdf"));
    let media_type = if is_pdf { "application/pdf" } else { "application/octet-stream" };
    MediaSource::Base64 { media_type: media_type.to_owned(), data }
}

fn audio(part: &mut Object<'_>, unmapped: &mut Vec<String>) -> Result<Media, Invalid> {
    let mut audio = part.take_object("input_audio")?.ok_or_else(|| part.invalid("input_audio", "is required"))?;
    let data = audio.require_string("data")?;
    let media_type = data_url::audio_type(&audio.require_string("format")?);
    name_unread(audio, Place::Other, unmapped);
    Ok(Media { source: MediaSource::Base64 { media_type, data }, detail: None, name: None })
}

fn base64(media_type: &str, data: &str) -> MediaSource {
    MediaSource::Base64 { media_type: media_type.to_owned(), data: data.to_owned() }
}

/// A cache mark. Other providers know an hour and no half ones: the shortest lifetime of theirs that is not shorter.
fn breakpoint(part: &mut Object<'_>, unmapped: &mut Vec<String>) -> Result<Option<CacheMark>, Invalid> {
    let Some(mut mark) = part.take_object("prompt_cache_breakpoint")? else { return Ok(None) };
    if mark.require_string("mode")? != "explicit" {
        return Err(mark.invalid("mode", "must be 'explicit'"));
    }
    let ttl = mark.take_string("ttl")?.map(|ttl| if ttl == "30m" { "1h".to_owned() } else { ttl });
    name_unread(mark, Place::Other, unmapped);
    Ok(Some(CacheMark { ttl }))
}

/// The texts of a list whose parts are all of one kind.
pub(super) fn texts(
    item: &mut Object<'_>,
    key: &str,
    kind: &str,
    unmapped: &mut Vec<String>,
) -> Result<Vec<String>, Invalid> {
    let mut texts = Vec::new();
    for (path, part) in item.take_list(key)?.unwrap_or_default() {
        let mut part = Object::parse(part.get(), path)?;
        match part.take_string("type")? {
            Some(other) if other != kind => unmapped.push(format!("{} ({other})", part.path())),
            _ => {
                texts.push(part.require_string("text")?);
                name_unread(part, Place::Other, unmapped);
            }
        }
    }
    texts.retain(|text| !text.is_empty());
    Ok(texts)
}
