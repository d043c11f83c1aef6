//! Answers in the words of each dialect, as frames ready to send.

use std::collections::HashSet;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use parking_lot::Mutex;
use serde_json::{Value, json};

use crate::counts::{Counts, quarter};
use crate::decide::Decision;
use crate::event_stream::Message;
use crate::json::{Json, Object};
use crate::script::{Script, UsageMode};
use crate::turn::Turn;

pub(crate) mod anthropic;
pub(crate) mod bedrock;
pub(crate) mod cohere;
pub(crate) mod embeddings;
pub(crate) mod gemini;
pub(crate) mod openai_chat;
pub(crate) mod openai_completions;
pub(crate) mod openai_responses;
pub(crate) mod web;

/// What proves that Claude thought so.
pub(crate) const SIGNATURE: &str = "sig-mock";
/// What Claude thought and nobody may read, in base64.
pub(crate) const REDACTED: &str = "cmVkYWN0ZWQtbW9jaw==";
/// What every model thinks.
pub(crate) const THOUGHT: &str = "mock thinking";

/// Between two members of a list, as Google writes it.
const BETWEEN: &str = "\r\n,\r\n";

/// All that a writer needs to know.
pub(crate) struct Job<'a> {
    pub(crate) turn: &'a Turn,
    pub(crate) decision: &'a Decision,
    pub(crate) script: &'a Script,
    pub(crate) model: &'a str,
    pub(crate) counts: Counts,
    pub(crate) ids: &'a Ids,
}

/// A whole response, before faults are put into it.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) form: Form,
    /// Headers that only this answer has.
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) frames: Vec<Frame>,
    pub(crate) ending: Ending,
}

/// What the body of an answer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    Json,
    Sse,
    /// A line of JSON for each event.
    Lines,
    /// A list in JSON, with a member for each event.
    List,
    EventStream,
    /// AWS messages around the model's own events.
    Chunks,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    Complete,
    /// What was said is an error.
    Error,
    /// The connection closes after the last frame.
    Cut,
}

/// A piece of a response that means something by itself: the reply, one chunk, one event.
pub(crate) struct Frame {
    pub(crate) bytes: Bytes,
    pub(crate) told: Sent,
}

/// What a client knows once a frame has arrived in full.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sent {
    pub(crate) usage: Option<Reported>,
    pub(crate) terminal: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct Reported {
    pub(crate) counts: Option<Counts>,
    pub(crate) json: Value,
}

/// Numbers for ids: unique in one upstream, and the same in every run.
#[derive(Debug, Default)]
pub(crate) struct Ids {
    given: AtomicU64,
    /// Of items that may be handed back by their id alone.
    kept: Mutex<HashSet<String>>,
}

impl Ids {
    pub(crate) fn next(&self, prefix: &str) -> String {
        format!("{prefix}{:06}", self.given.fetch_add(1, Ordering::Relaxed) + 1)
    }

    pub(crate) fn keep(&self, id: &str) {
        self.kept.lock().insert(id.to_owned());
    }

    pub(crate) fn has_kept(&self, id: &str) -> bool {
        self.kept.lock().contains(id)
    }
}

impl Answer {
    /// A reply that is no stream.
    pub(crate) fn reply(body: &Object, usage: Option<Reported>) -> Self {
        let told = Sent { usage, terminal: true };
        let frame = Frame { bytes: body.text().into(), told };
        Self::new(Form::Json, vec![frame], Ending::Complete)
    }

    pub(crate) fn failure(status: u16, body: &Object) -> Self {
        let ending = if status < 400 { Ending::Complete } else { Ending::Error };
        Self { status, ending, ..Self::reply(body, None) }
    }

    /// JSON text, whatever it says.
    pub(crate) fn json(text: String) -> Self {
        let frame = Frame { bytes: text.into(), told: Sent::default() };
        Self::new(Form::Json, vec![frame.last()], Ending::Complete)
    }

    pub(crate) fn stream(frames: Vec<Frame>, ending: Ending) -> Self {
        Self::new(Form::Sse, frames, ending)
    }

    /// A stream of lines.
    pub(crate) fn lines(frames: Vec<Frame>, ending: Ending) -> Self {
        Self::new(Form::Lines, frames, ending)
    }

    /// A stream that is one list, of frames that are its members. One that ends in good order is closed.
    pub(crate) fn list(mut frames: Vec<Frame>, ending: Ending) -> Self {
        for (at, frame) in frames.iter_mut().enumerate() {
            let before = if at == 0 { "[" } else { BETWEEN };
            frame.bytes = [before.as_bytes(), &frame.bytes].concat().into();
        }
        if ending != Ending::Cut {
            let end = Frame::silent("\r\n]");
            frames.push(if ending == Ending::Complete { end.last() } else { end });
        }
        Self::new(Form::List, frames, ending)
    }

    /// A stream of AWS messages.
    pub(crate) fn events(frames: Vec<Frame>, ending: Ending) -> Self {
        Self::new(Form::EventStream, frames, ending)
    }

    /// The same, around the model's own events.
    pub(crate) fn chunks(frames: Vec<Frame>, ending: Ending) -> Self {
        Self::new(Form::Chunks, frames, ending)
    }

    pub(crate) fn with_header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    fn new(form: Form, frames: Vec<Frame>, ending: Ending) -> Self {
        Self { status: 200, form, headers: Vec::new(), frames, ending }
    }
}

impl Frame {
    /// An SSE frame; some dialects name their events.
    pub(crate) fn sse(event: Option<&str>, data: &str) -> Self {
        let name = event.map(|event| format!("event: {event}\n")).unwrap_or_default();
        Self::silent(format!("{name}data: {data}\n\n"))
    }

    /// A line.
    pub(crate) fn line(data: &str) -> Self {
        Self::silent(format!("{data}\n"))
    }

    /// Bytes that tell nothing.
    pub(crate) fn silent(bytes: impl Into<Bytes>) -> Self {
        Self { bytes: bytes.into(), told: Sent::default() }
    }

    /// A frame in good order whose content is not JSON.
    pub(crate) fn malformed(form: Form) -> Self {
        let content = "{\"broken\": ";
        match form {
            Form::EventStream => Self::silent(Message::raw_event("contentBlockDelta", content.to_owned()).bytes()),
            Form::Chunks => Self::silent(Message::raw_event("chunk", content.to_owned()).bytes()),
            Form::Lines => Self::line(content),
            Form::List => Self::silent(format!("{BETWEEN}{content}")),
            Form::Json | Form::Sse => Self::sse(None, content),
        }
    }

    pub(crate) fn telling(self, usage: Option<Reported>) -> Self {
        Self { told: Sent { usage, ..self.told }, ..self }
    }

    pub(crate) fn last(self) -> Self {
        Self { told: Sent { terminal: true, ..self.told }, ..self }
    }
}

impl Sent {
    /// This and what came after it.
    pub(crate) fn then(self, later: Self) -> Self {
        Self { usage: later.usage.or(self.usage), terminal: self.terminal || later.terminal }
    }
}

impl Form {
    pub(crate) fn is_stream(self) -> bool {
        self != Self::Json
    }

    pub(crate) fn content_type(self) -> &'static str {
        match self {
            Self::Json | Self::List => "application/json",
            Self::Sse => "text/event-stream; charset=utf-8",
            Self::Lines => "application/stream+json",
            Self::EventStream | Self::Chunks => "application/vnd.amazon.eventstream",
        }
    }
}

impl Job<'_> {
    pub(crate) fn mode(&self) -> UsageMode {
        self.script.usage
    }

    /// The counts that a stream with falling numbers gives before its end.
    pub(crate) fn early_counts(&self) -> Counts {
        let more = if self.mode() == UsageMode::Decreasing { 10 } else { 0 };
        Counts { input: self.counts.input + more, output: self.counts.output + more, ..self.counts }
    }

    /// The part of the output that is thinking.
    pub(crate) fn reasoning_tokens(&self) -> u64 {
        match self.script.classes.reasoning {
            0 if self.turn.think => quarter(THOUGHT.len()).min(self.counts.output),
            scripted => scripted,
        }
    }

    /// A usage object as the script wants it in the answer, and what it tells; nothing if it is left out.
    pub(crate) fn usage(&self, counts: Counts, object: Object) -> Option<(Json, Reported)> {
        usage(self.mode(), counts, object)
    }
}

fn usage(mode: UsageMode, counts: Counts, object: Object) -> Option<(Json, Reported)> {
    match mode {
        UsageMode::Absent => None,
        UsageMode::Null => Some((Json::Value(Value::Null), Reported { counts: None, json: Value::Null })),
        mode => {
            let reported = Reported { counts: mode.reported(counts), json: object.value() };
            Some((object.into(), reported))
        }
    }
}

/// Text in pieces of `size` characters, as a model would give it.
pub(crate) fn pieces(text: &str, size: usize) -> Vec<String> {
    let chars: Vec<char> = text.chars().collect();
    chars.chunks(size).map(|piece| piece.iter().collect()).collect()
}

/// Each piece as a token with its probability, and the `most` most likely ones in its place: itself and others.
pub(crate) fn logprobs(pieces: &[String], most: u64, with_bytes: bool) -> Vec<Value> {
    let token = |text: String, rank: u64| {
        // a rank has few digits, however many alternatives are asked for
        let chance = -0.25 - f64::from(u32::try_from(rank).unwrap_or(u32::MAX));
        let mut token = json!({"token": text, "logprob": chance});
        if with_bytes && let Value::Object(token) = &mut token {
            token.insert("bytes".to_owned(), text.into_bytes().into());
        }
        token
    };
    let entry = |piece: &String| {
        let others = (1..most).map(|rank| token(format!("other{rank}"), rank));
        let top: Vec<_> = (most > 0).then(|| token(piece.clone(), 0)).into_iter().chain(others).collect();
        let mut entry = token(piece.clone(), 0);
        if let Value::Object(entry) = &mut entry {
            entry.insert("top_logprobs".to_owned(), top.into());
        }
        entry
    };
    pieces.iter().map(entry).collect()
}
