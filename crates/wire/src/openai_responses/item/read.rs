//! Reading an item. Servers differ in small things: what can be understood is taken, only nonsense is refused.

use serde_json::value::RawValue;

use super::super::{citation, ids};
use crate::chat::{CallKind, Page, Part, SearchOutcome, Thinking, ToolCall, WebSearch, uncarried};
use crate::json::{self, Invalid, Object, Raw};

/// Steps that the provider took itself, whose findings stand in the text, and items that hold nothing for people.
const SILENT: &[&str] = &[
    "additional_tools",
    "code_interpreter_call",
    "compaction",
    "file_search_call",
    "mcp_call",
    "mcp_list_tools",
    "program",
    "program_output",
    "shell_call_output",
    "tool_search_call",
    "tool_search_output",
];

/// A part, and the log probabilities of its text's tokens.
#[derive(Debug)]
pub(in super::super) struct Said {
    pub(in super::super) part: Part,
    pub(in super::super) logprobs: Vec<Raw>,
}

/// Reads the item at `index` of an output: the pieces of a message in their order, one part of another item, or nothing.
/// Ids of calls that have none are made from `response`.
pub(in super::super) fn read(mut item: Object<'_>, response: &str, index: u64) -> Result<Vec<Said>, Invalid> {
    let kind = text(&mut item, "type").unwrap_or_default();
    let part = match kind.as_str() {
        "message" => return message(&mut item),
        "reasoning" => match reasoning(&mut item) {
            Some(thinking) => Part::Thinking(thinking),
            None => return Ok(Vec::new()),
        },
        "function_call" => Part::ToolCall(call(&mut item, CallKind::Function, response, index)?),
        "custom_tool_call" => Part::ToolCall(call(&mut item, CallKind::Custom, response, index)?),
        "web_search_call" => Part::WebSearch(search(&mut item)),
        silent if SILENT.contains(&silent) => return Ok(Vec::new()),
        "image_generation_call" => Part::text(uncarried("image")),
        other => Part::text(uncarried(other)),
    };
    Ok(vec![Said { part, logprobs: Vec::new() }])
}

/// A string, if there is one.
pub(in super::super) fn text(object: &mut Object<'_>, key: &str) -> Option<String> {
    object.take(key).and_then(|value| serde_json::from_str(value.get()).ok())
}

fn message(item: &mut Object<'_>) -> Result<Vec<Said>, Invalid> {
    if item.peek("content").is_some_and(json::is_string) {
        let part = Part::text(item.require_string("content")?);
        return Ok(vec![Said { part, logprobs: Vec::new() }]);
    }
    let pieces = item.take_list("content")?.unwrap_or_default();
    pieces.into_iter().map(|(path, piece)| Ok(content(Object::parse(piece.get(), path)?))).collect()
}

/// Reads a piece of a message.
pub(in super::super) fn content(mut piece: Object<'_>) -> Said {
    let kind = text(&mut piece, "type").unwrap_or_default();
    let part = match kind.as_str() {
        "output_text" | "text" => Part::Text {
            text: text(&mut piece, "text").unwrap_or_default(),
            citations: piece.take("annotations").map(citation::read).unwrap_or_default(),
            cache: None,
        },
        "refusal" => Part::Refusal { text: text(&mut piece, "refusal").unwrap_or_default() },
        other => Part::text(uncarried(other)),
    };
    let logprobs = piece.take_list("logprobs").ok().flatten().unwrap_or_default();
    Said { part, logprobs: logprobs.into_iter().map(|(_, token)| Raw::from(token)).collect() }
}

/// Reasoning, if there is any of it to be seen or to be handed back. OpenAI tells a summary, open models tell all.
fn reasoning(item: &mut Object<'_>) -> Option<Thinking> {
    let mut texts = texts(item, "summary");
    texts.extend(self::texts(item, "content"));
    let said = texts.join("\n\n");
    let id = text(item, "id").filter(|id| !id.is_empty());
    match text(item, "encrypted_content").filter(|data| !data.is_empty()) {
        Some(data) => Some(Thinking::sealed(id, said, data)),
        None => (!said.is_empty()).then_some(Thinking::Plain { text: said, signature: None }),
    }
}

fn texts(item: &mut Object<'_>, key: &str) -> Vec<String> {
    let pieces = item.take_list(key).ok().flatten().unwrap_or_default();
    let pieces = pieces.into_iter().filter_map(|(path, piece)| {
        let mut piece = Object::parse(piece.get(), path).ok()?;
        text(&mut piece, "text")
    });
    pieces.filter(|text| !text.is_empty()).collect()
}

fn call(item: &mut Object<'_>, kind: CallKind, response: &str, index: u64) -> Result<ToolCall, Invalid> {
    let said = match kind {
        CallKind::Function => "arguments",
        CallKind::Custom => "input",
    };
    Ok(ToolCall {
        id: text(item, "call_id").filter(|id| !id.is_empty()).unwrap_or_else(|| ids::call(response, index)),
        name: item.require_string("name")?,
        namespace: text(item, "namespace"),
        kind,
        arguments: item.take(said).map(string_or_json).unwrap_or_default(),
        cache: None,
    })
}

/// Arguments are a string with JSON in it; some servers send the JSON itself.
fn string_or_json(value: &RawValue) -> String {
    serde_json::from_str(value.get()).unwrap_or_else(|_| value.get().to_owned())
}

fn search(item: &mut Object<'_>) -> WebSearch {
    let id = text(item, "id").unwrap_or_default();
    let failed = text(item, "status").is_some_and(|status| status == "failed");
    let Some(mut action) = item.take_object("action").ok().flatten() else {
        return WebSearch { id, query: None, outcome: failed.then(|| SearchOutcome::Failed("failed".to_owned())) };
    };
    let queries = action.take_strings("queries").ok().flatten().unwrap_or_default();
    let query = text(&mut action, "query").filter(|query| !query.is_empty()).or_else(|| queries.into_iter().next());
    let sources = action.take_list("sources").ok().flatten();
    let pages = |sources: Vec<(String, &RawValue)>| {
        let page = |(path, source): (String, &RawValue)| {
            let url = text(&mut Object::parse(source.get(), path).ok()?, "url")?;
            Some(Page { url, ..Page::default() })
        };
        SearchOutcome::Found(sources.into_iter().filter_map(page).collect())
    };
    let outcome = if failed { Some(SearchOutcome::Failed("failed".to_owned())) } else { sources.map(pages) };
    WebSearch { id, query, outcome }
}
