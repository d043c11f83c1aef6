//! Events as a client's stream: lines of JSON. The last one has the whole answer, so all of it is kept.

use std::borrow::Cow;
use std::sync::Arc;

use serde::Serialize;

use super::Echo;
use super::citation::{Documents, Written};
use super::reply::{Answer, Call, word};
use crate::chat::{Choice, Citation, Delta, Event, Part, PartStart, Reply, StopReason, ToolCall, Usage};
use crate::cohere::error::message;
use crate::error::{ErrorKind, ErrorReply};

/// The media type of such a stream.
pub const CONTENT_TYPE: &str = "application/stream+json";

/// Writes one stream. Of several answers only the first is written; reasoning has no place here and is left out.
#[derive(Debug)]
pub struct Writer {
    echo: Arc<Echo>,
    reply: Reply,
    stop: StopReason,
    parts: Vec<Part>,
    /// Characters of the texts so far, and before the open part.
    said: usize,
    behind: usize,
    documents: Documents,
    calls: u32,
    started: bool,
    ended: bool,
}

#[derive(Serialize)]
#[serde(tag = "event_type", rename_all = "kebab-case")]
enum Line<'a> {
    StreamStart {
        is_finished: bool,
        generation_id: &'a str,
    },
    TextGeneration {
        is_finished: bool,
        text: &'a str,
    },
    CitationGeneration {
        is_finished: bool,
        citations: [Written; 1],
    },
    ToolCallsChunk {
        is_finished: bool,
        tool_call_delta: Piece<'a>,
    },
    ToolCallsGeneration {
        is_finished: bool,
        text: &'a str,
        tool_calls: &'a [Call<'a>],
    },
    StreamEnd {
        is_finished: bool,
        finish_reason: &'static str,
        #[serde(skip_serializing_if = "Option::is_none")]
        error: Option<Cow<'a, str>>,
        response: &'a Answer<'a>,
    },
}

/// A piece of a call: its name first, then its parameters.
#[derive(Serialize)]
struct Piece<'a> {
    index: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    parameters: Option<&'a str>,
}

impl Writer {
    /// `echo` has what of the client's request the answer says again.
    pub fn new(echo: Arc<Echo>) -> Self {
        let reply = Reply {
            id: String::new(),
            model: String::new(),
            created: None,
            choices: Vec::new(),
            usage: Usage::default(),
            service_tier: None,
            trace: None,
        };
        Self {
            echo,
            reply,
            stop: StopReason::End,
            parts: Vec::new(),
            said: 0,
            behind: 0,
            documents: Documents::default(),
            calls: 0,
            started: false,
            ended: false,
        }
    }

    /// Appends the bytes of `event` to `out`.
    pub fn write(&mut self, event: &Event, out: &mut Vec<u8>) {
        if self.ended {
            return;
        }
        match event {
            Event::Start { id, .. } => self.start(id, out),
            Event::PartStart { choice: 0, kind, .. } => self.part_start(kind, out),
            Event::Delta { choice: 0, delta, .. } => self.delta(delta, out),
            Event::PartEnd { choice: 0, .. } => self.part_end(out),
            Event::Citation { choice: 0, citation, .. } => self.cite(citation),
            Event::Stop { choice: 0, reason, .. } => self.stop = reason.clone(),
            Event::Usage(usage) => self.reply.usage.merge(usage),
            Event::End => self.end(None, out),
            Event::Error(error) => self.end(Some(error), out),
            // there is no place for these
            Event::Logprobs { .. } | Event::Trace(_) | Event::Ping => {}
            Event::PartStart { .. }
            | Event::Delta { .. }
            | Event::PartEnd { .. }
            | Event::Citation { .. }
            | Event::Stop { .. } => {}
        }
    }

    fn start(&mut self, id: &str, out: &mut Vec<u8>) {
        if !std::mem::replace(&mut self.started, true) {
            id.clone_into(&mut self.reply.id);
            put(&Line::StreamStart { is_finished: false, generation_id: id }, out);
        }
    }

    fn part_start(&mut self, kind: &PartStart, out: &mut Vec<u8>) {
        self.start("", out);
        self.behind = self.said;
        match kind {
            PartStart::Text | PartStart::Refusal => self.parts.push(Part::text("")),
            PartStart::ToolCall { id, name, .. } => {
                self.parts.push(Part::ToolCall(ToolCall::new(id, name, "")));
                let tool_call_delta = Piece { index: self.calls, name: Some(name), parameters: None };
                self.calls += 1;
                put(&Line::ToolCallsChunk { is_finished: false, tool_call_delta }, out);
            }
            PartStart::Whole(part) => {
                let words = super::reply::words(part).map(|(words, _)| words.to_owned());
                self.parts.push(Part::text(""));
                self.say(&words.unwrap_or_default(), out);
            }
            PartStart::Thinking | PartStart::RedactedThinking { .. } => self.parts.push(Part::text("")),
        }
    }

    fn delta(&mut self, delta: &Delta, out: &mut Vec<u8>) {
        match delta {
            Delta::Text(text) => self.say(text, out),
            Delta::Arguments(parameters) => {
                if let Some(Part::ToolCall(call)) = self.parts.last_mut() {
                    call.arguments.push_str(parameters);
                    let index = self.calls.saturating_sub(1);
                    let tool_call_delta = Piece { index, name: None, parameters: Some(parameters) };
                    put(&Line::ToolCallsChunk { is_finished: false, tool_call_delta }, out);
                }
            }
            Delta::Thinking(_) | Delta::Signature(_) | Delta::Sealed { .. } | Delta::Bound(_) => {}
        }
    }

    fn say(&mut self, words: &str, out: &mut Vec<u8>) {
        if let Some(Part::Text { text, .. }) = self.parts.last_mut()
            && !words.is_empty()
        {
            text.push_str(words);
            self.said += words.chars().count();
            put(&Line::TextGeneration { is_finished: false, text: words }, out);
        }
    }

    fn cite(&mut self, citation: &Citation) {
        if let Some(Part::Text { citations, .. }) = self.parts.last_mut() {
            citations.push(citation.clone());
        }
    }

    /// Tells what the text rests on that ends here.
    fn part_end(&mut self, out: &mut Vec<u8>) {
        if let Some(Part::Text { text, citations, .. }) = self.parts.last_mut() {
            if text.is_empty() {
                citations.clear();
            }
            if let Some(written) = self.documents.cite(text, citations, self.behind, &self.echo) {
                put(&Line::CitationGeneration { is_finished: false, citations: [written] }, out);
            }
        }
    }

    fn end(&mut self, error: Option<&ErrorReply>, out: &mut Vec<u8>) {
        self.start("", out);
        self.ended = true;
        let stop = std::mem::replace(&mut self.stop, StopReason::End);
        let stop = error.map_or(stop, |error| broken(error.kind));
        let finish_reason = word(&stop);
        self.reply.choices.push(Choice::new(std::mem::take(&mut self.parts), stop));
        let response = Answer::of(&self.reply, &self.echo);
        if !response.tool_calls.is_empty() && error.is_none() {
            let line = Line::ToolCallsGeneration {
                is_finished: false,
                text: &response.text,
                tool_calls: &response.tool_calls,
            };
            put(&line, out);
        }
        let error = error.map(message);
        put(&Line::StreamEnd { is_finished: true, finish_reason, error, response: &response }, out);
    }
}

/// What the answer ended with, as far as the client has a word for it.
fn broken(kind: ErrorKind) -> StopReason {
    match kind {
        ErrorKind::ContextWindow => StopReason::ContextWindow,
        ErrorKind::ContentPolicy => StopReason::ContentFilter,
        _ => StopReason::Malformed { tool_use: false },
    }
}

/// A line. Raw JSON may hold line ends between its tokens, which become spaces.
fn put(line: &Line<'_>, out: &mut Vec<u8>) {
    let before = out.len();
    if serde_json::to_writer(&mut *out, line).is_err() {
        out.truncate(before);
        return;
    }
    for byte in out.iter_mut().skip(before) {
        if matches!(byte, b'\n' | b'\r') {
            *byte = b' ';
        }
    }
    out.push(b'\n');
}
