//! Anthropic's own search of the web: a `server_tool_use` and its `web_search_tool_result`, which are one part of the
//! conversation.

use std::collections::HashMap;

use serde::Serialize;

use super::block::Block;
use crate::chat::{self, Part, SearchOutcome, WebSearch};
use crate::json::{self, Invalid, Object};

/// The name that the tool and its calls have.
pub(super) const NAME: &str = "web_search";

/// How ids of calls begin that Anthropic made; it refuses others.
const OWN_ID: &str = "srvtoolu_";

/// Anthropic's words for what went wrong; strict SDKs know no others.
const ERRORS: &[&str] = &[
    "invalid_tool_input",
    "unavailable",
    "max_uses_exceeded",
    "too_many_requests",
    "query_too_long",
    "request_too_large",
];

#[derive(Debug, Serialize)]
pub(super) struct Input<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    query: Option<&'a str>,
}

/// What a search found, or why it found nothing.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(super) enum Findings<'a> {
    Pages(Vec<Page<'a>>),
    Error { r#type: &'static str, error_code: &'static str },
}

/// SDKs that check strictly require every member.
#[derive(Debug, Serialize)]
#[expect(clippy::struct_field_names, reason = "the name on the wire")]
pub(super) struct Page<'a> {
    r#type: &'static str,
    url: &'a str,
    title: &'a str,
    encrypted_content: &'a str,
    page_age: Option<&'a str>,
}

impl<'a> Input<'a> {
    pub(super) fn of(search: &'a WebSearch) -> Self {
        Self { query: search.query.as_deref() }
    }

    /// The empty object that a streamed call starts with.
    pub(super) fn none() -> Self {
        Self { query: None }
    }
}

impl<'a> Findings<'a> {
    fn of(outcome: &'a SearchOutcome) -> Self {
        match outcome {
            SearchOutcome::Found(pages) => Self::Pages(pages.iter().map(Page::of).collect()),
            SearchOutcome::Failed(word) => {
                let known = ERRORS.iter().find(|known| **known == word);
                Self::Error { r#type: "web_search_tool_result_error", error_code: known.unwrap_or(&"unavailable") }
            }
        }
    }
}

impl<'a> Page<'a> {
    fn of(page: &'a chat::Page) -> Self {
        Self {
            r#type: "web_search_result",
            url: &page.url,
            title: page.title.as_deref().unwrap_or_default(),
            encrypted_content: page.encrypted.as_deref().unwrap_or_default(),
            page_age: page.age.as_deref(),
        }
    }
}

/// The call and, where it is told, what came of it.
pub(super) fn blocks(search: &WebSearch) -> impl Iterator<Item = Block<'_>> {
    let call = Block::ServerToolUse { id: &search.id, name: NAME, input: Input::of(search) };
    [Some(call), result(search)].into_iter().flatten()
}

pub(super) fn result(search: &WebSearch) -> Option<Block<'_>> {
    let content = Findings::of(search.outcome.as_ref()?);
    Some(Block::WebSearchToolResult { tool_use_id: &search.id, content })
}

/// Whether Anthropic takes the search back: it must be its own, and each page must have the content that only Anthropic can read.
pub(super) fn is_own(search: &WebSearch) -> bool {
    let whole = match &search.outcome {
        None => true,
        Some(SearchOutcome::Found(pages)) => pages.iter().all(|page| page.encrypted.is_some()),
        Some(SearchOutcome::Failed(word)) => ERRORS.contains(&word.as_str()),
    };
    whole && search.query.is_some() && search.id.starts_with(OWN_ID)
}

/// Whether a block of this type in `object` is part of a search of the web; other tools of Anthropic's have blocks of the
/// same first type.
pub(super) fn is_block(word: &str, object: &Object<'_>) -> bool {
    let named = || object.peek("name").and_then(|name| json::string(name, "").ok());
    match word {
        "server_tool_use" => named().as_deref() == Some(NAME),
        "web_search_tool_result" => true,
        _ => false,
    }
}

/// Reads a block of a search: a call without an outcome, or an outcome without a query. Members of the call's input that the
/// conversation has no place for are named in `unmapped`.
pub(super) fn read(word: &str, object: &mut Object<'_>, unmapped: &mut Vec<String>) -> Result<WebSearch, Invalid> {
    if word == "server_tool_use" {
        object.take("name");
        let mut input = object.take_object("input")?.ok_or_else(|| object.invalid("input", "is required"))?;
        let query = input.take_string("query")?;
        unmapped.extend(input.unread());
        return Ok(WebSearch { id: object.require_string("id")?, query, outcome: None });
    }
    let outcome = Some(outcome(object, unmapped)?);
    Ok(WebSearch { id: object.require_string("tool_use_id")?, query: None, outcome })
}

/// The query of a call whose input came in pieces.
pub(super) fn query(input: &str) -> Option<String> {
    Object::parse(input, "input").ok()?.take_string("query").ok()?
}

fn outcome(object: &mut Object<'_>, unmapped: &mut Vec<String>) -> Result<SearchOutcome, Invalid> {
    if object.peek("content").is_some_and(json::is_object) {
        let mut error = object.take_object("content")?.ok_or_else(|| object.invalid("content", "is required"))?;
        error.take("type");
        let word = error.require_string("error_code")?;
        unmapped.extend(error.unread());
        return Ok(SearchOutcome::Failed(word));
    }
    let content = object.take_list("content")?.ok_or_else(|| object.invalid("content", "is required"))?;
    let mut pages = Vec::with_capacity(content.len());
    for (path, raw) in content {
        let mut page = Object::parse(raw.get(), path)?;
        page.take("type");
        let said = |text: String| (!text.is_empty()).then_some(text);
        pages.push(chat::Page {
            url: page.require_string("url")?,
            title: page.take_string("title")?.and_then(said),
            age: page.take_string("page_age")?,
            encrypted: page.take_string("encrypted_content")?.and_then(said),
        });
        unmapped.extend(page.unread());
    }
    Ok(SearchOutcome::Found(pages))
}

/// Puts the blocks of searches together while a message is read. A search stands where its call stood.
#[derive(Debug, Default)]
pub(super) struct Searches {
    /// Where in the parts the calls stand that nothing came of yet.
    open: HashMap<String, usize>,
}

impl Searches {
    pub(super) fn add(&mut self, parts: &mut Vec<Part>, search: WebSearch) {
        let call = search.outcome.is_some().then(|| self.open.remove(&search.id)).flatten();
        if let Some(Part::WebSearch(call)) = call.and_then(|at| parts.get_mut(at)) {
            call.outcome = search.outcome;
            return;
        }
        if search.outcome.is_none() {
            self.open.insert(search.id.clone(), parts.len());
        }
        parts.push(Part::WebSearch(search));
    }
}
