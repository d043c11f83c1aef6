//! Content parts as this dialect writes them.

use serde::Serialize;

use super::super::data_url;
use super::Dropped;
use crate::chat::{Media, MediaSource, Part};

/// A content part on the wire.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum WirePart<'a> {
    Text { text: &'a str },
    ImageUrl { image_url: ImageUrl<'a> },
    InputAudio { input_audio: InputAudio<'a> },
    File { file: Attachment<'a> },
}

#[derive(Serialize)]
pub(super) struct ImageUrl<'a> {
    url: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<&'a str>,
}

#[derive(Serialize)]
pub(super) struct InputAudio<'a> {
    data: &'a str,
    format: &'a str,
}

#[derive(Serialize)]
pub(super) struct Attachment<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    file_data: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    file_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    filename: Option<String>,
}

/// Where a part stands in the conversation.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub(super) message: usize,
    pub(super) part: usize,
}

impl Place {
    fn path(self, field: &str) -> String {
        format!("messages[{}].content[{}].{field}", self.message, self.part)
    }
}

/// The conversation's word for a part.
pub(super) fn word(part: &Part) -> &'static str {
    match part {
        Part::Text { .. } => "text",
        Part::Refusal { .. } => "refusal",
        Part::Image { .. } => "image",
        Part::Document { .. } => "document",
        Part::Audio { .. } => "audio",
        Part::Thinking(_) => "thinking",
        Part::ToolCall(_) => "tool_call",
        Part::ToolResult(_) => "tool_result",
    }
}

/// The text of a part that is one: a text, or a document of plain text.
pub(super) fn plain_text<'a>(part: &'a Part, dropped: &mut Dropped) -> Option<WirePart<'a>> {
    let (text, cache) = match part {
        Part::Text { text, cache } => (text, cache),
        Part::Document { media: Media { source: MediaSource::Text(text), name, .. }, cache } => {
            if name.is_some() {
                dropped.name("document.name");
            }
            (text, cache)
        }
        _ => return None,
    };
    dropped.cache(cache.as_ref());
    Some(WirePart::Text { text })
}

/// A part where only text may stand; anything else is named.
pub(super) fn text<'a>(part: &'a Part, place: Place, dropped: &mut Dropped) -> Option<WirePart<'a>> {
    let text = plain_text(part, dropped);
    if text.is_none() {
        dropped.name(place.path(word(part)));
    }
    text
}

/// A part of what a user says.
pub(super) fn of_user<'a>(part: &'a Part, place: Place, dropped: &mut Dropped) -> Option<WirePart<'a>> {
    let (written, cache) = match part {
        Part::Image { media, cache } => (image(media, place, dropped), cache.as_ref()),
        Part::Document { media, cache } if !matches!(media.source, MediaSource::Text(_)) => {
            (document(media), cache.as_ref())
        }
        Part::Audio { media } => (audio(media), None),
        other => return text(other, place, dropped),
    };
    dropped.cache(cache);
    if written.is_none() {
        dropped.name(place.path(word(part)));
    }
    written
}

fn image<'a>(media: &'a Media, place: Place, dropped: &mut Dropped) -> Option<WirePart<'a>> {
    let url = match &media.source {
        MediaSource::Base64 { media_type, data } => data_url::join(media_type, data),
        MediaSource::Url(url) => url.clone(),
        MediaSource::FileId(_) | MediaSource::Text(_) => return None,
    };
    if media.name.is_some() {
        dropped.name(place.path("name"));
    }
    Some(WirePart::ImageUrl { image_url: ImageUrl { url, detail: media.detail.as_deref() } })
}

/// A document by its bytes or its id. One behind a URL cannot be said here.
fn document(media: &Media) -> Option<WirePart<'_>> {
    let name = media.name.clone();
    let file = match &media.source {
        MediaSource::Base64 { media_type, data } => Attachment {
            file_data: Some(data_url::join(media_type, data)),
            file_id: None,
            filename: name.or_else(|| Some(data_url::file_name(media_type))),
        },
        MediaSource::FileId(id) => Attachment { file_data: None, file_id: Some(id), filename: name },
        MediaSource::Url(_) | MediaSource::Text(_) => return None,
    };
    Some(WirePart::File { file })
}

fn audio(media: &Media) -> Option<WirePart<'_>> {
    let MediaSource::Base64 { media_type, data } = &media.source else { return None };
    Some(WirePart::InputAudio { input_audio: InputAudio { data, format: data_url::audio_format(media_type) } })
}
