//! Images, documents, sounds and films: `inlineData` and `fileData`.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde::{Deserialize, Serialize};

use super::part::Content;
use crate::chat::{Media, MediaSource, Part};
use crate::json::{Invalid, Object};

/// Reads base64 with padding or without.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Where the files are that only Google can read: its Files API and its cloud storage.
const STORES: &[&str] = &["https://generativelanguage.googleapis.com/", "gs://"];

/// Endings of URLs, and the media types that they stand for.
const ENDINGS: &[(&str, &str)] = &[
    ("png", "image/png"),
    ("jpg", "image/jpeg"),
    ("jpeg", "image/jpeg"),
    ("gif", "image/gif"),
    ("webp", "image/webp"),
    ("heic", "image/heic"),
    ("heif", "image/heif"),
    ("pdf", "application/pdf"),
    ("txt", "text/plain"),
    ("md", "text/markdown"),
    ("csv", "text/csv"),
    ("html", "text/html"),
    ("json", "application/json"),
    ("mp3", "audio/mpeg"),
    ("wav", "audio/wav"),
    ("flac", "audio/flac"),
    ("ogg", "audio/ogg"),
    ("aac", "audio/aac"),
    ("mp4", "video/mp4"),
    ("mov", "video/quicktime"),
    ("webm", "video/webm"),
    ("mpeg", "video/mpeg"),
];

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Blob<'a> {
    mime_type: &'a str,
    data: &'a str,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct File<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    mime_type: Option<&'static str>,
    file_uri: &'a str,
}

/// How closely a model of generation 3 or later looks at a part: what OpenAI calls `detail`.
#[derive(Debug, Serialize)]
pub(super) struct Resolution {
    level: &'static str,
}

const LEVELS: &[(&str, &str)] = &[("low", "MEDIA_RESOLUTION_LOW"), ("high", "MEDIA_RESOLUTION_HIGH")];

impl Resolution {
    pub(super) fn of(detail: &str) -> Option<Self> {
        LEVELS.iter().find(|(known, _)| *known == detail).map(|(_, level)| Self { level })
    }
}

/// Takes `mediaResolution` as the detail of an image. Levels that have no word there, and those of other media, stay.
pub(super) fn detail(object: &mut Object<'_>, part: &mut Part) {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Told {
        level: String,
    }
    let Part::Image { media, .. } = part else { return };
    let told = object.peek("mediaResolution").and_then(|raw| serde_json::from_str::<Told>(raw.get()).ok());
    let known = told.and_then(|told| LEVELS.iter().find(|(_, level)| *level == told.level));
    if let Some((detail, _)) = known {
        media.detail = Some((*detail).to_owned());
        object.take("mediaResolution");
    }
}

/// What `media` is on the wire. `None` when it is text, or stands where Google cannot read it.
pub(super) fn content(media: &Media) -> Option<Content<'_>> {
    match &media.source {
        MediaSource::Base64 { media_type, data } => Some(Content::InlineData(Blob { mime_type: media_type, data })),
        MediaSource::Url(uri) => Some(file(uri)),
        MediaSource::FileId(uri) if media.source.is_kept_by_google() => Some(file(uri)),
        MediaSource::FileId(_) | MediaSource::Text(_) | MediaSource::Texts(_) | MediaSource::S3 { .. } => None,
    }
}

fn file(file_uri: &str) -> Content<'_> {
    let path = file_uri.split(['?', '#']).next().unwrap_or_default();
    let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending);
    let known = ENDINGS.iter().find(|(known, _)| known.eq_ignore_ascii_case(ending));
    Content::FileData(File { mime_type: known.map(|(_, media_type)| *media_type), file_uri })
}

/// Reads `inlineData`.
pub(super) fn inline(object: &mut Object<'_>) -> Result<Part, Invalid> {
    let media_type = object.require_string("mimeType")?;
    let data = standard(object.require_string("data")?);
    let name = object.take_string("displayName")?;
    let kind = kind(&media_type);
    Ok(of_kind(kind, Media { source: MediaSource::Base64 { media_type, data }, detail: None, name }))
}

/// Reads `fileData`. The media type tells what it is, and else the ending of its URL.
pub(super) fn stored(object: &mut Object<'_>) -> Result<Part, Invalid> {
    let uri = object.require_string("fileUri")?;
    let media_type = object.take_string("mimeType")?;
    let name = object.take_string("displayName")?;
    let Content::FileData(guessed) = file(&uri) else { return Err(object.invalid("fileUri", "must be a URI")) };
    let is_film = ["https://www.youtube.com/", "https://youtu.be/"].iter().any(|site| uri.starts_with(site));
    let kind = match media_type.as_deref().or(guessed.mime_type) {
        Some(media_type) => kind(media_type),
        None if is_film => Kind::Video,
        None => Kind::Document,
    };
    let is_kept = STORES.iter().any(|store| uri.starts_with(store));
    let source = if is_kept { MediaSource::FileId(uri) } else { MediaSource::Url(uri) };
    Ok(of_kind(kind, Media { source, detail: None, name }))
}

#[derive(Clone, Copy)]
enum Kind {
    Image,
    Audio,
    Video,
    Document,
}

fn kind(media_type: &str) -> Kind {
    match media_type.split('/').next().unwrap_or_default().to_ascii_lowercase().as_str() {
        "image" => Kind::Image,
        "audio" => Kind::Audio,
        "video" => Kind::Video,
        _ => Kind::Document,
    }
}

fn of_kind(kind: Kind, media: Media) -> Part {
    match kind {
        Kind::Image => Part::Image { media, cache: None },
        Kind::Audio => Part::Audio { media },
        Kind::Video => Part::Video { media },
        Kind::Document => Part::document(media, None),
    }
}

/// Base64 in the alphabet that all other dialects have, with its padding: google-genai sends the one for URLs.
fn standard(data: String) -> String {
    let mut data = if data.contains(['-', '_']) { data.replace('-', "+").replace('_', "/") } else { data };
    while !data.len().is_multiple_of(4) {
        data.push('=');
    }
    data
}

/// The bytes of base64 in either alphabet.
pub(super) fn decoded(data: &str) -> Option<Vec<u8>> {
    LENIENT.decode(data.replace('-', "+").replace('_', "/")).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gemini::spelling;

    fn written(media: &Media) -> String {
        content(media).map_or_else(|| "-".to_owned(), |content| serde_json::to_string(&content).unwrap())
    }

    #[test]
    fn bytes_are_read_in_both_alphabets() {
        for (data, expected) in [("_-8", "/+8="), ("/+8=", "/+8="), ("AAAA", "AAAA"), ("QQ", "QQ==")] {
            assert_eq!(standard(data.to_owned()), expected);
            assert!(decoded(data).is_some(), "{data}");
        }
    }

    #[test]
    fn media_are_told_by_type_and_by_ending() {
        for (text, word, back) in [
            (
                r#"{"mimeType":"image/png","fileUri":"https://x/a"}"#,
                "image",
                r#"{"fileData":{"fileUri":"https://x/a"}}"#,
            ),
            (
                r#"{"file_uri":"https://x/a.PDF?b=c.d"}"#,
                "document",
                r#"{"fileData":{"mimeType":"application/pdf","fileUri":"https://x/a.PDF?b=c.d"}}"#,
            ),
            (r#"{"fileUri":"https://youtu.be/x"}"#, "video", r#"{"fileData":{"fileUri":"https://youtu.be/x"}}"#),
            (
                r#"{"fileUri":"gs://b/a.mp3"}"#,
                "audio",
                r#"{"fileData":{"mimeType":"audio/mpeg","fileUri":"gs://b/a.mp3"}}"#,
            ),
        ] {
            let part = stored(&mut spelling::object(text, "").unwrap()).unwrap();
            assert_eq!(part.word(), word, "{text}");
            let (Part::Image { media, .. }
            | Part::Document { media, .. }
            | Part::Audio { media }
            | Part::Video { media }) = &part
            else {
                panic!("{part:?}")
            };
            assert_eq!(matches!(media.source, MediaSource::FileId(_)), text.contains("gs://"));
            assert_eq!(written(media), back);
        }
        for source in [MediaSource::FileId("file-1".into()), MediaSource::Text("x".into())] {
            assert_eq!(written(&Media { source, detail: None, name: None }), "-");
        }
    }
}
