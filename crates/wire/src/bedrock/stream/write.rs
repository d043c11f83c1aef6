//! Events as a client's stream: one method an event.

use serde::Serialize;

use crate::bedrock::citation::Citation;
use crate::bedrock::media::Source;
use crate::bedrock::reply::{Metrics, image, is_blob};
use crate::bedrock::stop::{self, ModelFields};
use crate::bedrock::{error, usage};
use crate::chat::seal;
use crate::chat::{self, Delta, Event, Part, PartStart, StopReason, Usage};
use crate::frame::event_stream;
use crate::json::Raw;

/// Writes one stream. Of several answers only the first is written.
///
/// SDKs take unions strictly: a start or a delta without a member fails the whole stream. So texts and reasoning have no
/// start, and a block that says nothing is not there at all.
#[derive(Debug, Default)]
pub struct Writer {
    started: bool,
    open: Option<Open>,
    next_index: u32,
    usage: Usage,
    trace: Option<Raw>,
    stopped: bool,
    ended: bool,
}

/// The open part.
#[derive(Debug)]
struct Open {
    /// Of its block, as soon as it says something.
    index: Option<u32>,
    text: bool,
    /// A call without arguments so far.
    bare_call: bool,
    /// Pieces of a signature: clients keep only the last of them, so it goes out whole.
    signature: String,
}

#[derive(Serialize)]
struct MessageStart {
    role: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct BlockStart<'a> {
    content_block_index: u32,
    start: Start<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
enum Start<'a> {
    ToolUse { tool_use_id: &'a str, name: &'a str },
    Image { format: &'static str },
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct BlockDelta<'a> {
    content_block_index: u32,
    delta: Piece<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
enum Piece<'a> {
    Text(&'a str),
    ToolUse { input: &'a str },
    ReasoningContent(Reasoning<'a>),
    Citation(Citation<'a>),
    Image { source: Source<'a> },
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
enum Reasoning<'a> {
    Text(&'a str),
    Signature(&'a str),
    RedactedContent(&'a str),
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct BlockStop {
    content_block_index: u32,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct MessageStop<'a> {
    stop_reason: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    additional_model_response_fields: Option<ModelFields<'a>>,
}

#[derive(Serialize)]
struct Metadata<'a> {
    usage: usage::Written,
    metrics: Metrics,
    #[serde(skip_serializing_if = "Option::is_none")]
    trace: Option<&'a Raw>,
}

impl Writer {
    /// Appends the bytes of `event` to `out`. `latency_ms` is the time since the provider was asked.
    pub fn write(&mut self, event: &Event, latency_ms: u64, out: &mut Vec<u8>) {
        if self.ended {
            return;
        }
        match event {
            Event::Start { .. } => self.start(out),
            Event::PartStart { choice: 0, kind, .. } => self.part_start(kind, out),
            Event::Delta { choice: 0, delta, .. } => self.delta(delta, out),
            Event::Citation { choice: 0, citation, .. } => self.citation(citation, out),
            Event::PartEnd { choice: 0, .. } => self.part_end(out),
            Event::Stop { choice: 0, reason, sequence } => self.stop(reason, sequence.as_deref(), out),
            Event::Usage(usage) => self.usage.merge(usage),
            Event::Trace(trace) => self.trace = Some(trace.clone()),
            Event::End => self.end(latency_ms, out),
            Event::Error(reply) => {
                self.ended = true;
                error::write_frame(reply, out);
            }
            // the dialect has no sign of life
            Event::Ping => {}
            Event::Logprobs { .. } => {}
            Event::PartStart { .. }
            | Event::Delta { .. }
            | Event::Citation { .. }
            | Event::PartEnd { .. }
            | Event::Stop { .. } => {}
        }
    }

    /// Writes the start if it is not written yet: a stream that has none gets one.
    fn start(&mut self, out: &mut Vec<u8>) {
        if !std::mem::replace(&mut self.started, true) {
            event_stream::write_event("messageStart", &MessageStart { role: "assistant" }, out);
        }
    }

    fn part_start(&mut self, kind: &PartStart, out: &mut Vec<u8>) {
        self.start(out);
        self.part_end(out);
        if self.stopped {
            return;
        }
        let bare_call = matches!(kind, PartStart::ToolCall { .. });
        let text = matches!(kind, PartStart::Text | PartStart::Refusal);
        self.open = Some(Open { index: None, text, bare_call, signature: String::new() });
        match kind {
            PartStart::ToolCall { id, name, .. } => {
                self.block_start(Start::ToolUse { tool_use_id: id, name }, out);
            }
            PartStart::RedactedThinking { data } if !data.is_empty() && is_blob(data) => {
                self.piece(Piece::ReasoningContent(Reasoning::RedactedContent(data)), out);
            }
            PartStart::Whole(part) => self.whole(part, out),
            PartStart::Text | PartStart::Refusal | PartStart::Thinking | PartStart::RedactedThinking { .. } => {}
        }
    }

    fn block_start(&mut self, start: Start<'_>, out: &mut Vec<u8>) {
        let Some(content_block_index) = self.index() else { return };
        event_stream::write_event("contentBlockStart", &BlockStart { content_block_index, start }, out);
    }

    /// A part that comes in one piece: a picture as its bytes, anything else a sentence. What a search found stands in the
    /// citations of the text behind it.
    fn whole(&mut self, part: &Part, out: &mut Vec<u8>) {
        match part {
            Part::WebSearch(_) => {}
            Part::Image { media, .. } if let Some(image) = image(&media.source) => {
                self.block_start(Start::Image { format: image.format }, out);
                self.piece(Piece::Image { source: image.source }, out);
            }
            part => self.piece(Piece::Text(part.uncarried()), out),
        }
    }

    fn delta(&mut self, delta: &Delta, out: &mut Vec<u8>) {
        let Some(open) = &mut self.open else { return };
        let piece = match delta {
            Delta::Text(text) | Delta::Thinking(text) | Delta::Arguments(text) if text.is_empty() => return,
            Delta::Text(text) => Piece::Text(text),
            Delta::Thinking(text) => Piece::ReasoningContent(Reasoning::Text(text)),
            Delta::Arguments(input) => {
                open.bare_call = false;
                Piece::ToolUse { input }
            }
            Delta::Signature(signature) => {
                open.signature.push_str(signature);
                return;
            }
            Delta::Sealed { id, data } => {
                open.signature = seal::disguise_sealed(id.as_deref(), data);
                return;
            }
            Delta::Bound(proof) => {
                open.signature = seal::disguise_bound(proof);
                return;
            }
        };
        self.piece(piece, out);
    }

    fn citation(&mut self, citation: &chat::Citation, out: &mut Vec<u8>) {
        if self.open.as_ref().is_some_and(|open| open.text) {
            self.piece(Piece::Citation(Citation::of(citation)), out);
        }
    }

    /// Ends the open part. A call without arguments gets the empty object: clients parse what the pieces make together, and
    /// nothing is no JSON.
    fn part_end(&mut self, out: &mut Vec<u8>) {
        let Some(open) = &mut self.open else { return };
        let (signature, bare_call) = (std::mem::take(&mut open.signature), open.bare_call);
        if !signature.is_empty() {
            self.piece(Piece::ReasoningContent(Reasoning::Signature(&signature)), out);
        }
        if bare_call {
            self.piece(Piece::ToolUse { input: "{}" }, out);
        }
        if let Some(content_block_index) = self.open.take().and_then(|open| open.index) {
            event_stream::write_event("contentBlockStop", &BlockStop { content_block_index }, out);
        }
    }

    fn piece(&mut self, delta: Piece<'_>, out: &mut Vec<u8>) {
        if let Some(content_block_index) = self.index() {
            event_stream::write_event("contentBlockDelta", &BlockDelta { content_block_index, delta }, out);
        }
    }

    /// The index of the open part's block, which gets one when it first says something.
    fn index(&mut self) -> Option<u32> {
        let open = self.open.as_mut()?;
        if open.index.is_none() {
            open.index = Some(self.next_index);
            self.next_index += 1;
        }
        open.index
    }

    fn stop(&mut self, reason: &StopReason, sequence: Option<&str>, out: &mut Vec<u8>) {
        self.start(out);
        self.part_end(out);
        if std::mem::replace(&mut self.stopped, true) {
            return;
        }
        let (stop_reason, additional_model_response_fields) = (stop::word(reason), ModelFields::of(sequence));
        event_stream::write_event("messageStop", &MessageStop { stop_reason, additional_model_response_fields }, out);
    }

    fn end(&mut self, latency_ms: u64, out: &mut Vec<u8>) {
        self.stop(&StopReason::End, None, out);
        self.ended = true;
        let (usage, metrics) = (usage::Written::of(&self.usage), Metrics { latency_ms });
        event_stream::write_event("metadata", &Metadata { usage, metrics, trace: self.trace.as_ref() }, out);
    }
}
