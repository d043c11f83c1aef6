//! Content parts as this dialect writes them.

use std::borrow::Cow;

use serde::Serialize;

use super::super::data_url;
use super::breakpoint::Breakpoint;
use super::{Dropped, name_wishes, said};
use crate::chat::{Guarded, Media, MediaSource, Part};

/// A content part on the wire.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum WirePart<'a> {
    Text {
        text: Cow<'a, str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        prompt_cache_breakpoint: Option<Breakpoint>,
    },
    ImageUrl {
        image_url: ImageUrl<'a>,
        #[serde(skip_serializing_if = "Option::is_none")]
        prompt_cache_breakpoint: Option<Breakpoint>,
    },
    InputAudio {
        input_audio: InputAudio<'a>,
    },
    File {
        file: Attachment<'a>,
        #[serde(skip_serializing_if = "Option::is_none")]
        prompt_cache_breakpoint: Option<Breakpoint>,
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

impl<'a> WirePart<'a> {
    /// A text without a cache mark.
    pub(super) fn text(text: impl Into<Cow<'a, str>>) -> Self {
        Self::Text { text: text.into(), prompt_cache_breakpoint: None }
    }

    /// Where the breakpoint of the part stands, if it can have one.
    pub(super) fn breakpoint_mut(&mut self) -> Option<&mut Option<Breakpoint>> {
        match self {
            Self::Text { prompt_cache_breakpoint, .. }
            | Self::ImageUrl { prompt_cache_breakpoint, .. }
            | Self::File { prompt_cache_breakpoint, .. } => Some(prompt_cache_breakpoint),
            Self::InputAudio { .. } | Self::VideoUrl { .. } => None,
        }
    }
}

/// Where a part stands in the conversation: in a message, or in a result of a tool there.
#[derive(Clone, Copy)]
pub(super) enum Place {
    Content { message: usize, part: usize },
    Result { message: usize, part: usize },
}

impl Place {
    pub(super) fn path(self, field: &str) -> String {
        match self {
            Self::Content { message, part } => format!("messages[{message}].parts[{part}].{field}"),
            Self::Result { message, part } => format!("messages[{message}].parts[{part}].tool_result.{field}"),
        }
    }
}

/// The text of a part that can be said as one.
pub(super) fn plain_text<'a>(part: &'a Part, dropped: &mut Dropped) -> Option<WirePart<'a>> {
    let (text, cache) = said(part, dropped)?;
    Some(WirePart::Text { text, prompt_cache_breakpoint: dropped.breakpoint(cache) })
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
    let (mut written, cache) = match part {
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
        // OpenAI's own models see no films; vLLM's and others' do
        Part::Video { media } => (video(media).filter(|_| !dropped.is_for_openai()), None),
        other => return text(other, place, dropped),
    };
    match written.as_mut().map(WirePart::breakpoint_mut) {
        Some(Some(breakpoint)) => *breakpoint = dropped.breakpoint(cache),
        Some(None) => dropped.cache(cache),
        None => dropped.name(place.path(part.word())),
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
    let image_url = ImageUrl { url, detail: media.detail.as_deref() };
    Some(WirePart::ImageUrl { image_url, prompt_cache_breakpoint: None })
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
        MediaSource::FileId(id) if !media.source.is_kept_by_google() => {
            Attachment { file_data: None, file_id: Some(id), filename: name }
        }
        MediaSource::FileId(_)
        | MediaSource::Url(_)
        | MediaSource::Text(_)
        | MediaSource::Texts(_)
        | MediaSource::S3 { .. } => return None,
    };
    Some(WirePart::File { file, prompt_cache_breakpoint: None })
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
