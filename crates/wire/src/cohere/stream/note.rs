//! What a frame tells without decoding it: the same-dialect path runs this on every frame.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::anthropic::stream::{after_key, name, unescaped_len};
use crate::cohere::{stop, usage};
use crate::frame::sse::Frame;
use crate::note::{Ending, Note};

/// What may follow the last event.
const DONE: &str = "[DONE]";

const EVENTS: [&[u8]; 12] = [
    b"content-delta",
    b"tool-call-delta",
    b"tool-plan-delta",
    b"message-start",
    b"content-start",
    b"content-end",
    b"tool-call-start",
    b"tool-call-end",
    b"citation-start",
    b"citation-end",
    b"message-end",
    b"error",
];

/// Notes usage, the bytes of generated text and the end. Usage comes in the last event and nowhere else.
pub fn note(frame: &Frame) -> Note {
    let raw = frame.raw();
    match name(raw, &EVENTS) {
        b"content-delta" => Note { text_bytes: text_bytes(raw, &[b"\"text\"", b"\"thinking\""]), ..Note::default() },
        b"tool-plan-delta" => Note { text_bytes: text_bytes(raw, &[b"\"tool_plan\""]), ..Note::default() },
        b"tool-call-start" | b"tool-call-delta" => {
            Note { text_bytes: text_bytes(raw, &[b"\"arguments\""]), ..Note::default() }
        }
        b"message-end" => ended(frame),
        b"error" => Note { ending: Ending::Error, ..Note::default() },
        _ if frame.data().as_deref() == Some(DONE) => Note { ending: Ending::Complete, ..Note::default() },
        _ => Note::default(),
    }
}

/// The bytes of text, reasoning, plan or arguments in a delta, as they are when unescaped.
fn text_bytes(raw: &[u8], keys: &[&[u8]]) -> usize {
    keys.iter().find_map(|key| after_key(raw, key)).map_or(0, unescaped_len)
}

#[derive(Deserialize)]
struct Told<'a> {
    #[serde(borrow)]
    delta: Delta<'a>,
}

#[derive(Deserialize)]
struct Delta<'a> {
    #[serde(borrow)]
    finish_reason: Option<Cow<'a, str>>,
    #[serde(borrow)]
    error: Option<&'a RawValue>,
    #[serde(borrow)]
    usage: Option<&'a RawValue>,
}

fn ended(frame: &Frame) -> Note {
    let data = frame.data().unwrap_or_default();
    let told = serde_json::from_str::<Told<'_>>(&data).map(|told| told.delta);
    let Ok(Delta { finish_reason, error, usage }) = told else {
        return Note { ending: Ending::CompleteIfOver, ..Note::default() };
    };
    let failed = is_failure(finish_reason.as_deref(), error);
    Note {
        usage: usage.map(|raw| usage::read(raw.get())),
        stopped: !failed,
        // a mark for readers of events may follow
        ending: if failed { Ending::Error } else { Ending::CompleteIfOver },
        ..Note::default()
    }
}

/// Whether the end of a stream says that the model broke off.
pub(super) fn is_failure(finish_reason: Option<&str>, error: Option<&RawValue>) -> bool {
    finish_reason.is_some_and(|word| stop::failure(word).is_some())
        || error.is_some_and(|error| crate::json::is_truthy(error.get()))
}
