//! Citations, the same in requests, answers and streams.

use serde::Serialize;
use serde_json::value::RawValue;

use super::union::{self, Member};
use crate::chat::{self, Location, Part};
use crate::json::{Invalid, Object};

/// `citationsContent`: a text and what it rests on.
#[derive(Debug, Serialize)]
pub(super) struct Content<'a> {
    content: [Quote<'a>; 1],
    citations: Vec<Citation<'a>>,
}

/// A citation as it is written: in `citationsContent` and as `delta.citation` of a stream.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Citation<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    source_content: Vec<Quote<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    location: Option<Place<'a>>,
}

#[derive(Debug, Serialize)]
struct Quote<'a> {
    text: &'a str,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
enum Place<'a> {
    Web { url: &'a str },
    DocumentChar(InDocument),
    DocumentPage(InDocument),
    DocumentChunk(InDocument),
    SearchResultLocation(InSearchResult),
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct InDocument {
    document_index: u64,
    start: u64,
    end: u64,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct InSearchResult {
    search_result_index: u64,
    start: u64,
    end: u64,
}

impl<'a> Content<'a> {
    pub(super) fn of(text: &'a str, citations: &'a [chat::Citation]) -> Self {
        Self { content: [Quote { text }], citations: citations.iter().map(Citation::of).collect() }
    }
}

impl<'a> Citation<'a> {
    pub(super) fn of(citation: &'a chat::Citation) -> Self {
        Self {
            title: citation.title.as_deref(),
            source: citation.source.as_deref(),
            source_content: citation.quotes.iter().map(|text| Quote { text }).collect(),
            location: citation.location.as_ref().map(Place::of),
        }
    }
}

impl<'a> Place<'a> {
    fn of(location: &'a Location) -> Self {
        match *location {
            Location::Web { ref url } => Self::Web { url },
            Location::Characters { document, start, end } => {
                Self::DocumentChar(InDocument { document_index: document, start, end })
            }
            Location::Pages { document, start, end } => {
                Self::DocumentPage(InDocument { document_index: document, start, end })
            }
            Location::Blocks { document, start, end } => {
                Self::DocumentChunk(InDocument { document_index: document, start, end })
            }
            Location::SearchResult { result, start, end } => {
                Self::SearchResultLocation(InSearchResult { search_result_index: result, start, end })
            }
        }
    }
}

/// Reads `citationsContent` as one text: its citations belong to all of it. `None` when it holds nothing.
pub(super) fn content(mut object: Object<'_>, unmapped: &mut Vec<String>) -> Result<Option<Part>, Invalid> {
    let text = union::texts(object.take_list("content")?)?.concat();
    let mut citations = Vec::new();
    for (path, raw) in object.take_list("citations")?.unwrap_or_default() {
        citations.push(read(Object::parse(raw.get(), path)?, unmapped)?);
    }
    unmapped.extend(object.unread());
    Ok((!text.is_empty() || !citations.is_empty()).then_some(Part::Text { text, citations, cache: None }))
}

/// Reads one citation. What has no place in the conversation is named in `unmapped`.
pub(super) fn read(mut object: Object<'_>, unmapped: &mut Vec<String>) -> Result<chat::Citation, Invalid> {
    let path = object.path_of("location");
    let citation = chat::Citation {
        title: object.take_string("title")?,
        source: object.take_string("source")?,
        quotes: union::texts(object.take_list("sourceContent")?)?,
        location: match object.take("location") {
            Some(location) => place(location, &path, unmapped)?,
            None => None,
        },
    };
    unmapped.extend(object.unread());
    Ok(citation)
}

/// Reads a place. One of a kind that is not known, or that lacks a number, is named.
fn place(value: &RawValue, path: &str, unmapped: &mut Vec<String>) -> Result<Option<Location>, Invalid> {
    let member = Member::of(value, path)?;
    let mut object = member.object()?;
    let index = if member.name == "searchResultLocation" { "searchResultIndex" } else { "documentIndex" };
    let span = match (object.take_u64(index)?, object.take_u64("start")?, object.take_u64("end")?) {
        (Some(index), Some(start), Some(end)) => Some((index, start, end)),
        _ => None,
    };
    let location = match (member.name.as_str(), span) {
        ("web", _) => {
            // the URL says it
            object.take("domain");
            object.take_string("url")?.map(|url| Location::Web { url })
        }
        ("documentChar", Some((document, start, end))) => Some(Location::Characters { document, start, end }),
        ("documentPage", Some((document, start, end))) => Some(Location::Pages { document, start, end }),
        ("documentChunk", Some((document, start, end))) => Some(Location::Blocks { document, start, end }),
        ("searchResultLocation", Some((result, start, end))) => Some(Location::SearchResult { result, start, end }),
        _ => None,
    };
    match location {
        Some(_) => unmapped.extend(object.unread()),
        None => unmapped.push(member.path),
    }
    Ok(location)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_comes_back_as_it_went() {
        for location in [
            Location::Web { url: "https://a/b".to_owned() },
            Location::Characters { document: 1, start: 2, end: 3 },
            Location::Pages { document: 1, start: 2, end: 3 },
            Location::Blocks { document: 0, start: 0, end: 1 },
            Location::SearchResult { result: 4, start: 0, end: 1 },
        ] {
            let quotes = vec!["q".to_owned()];
            let told = chat::Citation { title: Some("T".to_owned()), source: None, quotes, location: Some(location) };
            let text = serde_json::to_string(&Citation::of(&told)).unwrap();
            let mut unmapped = Vec::new();
            assert_eq!(read(Object::parse(&text, "c").unwrap(), &mut unmapped), Ok(told), "{text}");
            assert_eq!(unmapped, [""; 0]);
        }
    }

    #[test]
    fn what_has_no_place_is_named() {
        let read = |text: &str| {
            let mut unmapped = Vec::new();
            let citation = read(Object::parse(text, "c").unwrap(), &mut unmapped).unwrap();
            (citation.location.is_some(), unmapped)
        };
        let one = |path: &str| vec![path.to_owned()];
        for (text, expected) in [
            (r#"{"location":{"web":{"url":"u","domain":"d"}}}"#, (true, vec![])),
            (r#"{"location":{"documentChar":{"start":1,"end":2}}}"#, (false, one("c.location.documentChar"))),
            (r#"{"location":{"new":{"at":1}}}"#, (false, one("c.location.new"))),
            (r#"{"title":"t","score":1}"#, (false, one("c.score"))),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }

    #[test]
    fn texts_of_one_block_are_one_text() {
        let text = r#"{"content":[{"text":"a"},{"text":"b"}],"citations":[{"title":"t"},{}]}"#;
        let part = content(Object::parse(text, "").unwrap(), &mut Vec::new()).unwrap();
        assert!(
            matches!(&part, Some(Part::Text { text, citations, .. }) if text == "ab" && citations.len() == 2),
            "{part:?}"
        );
        assert_eq!(content(Object::parse("{}", "").unwrap(), &mut Vec::new()).unwrap(), None);
        let image = r#"{"content":[{"image":{}}]}"#;
        assert!(content(Object::parse(image, "").unwrap(), &mut Vec::new()).is_err());
    }
}
