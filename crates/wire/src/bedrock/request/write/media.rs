//! Images, documents, sounds and films. Bedrock takes bytes and objects in S3; it fetches nothing and keeps no files.

use super::blocks::{Place, Writing};
use crate::bedrock::block::{Block, Document, Enabled, Medium};
use crate::bedrock::media::{self, DOCUMENTS, Formats, Piece, Source};
use crate::chat::{Media, MediaSource};
use crate::json::Invalid;

/// An image, a sound or a film.
pub(super) fn medium<'a>(
    place: Place,
    media: &'a Media,
    formats: Formats,
    writing: &mut Writing,
) -> Result<Medium<'a>, Invalid> {
    if media.name.is_some() {
        writing.dropped.push(format!("{place}.name"));
    }
    name_detail(place, media, writing);
    let (source, media_type) = source(place, media)?;
    let format = media_type.and_then(|media_type| media::format(formats, media_type));
    Ok(Medium { format: format.ok_or_else(|| unknown(place, media_type, formats))?, source })
}

pub(super) fn document<'a>(
    place: Place,
    media: &'a Media,
    context: Option<&'a str>,
    citations: bool,
    writing: &mut Writing,
) -> Result<Block<'a>, Invalid> {
    name_detail(place, media, writing);
    let (source, media_type) = source(place, media)?;
    let format = match media_type {
        None => "txt",
        Some(media_type) => media::format(DOCUMENTS, media_type)
            .or_else(|| by_ending(media))
            .ok_or_else(|| unknown(place, Some(media_type), DOCUMENTS))?,
    };
    let name = writing.documents.of(media.name.as_deref(), format);
    Ok(Block::Document(Document { format, name, source, context, citations: Enabled::of(citations) }))
}

/// Where the bytes are, and their media type; none is plain text.
fn source(place: Place, media: &Media) -> Result<(Source<'_>, Option<&str>), Invalid> {
    Ok(match &media.source {
        MediaSource::Base64 { media_type, data } => (Source::Bytes(data), Some(media_type)),
        MediaSource::S3 { media_type, uri, owner } => {
            (Source::S3Location { uri, bucket_owner: owner.as_deref() }, Some(media_type))
        }
        MediaSource::Text(text) => (Source::Text(text), None),
        MediaSource::Texts(texts) => (Source::Content(texts.iter().map(|text| Piece { text }).collect()), None),
        MediaSource::Url(_) | MediaSource::FileId(_) => {
            let problem = "send the bytes: this provider fetches no URLs and keeps no files";
            return Err(Invalid::new(place.to_string(), problem));
        }
    })
}

/// The format that a document's name, or that of its object in S3, ends in. Clients that do not know media types send one that
/// says nothing.
fn by_ending(media: &Media) -> Option<&'static str> {
    let object = match &media.source {
        MediaSource::S3 { uri, .. } => Some(uri.as_str()),
        _ => None,
    };
    [media.name.as_deref(), object].into_iter().flatten().find_map(|name| {
        let (_, ending) = name.rsplit_once('.')?;
        let known = |format: &str| format.eq_ignore_ascii_case(ending);
        DOCUMENTS.iter().map(|(format, _)| *format).find(|format| known(format))
    })
}

fn unknown(place: Place, media_type: Option<&str>, formats: Formats) -> Invalid {
    let media_type = media_type.unwrap_or("text");
    let names = media::names(formats);
    Invalid::new(place.to_string(), format!("{media_type:?} is not a format that this provider takes: {names}"))
}

/// `detail: auto` is what OpenAI does without it: it asks for nothing and is not named.
fn name_detail(place: Place, media: &Media, writing: &mut Writing) {
    if media.detail.as_deref().is_some_and(|detail| detail != "auto") {
        writing.dropped.push(format!("{place}.detail"));
    }
}
