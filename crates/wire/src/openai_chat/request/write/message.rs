//! Messages as this dialect wants them: results of tools are messages of their own, calls stand beside the content.

use std::borrow::Cow;

use serde::Serialize;

use super::Dropped;
use super::part::{self, Place, WirePart};
use crate::chat::{self, CallKind, Part, Role, Thinking, ToolCall, ToolResult};

/// A message on the wire.
#[derive(Serialize)]
pub(super) struct Message<'a> {
    role: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tool_call_id: Option<&'a str>,
    /// `null` where only tool calls or a refusal speak.
    content: Option<Content<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    refusal: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reasoning_content: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tool_calls: Vec<Call<'a>>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Content<'a> {
    Text(Cow<'a, str>),
    Parts(Vec<WirePart<'a>>),
}

#[derive(Serialize)]
struct Call<'a> {
    id: &'a str,
    r#type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    function: Option<CallFunction<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    custom: Option<CallCustom<'a>>,
}

#[derive(Serialize)]
struct CallFunction<'a> {
    name: &'a str,
    arguments: &'a str,
}

#[derive(Serialize)]
struct CallCustom<'a> {
    name: &'a str,
    input: &'a str,
}

/// What stands before the result of a tool that failed: models understand it, and there is no field.
pub(crate) const FAILED: &str = "[The tool failed.]";

/// Messages as they are written.
#[derive(Default)]
struct Out<'a> {
    messages: Vec<Message<'a>>,
    /// What tool messages cannot hold of their results. As no other message may stand between those of one turn, it follows
    /// behind them, at the head of what the user says next.
    waiting: Vec<WirePart<'a>>,
}

pub(super) fn all<'a>(messages: &'a [chat::Message], dropped: &mut Dropped) -> Vec<Message<'a>> {
    let mut out = Out { messages: Vec::with_capacity(messages.len()), waiting: Vec::new() };
    for (index, message) in messages.iter().enumerate() {
        match message.role {
            Role::System => out.push(plain("system", message, index, dropped)),
            Role::Developer => out.push(plain("developer", message, index, dropped)),
            Role::User => out.user(message, index, dropped),
            Role::Assistant => out.push(assistant(message, index, dropped)),
        }
    }
    out.bring_waiting();
    out.messages
}

impl<'a> Out<'a> {
    fn push(&mut self, message: Message<'a>) {
        self.bring_waiting();
        self.messages.push(message);
    }

    fn bring_waiting(&mut self) {
        if !self.waiting.is_empty() {
            let waiting = std::mem::take(&mut self.waiting);
            self.messages.push(base("user", None, Some(content(waiting))));
        }
    }

    /// Results first, each its own message; then what else the user says.
    fn user(&mut self, message: &'a chat::Message, index: usize, dropped: &mut Dropped) {
        let before = self.messages.len();
        let mut said = Vec::new();
        for (part, value) in message.parts.iter().enumerate() {
            match value {
                Part::ToolResult(result) => self.tool_result(result, Place::Result { message: index, part }, dropped),
                other => said.extend(part::of_user(other, Place::Content { message: index, part }, dropped)),
            }
        }
        if said.is_empty() && self.messages.len() > before {
            if message.name.is_some() {
                dropped.name(format!("messages[{index}].name"));
            }
            return;
        }
        let mut parts = std::mem::take(&mut self.waiting);
        parts.append(&mut said);
        self.messages.push(base("user", message.name.as_deref(), Some(content(parts))));
    }

    /// Tool messages hold texts only.
    fn tool_result(&mut self, result: &'a ToolResult, place: Place, dropped: &mut Dropped) {
        let (mut texts, mut rest) = (Vec::new(), Vec::new());
        for value in &result.parts {
            match part::plain_text(value, dropped) {
                Some(text) => texts.push(text),
                None => rest.extend(part::of_user(value, place, dropped)),
            }
        }
        if result.is_error {
            match texts.first_mut() {
                Some(WirePart::Text { text, .. }) => *text = Cow::Owned(format!("{FAILED}\n{text}")),
                _ => texts.push(WirePart::text(FAILED)),
            }
        }
        match texts.last_mut().and_then(WirePart::breakpoint_mut) {
            Some(slot) if slot.is_none() => *slot = dropped.breakpoint(result.cache.as_ref()),
            Some(_) => {}
            None => dropped.cache(result.cache.as_ref()),
        }
        if !rest.is_empty() {
            self.waiting.push(WirePart::text(format!("Content of the result of call {}:", result.call_id)));
            self.waiting.append(&mut rest);
        }
        let message = base("tool", None, Some(content(texts)));
        self.messages.push(Message { tool_call_id: Some(&result.call_id), ..message });
    }
}

/// One string where one text is all there is, as every server knows that; else a list.
fn content(mut parts: Vec<WirePart<'_>>) -> Content<'_> {
    match parts.pop() {
        None => Content::Text(Cow::Borrowed("")),
        Some(WirePart::Text { text, prompt_cache_breakpoint: None }) if parts.is_empty() => Content::Text(text),
        Some(last) => {
            parts.push(last);
            Content::Parts(parts)
        }
    }
}

fn base<'a>(role: &'static str, name: Option<&'a str>, content: Option<Content<'a>>) -> Message<'a> {
    Message { role, name, tool_call_id: None, content, refusal: None, reasoning_content: None, tool_calls: Vec::new() }
}

/// Instructions: texts only.
fn plain<'a>(role: &'static str, message: &'a chat::Message, index: usize, dropped: &mut Dropped) -> Message<'a> {
    let parts = message.parts.iter().enumerate();
    let place = |part| Place::Content { message: index, part };
    let parts = parts.filter_map(|(part, value)| part::text(value, place(part), dropped)).collect();
    base(role, message.name.as_deref(), Some(content(parts)))
}

fn assistant<'a>(message: &'a chat::Message, index: usize, dropped: &mut Dropped) -> Message<'a> {
    let (mut said, mut calls) = (Vec::new(), Vec::new());
    let (mut refusal, mut reasoning) = (None::<String>, None::<String>);
    for (part, value) in message.parts.iter().enumerate() {
        match value {
            Part::ToolCall(call) => calls.push(write_call(call, dropped)),
            Part::Refusal { text } => refusal.get_or_insert_default().push_str(text),
            Part::Thinking(thinking) => {
                if let Some(text) = thought(thinking, Place::Content { message: index, part }, dropped) {
                    reasoning.get_or_insert_default().push_str(text);
                }
            }
            // what it found stands in the text that follows
            Part::WebSearch(_) => {}
            other => said.extend(part::text(other, Place::Content { message: index, part }, dropped)),
        }
    }
    let speaks_otherwise = !calls.is_empty() || refusal.is_some();
    let content = (!said.is_empty() || !speaks_otherwise).then(|| content(said));
    let message = base("assistant", message.name.as_deref(), content);
    Message { refusal, reasoning_content: reasoning, tool_calls: calls, ..message }
}

/// The text of the reasoning. What proves it to its provider has no place here.
fn thought<'a>(thinking: &'a Thinking, place: Place, dropped: &mut Dropped) -> Option<&'a str> {
    match thinking {
        Thinking::Plain { text, signature } => {
            if signature.is_some() {
                dropped.name("thinking.signature");
            }
            Some(text.as_str()).filter(|text| !text.is_empty())
        }
        Thinking::Redacted { .. } => {
            dropped.name(place.path("redacted_thinking"));
            None
        }
        Thinking::Sealed { .. } | Thinking::Bound { .. } => {
            dropped.name(place.path("thinking (sealed by another provider)"));
            None
        }
    }
}

fn write_call<'a>(call: &'a ToolCall, dropped: &mut Dropped) -> Call<'a> {
    dropped.cache(call.cache.as_ref());
    let (id, name, arguments) = (call.id.as_str(), call.name.as_str(), call.arguments.as_str());
    match call.kind {
        CallKind::Function => {
            Call { id, r#type: "function", function: Some(CallFunction { name, arguments }), custom: None }
        }
        CallKind::Custom => {
            Call { id, r#type: "custom", function: None, custom: Some(CallCustom { name, input: arguments }) }
        }
    }
}
