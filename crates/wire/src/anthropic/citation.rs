//! Citations as Anthropic writes them. OpenAI's dialect has no place for most of them, and borrows this form.

use serde::Serialize;
use serde_json::value::RawValue;

use crate::chat::{Citation, Location};
use crate::json::{Invalid, Object};

/// A citation on the wire. SDKs that check strictly require every member.
#[derive(Debug, Serialize)]
#[serde(tag = "type")]
pub(crate) enum Written<'a> {
    #[serde(rename = "char_location")]
    Characters {
        cited_text: String,
        document_index: u64,
        document_title: Option<&'a str>,
        start_char_index: u64,
        end_char_index: u64,
    },
    #[serde(rename = "page_location")]
    Pages {
        cited_text: String,
        document_index: u64,
        document_title: Option<&'a str>,
        start_page_number: u64,
        end_page_number: u64,
    },
    #[serde(rename = "content_block_location")]
    Blocks {
        cited_text: String,
        document_index: u64,
        document_title: Option<&'a str>,
        start_block_index: u64,
        end_block_index: u64,
    },
    #[serde(rename = "search_result_location")]
    SearchResult {
        cited_text: String,
        search_result_index: u64,
        source: &'a str,
        title: Option<&'a str>,
        start_block_index: u64,
        end_block_index: u64,
    },
    #[serde(rename = "web_search_result_location")]
    Web { cited_text: String, url: &'a str, title: Option<&'a str>, encrypted_index: &'static str },
}

impl<'a> Written<'a> {
    /// The citation of an answer. One without a place says where it is from as far as that is known; only Anthropic's own
    /// search has an encrypted index.
    pub(crate) fn of(citation: &'a Citation) -> Self {
        let source = citation.source.as_deref().unwrap_or_default();
        let url = match &citation.location {
            Some(Location::Web { url }) => url,
            _ => source,
        };
        Self::placed(citation).unwrap_or_else(|| Self::Web {
            cited_text: citation.quotes.concat(),
            url,
            title: citation.title.as_deref(),
            encrypted_index: "",
        })
    }

    /// The citation of something in the request; `None` when it is of something else.
    pub(super) fn placed(citation: &'a Citation) -> Option<Self> {
        let cited_text = citation.quotes.concat();
        let title = citation.title.as_deref();
        Some(match citation.location {
            Some(Location::Characters { document, start, end }) => Self::Characters {
                cited_text,
                document_index: document,
                document_title: title,
                start_char_index: start,
                end_char_index: end,
            },
            Some(Location::Pages { document, start, end }) => Self::Pages {
                cited_text,
                document_index: document,
                document_title: title,
                start_page_number: start,
                end_page_number: end,
            },
            Some(Location::Blocks { document, start, end }) => Self::Blocks {
                cited_text,
                document_index: document,
                document_title: title,
                start_block_index: start,
                end_block_index: end,
            },
            Some(Location::SearchResult { result, start, end }) => Self::SearchResult {
                cited_text,
                search_result_index: result,
                source: citation.source.as_deref().unwrap_or_default(),
                title,
                start_block_index: start,
                end_block_index: end,
            },
            Some(Location::Web { .. }) | None => return None,
        })
    }
}

/// Reads a citation; `None` when the conversation has none of its type. Fields that it has no place for stay in `object`.
pub(super) fn read(object: &mut Object<'_>) -> Result<Option<Citation>, Invalid> {
    let word = object.require_string("type")?;
    let location = match word.as_str() {
        "char_location" => {
            let (document, start, end) = range(object, "document_index", ["start_char_index", "end_char_index"])?;
            Location::Characters { document, start, end }
        }
        "page_location" => {
            let (document, start, end) = range(object, "document_index", ["start_page_number", "end_page_number"])?;
            Location::Pages { document, start, end }
        }
        "content_block_location" => {
            let (document, start, end) = range(object, "document_index", ["start_block_index", "end_block_index"])?;
            Location::Blocks { document, start, end }
        }
        "search_result_location" => {
            let (result, start, end) = range(object, "search_result_index", ["start_block_index", "end_block_index"])?;
            Location::SearchResult { result, start, end }
        }
        "web_search_result_location" => Location::Web { url: object.require_string("url")? },
        _ => return Ok(None),
    };
    let title = match location {
        Location::Characters { .. } | Location::Pages { .. } | Location::Blocks { .. } => {
            // the index tells the file already
            object.take("file_id");
            object.take_string("document_title")?
        }
        Location::SearchResult { .. } | Location::Web { .. } => object.take_string("title")?,
    };
    // what we write where there is none
    if object.peek("encrypted_index").is_some_and(|index| index.get() == "\"\"") {
        object.take("encrypted_index");
    }
    Ok(Some(Citation {
        title,
        source: object.take_string("source")?.filter(|source| !source.is_empty()),
        quotes: object.take_string("cited_text")?.filter(|text| !text.is_empty()).into_iter().collect(),
        location: Some(location),
    }))
}

/// Reads a citation of an answer. One that cannot be read must not cost the answer: it is left out.
pub(super) fn of_answer(citation: &RawValue) -> Option<Citation> {
    read(&mut Object::parse(citation.get(), "citation").ok()?).ok().flatten()
}

fn range(object: &mut Object<'_>, of: &str, [start, end]: [&str; 2]) -> Result<(u64, u64, u64), Invalid> {
    let mut number = |key| object.take_u64(key)?.ok_or_else(|| object.invalid(key, "is required"));
    Ok((number(of)?, number(start)?, number(end)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_comes_back_as_it_went() {
        for text in [
            r#"{"type":"char_location","cited_text":"a","document_index":1,"document_title":"T","start_char_index":0,"end_char_index":1}"#,
            r#"{"type":"page_location","cited_text":"a","document_index":0,"document_title":null,"start_page_number":1,"end_page_number":2}"#,
            r#"{"type":"content_block_location","cited_text":"","document_index":0,"document_title":"T","start_block_index":3,"end_block_index":5}"#,
            r#"{"type":"search_result_location","cited_text":"a","search_result_index":2,"source":"https://x","title":"T","start_block_index":0,"end_block_index":1}"#,
            r#"{"type":"web_search_result_location","cited_text":"a","url":"https://x","title":null,"encrypted_index":""}"#,
        ] {
            let mut object = Object::parse(text, "c").unwrap();
            let citation = read(&mut object).unwrap().unwrap();
            assert_eq!(object.unread().count(), 0, "{text}");
            assert_eq!(serde_json::to_string(&Written::of(&citation)).unwrap(), text);
        }
    }

    #[test]
    fn a_citation_without_a_place_says_where_it_is_from() {
        let citation = Citation {
            source: Some("s".to_owned()),
            quotes: vec!["a".to_owned(), "b".to_owned()],
            ..Citation::default()
        };
        assert!(Written::placed(&citation).is_none());
        insta::assert_snapshot!(
            serde_json::to_string(&Written::of(&citation)).unwrap(),
            @r#"{"type":"web_search_result_location","cited_text":"ab","url":"s","title":null,"encrypted_index":""}"#
        );
    }

    #[test]
    fn what_cannot_be_read_is_no_citation_of_an_answer() {
        for text in [
            "3",
            "{}",
            r#"{"type":"new"}"#,
            r#"{"type":"char_location"}"#,
            r#"{"type":"page_location","document_index":-1}"#,
        ] {
            let raw: &RawValue = serde_json::from_str(text).unwrap();
            assert_eq!(of_answer(raw), None, "{text}");
        }
    }
}
