//! Images, documents, sounds and films: the words for their formats, and where their bytes are.

use serde::Serialize;

use super::union::Member;
use crate::chat::MediaSource;
use crate::json::{self, Invalid, Object};

/// Bedrock's words for formats, each with its media types; the first is what it is read as.
pub(super) type Formats = &'static [(&'static str, &'static [&'static str])];

pub(super) const IMAGES: Formats = &[
    ("png", &["image/png"]),
    ("jpeg", &["image/jpeg", "image/jpg"]),
    ("gif", &["image/gif"]),
    ("webp", &["image/webp"]),
];

/// The formats of an image that a guardrail looks at.
pub(super) const GUARDED_IMAGES: Formats = &[("png", &["image/png"]), ("jpeg", &["image/jpeg", "image/jpg"])];

pub(super) const DOCUMENTS: Formats = &[
    ("pdf", &["application/pdf"]),
    ("csv", &["text/csv", "application/csv"]),
    ("doc", &["application/msword"]),
    ("docx", &["application/vnd.openxmlformats-officedocument.wordprocessingml.document"]),
    ("xls", &["application/vnd.ms-excel"]),
    ("xlsx", &["application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"]),
    ("html", &["text/html", "application/xhtml+xml"]),
    ("txt", &["text/plain"]),
    ("md", &["text/markdown", "text/x-markdown"]),
];

pub(super) const VIDEOS: Formats = &[
    ("mkv", &["video/x-matroska", "video/matroska", "video/mkv"]),
    ("mov", &["video/quicktime", "video/mov"]),
    ("mp4", &["video/mp4"]),
    ("webm", &["video/webm"]),
    ("flv", &["video/x-flv", "video/flv"]),
    ("mpeg", &["video/mpeg"]),
    ("mpg", &["video/mpeg", "video/mpg"]),
    ("wmv", &["video/x-ms-wmv", "video/wmv"]),
    ("three_gp", &["video/3gpp"]),
];

pub(super) const AUDIO: Formats = &[
    ("mp3", &["audio/mpeg", "audio/mp3"]),
    ("wav", &["audio/wav", "audio/x-wav", "audio/wave", "audio/vnd.wave"]),
    ("opus", &["audio/opus"]),
    ("aac", &["audio/aac"]),
    ("flac", &["audio/flac", "audio/x-flac"]),
    ("mp4", &["audio/mp4"]),
    ("ogg", &["audio/ogg"]),
    ("mka", &["audio/x-matroska", "audio/matroska", "audio/mka"]),
    ("mkv", &["audio/x-matroska", "audio/mkv"]),
    ("x-aac", &["audio/x-aac"]),
    ("m4a", &["audio/m4a", "audio/x-m4a"]),
    ("mpeg", &["audio/mpeg"]),
    ("mpga", &["audio/mpeg", "audio/mpga"]),
    ("pcm", &["audio/pcm", "audio/pcm16"]),
    ("webm", &["audio/webm"]),
];

/// Where the bytes are, as it is written.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum Source<'a> {
    Bytes(&'a str),
    #[serde(rename_all = "camelCase")]
    S3Location {
        uri: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        bucket_owner: Option<&'a str>,
    },
    Text(&'a str),
    Content(Vec<Piece<'a>>),
}

/// A piece of a document.
#[derive(Debug, Serialize)]
pub(super) struct Piece<'a> {
    pub(super) text: &'a str,
}

/// The media type that a format stands for.
pub(super) fn media_type(formats: Formats, format: &str) -> Option<&'static str> {
    let (_, types) = formats.iter().find(|(name, _)| *name == format)?;
    types.first().copied()
}

/// The format of a media type; its parameters and the case of its letters say nothing.
pub(super) fn format(formats: Formats, media_type: &str) -> Option<&'static str> {
    let bare = media_type.split(';').next().unwrap_or_default().trim();
    let fits = |types: &[&str]| types.iter().any(|known| known.eq_ignore_ascii_case(bare));
    formats.iter().find(|(_, types)| fits(types)).map(|(name, _)| *name)
}

/// The formats by name, for messages to people.
pub(super) fn names(formats: Formats) -> String {
    let names: Vec<_> = formats.iter().map(|(name, _)| *name).collect();
    names.join(", ")
}

/// Reads `format` and `source` of an image, a sound or a film.
pub(super) fn medium(
    object: &mut Object<'_>,
    formats: Formats,
    unmapped: &mut Vec<String>,
) -> Result<MediaSource, Invalid> {
    let format = object.require_string("format")?;
    let media_type = media_type(formats, &format)
        .ok_or_else(|| object.invalid("format", format!("must be one of {}", names(formats))))?;
    source(object, media_type, unmapped)
}

/// Reads `source`: bytes or an object in S3.
pub(super) fn source(
    object: &mut Object<'_>,
    media_type: &str,
    unmapped: &mut Vec<String>,
) -> Result<MediaSource, Invalid> {
    let source = object.take("source").ok_or_else(|| object.invalid("source", "is required"))?;
    bytes(&Member::of(source, &object.path_of("source"))?, media_type, unmapped)
}

/// Reads the member of a source that tells where the bytes are.
pub(super) fn bytes(member: &Member<'_>, media_type: &str, unmapped: &mut Vec<String>) -> Result<MediaSource, Invalid> {
    let media_type = media_type.to_owned();
    match member.name.as_str() {
        "bytes" => Ok(MediaSource::Base64 { media_type, data: json::string(member.value, &member.path)? }),
        "s3Location" => {
            let mut place = member.object()?;
            let uri = place.require_string("uri")?;
            let owner = place.take_string("bucketOwner")?;
            unmapped.extend(place.unread());
            Ok(MediaSource::S3 { media_type, uri, owner })
        }
        _ => Err(Invalid::new(member.path.as_str(), "is not a source of this block")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_format_is_read_as_what_it_is_written_from() {
        for formats in [IMAGES, GUARDED_IMAGES, DOCUMENTS, VIDEOS, AUDIO] {
            for (name, types) in formats {
                let read = media_type(formats, name).unwrap();
                let written = format(formats, read).unwrap();
                assert_eq!(media_type(formats, written), Some(read), "{name}");
                assert!(types.iter().all(|known| format(formats, known).is_some()), "{name}");
            }
        }
    }

    #[test]
    fn media_types_are_told_whatever_their_spelling() {
        for (formats, media_type, expected) in [
            (IMAGES, "IMAGE/JPG", Some("jpeg")),
            (IMAGES, "image/svg+xml", None),
            (DOCUMENTS, "text/plain; charset=utf-8", Some("txt")),
            (DOCUMENTS, "application/octet-stream", None),
            (VIDEOS, "video/mpeg", Some("mpeg")),
            (AUDIO, "audio/mpeg", Some("mp3")),
            (AUDIO, "audio/x-wav", Some("wav")),
            (AUDIO, "", None),
        ] {
            assert_eq!(format(formats, media_type), expected, "{media_type}");
        }
    }
}
