//! The cheap look at a frame: most are deltas, of which only one string is looked at.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::super::usage;
use super::name;
use crate::anthropic::stream::{after_key, unescaped_len};
use crate::chat::{ServiceTier, Usage};
use crate::frame::sse::Frame;
use crate::note::{Ending, Note};

/// What a frame tells without decoding the conversation.
pub fn note(frame: &Frame) -> Note {
    if let Some(name) = name::in_line(frame) {
        return named(name, frame);
    }
    let Some(data) = frame.data() else { return Note::default() };
    name::in_data(&data).map(|name| named(&name, frame)).unwrap_or_default()
}

fn named(name: &str, frame: &Frame) -> Note {
    match name {
        "response.completed" | "response.incomplete" => {
            Note { usage: read_usage(frame), stopped: true, ending: Ending::Complete, ..Note::default() }
        }
        "response.failed" => Note { usage: read_usage(frame), ending: Ending::Error, ..Note::default() },
        "error" => Note { ending: Ending::Error, ..Note::default() },
        // sound in base64
        "response.audio.delta" => Note::default(),
        _ if name.strip_suffix(".delta").is_some() => Note { text_bytes: text_bytes(frame.raw()), ..Note::default() },
        _ => Note::default(),
    }
}

/// The bytes of the text in `delta`, as they are when unescaped.
fn text_bytes(raw: &[u8]) -> usize {
    after_key(raw, b"\"delta\"").map_or(0, unescaped_len)
}

fn read_usage(frame: &Frame) -> Option<Usage> {
    #[derive(Deserialize)]
    struct Told<'a> {
        #[serde(borrow)]
        response: Option<ToldResponse<'a>>,
    }
    #[derive(Deserialize)]
    struct ToldResponse<'a> {
        #[serde(borrow)]
        usage: Option<&'a RawValue>,
        #[serde(borrow)]
        service_tier: Option<&'a RawValue>,
    }
    let data = frame.data()?;
    let told: Told<'_> = serde_json::from_str(&data).ok()?;
    let response = told.response?;
    Some(Usage { tier: ServiceTier::told(response.service_tier), ..usage::read(response.usage?.get()) })
}
