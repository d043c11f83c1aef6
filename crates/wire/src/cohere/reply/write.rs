//! Writing a whole answer for a client.

use std::borrow::Cow;
use std::ops::Range;

use serde::Serialize;

use crate::chat::{Citation, Part, Reply, Thinking, ToolCall};
use crate::cohere::citation::Written;
use crate::cohere::{Echo, logprobs, stop, thinking, usage};

#[derive(Serialize)]
struct Answer<'a> {
    id: &'a str,
    finish_reason: &'static str,
    message: Message<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    usage: Option<usage::Written>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    logprobs: Vec<logprobs::Written<'a>>,
}

#[derive(Serialize)]
struct Message<'a> {
    role: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tool_calls: Vec<Call<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tool_plan: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    content: Vec<Content<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    citations: Vec<Written<'a>>,
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Content<'a> {
    Text {
        text: String,
    },
    Thinking {
        thinking: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        signature: Option<Cow<'a, str>>,
    },
}

/// A call of a tool, in answers and in requests.
#[derive(Debug, Serialize)]
pub(in crate::cohere) struct Call<'a> {
    pub(in crate::cohere) id: &'a str,
    pub(in crate::cohere) r#type: &'static str,
    pub(in crate::cohere) function: Function<'a>,
}

#[derive(Debug, Serialize)]
pub(in crate::cohere) struct Function<'a> {
    pub(in crate::cohere) name: &'a str,
    pub(in crate::cohere) arguments: &'a str,
}

impl<'a> Call<'a> {
    /// Clients read the arguments as JSON, of which an empty text is none.
    pub(in crate::cohere) fn of(call: &'a ToolCall) -> Self {
        let arguments = if call.arguments.is_empty() { "{}" } else { &call.arguments };
        Self { id: &call.id, r#type: "function", function: Function { name: &call.name, arguments } }
    }
}

/// Writes a whole answer: of several only the first, as requests for several are refused before they are sent.
pub fn write(reply: &Reply, echo: &Echo) -> Vec<u8> {
    let choice = reply.choices.first();
    let parts = choice.map(|choice| choice.parts.as_slice()).unwrap_or_default();
    let answer = Answer {
        id: &reply.id,
        finish_reason: choice.map_or("COMPLETE", |choice| stop::word(&choice.stop)),
        message: Writing::new(echo).message(parts),
        usage: usage::Written::of(&reply.usage),
        logprobs: choice.into_iter().filter_map(|choice| logprobs::Written::of(&choice.logprobs)).collect(),
    };
    serde_json::to_vec(&answer).unwrap_or_default()
}

/// The texts that stand right before the first call of a tool.
pub(in crate::cohere) fn planned(parts: &[Part]) -> Range<usize> {
    let call = parts.iter().position(|part| matches!(part, Part::ToolCall(_))).unwrap_or(0);
    let before = parts.get(..call).unwrap_or_default();
    let first = before.iter().rposition(|part| !matches!(part, Part::Text { .. })).map_or(0, |other| other + 1);
    first..call
}

/// A message as it is written. Texts in a row are one, as clients read the first one only.
struct Writing<'a> {
    echo: &'a Echo,
    message: Message<'a>,
    /// Characters of the text that stands last.
    said: usize,
}

impl<'a> Writing<'a> {
    fn new(echo: &'a Echo) -> Self {
        let message = Message {
            role: "assistant",
            tool_calls: Vec::new(),
            tool_plan: None,
            content: Vec::new(),
            citations: Vec::new(),
        };
        Self { echo, message, said: 0 }
    }

    /// What is said right before the first call is the plan that clients of Cohere look for there, and hand back.
    fn message(mut self, parts: &'a [Part]) -> Message<'a> {
        let planned = planned(parts);
        for (at, part) in parts.iter().enumerate() {
            match part {
                Part::Text { text, citations, .. } if planned.contains(&at) => self.plan(text, citations),
                Part::Text { text, citations, .. } => self.text(text, citations),
                Part::Refusal { text } => self.text(text, &[]),
                Part::Thinking(thinking) => self.thinking(thinking),
                Part::ToolCall(call) => self.message.tool_calls.push(Call::of(call)),
                Part::Image { .. } | Part::Document { .. } | Part::Audio { .. } | Part::Video { .. } => {
                    self.text(part.uncarried(), &[]);
                }
                // what it found stands in the citations
                Part::WebSearch(_) => {}
                // no answer has these
                Part::SearchResult(_) | Part::Guarded(_) | Part::Json(_) | Part::ToolResult(_) => {}
            }
        }
        // clients read the first content of an answer that calls nothing
        if self.message.content.is_empty() && self.message.tool_calls.is_empty() {
            self.message.content.push(Content::Text { text: String::new() });
        }
        self.message
    }

    fn plan(&mut self, words: &'a str, citations: &'a [Citation]) {
        if words.is_empty() {
            return;
        }
        let plan = self.message.tool_plan.get_or_insert_default();
        self.message.citations.extend(Written::of(words, citations, plan.chars().count(), None, self.echo));
        plan.push_str(words);
    }

    fn text(&mut self, words: &'a str, citations: &'a [Citation]) {
        if words.is_empty() {
            return;
        }
        if let Some(Content::Text { text }) = self.message.content.last_mut() {
            text.push_str(words);
        } else {
            self.message.content.push(Content::Text { text: words.to_owned() });
            self.said = 0;
        }
        let index = self.message.content.len() - 1;
        self.message.citations.extend(Written::of(words, citations, self.said, Some(index), self.echo));
        self.said += words.chars().count();
    }

    fn thinking(&mut self, thinking: &'a Thinking) {
        let text = match thinking {
            Thinking::Plain { text, .. } | Thinking::Sealed { text, .. } | Thinking::Bound { text, .. } => text,
            Thinking::Redacted { .. } => "",
        };
        let signature = thinking::proof(thinking);
        if !text.is_empty() || signature.is_some() {
            self.message.content.push(Content::Thinking { thinking: text, signature });
        }
    }
}
