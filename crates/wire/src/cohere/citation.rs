//! Citations: which text of an answer rests on which documents.
//!
//! Cohere says where in the text the words stand that rest on a source; the conversation says it of a whole text. So a whole
//! answer is cut where citations begin and end. In streams citations come behind the text, and belong to all of it.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::Echo;
use super::document::{Data, Fields, Origin};
use crate::chat::{self, Location, Part};
use crate::json::Object;

/// What a citation is of, in Cohere's words.
const TEXT: &str = "TEXT_CONTENT";
const PLAN: &str = "PLAN";
const THINKING: &str = "THINKING_CONTENT";

/// A citation as it came.
#[derive(Debug)]
pub(super) struct Told {
    /// In characters of its text; the end is exclusive.
    start: usize,
    end: usize,
    /// The words that stand there.
    text: Option<String>,
    /// The text that it is of, among the contents of the message.
    pub(super) content: Option<usize>,
    pub(super) of: Of,
    /// One a source.
    pub(super) citations: Vec<chat::Citation>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Of {
    Text,
    Plan,
    Thinking,
}

/// Reads a citation of an answer. One that cannot be read must not cost the answer: it is left out.
pub(super) fn read(raw: &RawValue) -> Option<Told> {
    #[derive(Deserialize)]
    struct Wire<'a> {
        start: Option<usize>,
        end: Option<usize>,
        text: Option<String>,
        content_index: Option<usize>,
        r#type: Option<String>,
        #[serde(borrow)]
        sources: Option<Vec<&'a RawValue>>,
    }
    let wire = serde_json::from_str::<Wire<'_>>(raw.get()).ok()?;
    let of = match wire.r#type.as_deref() {
        Some(THINKING) => Of::Thinking,
        Some(PLAN) => Of::Plan,
        _ => Of::Text,
    };
    let citations = wire.sources.unwrap_or_default().into_iter().filter_map(source).collect();
    let (start, end) = (wire.start.unwrap_or(0), wire.end.unwrap_or(0));
    Some(Told { start, end, text: wire.text, content: wire.content_index, of, citations })
}

fn source(raw: &RawValue) -> Option<chat::Citation> {
    let mut source = Object::parse(raw.get(), "").ok()?;
    let id = source.take_string("id").ok().flatten();
    let data = source.take("document").or(source.take("tool_output"));
    let mut fields = data.and_then(|data| Object::parse(data.get(), "").ok());
    let mut word = |names: &[&str]| {
        let fields = fields.as_mut()?;
        names.iter().find_map(|name| fields.take_string(name).ok().flatten())
    };
    let (title, url) = (word(&["title"]), word(&["url"]));
    let text = word(&["text", "snippet", "content"]);
    let location = match id.as_deref().and_then(Origin::read) {
        Some(origin) => Some(origin.location(text.as_deref().unwrap_or_default())),
        None => url.clone().map(|url| Location::Web { url }),
    };
    let source = match &location {
        Some(Location::SearchResult { .. }) => url,
        Some(_) => None,
        None => id,
    };
    // a result of a tool may have any fields
    let tells = fields.is_some_and(|fields| fields.names().any(|name| name != "id"));
    let quote = text.or_else(|| data.filter(|_| tells).map(|data| data.get().to_owned()));
    Some(chat::Citation { title, source, quotes: quote.into_iter().collect(), location })
}

/// Cuts a text where citations begin and end. Where they overlap, or do not fit the text, they belong to all of it.
pub(super) fn cut(text: String, mut told: Vec<Told>) -> Vec<Part> {
    told.sort_by_key(|citation| (citation.start, citation.end));
    let pieces = pieces(&text, &told);
    let whole = |text: String, citations| Part::Text { text, citations, cache: None };
    let Some(pieces) = pieces else {
        return vec![whole(text, told.into_iter().flat_map(|citation| citation.citations).collect())];
    };
    let parts = pieces.into_iter().map(|(piece, citations)| {
        let citations = citations.iter().flat_map(|citation| citation.citations.clone()).collect();
        whole(piece.to_owned(), citations)
    });
    parts.collect()
}

/// The pieces of a text with the citations of each, those that are not cited included.
fn pieces<'a>(text: &'a str, told: &'a [Told]) -> Option<Vec<(&'a str, &'a [Told])>> {
    // where each character begins, and the end
    let at: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
    let mut pieces = Vec::new();
    let (mut rest, mut behind) = (told, 0);
    while let Some(first) = rest.first() {
        let (start, end) = (*at.get(first.start)?, *at.get(first.end)?);
        let cited = text.get(start..end)?;
        let same = rest.iter().take_while(|next| (next.start, next.end) == (first.start, first.end)).count();
        let (of_piece, more) = rest.split_at_checked(same)?;
        let fits = of_piece.iter().all(|next| next.text.as_deref().is_none_or(|text| text == cited));
        if start < behind || cited.is_empty() || !fits {
            return None;
        }
        pieces.extend(text.get(behind..start).filter(|piece| !piece.is_empty()).map(|piece| (piece, &[][..])));
        pieces.push((cited, of_piece));
        (rest, behind) = (more, end);
    }
    pieces.extend(text.get(behind..).filter(|piece| !piece.is_empty()).map(|piece| (piece, &[][..])));
    Some(pieces)
}

/// A citation as it is written.
#[derive(Debug, Serialize)]
pub(super) struct Written<'a> {
    start: usize,
    end: usize,
    text: Cow<'a, str>,
    sources: Vec<Source<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    content_index: Option<usize>,
    r#type: &'static str,
}

#[derive(Debug, Serialize)]
pub(super) struct Source<'a> {
    r#type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) id: Option<Cow<'a, str>>,
    pub(super) document: Data<'a>,
}

impl<'a> Written<'a> {
    /// The citation of a text that begins behind `start` characters of the content at `index`; without one, of the plan. `None`
    /// when the text rests on nothing.
    pub(super) fn of(
        text: impl Into<Cow<'a, str>>,
        citations: &'a [chat::Citation],
        start: usize,
        index: Option<usize>,
        echo: &'a Echo,
    ) -> Option<Self> {
        let text = text.into();
        (!citations.is_empty()).then(|| Self {
            start,
            end: start + text.chars().count(),
            text,
            sources: citations.iter().map(|citation| Source::of(citation, echo)).collect(),
            content_index: index,
            r#type: if index.is_some() { TEXT } else { PLAN },
        })
    }
}

impl<'a> Source<'a> {
    /// A document of the client's is said again as the client gave it.
    pub(super) fn of(citation: &'a chat::Citation, echo: &'a Echo) -> Self {
        let origin = citation.location.as_ref().and_then(Origin::of);
        if let Some(Origin::Document(document) | Origin::Piece { document, .. }) = origin
            && let Some((id, data)) = echo.document(document)
        {
            return Self { r#type: "document", id: Some(id.into()), document: Data::Given(data) };
        }
        let (source, url) = match &citation.location {
            Some(Location::Web { url }) => (Some(url.as_str()), Some(url.as_str())),
            Some(_) => (None, citation.source.as_deref()),
            None => (citation.source.as_deref(), None),
        };
        let text = match citation.quotes.as_slice() {
            [] => None,
            [quote] => Some(Cow::Borrowed(quote.as_str())),
            quotes => Some(Cow::Owned(quotes.concat())),
        };
        Self {
            r#type: "document",
            id: origin.map(|origin| origin.to_string().into()).or(source.map(Cow::Borrowed)),
            document: Data::Fields(Fields { title: citation.title.as_deref(), url, context: None, text }),
        }
    }
}

#[cfg(test)]
mod tests;
