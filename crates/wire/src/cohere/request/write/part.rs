//! Contents as they are written.

use std::borrow::Cow;

use serde::Serialize;

use super::documents::Documents;
use crate::chat::{Guarded, Media, MediaSource, Part};
use crate::cohere::document::{Data, Document};
use crate::openai_chat::request::{Dropped, data_url, said};

/// A content of a message.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum Item<'a> {
    Text { text: Cow<'a, str> },
    ImageUrl { image_url: ImageUrl<'a> },
    Thinking { thinking: &'a str },
    Document { document: Document<'a> },
}

#[derive(Serialize)]
pub(super) struct ImageUrl<'a> {
    url: Cow<'a, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<&'a str>,
}

/// Where a part stands in the conversation: in a message, or in a result of a tool there.
#[derive(Clone, Copy)]
pub(super) enum Place {
    Content { message: usize, part: usize },
    Result { message: usize },
}

impl Place {
    pub(super) fn path(self, field: &str) -> String {
        match self {
            Self::Content { message, part } => format!("messages[{message}].parts[{part}].{field}"),
            Self::Result { message } => format!("messages[{message}].tool_result.{field}"),
        }
    }
}

/// A part where only text may stand; anything else is named, and an empty one left out.
pub(super) fn text<'a>(part: &'a Part, place: Place, dropped: &mut Dropped) -> Option<Item<'a>> {
    let text = match part {
        Part::Refusal { text } => text.into(),
        other => {
            let Some((text, cache)) = said(other, dropped) else {
                dropped.name(place.path(other.word()));
                return None;
            };
            dropped.cache(cache);
            text
        }
    };
    (!text.is_empty()).then_some(Item::Text { text })
}

/// A part of what a user says. Documents that are to be cited stand beside the messages; others are text, where they stand.
pub(super) fn of_user<'a>(
    part: &'a Part,
    place: Place,
    documents: &mut Documents<'a>,
    dropped: &mut Dropped,
) -> Option<Item<'a>> {
    match part {
        Part::Document { media, context, citations, cache } => {
            let written = documents.document(media, context.as_deref());
            match written {
                Some(written) if *citations => {
                    dropped.cache(cache.as_ref());
                    documents.add(written);
                    None
                }
                Some(_) => text(part, place, dropped),
                None => {
                    dropped.name(place.path("document"));
                    None
                }
            }
        }
        Part::SearchResult(result) => {
            let written = documents.result(result);
            if !result.citations {
                return text(part, place, dropped);
            }
            dropped.cache(result.cache.as_ref());
            documents.add(written);
            None
        }
        Part::Image { media, cache } => {
            dropped.cache(cache.as_ref());
            image(media, place, dropped)
        }
        Part::Guarded(Guarded::Image { media }) => {
            dropped.name("guarded");
            image(media, place, dropped)
        }
        other => text(other, place, dropped),
    }
}

/// A part of what a tool answered; `None` when it cannot stand there.
pub(super) fn of_result<'a>(
    part: &'a Part,
    documents: &mut Documents<'a>,
    dropped: &mut Dropped,
) -> Option<Vec<Item<'a>>> {
    let all = |written: Vec<Document<'a>>| written.into_iter().map(|document| Item::Document { document }).collect();
    match part {
        Part::Document { media, context, cache, .. } => {
            let written = documents.document(media, context.as_deref())?;
            dropped.cache(cache.as_ref());
            Some(all(written))
        }
        Part::SearchResult(result) => {
            dropped.cache(result.cache.as_ref());
            Some(all(documents.result(result)))
        }
        Part::Json(value) if value.get().starts_with('{') => {
            let document = Document { id: None, data: Data::Given(value) };
            Some(vec![Item::Document { document }])
        }
        other => {
            let (text, cache) = said(other, dropped)?;
            dropped.cache(cache);
            Some(vec![Item::Text { text }])
        }
    }
}

/// What of a result of a tool stands in a message of the user's, as tool messages do not take it.
pub(super) fn beside_result<'a>(part: &'a Part, place: Place, dropped: &mut Dropped) -> Option<Item<'a>> {
    match part {
        Part::Image { media, cache } => {
            dropped.cache(cache.as_ref());
            image(media, place, dropped)
        }
        other => {
            dropped.name(place.path(other.word()));
            None
        }
    }
}

fn image<'a>(media: &'a Media, place: Place, dropped: &mut Dropped) -> Option<Item<'a>> {
    let url = match &media.source {
        MediaSource::Base64 { media_type, data } => Cow::Owned(data_url::join(media_type, data)),
        MediaSource::Url(url) => Cow::Borrowed(url.as_str()),
        MediaSource::FileId(_) | MediaSource::Text(_) | MediaSource::Texts(_) | MediaSource::S3 { .. } => {
            dropped.name(place.path("image"));
            return None;
        }
    };
    if media.name.is_some() {
        dropped.name(place.path("name"));
    }
    Some(Item::ImageUrl { image_url: ImageUrl { url, detail: media.detail.as_deref() } })
}
