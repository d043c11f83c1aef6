//! Documents: those of a request, to be cited, and those in results of tools.

use std::borrow::Cow;
use std::fmt;

use serde::Serialize;
use serde_json::value::RawValue;

use crate::chat::{Location, Media, MediaSource, SearchResult};
use crate::json::{self, Invalid, Object, Raw};

/// Where in a request a document of ours comes from. It is the document's id, so that citations lead back there. Cohere names
/// the documents of a client that gives no ids in the same way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    Document(u64),
    Piece { document: u64, piece: u64 },
    Passage { result: u64, passage: u64 },
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Document(document) => write!(f, "doc:{document}"),
            Self::Piece { document, piece } => write!(f, "doc:{document}:{piece}"),
            Self::Passage { result, passage } => write!(f, "result:{result}:{passage}"),
        }
    }
}

impl Origin {
    /// Reads an id. `None` when it is not one of ours.
    pub(super) fn read(id: &str) -> Option<Self> {
        let mut words = id.split(':');
        let kind = words.next()?;
        let numbers: Vec<u64> = words.map(str::parse).collect::<Result<_, _>>().ok()?;
        match (kind, numbers.as_slice()) {
            ("doc", [document]) => Some(Self::Document(*document)),
            ("doc", [document, piece]) => Some(Self::Piece { document: *document, piece: *piece }),
            ("result", [result, passage]) => Some(Self::Passage { result: *result, passage: *passage }),
            _ => None,
        }
    }

    /// The origin of what is cited, if it stands in the request.
    pub(super) fn of(location: &Location) -> Option<Self> {
        Some(match *location {
            Location::Characters { document, .. } | Location::Pages { document, .. } => Self::Document(document),
            Location::Blocks { document, start, .. } => Self::Piece { document, piece: start },
            Location::SearchResult { result, start, .. } => Self::Passage { result, passage: start },
            Location::Web { .. } => return None,
        })
    }

    /// The place of what is cited whole; `text` is what a document of one piece says.
    pub(super) fn location(self, text: &str) -> Location {
        match self {
            Self::Document(document) => {
                let end = u64::try_from(text.chars().count()).unwrap_or(u64::MAX);
                Location::Characters { document, start: 0, end }
            }
            Self::Piece { document, piece } => {
                Location::Blocks { document, start: piece, end: piece.saturating_add(1) }
            }
            Self::Passage { result, passage } => {
                Location::SearchResult { result, start: passage, end: passage.saturating_add(1) }
            }
        }
    }
}

/// A document on its way to the provider.
#[derive(Debug, Serialize)]
pub(super) struct Document<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) id: Option<String>,
    pub(super) data: Data<'a>,
}

/// The model is given names and values of all fields.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(super) enum Data<'a> {
    Fields(Fields<'a>),
    Given(&'a Raw),
}

/// What of a document the conversation tells.
#[derive(Debug, Default, Serialize)]
pub(super) struct Fields<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) title: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) url: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) context: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) text: Option<Cow<'a, str>>,
}

impl<'a> Document<'a> {
    /// The documents of `media`, one a piece; `document` is its number in the request. `None` when it is not text.
    pub(super) fn of(media: &'a Media, context: Option<&'a str>, document: u64) -> Option<Vec<Self>> {
        let title = media.name.as_deref();
        let written = |origin: Origin, text: &'a str| Self {
            id: Some(origin.to_string()),
            data: Data::Fields(Fields { title, url: None, context, text: Some(text.into()) }),
        };
        match &media.source {
            MediaSource::Text(text) => Some(vec![written(Origin::Document(document), text)]),
            MediaSource::Texts(texts) => {
                let pieces = (0..).zip(texts);
                Some(pieces.map(|(piece, text)| written(Origin::Piece { document, piece }, text)).collect())
            }
            _ => None,
        }
    }

    /// The documents of what a search found, one a passage; `result` is its number in the request.
    pub(super) fn of_result(found: &'a SearchResult, result: u64) -> impl Iterator<Item = Self> {
        let (title, url) = (Some(found.title.as_str()), Some(found.source.as_str()));
        (0..).zip(&found.texts).map(move |(passage, text)| Self {
            id: Some(Origin::Passage { result, passage }.to_string()),
            data: Data::Fields(Fields { title, url, context: None, text: Some(text.as_str().into()) }),
        })
    }
}

/// What a client's document is in the conversation: its text and its title, or all of its fields as the JSON that the model
/// would be given.
pub(super) struct Told {
    pub(super) media: Media,
    pub(super) context: Option<String>,
}

/// Reads a document of a request: a text, or an object with `data`. Its id stays in what is returned beside it.
pub(super) fn read<'a>(value: &'a RawValue, path: &str) -> Result<(Told, Option<Object<'a>>), Invalid> {
    if json::is_string(value) {
        return Ok((Told::text(json::string(value, path)?), None));
    }
    let mut document = Object::parse(value.get(), path)?;
    let data = document.take("data").ok_or_else(|| document.invalid("data", "is required"))?;
    let told = match data {
        text if json::is_string(text) => Told::text(json::string(text, &document.path_of("data"))?),
        fields => Told::fields(fields, Object::parse(fields.get(), document.path_of("data"))?)?,
    };
    Ok((told, Some(document)))
}

impl Told {
    fn text(text: String) -> Self {
        Self { media: Media { source: MediaSource::Text(text), detail: None, name: None }, context: None }
    }

    /// The fields of a document, which stand in `raw`.
    pub(super) fn fields(raw: &RawValue, mut fields: Object<'_>) -> Result<Self, Invalid> {
        let is_text = |name: &str| fields.peek(name).is_none_or(json::is_string);
        let plain = ["text", "snippet", "title", "context"];
        let known = fields.names().all(|name| plain.contains(&name)) && plain.into_iter().all(is_text);
        // one text, under either name
        if !known || fields.peek("text").is_some() == fields.peek("snippet").is_some() {
            return Ok(Self::text(raw.get().to_owned()));
        }
        let text = fields.take_string("text")?.or(fields.take_string("snippet")?).unwrap_or_default();
        let told = Self::text(text);
        let media = Media { name: fields.take_string("title")?, ..told.media };
        Ok(Self { media, context: fields.take_string("context")? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_lead_back_to_where_a_document_stood() {
        for (location, id) in [
            (Location::Characters { document: 3, start: 0, end: 2 }, "doc:3"),
            (Location::Blocks { document: 0, start: 4, end: 5 }, "doc:0:4"),
            (Location::SearchResult { result: 1, start: 0, end: 1 }, "result:1:0"),
        ] {
            let origin = Origin::of(&location).unwrap();
            assert_eq!(origin.to_string(), id);
            assert_eq!(Origin::read(id), Some(origin));
            assert_eq!(origin.location("hé"), location);
        }
        for id in ["", "doc", "doc:", "doc:x", "doc:-1", "doc:1:2:3", "result:1", "call_1:0", "page:1:2"] {
            assert_eq!(Origin::read(id), None, "{id}");
        }
        assert_eq!(Origin::of(&Location::Web { url: "u".to_owned() }), None);
    }

    #[test]
    fn a_text_with_a_title_is_told_apart_and_anything_else_stays_json() {
        let told = |text: &str| {
            let raw: &RawValue = serde_json::from_str(text).unwrap();
            let (Told { media, context }, _) = read(raw, "d").unwrap();
            let MediaSource::Text(text) = media.source else { panic!("{media:?}") };
            (media.name, context, text)
        };
        let some = |text: &str| Some(text.to_owned());
        for (document, expected) in [
            (r#""plain""#, (None, None, "plain")),
            (r#"{"data":"plain"}"#, (None, None, "plain")),
            (r#"{"data":{"text":"a"}}"#, (None, None, "a")),
            (r#"{"id":"x","data":{"snippet":"a","title":"T"}}"#, (some("T"), None, "a")),
            (r#"{"data":{"text":"a","context":"c"}}"#, (None, some("c"), "a")),
            (r#"{"data":{"title":"T"}}"#, (None, None, r#"{"title":"T"}"#)),
            (r#"{"data":{"text":"a","n": 1.0}}"#, (None, None, r#"{"text":"a","n": 1.0}"#)),
            (r#"{"data":{"text":"a","title":7}}"#, (None, None, r#"{"text":"a","title":7}"#)),
            (r#"{"data":{"text":"a","snippet":"b"}}"#, (None, None, r#"{"text":"a","snippet":"b"}"#)),
        ] {
            let (name, context, text) = expected;
            assert_eq!(told(document), (name, context, text.to_owned()), "{document}");
        }
    }
}
