//! Images, documents and what a search found.

use serde_json::value::RawValue;

use super::super::harmless::{Anywhere, name_unread};
use super::blocks;
use crate::chat::{Media, MediaSource, Part, SearchResult};
use crate::json::{self, Invalid, Object};

pub(super) fn image(object: &mut Object<'_>, unmapped: &mut Vec<String>) -> Result<Option<Part>, Invalid> {
    let Some(source) = source(object, false, unmapped)? else { return Ok(None) };
    let media = Media { source, detail: None, name: None };
    Ok(Some(Part::Image { media, cache: blocks::cache(object, unmapped)? }))
}

pub(super) fn document(object: &mut Object<'_>, unmapped: &mut Vec<String>) -> Result<Option<Part>, Invalid> {
    let Some(source) = source(object, true, unmapped)? else { return Ok(None) };
    let media = Media { source, detail: None, name: object.take_string("title")? };
    Ok(Some(Part::Document {
        media,
        context: object.take_string("context")?,
        citations: citing(object, unmapped)?,
        cache: blocks::cache(object, unmapped)?,
    }))
}

pub(super) fn search_result(object: &mut Object<'_>, unmapped: &mut Vec<String>) -> Result<SearchResult, Invalid> {
    let content = object.take_list("content")?.ok_or_else(|| object.invalid("content", "is required"))?;
    Ok(SearchResult {
        source: object.require_string("source")?,
        title: object.require_string("title")?,
        texts: texts(content, unmapped)?,
        citations: citing(object, unmapped)?,
        cache: blocks::cache(object, unmapped)?,
    })
}

/// Whether the model is asked to cite.
fn citing(object: &mut Object<'_>, unmapped: &mut Vec<String>) -> Result<bool, Invalid> {
    let Some(mut config) = object.take_object("citations")? else { return Ok(false) };
    let enabled = config.take_bool("enabled")?.unwrap_or(false);
    name_unread(config, Anywhere, unmapped);
    Ok(enabled)
}

/// Where the bytes are. `None` when it is a kind of source that the conversation does not have, which is then named.
fn source(object: &mut Object<'_>, document: bool, unmapped: &mut Vec<String>) -> Result<Option<MediaSource>, Invalid> {
    let mut source = object.take_object("source")?.ok_or_else(|| object.invalid("source", "is required"))?;
    let word = source.require_string("type")?;
    let read = match word.as_str() {
        "base64" => MediaSource::Base64 {
            media_type: source.require_string("media_type")?,
            data: source.require_string("data")?,
        },
        "url" => MediaSource::Url(source.require_string("url")?),
        "file" => MediaSource::FileId(source.require_string("file_id")?),
        "text" if document => {
            if source.take_string("media_type")?.is_some_and(|media_type| media_type != "text/plain") {
                return Err(source.invalid("media_type", "must be text/plain"));
            }
            MediaSource::Text(source.require_string("data")?)
        }
        "content" if document => match pieces(&mut source, unmapped)? {
            Some(texts) => MediaSource::Texts(texts),
            None => return Ok(None),
        },
        _ => {
            unmapped.push(format!("{} ({word})", source.path()));
            return Ok(None);
        }
    };
    name_unread(source, Anywhere, unmapped);
    Ok(Some(read))
}

/// The pieces of a document. One with an image among them is named as a whole: without it, the places in what cites the
/// document would be others.
fn pieces(source: &mut Object<'_>, unmapped: &mut Vec<String>) -> Result<Option<Vec<String>>, Invalid> {
    if source.peek("content").is_some_and(json::is_string) {
        return Ok(Some(vec![source.require_string("content")?]));
    }
    let content = source.take_list("content")?.ok_or_else(|| source.invalid("content", "is required"))?;
    for (path, block) in &content {
        let word = Object::parse(block.get(), path.as_str())?.require_string("type")?;
        if word != "text" {
            unmapped.push(format!("{path} ({word})"));
            return Ok(None);
        }
    }
    texts(content, unmapped).map(Some)
}

fn texts(blocks: Vec<(String, &RawValue)>, unmapped: &mut Vec<String>) -> Result<Vec<String>, Invalid> {
    let mut texts = Vec::with_capacity(blocks.len());
    for (path, block) in blocks {
        let mut block = Object::parse(block.get(), path)?;
        if block.require_string("type")? != "text" {
            return Err(block.invalid("type", "only text may stand here"));
        }
        texts.push(block.require_string("text")?);
        name_unread(block, Anywhere, unmapped);
    }
    Ok(texts)
}
