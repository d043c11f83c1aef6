//! Events as a client's stream: one method an event.

use serde::Serialize;

use crate::anthropic::block::Block;
use crate::anthropic::reply::Message;
use crate::anthropic::{citation, error, search, stop, usage};
use crate::chat::seal;
use crate::chat::{Citation, Delta, Event, Part, PartStart, StopReason, Usage};
use crate::dialect::Style;
use crate::json::Raw;

/// Writes one stream. Of several answers only the first is written.
///
/// Two things wait: `message_start` for the usage that may follow it at once, and the stop, with what a guardrail found, for
/// the end of the stream, as other dialects tell usage last and Anthropic tells both in one event.
#[derive(Debug, Default)]
pub struct Writer {
    start: Start,
    usage: Usage,
    open: Option<u32>,
    next_index: u32,
    /// Pieces of a signature: SDKs keep only the last delta of one, so it goes out whole.
    signature: String,
    stop: Option<(StopReason, Option<String>)>,
    trace: Option<Raw>,
    ended: bool,
    request_id: String,
}

#[derive(Debug, Default)]
enum Start {
    #[default]
    Missing,
    Held {
        id: String,
        model: String,
    },
    Written,
}

/// Pieces of events, as they stand in `delta`.
#[derive(Serialize)]
#[serde(tag = "type")]
enum Piece<'a> {
    #[serde(rename = "text_delta")]
    Text { text: &'a str },
    #[serde(rename = "thinking_delta")]
    Thinking { thinking: &'a str },
    #[serde(rename = "signature_delta")]
    Signature { signature: &'a str },
    #[serde(rename = "input_json_delta")]
    InputJson { partial_json: &'a str },
    #[serde(rename = "citations_delta")]
    Citations { citation: citation::Written<'a> },
}

/// The data of an event; its tag is the event's name.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Data<'a> {
    MessageStart {
        message: Message<'a>,
    },
    ContentBlockStart {
        index: u32,
        content_block: Block<'a>,
    },
    ContentBlockDelta {
        index: u32,
        delta: Piece<'a>,
    },
    ContentBlockStop {
        index: u32,
    },
    MessageDelta {
        delta: Stopped<'a>,
        usage: usage::Written<'a>,
        #[serde(skip_serializing_if = "Option::is_none")]
        trace: Option<&'a Raw>,
    },
    MessageStop,
    Ping,
}

#[derive(Serialize)]
struct Stopped<'a> {
    stop_reason: &'static str,
    stop_sequence: Option<&'a str>,
}

impl Writer {
    pub fn new(style: Style) -> Self {
        Self { request_id: style.request_id, ..Self::default() }
    }

    /// Notes that a provider's own frame went out: its stream has begun.
    pub fn pass(&mut self) {
        self.start = Start::Written;
    }

    /// Appends the bytes of `event` to `out`.
    pub fn write(&mut self, event: &Event, out: &mut Vec<u8>) {
        if self.ended {
            return;
        }
        if !matches!(event, Event::Start { .. } | Event::Usage(_)) {
            self.message_start(out);
        }
        match event {
            Event::Start { id, model, .. } => self.hold_start(id, model),
            Event::Usage(usage) => self.take_usage(usage, out),
            Event::PartStart { choice: 0, kind, .. } => self.part_start(kind, out),
            Event::Delta { choice: 0, delta, .. } => self.delta(delta, out),
            Event::PartEnd { choice: 0, .. } => self.part_end(out),
            Event::Stop { choice: 0, reason, sequence } => self.stop = Some((reason.clone(), sequence.clone())),
            Event::Ping => put(&Data::Ping, out),
            Event::End => self.end(out),
            Event::Error(reply) => {
                self.ended = true;
                error::write_frame(reply, &self.request_id, out);
            }
            Event::Trace(trace) => self.trace = Some(trace.clone()),
            Event::Citation { choice: 0, citation, .. } => self.citation(citation, out),
            // nobody asks for them here
            Event::Logprobs { .. } => {}
            Event::PartStart { .. }
            | Event::Delta { .. }
            | Event::Citation { .. }
            | Event::PartEnd { .. }
            | Event::Stop { .. } => {}
        }
    }

    fn hold_start(&mut self, id: &str, model: &str) {
        if matches!(self.start, Start::Missing) {
            self.start = Start::Held { id: id.to_owned(), model: model.to_owned() };
        }
    }

    fn take_usage(&mut self, usage: &Usage, out: &mut Vec<u8>) {
        self.usage.merge(usage);
        if matches!(self.start, Start::Held { .. }) {
            self.message_start(out);
        }
    }

    /// Writes the start if it is not written yet. SDKs fail on a stream that begins with anything else, so one without a
    /// start gets an empty one.
    fn message_start(&mut self, out: &mut Vec<u8>) {
        let (id, model) = match std::mem::replace(&mut self.start, Start::Written) {
            Start::Written => return,
            Start::Held { id, model } => (id, model),
            Start::Missing => Default::default(),
        };
        let message = Message::new(&id, &model, usage::Written::of(&self.usage, None));
        put(&Data::MessageStart { message }, out);
    }

    fn part_start(&mut self, kind: &PartStart, out: &mut Vec<u8>) {
        self.part_end(out);
        let content_block = match kind {
            PartStart::Text | PartStart::Refusal => Block::text(""),
            PartStart::Thinking => Block::Thinking { thinking: "", signature: "".into() },
            PartStart::RedactedThinking { data } => Block::RedactedThinking { data },
            PartStart::ToolCall { id, name, .. } => {
                // the empty object is JSON
                let Ok(input) = Raw::parse("{}") else { return };
                Block::ToolUse { id, name, input, cache_control: None }
            }
            PartStart::Whole(part) => return self.whole(part, out),
        };
        self.block_start(content_block, out);
    }

    fn block_start(&mut self, content_block: Block<'_>, out: &mut Vec<u8>) {
        let index = self.next_index;
        self.next_index += 1;
        self.open = Some(index);
        put(&Data::ContentBlockStart { index, content_block }, out);
    }

    /// A part that comes in one piece: a search is the two blocks that it is at Anthropic, anything else a sentence.
    fn whole(&mut self, part: &Part, out: &mut Vec<u8>) {
        let Part::WebSearch(search) = part else {
            self.block_start(Block::text(""), out);
            self.piece(Piece::Text { text: part.uncarried() }, out);
            return;
        };
        let call = Block::ServerToolUse { id: &search.id, name: search::NAME, input: search::Input::none() };
        self.block_start(call, out);
        if let Ok(input) = serde_json::to_string(&search::Input::of(search)) {
            self.piece(Piece::InputJson { partial_json: &input }, out);
        }
        if let Some(result) = search::result(search) {
            self.part_end(out);
            self.block_start(result, out);
        }
    }

    fn delta(&mut self, delta: &Delta, out: &mut Vec<u8>) {
        let delta = match delta {
            Delta::Text(text) => Piece::Text { text },
            Delta::Thinking(thinking) => Piece::Thinking { thinking },
            Delta::Arguments(partial_json) => Piece::InputJson { partial_json },
            Delta::Signature(signature) => {
                self.signature.push_str(signature);
                return;
            }
            Delta::Sealed { id, data } => {
                self.signature = seal::disguise_sealed(id.as_deref(), data);
                return;
            }
            Delta::Bound(proof) => {
                self.signature = seal::disguise_bound(proof);
                return;
            }
        };
        self.piece(delta, out);
    }

    fn piece(&self, delta: Piece<'_>, out: &mut Vec<u8>) {
        let Some(index) = self.open else { return };
        put(&Data::ContentBlockDelta { index, delta }, out);
    }

    fn citation(&self, citation: &Citation, out: &mut Vec<u8>) {
        self.piece(Piece::Citations { citation: citation::Written::of(citation) }, out);
    }

    fn part_end(&mut self, out: &mut Vec<u8>) {
        let Some(index) = self.open.take() else { return };
        if !self.signature.is_empty() {
            let delta = Piece::Signature { signature: &self.signature };
            put(&Data::ContentBlockDelta { index, delta }, out);
            self.signature.clear();
        }
        put(&Data::ContentBlockStop { index }, out);
    }

    fn end(&mut self, out: &mut Vec<u8>) {
        self.part_end(out);
        self.ended = true;
        let (stop_reason, stop_sequence) = match &self.stop {
            Some((reason, sequence)) => (stop::word(reason), sequence.as_deref()),
            None => ("end_turn", None),
        };
        let delta = Stopped { stop_reason, stop_sequence };
        let usage = usage::Written::of(&self.usage, None);
        put(&Data::MessageDelta { delta, usage, trace: self.trace.as_ref() }, out);
        put(&Data::MessageStop, out);
    }
}

impl Data<'_> {
    fn name(&self) -> &'static str {
        match self {
            Self::MessageStart { .. } => "message_start",
            Self::ContentBlockStart { .. } => "content_block_start",
            Self::ContentBlockDelta { .. } => "content_block_delta",
            Self::ContentBlockStop { .. } => "content_block_stop",
            Self::MessageDelta { .. } => "message_delta",
            Self::MessageStop => "message_stop",
            Self::Ping => "ping",
        }
    }
}

fn put(data: &Data<'_>, out: &mut Vec<u8>) {
    write_frame(data.name(), data, out);
}

/// Appends one event. Raw JSON inside `data` may hold line ends between its tokens, which would end the data line: they
/// become spaces (inside strings JSON has none).
pub(crate) fn write_frame(name: &str, data: &impl Serialize, out: &mut Vec<u8>) {
    let before = out.len();
    out.extend_from_slice(b"event: ");
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(b"\ndata: ");
    let payload = out.len();
    if serde_json::to_writer(&mut *out, data).is_err() {
        out.truncate(before);
        return;
    }
    for byte in out.iter_mut().skip(payload) {
        if matches!(byte, b'\n' | b'\r') {
            *byte = b' ';
        }
    }
    out.extend_from_slice(b"\n\n");
}
