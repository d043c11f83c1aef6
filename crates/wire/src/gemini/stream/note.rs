//! What a frame tells without decoding the conversation: the same-dialect path runs this on every frame. Strings are measured,
//! not kept.

use std::fmt;

use serde::de::{self, Deserialize, Deserializer, IgnoredAny, Visitor};
use serde_json::value::RawValue;

use crate::frame::sse::Frame;
use crate::gemini::usage;
use crate::json::is_truthy;
use crate::note::{Ending, Note};

/// Notes usage, the bytes of generated text and what may be the end: the reason to stop, or that the prompt was blocked.
pub fn note(frame: &Frame) -> Note {
    let Some(data) = frame.data() else { return Note::default() };
    // an estimate of what was generated may be too high, not too low
    let Ok(chunk) = serde_json::from_str::<Chunk<'_>>(&data) else {
        return Note { text_bytes: data.len(), ..Note::default() };
    };
    let candidates = chunk.candidates.unwrap_or_default();
    let stopped = !candidates.is_empty() && candidates.iter().all(|candidate| candidate.finish_reason.is_some());
    let blocked =
        candidates.is_empty() && chunk.prompt_feedback.is_some_and(|feedback| feedback.block_reason.is_some());
    let is_error = candidates.is_empty() && chunk.error.is_some_and(|error| is_truthy(error.get()));
    let parts = candidates.into_iter().filter_map(|candidate| candidate.content?.parts).flatten();
    Note {
        usage: chunk.usage_metadata.map(|told| usage::read(told.get())),
        text_bytes: parts.map(Part::bytes).sum(),
        usage_only: false,
        stopped: stopped || blocked,
        ending: match (is_error, stopped || blocked) {
            (true, _) => Ending::Error,
            (false, true) => Ending::CompleteIfOver,
            (false, false) => Ending::No,
        },
    }
}

#[derive(serde::Deserialize)]
#[serde(rename_all = "camelCase")]
struct Chunk<'a> {
    candidates: Option<Vec<Candidate>>,
    prompt_feedback: Option<Feedback>,
    #[serde(borrow)]
    usage_metadata: Option<&'a RawValue>,
    #[serde(borrow)]
    error: Option<&'a RawValue>,
}

#[derive(serde::Deserialize)]
#[serde(rename_all = "camelCase")]
struct Candidate {
    content: Option<Content>,
    finish_reason: Option<IgnoredAny>,
}

#[derive(serde::Deserialize)]
#[serde(rename_all = "camelCase")]
struct Feedback {
    block_reason: Option<IgnoredAny>,
}

#[derive(serde::Deserialize)]
struct Content {
    parts: Option<Vec<Part>>,
}

#[derive(serde::Deserialize)]
#[serde(rename_all = "camelCase")]
struct Part {
    text: Option<Length>,
    function_call: Option<Call>,
    executable_code: Option<Size>,
}

#[derive(serde::Deserialize)]
struct Call {
    args: Option<Size>,
}

impl Part {
    fn bytes(self) -> usize {
        let call = self.function_call.and_then(|call| call.args);
        self.text.map_or(0, |Length(bytes)| bytes)
            + [call, self.executable_code].into_iter().flatten().map(|Size(bytes)| bytes).sum::<usize>()
    }
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

/// The length of a value as it is written.
struct Size(usize);

impl<'de> Deserialize<'de> for Size {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        <&RawValue>::deserialize(deserializer).map(|raw| Self(raw.get().len()))
    }
}
