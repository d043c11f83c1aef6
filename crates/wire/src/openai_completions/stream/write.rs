//! Writing a stream as OpenAI does: chunks with text, one with the reason, one with usage, `[DONE]`.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::chat::{Delta, Event, Part, PartStart, StopReason, ToolCall, Usage};
use crate::dialect::Style;
use crate::json::Raw;
use crate::openai_chat::stream::WireUsage;
use crate::openai_chat::{error, usage};
use crate::openai_completions::reply::words;
use crate::openai_completions::{finish, logprobs};

/// Events in, bytes of a client's stream out.
#[derive(Debug)]
pub struct Writer {
    style: Style,
    id: String,
    model: String,
    created: i64,
    answers: BTreeMap<u32, Answer>,
    /// All that was told so far: it goes out once, at the end.
    usage: Usage,
    over: bool,
}

/// One answer of the stream.
#[derive(Debug, Default)]
struct Answer {
    /// Characters of its text so far.
    said: usize,
    /// Log probabilities of the text that follows next.
    logprobs: Vec<Raw>,
}

#[derive(Serialize)]
struct Chunk<'a> {
    id: &'a str,
    object: &'static str,
    created: i64,
    model: &'a str,
    choices: &'a [WireChoice<'a>],
    /// With `include_usage` every chunk has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    usage: Option<WireUsage>,
}

#[derive(Serialize)]
struct WireChoice<'a> {
    text: &'a str,
    index: u32,
    logprobs: Option<logprobs::Written<'a>>,
    finish_reason: Option<&'static str>,
}

impl Writer {
    pub fn new(style: Style) -> Self {
        Self {
            id: String::new(),
            model: String::new(),
            created: style.created,
            answers: BTreeMap::new(),
            usage: Usage::default(),
            over: false,
            style,
        }
    }

    /// Appends the bytes of `event` to `out`. After an end or an error there are none.
    pub fn write(&mut self, event: &Event, out: &mut Vec<u8>) {
        if self.over {
            return;
        }
        match event {
            Event::Start { id, model, created } => {
                id.clone_into(&mut self.id);
                model.clone_into(&mut self.model);
                self.created = created.unwrap_or(self.style.created);
            }
            Event::PartStart { choice, kind, .. } => self.part_start(*choice, kind, out),
            Event::Delta { choice, delta: Delta::Text(text), .. } => self.said(*choice, text, None, out),
            Event::Logprobs { choice, tokens, .. } => {
                self.answers.entry(*choice).or_default().logprobs.extend_from_slice(tokens);
            }
            Event::Stop { choice, reason, .. } => self.stop(*choice, reason, out),
            Event::Usage(usage) => self.usage.merge(usage),
            Event::Ping => out.extend_from_slice(b": ping\n\n"),
            Event::End => self.end(out),
            Event::Error(error) => {
                self.over = true;
                error::write_frame(error, out);
            }
            // of reasoning and of calls, which have no place here, and what a text rests on
            Event::Delta { .. } | Event::Citation { .. } | Event::PartEnd { .. } | Event::Trace(_) => {}
        }
    }

    /// Parts that come whole, and calls, are said in words at once, if they are to be said at all.
    fn part_start(&mut self, choice: u32, kind: &PartStart, out: &mut Vec<u8>) {
        let call;
        let part = match kind {
            PartStart::Whole(part) => part,
            PartStart::ToolCall { .. } => {
                call = Part::ToolCall(ToolCall::default());
                &call
            }
            PartStart::Text | PartStart::Refusal | PartStart::Thinking | PartStart::RedactedThinking { .. } => return,
        };
        if let Some(words) = words(part) {
            self.said(choice, words, None, out);
        }
    }

    fn stop(&mut self, choice: u32, reason: &StopReason, out: &mut Vec<u8>) {
        self.said(choice, "", Some(finish::write(reason)), out);
    }

    fn end(&mut self, out: &mut Vec<u8>) {
        self.over = true;
        if let Some(usage) = usage::write(&self.usage).filter(|_| self.style.include_usage) {
            self.frame(&[], Some(WireUsage::Told(usage)), out);
        }
        out.extend_from_slice(b"data: [DONE]\n\n");
    }

    /// A chunk with a piece of text and its log probabilities.
    fn said(&mut self, index: u32, text: &str, finish_reason: Option<&'static str>, out: &mut Vec<u8>) {
        let answer = self.answers.entry(index).or_default();
        let (tokens, start) = (std::mem::take(&mut answer.logprobs), answer.said);
        answer.said += text.chars().count();
        let choice = WireChoice { text, index, logprobs: logprobs::write(&tokens, start), finish_reason };
        self.frame(&[choice], self.style.include_usage.then_some(WireUsage::Later), out);
    }

    fn frame(&self, choices: &[WireChoice<'_>], usage: Option<WireUsage>, out: &mut Vec<u8>) {
        let (id, model) = (self.id.as_str(), self.model.as_str());
        let chunk = Chunk { id, object: "text_completion", created: self.created, model, choices, usage };
        out.extend_from_slice(b"data: ");
        // Strings and numbers: there is nothing here that could fail to be written.
        out.extend_from_slice(&serde_json::to_vec(&chunk).unwrap_or_default());
        out.extend_from_slice(b"\n\n");
    }
}
