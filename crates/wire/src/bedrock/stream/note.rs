//! What a frame tells without decoding the conversation: the same-dialect path runs this on every frame. Strings without
//! escapes are measured where they stand.

use std::fmt;

use serde::de::{self, Deserialize, Deserializer, Visitor};
use serde_json::value::RawValue;

use crate::bedrock::usage;
use crate::chat::Usage;
use crate::frame::event_stream::{Frame, Kind};
use crate::note::{Ending, Note};

/// Notes usage, the bytes of generated text and the end. Usage comes in the last event and nowhere else.
pub fn note(frame: &Frame) -> Note {
    let mut note = Note::default();
    match frame.kind() {
        Kind::Event("contentBlockDelta") => note.text_bytes = text_bytes(frame.payload()),
        Kind::Event("messageStop") => note.stopped = true,
        Kind::Event("metadata") => {
            note.usage = read_usage(frame.payload());
            note.ending = Ending::CompleteIfStopped;
        }
        Kind::Exception(_) | Kind::Error { .. } => note.ending = Ending::Error,
        Kind::Event(_) | Kind::Unknown => {}
    }
    note
}

#[derive(serde::Deserialize)]
struct BlockDelta {
    delta: Pieces,
}

#[derive(serde::Deserialize)]
#[serde(rename_all = "camelCase")]
struct Pieces {
    text: Option<Length>,
    tool_use: Option<Input>,
    reasoning_content: Option<Reasoning>,
}

#[derive(serde::Deserialize)]
struct Input {
    input: Option<Length>,
}

#[derive(serde::Deserialize)]
struct Reasoning {
    text: Option<Length>,
}

/// The bytes of text, reasoning and arguments in a delta. What cannot be read counts whole, padding included: an estimate
/// of what was generated may be too high, not too low.
fn text_bytes(payload: &[u8]) -> usize {
    let Ok(BlockDelta { delta }) = serde_json::from_slice(payload) else { return payload.len() };
    let arguments = delta.tool_use.and_then(|tool| tool.input);
    let reasoning = delta.reasoning_content.and_then(|reasoning| reasoning.text);
    [delta.text, arguments, reasoning].into_iter().flatten().map(|Length(bytes)| bytes).sum()
}

/// The length of a string in UTF-8.
struct Length(usize);

impl<'de> Deserialize<'de> for Length {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct LengthVisitor;
        impl Visitor<'_> for LengthVisitor {
            type Value = Length;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Length(text.len()))
            }
        }
        deserializer.deserialize_str(LengthVisitor)
    }
}

fn read_usage(payload: &[u8]) -> Option<Usage> {
    #[derive(serde::Deserialize)]
    struct Metadata<'a> {
        #[serde(borrow)]
        usage: Option<&'a RawValue>,
        #[serde(borrow, rename = "serviceTier")]
        tier: Option<&'a RawValue>,
    }
    let told = serde_json::from_slice::<Metadata<'_>>(payload).ok()?;
    told.usage.map(|raw| usage::read_served(raw, told.tier))
}
