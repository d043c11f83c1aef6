//! A picture that comes in pieces.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::bedrock::media;
use crate::bedrock::union::Member;
use crate::chat::{Media, MediaSource, Part};

/// The most bytes of one picture that are kept.
const LIMIT: usize = 64 << 20;

/// `delta.image`. Each piece of bytes is base64 by itself.
#[derive(Deserialize)]
pub(super) struct Piece<'a> {
    #[serde(borrow)]
    source: Option<&'a RawValue>,
    #[serde(borrow)]
    error: Option<&'a RawValue>,
}

/// What has come of a picture so far.
#[derive(Debug)]
pub(super) struct Image {
    media_type: &'static str,
    bytes: Vec<u8>,
    /// It is elsewhere.
    stored: Option<MediaSource>,
    /// A piece could not be read, or the provider failed to make it.
    broken: bool,
}

impl Image {
    /// A picture of this format; one that the conversation does not know cannot be carried.
    pub(super) fn of(format: &str) -> Self {
        let media_type = media::media_type(media::IMAGES, format);
        Self {
            media_type: media_type.unwrap_or_default(),
            bytes: Vec::new(),
            stored: None,
            broken: media_type.is_none(),
        }
    }

    pub(super) fn add(&mut self, piece: &Piece<'_>) {
        self.broken |= piece.error.is_some();
        let Some(source) = piece.source else { return };
        let member = Member::of(source, "source");
        match member.and_then(|member| media::bytes(&member, self.media_type, &mut Vec::new())) {
            Ok(MediaSource::Base64 { data, .. }) => match STANDARD.decode(data) {
                Ok(bytes) if self.bytes.len().saturating_add(bytes.len()) <= LIMIT => self.bytes.extend(bytes),
                _ => self.broken = true,
            },
            Ok(stored) => self.stored = Some(stored),
            Err(_unreadable) => self.broken = true,
        }
    }

    /// The picture, if all of it is there.
    pub(super) fn part(self) -> Option<Part> {
        let bytes =
            || MediaSource::Base64 { media_type: self.media_type.to_owned(), data: STANDARD.encode(&self.bytes) };
        let source = match self.stored {
            _ if self.broken => return None,
            Some(stored) => stored,
            None if self.bytes.is_empty() => return None,
            None => bytes(),
        };
        Some(Part::Image { media: Media { source, detail: None, name: None }, cache: None })
    }
}
