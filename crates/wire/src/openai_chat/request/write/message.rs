//! Messages as this dialect wants them: results of tools are messages of their own, calls stand beside the content.

use std::borrow::Cow;

use serde::Serialize;

use super::Dropped;
use super::part::{self, Place, WirePart};
use crate::chat::{self, Part, Role, Thinking, ToolCall, ToolResult};

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
    function: CallFunction<'a>,
}

#[derive(Serialize)]
struct CallFunction<'a> {
    name: &'a str,
    arguments: &'a str,
}

pub(super) fn all<'a>(messages: &'a [chat::Message], dropped: &mut Dropped) -> Vec<Message<'a>> {
    let mut out = Vec::with_capacity(messages.len());
    for (index, message) in messages.iter().enumerate() {
        match message.role {
            Role::System => out.push(plain("system", message, index, dropped)),
            Role::Developer => out.push(plain("developer", message, index, dropped)),
            Role::User => user(message, index, &mut out, dropped),
            Role::Assistant => out.push(assistant(message, index, dropped)),
        }
    }
    out
}

/// One string where one text is all there is, as every server knows that; else a list.
fn content(mut parts: Vec<WirePart<'_>>) -> Content<'_> {
    match parts.pop() {
        None => Content::Text(Cow::Borrowed("")),
        Some(WirePart::Text { text }) if parts.is_empty() => Content::Text(text),
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
    let parts = parts.filter_map(|(part, value)| part::text(value, Place { message: index, part }, dropped)).collect();
    base(role, message.name.as_deref(), Some(content(parts)))
}

/// Results first, each its own message; then what else the user says.
fn user<'a>(message: &'a chat::Message, index: usize, out: &mut Vec<Message<'a>>, dropped: &mut Dropped) {
    let before = out.len();
    let mut said = Vec::new();
    for (part, value) in message.parts.iter().enumerate() {
        match value {
            Part::ToolResult(result) => out.push(tool_result(result, index, dropped)),
            other => said.extend(part::of_user(other, Place { message: index, part }, dropped)),
        }
    }
    if said.is_empty() && out.len() > before {
        if message.name.is_some() {
            dropped.name(format!("messages[{index}].name"));
        }
        return;
    }
    out.push(base("user", message.name.as_deref(), Some(content(said))));
}

/// Tool messages hold texts only, and no word for failure.
fn tool_result<'a>(result: &'a ToolResult, index: usize, dropped: &mut Dropped) -> Message<'a> {
    if result.is_error {
        dropped.name("tool_result.is_error");
    }
    dropped.cache(result.cache.as_ref());
    let mut parts = Vec::new();
    for value in &result.parts {
        match part::plain_text(value, dropped) {
            Some(text) => parts.push(text),
            None => dropped.name(format!("messages[{index}].tool_result.{}", value.word())),
        }
    }
    Message { tool_call_id: Some(&result.call_id), ..base("tool", None, Some(content(parts))) }
}

fn assistant<'a>(message: &'a chat::Message, index: usize, dropped: &mut Dropped) -> Message<'a> {
    let (mut said, mut calls) = (Vec::new(), Vec::new());
    let (mut refusal, mut reasoning) = (None::<String>, None::<String>);
    for (part, value) in message.parts.iter().enumerate() {
        match value {
            Part::ToolCall(call) => calls.push(write_call(call, dropped)),
            Part::Refusal { text } => refusal.get_or_insert_default().push_str(text),
            Part::Thinking(thinking) => {
                if let Some(text) = thought(thinking, dropped) {
                    reasoning.get_or_insert_default().push_str(text);
                }
            }
            other => said.extend(part::text(other, Place { message: index, part }, dropped)),
        }
    }
    let speaks_otherwise = !calls.is_empty() || refusal.is_some();
    let content = (!said.is_empty() || !speaks_otherwise).then(|| content(said));
    let message = base("assistant", message.name.as_deref(), content);
    Message { refusal, reasoning_content: reasoning, tool_calls: calls, ..message }
}

/// The text of the reasoning. What proves it to its provider has no place here.
fn thought<'a>(thinking: &'a Thinking, dropped: &mut Dropped) -> Option<&'a str> {
    match thinking {
        Thinking::Plain { text, signature } => {
            if signature.is_some() {
                dropped.name("thinking.signature");
            }
            Some(text.as_str()).filter(|text| !text.is_empty())
        }
        Thinking::Redacted { .. } => {
            dropped.name("redacted_thinking");
            None
        }
    }
}

fn write_call<'a>(call: &'a ToolCall, dropped: &mut Dropped) -> Call<'a> {
    dropped.cache(call.cache.as_ref());
    Call { id: &call.id, r#type: "function", function: CallFunction { name: &call.name, arguments: &call.arguments } }
}
