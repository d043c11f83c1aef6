//! What an answer rests on.
//!
//! OpenAI has a place for pages of the web only: `annotations`. All citations stand in `provider_specific_fields` besides,
//! in Anthropic's form, where clients of LiteLLM look for them: `citations`, a list for each text that has some, in whole
//! answers, `citation` in streams.

use std::ops::Range;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::anthropic::citation::Written;
use crate::chat::{Citation, Location};

/// An entry of `annotations`. `index` is there in streams only, so that clients that merge deltas by index merge these too.
#[derive(Serialize)]
pub(super) struct Annotation<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    index: Option<u32>,
    r#type: &'static str,
    url_citation: UrlCitation<'a>,
}

#[derive(Serialize)]
struct UrlCitation<'a> {
    url: &'a str,
    title: &'a str,
    start_index: usize,
    end_index: usize,
}

/// `provider_specific_fields`.
#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Specifics<'a> {
    Citation(Written<'a>),
    Citations(Vec<Vec<Cited<'a>>>),
}

/// A citation beside the text that rests on it.
#[derive(Serialize)]
pub(super) struct Cited<'a> {
    #[serde(flatten)]
    citation: Written<'a>,
    supported_text: &'a str,
}

impl<'a> Annotation<'a> {
    /// The annotation of a citation of the web. `text` is where the text that rests on it stands in the content, in characters.
    pub(super) fn of(citation: &'a Citation, text: Range<usize>, index: Option<u32>) -> Option<Self> {
        let Some(Location::Web { url }) = &citation.location else { return None };
        let title = citation.title.as_deref().unwrap_or_default();
        let url_citation = UrlCitation { url, title, start_index: text.start, end_index: text.end };
        Some(Self { index, r#type: "url_citation", url_citation })
    }
}

impl<'a> Cited<'a> {
    pub(super) fn all(citations: &'a [Citation], text: &'a str) -> Vec<Self> {
        citations.iter().map(|citation| Self { citation: Written::of(citation), supported_text: text }).collect()
    }
}

/// Reads `annotations`. What is no citation of the web, or of no shape that we know, must not cost the answer: it is left out.
pub(super) fn read(annotations: &RawValue) -> Vec<Citation> {
    #[derive(Deserialize)]
    struct Told {
        url_citation: Cites,
    }
    #[derive(Deserialize)]
    struct Cites {
        url: String,
        title: Option<String>,
    }
    let list: Vec<&RawValue> = serde_json::from_str(annotations.get()).unwrap_or_default();
    let told = list.into_iter().filter_map(|entry| serde_json::from_str::<Told>(entry.get()).ok());
    told.map(|Told { url_citation: Cites { url, title } }| Citation {
        title: title.filter(|title| !title.is_empty()),
        location: Some(Location::Web { url }),
        ..Citation::default()
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn annotations_of_the_web_are_citations_and_others_are_left_out() {
        let text = r#"[{"type":"url_citation","url_citation":{"url":"https://x","title":"T","start_index":0,"end_index":3}},
            {"type":"file_citation","file_citation":{"file_id":"f"}}, 3,
            {"type":"url_citation","url_citation":{"url":"https://y","title":""}}]"#;
        let web = |url: &str, title: Option<&str>| Citation {
            title: title.map(str::to_owned),
            location: Some(Location::Web { url: url.to_owned() }),
            ..Citation::default()
        };
        let raw: &RawValue = serde_json::from_str(text).unwrap();
        assert_eq!(read(raw), [web("https://x", Some("T")), web("https://y", None)]);
        let raw: &RawValue = serde_json::from_str(r#"{"no":"list"}"#).unwrap();
        assert_eq!(read(raw), []);
    }
}
