//! Content parts as this dialect writes them.

use std::borrow::Cow;

use serde::Serialize;

use super::super::data_url;
use super::Dropped;
use crate::chat::{Citation, Guarded, Location, Media, MediaSource, Part, SearchResult};

/// A content part on the wire.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum WirePart<'a> {
    Text {
        text: Cow<'a, str>,
    },
    ImageUrl {
        image_url: ImageUrl<'a>,
    },
    InputAudio {
        input_audio: InputAudio<'a>,
    },
    File {
        file: Attachment<'a>,
    },
    /// Not OpenAI's; vLLM and others take it.
    VideoUrl {
        video_url: VideoUrl<'a>,
    },
}

#[derive(Serialize)]
pub(super) struct ImageUrl<'a> {
    url: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<&'a str>,
}

#[derive(Serialize)]
pub(super) struct VideoUrl<'a> {
    url: Cow<'a, str>,
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

/// The text of a part that can be said as one.
pub(super) fn plain_text<'a>(part: &'a Part, dropped: &mut Dropped) -> Option<WirePart<'a>> {
    let (text, cache) = match part {
        Part::Text { text, citations, cache } => {
            name_citations(citations, dropped);
            (Cow::Borrowed(text.as_str()), cache.as_ref())
        }
        Part::Document { media, context, citations, cache } => {
            let text = match &media.source {
                MediaSource::Text(text) => Cow::Borrowed(text.as_str()),
                MediaSource::Texts(texts) => Cow::Owned(texts.join("\n")),
                _ => return None,
            };
            name_wishes(context.as_deref(), *citations, dropped);
            // a title is words too
            let titled = media.name.as_ref().map(|name| Cow::Owned(format!("{name}\n\n{text}")));
            (titled.unwrap_or(text), cache.as_ref())
        }
        Part::SearchResult(result) => {
            if result.citations {
                dropped.name("search_result.citations");
            }
            (Cow::Owned(found(result)), result.cache.as_ref())
        }
        Part::Guarded(Guarded::Text { text, .. }) => {
            dropped.name("guarded");
            (Cow::Borrowed(text.as_str()), None)
        }
        Part::Json(value) => (Cow::Borrowed(value.get()), None),
        _ => return None,
    };
    dropped.cache(cache);
    Some(WirePart::Text { text })
}

/// What a search found, as a text that says where it is from.
fn found(result: &SearchResult) -> String {
    format!("{}\n{}\n\n{}", result.title, result.source, result.texts.join("\n"))
}

/// What the model said that a text rests on. Pages of the web are not named: this dialect has them in answers, and its
/// providers do not read them in requests.
fn name_citations(citations: &[Citation], dropped: &mut Dropped) {
    if citations.iter().any(|citation| !matches!(citation.location, Some(Location::Web { .. }))) {
        dropped.name("text.citations");
    }
}

/// What is told of a document beside its content, and the wish to have it cited.
fn name_wishes(context: Option<&str>, citations: bool, dropped: &mut Dropped) {
    if context.is_some() {
        dropped.name("document.context");
    }
    if citations {
        dropped.name("document.citations");
    }
}

/// A part where only text may stand; anything else is named.
pub(super) fn text<'a>(part: &'a Part, place: Place, dropped: &mut Dropped) -> Option<WirePart<'a>> {
    let text = plain_text(part, dropped);
    if text.is_none() {
        dropped.name(place.path(part.word()));
    }
    text
}

/// A part of what a user says.
pub(super) fn of_user<'a>(part: &'a Part, place: Place, dropped: &mut Dropped) -> Option<WirePart<'a>> {
    let (written, cache) = match part {
        Part::Image { media, cache } => (image(media, place, dropped), cache.as_ref()),
        Part::Document { media, .. } if matches!(media.source, MediaSource::Text(_) | MediaSource::Texts(_)) => {
            return text(part, place, dropped);
        }
        Part::Document { media, context, citations, cache } => {
            name_wishes(context.as_deref(), *citations, dropped);
            (document(media), cache.as_ref())
        }
        Part::Guarded(Guarded::Image { media }) => {
            dropped.name("guarded");
            (image(media, place, dropped), None)
        }
        Part::Audio { media } => (audio(media), None),
        Part::Video { media } => (video(media), None),
        other => return text(other, place, dropped),
    };
    dropped.cache(cache);
    if written.is_none() {
        dropped.name(place.path(part.word()));
    }
    written
}

fn image<'a>(media: &'a Media, place: Place, dropped: &mut Dropped) -> Option<WirePart<'a>> {
    let url = match &media.source {
        MediaSource::Base64 { media_type, data } => data_url::join(media_type, data),
        MediaSource::Url(url) => url.clone(),
        MediaSource::FileId(_) | MediaSource::Text(_) | MediaSource::Texts(_) | MediaSource::S3 { .. } => return None,
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
        MediaSource::Url(_) | MediaSource::Text(_) | MediaSource::Texts(_) | MediaSource::S3 { .. } => return None,
    };
    Some(WirePart::File { file })
}

fn audio(media: &Media) -> Option<WirePart<'_>> {
    let MediaSource::Base64 { media_type, data } = &media.source else { return None };
    Some(WirePart::InputAudio { input_audio: InputAudio { data, format: data_url::audio_format(media_type) } })
}

fn video(media: &Media) -> Option<WirePart<'_>> {
    let url = match &media.source {
        MediaSource::Base64 { media_type, data } => Cow::Owned(data_url::join(media_type, data)),
        MediaSource::Url(url) => Cow::Borrowed(url.as_str()),
        MediaSource::FileId(_) | MediaSource::Text(_) | MediaSource::Texts(_) | MediaSource::S3 { .. } => return None,
    };
    Some(WirePart::VideoUrl { video_url: VideoUrl { url } })
}
