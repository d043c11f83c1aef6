//! Messages as Cohere wants them: results of tools are messages of their own, calls and the plan behind them stand beside the
//! content.

use std::borrow::Cow;

use serde::Serialize;

use super::documents::Documents;
use super::part::{self, Item, Place};
use crate::chat::{self, Part, Role, Thinking, ToolResult};
use crate::cohere::citation::Written;
use crate::cohere::echo;
use crate::cohere::reply::{Call, planned};
use crate::openai_chat::request::{Dropped, FAILED};

/// A message on the wire.
#[derive(Serialize)]
pub(super) struct Message<'a> {
    role: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    tool_call_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    content: Option<Content<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tool_plan: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tool_calls: Vec<Call<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    citations: Vec<Written<'a>>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Content<'a> {
    Text(Cow<'a, str>),
    Items(Vec<Item<'a>>),
}

impl<'a> Content<'a> {
    /// One string where one text is all there is; else a list.
    fn of(mut items: Vec<Item<'a>>) -> Self {
        match items.pop() {
            None => Self::Text(Cow::Borrowed("")),
            Some(Item::Text { text }) if items.is_empty() => Self::Text(text),
            Some(last) => {
                items.push(last);
                Self::Items(items)
            }
        }
    }
}

/// Messages as they are written.
struct Out<'a, 'b> {
    messages: Vec<Message<'a>>,
    /// What tool messages cannot hold of their results: it follows behind all results of the turn.
    waiting: Vec<Item<'a>>,
    documents: &'b mut Documents<'a>,
    dropped: &'b mut Dropped,
}

pub(super) fn all<'a>(
    messages: &'a [chat::Message],
    documents: &mut Documents<'a>,
    dropped: &mut Dropped,
) -> Vec<Message<'a>> {
    let mut out = Out { messages: Vec::with_capacity(messages.len()), waiting: Vec::new(), documents, dropped };
    for (index, message) in messages.iter().enumerate() {
        if message.name.is_some() {
            out.dropped.name(format!("messages[{index}].name"));
        }
        match message.role {
            Role::System | Role::Developer => out.instructions(message, index),
            Role::User => out.user(message, index),
            Role::Assistant => out.assistant(message, index),
        }
    }
    out.bring_waiting();
    out.messages
}

impl<'a> Out<'a, '_> {
    fn push(&mut self, message: Message<'a>) {
        self.bring_waiting();
        self.messages.push(message);
    }

    fn bring_waiting(&mut self) {
        if !self.waiting.is_empty() {
            let waiting = std::mem::take(&mut self.waiting);
            self.messages.push(base("user", waiting));
        }
    }

    /// Texts only. What says nothing is left out here and below: Cohere refuses empty turns.
    fn instructions(&mut self, message: &'a chat::Message, index: usize) {
        let parts = message.parts.iter().enumerate();
        let items =
            parts.filter_map(|(part, value)| part::text(value, Place::Content { message: index, part }, self.dropped));
        let items: Vec<_> = items.collect();
        if !items.is_empty() {
            self.push(base("system", items));
        }
    }

    /// Results first, each its own message; then what else the user says, unless all of it stands elsewhere.
    fn user(&mut self, message: &'a chat::Message, index: usize) {
        let mut said = Vec::new();
        for (part, value) in message.parts.iter().enumerate() {
            match value {
                Part::ToolResult(result) => self.result(result, index),
                other => {
                    let place = Place::Content { message: index, part };
                    said.extend(part::of_user(other, place, self.documents, self.dropped));
                }
            }
        }
        if said.is_empty() {
            return;
        }
        let mut items = std::mem::take(&mut self.waiting);
        items.append(&mut said);
        self.messages.push(base("user", items));
    }

    fn result(&mut self, result: &'a ToolResult, index: usize) {
        let (mut items, mut rest) = (Vec::new(), Vec::new());
        for value in &result.parts {
            match part::of_result(value, self.documents, self.dropped) {
                Some(written) => items.extend(written),
                None => rest.extend(part::beside_result(value, Place::Result { message: index }, self.dropped)),
            }
        }
        if result.is_error {
            match items.first_mut() {
                Some(Item::Text { text }) => *text = Cow::Owned(format!("{FAILED}\n{text}")),
                _ => items.insert(0, Item::Text { text: FAILED.into() }),
            }
        }
        self.dropped.cache(result.cache.as_ref());
        if !rest.is_empty() {
            let text = format!("Content of the result of call {}:", result.call_id).into();
            self.waiting.push(Item::Text { text });
            self.waiting.append(&mut rest);
        }
        self.messages.push(Message { tool_call_id: Some(&result.call_id), ..base("tool", items) });
    }

    fn assistant(&mut self, message: &'a chat::Message, index: usize) {
        let planned = planned(&message.parts);
        let mut written = Message { content: None, ..base("assistant", Vec::new()) };
        let mut items = Vec::new();
        for (part, value) in message.parts.iter().enumerate() {
            match value {
                Part::Text { text, citations, cache } => {
                    self.dropped.cache(cache.as_ref());
                    if text.is_empty() {
                        continue;
                    }
                    if planned.contains(&part) {
                        let plan = written.tool_plan.get_or_insert_default();
                        let start = plan.chars().count();
                        written.citations.extend(Written::of(text.as_str(), citations, start, None, &echo::NONE));
                        plan.push_str(text);
                    } else {
                        let at = Some(items.len());
                        written.citations.extend(Written::of(text.as_str(), citations, 0, at, &echo::NONE));
                        items.push(Item::Text { text: text.into() });
                    }
                }
                Part::ToolCall(call) => {
                    self.dropped.cache(call.cache.as_ref());
                    written.tool_calls.push(Call::of(call));
                }
                Part::Thinking(thinking) => {
                    let place = Place::Content { message: index, part };
                    items.extend(self.thought(thinking, place).map(|thinking| Item::Thinking { thinking }));
                }
                // what it found stands in the text that follows
                Part::WebSearch(_) => {}
                other => items.extend(part::text(other, Place::Content { message: index, part }, self.dropped)),
            }
        }
        if items.is_empty() && written.tool_calls.is_empty() {
            return;
        }
        written.content = (!items.is_empty()).then(|| Content::of(items));
        self.push(written);
    }

    /// The text of the reasoning. What proves it to its provider has no place here.
    fn thought(&mut self, thinking: &'a Thinking, place: Place) -> Option<&'a str> {
        match thinking {
            Thinking::Plain { text, signature } => {
                if signature.is_some() {
                    self.dropped.name("thinking.signature");
                }
                Some(text.as_str()).filter(|text| !text.is_empty())
            }
            Thinking::Redacted { .. } => {
                self.dropped.name(place.path("redacted_thinking"));
                None
            }
            Thinking::Sealed { .. } | Thinking::Bound { .. } => {
                self.dropped.name(place.path("thinking (sealed by another provider)"));
                None
            }
        }
    }
}

fn base<'a>(role: &'static str, items: Vec<Item<'a>>) -> Message<'a> {
    Message {
        role,
        tool_call_id: None,
        content: Some(Content::of(items)),
        tool_plan: None,
        tool_calls: Vec::new(),
        citations: Vec::new(),
    }
}
