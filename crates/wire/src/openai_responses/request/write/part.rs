//! Content parts as this dialect writes them.

use std::borrow::Cow;

use serde::Serialize;

use crate::chat::{CacheMark, Guarded, Media, MediaSource, Part, Role};
use crate::openai_chat::request::{Breakpoint, Dropped, data_url, name_wishes, said};

/// A content part on the wire.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum WirePart<'a> {
    InputText {
        text: Cow<'a, str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        prompt_cache_breakpoint: Option<Breakpoint>,
    },
    OutputText {
        text: Cow<'a, str>,
        /// Required, be it empty.
        annotations: [(); 0],
    },
    Refusal {
        refusal: &'a str,
    },
    InputImage {
        #[serde(skip_serializing_if = "Option::is_none")]
        image_url: Option<Cow<'a, str>>,
        #[serde(skip_serializing_if = "Option::is_none")]
        file_id: Option<&'a str>,
        detail: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        prompt_cache_breakpoint: Option<Breakpoint>,
    },
    InputFile {
        #[serde(skip_serializing_if = "Option::is_none")]
        file_data: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        file_url: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        file_id: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        filename: Option<Cow<'a, str>>,
        #[serde(skip_serializing_if = "Option::is_none")]
        prompt_cache_breakpoint: Option<Breakpoint>,
    },
    InputAudio {
        input_audio: InputAudio<'a>,
    },
}

#[derive(Serialize)]
pub(super) struct InputAudio<'a> {
    data: &'a str,
    format: &'a str,
}

/// Where a part stands, and who says it.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub(super) message: usize,
    pub(super) part: usize,
    pub(super) role: Role,
}

impl Place {
    pub(super) fn path(self, field: &str) -> String {
        format!("messages[{}].parts[{}].{field}", self.message, self.part)
    }
}

/// A text that a user or a tool says.
pub(super) fn text(text: &str) -> WirePart<'_> {
    WirePart::InputText { text: Cow::Borrowed(text), prompt_cache_breakpoint: None }
}

/// A part of what is said. An assistant says texts and refusals; others also show things.
pub(super) fn of_message<'a>(part: &'a Part, place: Place, dropped: &mut Dropped) -> Option<WirePart<'a>> {
    let written = match part {
        _ if place.role != Role::Assistant => shown(part, place, dropped),
        Part::Refusal { text } => Some(WirePart::Refusal { refusal: text }),
        other => said(other, dropped).map(|(text, cache)| {
            dropped.cache(cache);
            WirePart::OutputText { text, annotations: [] }
        }),
    };
    if written.is_none() {
        dropped.name(place.path(part.word()));
    }
    written
}

/// A part of what a tool answered: texts, images and files.
pub(super) fn of_result<'a>(part: &'a Part, place: Place, dropped: &mut Dropped) -> Option<WirePart<'a>> {
    let written = if matches!(part, Part::Audio { .. }) { None } else { shown(part, place, dropped) };
    if written.is_none() {
        dropped.name(place.path(&format!("tool_result.{}", part.word())));
    }
    written
}

/// Puts a mark that stood at a whole result onto its last part.
pub(super) fn mark_last(parts: &mut [WirePart<'_>], mark: &CacheMark, dropped: &mut Dropped) {
    match parts.last_mut() {
        Some(
            WirePart::InputText { prompt_cache_breakpoint, .. }
            | WirePart::InputImage { prompt_cache_breakpoint, .. }
            | WirePart::InputFile { prompt_cache_breakpoint, .. },
        ) => *prompt_cache_breakpoint = dropped.breakpoint(Some(mark)),
        _ => dropped.cache(Some(mark)),
    }
}

fn shown<'a>(part: &'a Part, place: Place, dropped: &mut Dropped) -> Option<WirePart<'a>> {
    if let Some((text, cache)) = said(part, dropped) {
        return Some(WirePart::InputText { text, prompt_cache_breakpoint: dropped.breakpoint(cache) });
    }
    match part {
        Part::Image { media, cache } => image(media, cache.as_ref(), place, dropped),
        Part::Guarded(Guarded::Image { media }) => {
            dropped.name("guarded");
            image(media, None, place, dropped)
        }
        Part::Document { media, context, citations, cache } => {
            name_wishes(context.as_deref(), *citations, dropped);
            document(media, cache.as_ref(), dropped)
        }
        Part::Audio { media } => audio(media),
        // What a model refused in words is words to whoever is told of it.
        Part::Refusal { text: refusal } => Some(text(refusal)),
        _ => None,
    }
}

fn image<'a>(media: &'a Media, cache: Option<&CacheMark>, place: Place, dropped: &mut Dropped) -> Option<WirePart<'a>> {
    let (image_url, file_id) = match &media.source {
        MediaSource::Base64 { media_type, data } => (Some(Cow::Owned(data_url::join(media_type, data))), None),
        MediaSource::Url(url) => (Some(Cow::Borrowed(url.as_str())), None),
        MediaSource::FileId(id) if !media.source.is_kept_by_google() => (None, Some(id.as_str())),
        MediaSource::FileId(_) | MediaSource::Text(_) | MediaSource::Texts(_) | MediaSource::S3 { .. } => return None,
    };
    if media.name.is_some() {
        dropped.name(place.path("name"));
    }
    let detail = media.detail.as_deref().unwrap_or("auto");
    let prompt_cache_breakpoint = dropped.breakpoint(cache);
    Some(WirePart::InputImage { image_url, file_id, detail, prompt_cache_breakpoint })
}

/// A document by its bytes, its address or its id. Bytes want a file name.
fn document<'a>(media: &'a Media, cache: Option<&CacheMark>, dropped: &mut Dropped) -> Option<WirePart<'a>> {
    let (mut file_data, mut file_url, mut file_id) = (None, None, None);
    let mut filename = media.name.as_deref().map(Cow::Borrowed);
    match &media.source {
        MediaSource::Base64 { media_type, data } => {
            file_data = Some(data_url::join(media_type, data));
            filename = filename.or_else(|| Some(Cow::Owned(data_url::file_name(media_type))));
        }
        MediaSource::Url(url) => file_url = Some(url.as_str()),
        MediaSource::FileId(id) if !media.source.is_kept_by_google() => file_id = Some(id.as_str()),
        MediaSource::FileId(_) | MediaSource::Text(_) | MediaSource::Texts(_) | MediaSource::S3 { .. } => return None,
    }
    let prompt_cache_breakpoint = dropped.breakpoint(cache);
    Some(WirePart::InputFile { file_data, file_url, file_id, filename, prompt_cache_breakpoint })
}

fn audio(media: &Media) -> Option<WirePart<'_>> {
    let MediaSource::Base64 { media_type, data } = &media.source else { return None };
    Some(WirePart::InputAudio { input_audio: InputAudio { data, format: data_url::audio_format(media_type) } })
}
