//! What a search of the web finds: one page, always the same.

use serde_json::{Value, json};

pub(crate) const URL: &str = "https://example.com/found";
pub(crate) const TITLE: &str = "Found";
/// The page as Anthropic gives it, to be handed back.
pub(crate) const SEALED_PAGE: &str = "page-mock";
/// The place in it, likewise.
pub(crate) const SEALED_PLACE: &str = "place-mock";

/// The whole text quotes the page. Indices count characters, as OpenAI does.
pub(crate) fn annotation(text: &str) -> Value {
    json!({"type": "url_citation", "start_index": 0, "end_index": text.chars().count(), "title": TITLE, "url": URL})
}

/// The same citation in Anthropic's words.
pub(crate) fn location(text: &str) -> Value {
    json!({"type": "web_search_result_location", "cited_text": text, "title": TITLE, "url": URL,
        "encrypted_index": SEALED_PLACE})
}

/// The same citation in Bedrock's words.
pub(crate) fn citation() -> Value {
    json!({"title": TITLE, "location": {"web": {"url": URL, "domain": "example.com"}}})
}
