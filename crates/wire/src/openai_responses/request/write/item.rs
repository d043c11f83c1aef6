//! The conversation as this dialect wants it: a flat list, in which calls, their results and the reasoning are items beside
//! what is said.

use std::borrow::Cow;
use std::collections::HashSet;

use serde::Serialize;

use super::part::{self, Place, WirePart};
use crate::chat::{CallKind, Message, Part, Role, SearchOutcome, Thinking, ToolCall, ToolResult, WebSearch};
use crate::openai_chat::request::{Dropped, FAILED};
use crate::openai_responses::ids;

/// An item on the wire.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum Item<'a> {
    Message {
        role: &'static str,
        content: Content<'a>,
    },
    Reasoning {
        /// OpenAI looks whether what it encrypted belongs to this id, so none is made up.
        #[serde(skip_serializing_if = "Option::is_none")]
        id: Option<&'a str>,
        summary: Vec<Summary<'a>>,
        encrypted_content: &'a str,
    },
    FunctionCall {
        call_id: &'a str,
        name: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        namespace: Option<&'a str>,
        arguments: &'a str,
    },
    FunctionCallOutput {
        call_id: &'a str,
        output: Content<'a>,
    },
    CustomToolCall {
        call_id: &'a str,
        name: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        namespace: Option<&'a str>,
        input: &'a str,
    },
    CustomToolCallOutput {
        call_id: &'a str,
        output: Content<'a>,
    },
    WebSearchCall {
        id: &'a str,
        status: &'static str,
        action: Search<'a>,
    },
}

#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum Content<'a> {
    Text(Cow<'a, str>),
    Parts(Vec<WirePart<'a>>),
}

#[derive(Serialize)]
pub(super) struct Summary<'a> {
    r#type: &'static str,
    text: &'a str,
}

#[derive(Serialize)]
pub(super) struct Search<'a> {
    r#type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    query: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sources: Option<Vec<Source<'a>>>,
}

#[derive(Serialize)]
struct Source<'a> {
    r#type: &'static str,
    url: &'a str,
}

/// The list as far as it is written.
struct Items<'a, 'd> {
    out: Vec<Item<'a>>,
    /// Ids of calls of custom tools: their results are items of another kind.
    custom_calls: HashSet<&'a str>,
    dropped: &'d mut Dropped,
}

pub(super) fn all<'a>(messages: &'a [Message], dropped: &mut Dropped) -> Vec<Item<'a>> {
    let mut items = Items { out: Vec::with_capacity(messages.len()), custom_calls: HashSet::new(), dropped };
    for (index, message) in messages.iter().enumerate() {
        items.message(index, message);
    }
    items.out
}

impl<'a> Items<'a, '_> {
    /// A message, its parts in their order: what is said between two items is a message of its own.
    fn message(&mut self, index: usize, message: &'a Message) {
        if message.name.is_some() {
            self.dropped.name(format!("messages[{index}].name"));
        }
        let mut said = Vec::new();
        for (at, part) in message.parts.iter().enumerate() {
            let place = Place { message: index, part: at, role: message.role };
            let item = match part {
                Part::Thinking(thinking) => self.thinking(thinking, place),
                Part::ToolCall(call) => Some(self.call(call)),
                Part::ToolResult(result) => Some(self.result(result, place)),
                Part::WebSearch(search) => web_search(search),
                other => {
                    said.extend(part::of_message(other, place, self.dropped));
                    continue;
                }
            };
            if let Some(item) = item {
                self.say(message.role, &mut said);
                self.out.push(item);
            }
        }
        self.say(message.role, &mut said);
    }

    fn say(&mut self, role: Role, said: &mut Vec<WirePart<'a>>) {
        if !said.is_empty() {
            self.out.push(Item::Message { role: word(role), content: content(std::mem::take(said)) });
        }
    }

    /// Reasoning that OpenAI encrypted. It takes no other back.
    fn thinking(&mut self, thinking: &'a Thinking, place: Place) -> Option<Item<'a>> {
        let why = match thinking {
            Thinking::Sealed { id, text, data } => {
                let summary = (!text.is_empty()).then_some(Summary { r#type: "summary_text", text });
                let summary = summary.into_iter().collect();
                return Some(Item::Reasoning { id: id.as_deref(), summary, encrypted_content: data });
            }
            Thinking::Plain { signature: None, .. } => "no signature",
            Thinking::Plain { .. } | Thinking::Redacted { .. } | Thinking::Bound { .. } => "sealed by another provider",
        };
        self.dropped.name(place.path(&format!("thinking ({why})")));
        None
    }

    fn call(&mut self, call: &'a ToolCall) -> Item<'a> {
        self.dropped.cache(call.cache.as_ref());
        let (call_id, name, namespace) = (call.id.as_str(), call.name.as_str(), call.namespace.as_deref());
        match call.kind {
            CallKind::Function => Item::FunctionCall { call_id, name, namespace, arguments: &call.arguments },
            CallKind::Custom => {
                self.custom_calls.insert(call_id);
                Item::CustomToolCall { call_id, name, namespace, input: &call.arguments }
            }
        }
    }

    /// A result. Its own cache mark stands at its last part.
    fn result(&mut self, result: &'a ToolResult, place: Place) -> Item<'a> {
        let mut parts: Vec<_> = result.is_error.then(|| part::text(FAILED)).into_iter().collect();
        for value in &result.parts {
            parts.extend(part::of_result(value, place, self.dropped));
        }
        if let Some(mark) = &result.cache {
            part::mark_last(&mut parts, mark, self.dropped);
        }
        let (call_id, output) = (result.call_id.as_str(), content(parts));
        if self.custom_calls.contains(call_id) {
            Item::CustomToolCallOutput { call_id, output }
        } else {
            Item::FunctionCallOutput { call_id, output }
        }
    }
}

/// One string where one text is all there is, as every server knows that; else a list.
fn content(mut parts: Vec<WirePart<'_>>) -> Content<'_> {
    match parts.pop() {
        None => Content::Text(Cow::Borrowed("")),
        Some(WirePart::InputText { text, prompt_cache_breakpoint: None } | WirePart::OutputText { text, .. })
            if parts.is_empty() =>
        {
            Content::Text(text)
        }
        Some(last) => {
            parts.push(last);
            Content::Parts(parts)
        }
    }
}

/// A search that OpenAI made. It would look for another's among what it keeps; what that found stands in the text behind it.
fn web_search(search: &WebSearch) -> Option<Item<'_>> {
    if !search.id.starts_with("ws_") || ids::is_ours(&search.id) {
        return None;
    }
    let (status, sources) = match &search.outcome {
        None => ("completed", None),
        Some(SearchOutcome::Found(pages)) => {
            ("completed", Some(pages.iter().map(|page| Source { r#type: "url", url: &page.url }).collect()))
        }
        Some(SearchOutcome::Failed(_)) => ("failed", None),
    };
    let action = Search { r#type: "search", query: search.query.as_deref(), sources };
    Some(Item::WebSearchCall { id: &search.id, status, action })
}

fn word(role: Role) -> &'static str {
    match role {
        Role::System => "system",
        Role::Developer => "developer",
        Role::User => "user",
        Role::Assistant => "assistant",
    }
}
