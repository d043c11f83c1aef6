//! The contents of messages.

use serde_json::value::RawValue;

use super::{Place, name_unread};
use crate::chat::{Media, MediaSource, Part};
use crate::cohere::thinking;
use crate::json::{self, Invalid, Object, Raw};
use crate::openai_chat::request::data_url;

/// Who a message is from; not every content may stand everywhere.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum From {
    System,
    User,
    Assistant,
    Tool,
}

/// Reads `content`: a string is one text, a list is a list of contents, `null` is nothing.
pub(super) fn read(
    message: &mut Object<'_>,
    from: From,
    unmapped: &mut Vec<String>,
) -> Result<Option<Vec<Part>>, Invalid> {
    let Some(content) = message.peek("content") else { return Ok(None) };
    if json::is_string(content) {
        return Ok(Some(vec![Part::text(message.require_string("content")?)]));
    }
    if !json::is_list(content) {
        return Err(message.invalid("content", "must be a string or a list"));
    }
    let list = message.take_list("content")?.unwrap_or_default();
    let parts = list.into_iter().map(|(path, item)| part(Object::parse(item.get(), path)?, from, unmapped));
    parts.collect::<Result<_, _>>().map(Some)
}

fn part(mut item: Object<'_>, from: From, unmapped: &mut Vec<String>) -> Result<Part, Invalid> {
    let word = item.require_string("type")?;
    let part = match (word.as_str(), from) {
        ("text", _) => Part::text(item.require_string("text")?),
        ("image_url", From::User) => Part::Image { media: image(&mut item, unmapped)?, cache: None },
        ("thinking", From::Assistant) => {
            let text = item.require_string("thinking")?;
            Part::Thinking(thinking::proved(text, item.take_string("signature")?))
        }
        ("document", From::Tool) => document(&mut item, unmapped)?,
        (other, _) => return Err(item.invalid("type", format!("'{other}' may not stand here"))),
    };
    name_unread(item, Place::Other, unmapped);
    Ok(part)
}

fn image(item: &mut Object<'_>, unmapped: &mut Vec<String>) -> Result<Media, Invalid> {
    let mut image = item.take_object("image_url")?.ok_or_else(|| item.invalid("image_url", "is required"))?;
    let (url, detail) = (image.require_string("url")?, image.take_string("detail")?);
    name_unread(image, Place::Other, unmapped);
    let source = match data_url::split(&url) {
        Some((media_type, data)) => MediaSource::Base64 { media_type: media_type.to_owned(), data: data.to_owned() },
        None => MediaSource::Url(url),
    };
    Ok(Media { source, detail, name: None })
}

/// What a tool answered, as a value or, where the client wrote its JSON into a text, as that text.
fn document(item: &mut Object<'_>, unmapped: &mut Vec<String>) -> Result<Part, Invalid> {
    let mut document = item.take_object("document")?.ok_or_else(|| item.invalid("document", "is required"))?;
    let data: &RawValue = document.take("data").ok_or_else(|| document.invalid("data", "is required"))?;
    let part = if json::is_string(data) {
        Part::text(json::string(data, &document.path_of("data"))?)
    } else if json::is_object(data) {
        Part::Json(Raw::from(data))
    } else {
        return Err(document.invalid("data", "must be an object or a string"));
    };
    name_unread(document, Place::Document, unmapped);
    Ok(part)
}
