//! Writing a whole answer for a client.

use serde::Serialize;

use super::Echo;
use super::citation::{Documents, Written};
use crate::chat::{Part, Reply, StopReason, ToolCall};
use crate::cohere::{stop, usage};
use crate::json::Raw;

/// A whole answer; the last line of a stream has it too.
#[derive(Serialize)]
pub(super) struct Answer<'a> {
    response_id: &'a str,
    pub(super) text: String,
    generation_id: &'a str,
    chat_history: Vec<Entry<'a>>,
    finish_reason: &'static str,
    meta: Meta,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    citations: Vec<Written>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    documents: Vec<Raw>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) tool_calls: Vec<Call<'a>>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Entry<'a> {
    Said(&'a Raw),
    Answer(Turn<'a>),
}

#[derive(Serialize)]
struct Turn<'a> {
    role: &'static str,
    message: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tool_calls: Vec<Call<'a>>,
}

/// A call of a tool; it has no id.
#[derive(Clone, Serialize)]
pub(super) struct Call<'a> {
    name: &'a str,
    parameters: Raw,
}

#[derive(Serialize)]
struct Meta {
    api_version: Version,
    #[serde(flatten)]
    usage: Option<usage::Written>,
}

#[derive(Serialize)]
struct Version {
    version: &'static str,
}

impl<'a> Answer<'a> {
    /// The first answer of several. Reasoning has no place here and is left out; all texts are one.
    pub(super) fn of(reply: &'a Reply, echo: &'a Echo) -> Self {
        let choice = reply.choices.first();
        let (mut text, mut said) = (String::new(), 0);
        let (mut citations, mut documents, mut tool_calls) = (Vec::new(), Documents::default(), Vec::new());
        for part in choice.into_iter().flat_map(|choice| &choice.parts) {
            if let Some((words, cited)) = words(part) {
                citations.extend(documents.cite(words, cited, said, echo));
                text.push_str(words);
                said += words.chars().count();
            } else if let Part::ToolCall(call) = part {
                tool_calls.extend(Call::of(call));
            }
        }
        let turn = Turn { role: "CHATBOT", message: text.clone(), tool_calls: tool_calls.clone() };
        let history = echo.history.iter().map(Entry::Said).chain([Entry::Answer(turn)]);
        Self {
            response_id: &reply.id,
            text,
            generation_id: &reply.id,
            chat_history: history.collect(),
            finish_reason: choice.map_or("COMPLETE", |choice| word(&choice.stop)),
            meta: Meta { api_version: Version { version: "1" }, usage: usage::Written::of(&reply.usage) },
            citations,
            documents: documents.list,
            tool_calls,
        }
    }
}

impl<'a> Call<'a> {
    fn of(call: &'a ToolCall) -> Option<Self> {
        Some(Self { name: &call.name, parameters: call.arguments_object()? })
    }
}

/// The words of a part, and what they rest on; `None` when it has none here.
pub(super) fn words(part: &Part) -> Option<(&str, &[crate::chat::Citation])> {
    match part {
        Part::Text { text, citations, .. } => Some((text, citations)),
        Part::Refusal { text } => Some((text, &[])),
        Part::Image { .. } | Part::Document { .. } | Part::Audio { .. } | Part::Video { .. } => {
            Some((part.uncarried(), &[]))
        }
        // what a search found stands in the citations
        Part::Thinking(_) | Part::ToolCall(_) | Part::WebSearch(_) => None,
        // no answer has these
        Part::SearchResult(_) | Part::Guarded(_) | Part::Json(_) | Part::ToolResult(_) => None,
    }
}

/// Writes `finish_reason`: an answer that calls tools is a complete one here.
pub(super) fn word(reason: &StopReason) -> &'static str {
    match reason {
        StopReason::ToolUse => "COMPLETE",
        StopReason::ContextWindow => "ERROR_LIMIT",
        other => stop::word(other),
    }
}

/// Writes a whole answer.
pub fn write(reply: &Reply, echo: &Echo) -> Vec<u8> {
    serde_json::to_vec(&Answer::of(reply, echo)).unwrap_or_default()
}
