//! What a provider's text rests on: `annotations`.

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::chat::{Citation, Location};

/// An annotation in any of OpenAI's forms.
#[derive(Deserialize)]
struct Told {
    r#type: String,
    url: Option<String>,
    title: Option<String>,
    file_id: Option<String>,
    filename: Option<String>,
}

/// Reads a list of annotations. What is of no form that we know must not cost the answer: it is left out.
pub(super) fn read(annotations: &RawValue) -> Vec<Citation> {
    let list: Vec<&RawValue> = serde_json::from_str(annotations.get()).unwrap_or_default();
    list.into_iter().filter_map(one).collect()
}

/// Reads one annotation.
pub(super) fn one(annotation: &RawValue) -> Option<Citation> {
    let told: Told = serde_json::from_str(annotation.get()).ok()?;
    match told.r#type.as_str() {
        "url_citation" => Some(Citation {
            title: told.title.filter(|title| !title.is_empty()),
            location: Some(Location::Web { url: told.url? }),
            ..Citation::default()
        }),
        // in the provider's own store: nobody else can follow it, but it says what it was
        "file_citation" | "container_file_citation" => {
            Some(Citation { title: told.filename, source: Some(told.file_id?), ..Citation::default() })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_and_files_are_citations_and_the_rest_is_left_out() {
        let text = r#"[{"type":"url_citation","url":"https://x","title":"T","start_index":0,"end_index":3},
            {"type":"url_citation","url":"https://y","title":""}, {"type":"url_citation"}, 3,
            {"type":"file_citation","file_id":"f","filename":"a.txt","index":1}, {"type":"file_path","file_id":"f"}]"#;
        let web = |url: &str, title: Option<&str>| Citation {
            title: title.map(str::to_owned),
            location: Some(Location::Web { url: url.to_owned() }),
            ..Citation::default()
        };
        let file = Citation { title: Some("a.txt".into()), source: Some("f".into()), ..Citation::default() };
        let raw: &RawValue = serde_json::from_str(text).unwrap();
        assert_eq!(read(raw), [web("https://x", Some("T")), web("https://y", None), file]);
        let raw: &RawValue = serde_json::from_str(r#"{"no":"list"}"#).unwrap();
        assert_eq!(read(raw), []);
    }
}
