//! What a frame tells without decoding the conversation: the same-dialect path runs this on every frame. Strings are measured,
//! not kept.

use std::fmt;

use serde::de::{self, Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};
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
    let mut said = Part::default();
    for part in candidates.into_iter().filter_map(|candidate| candidate.content?.parts).flatten() {
        said.bytes += part.bytes;
        said.wordless |= part.wordless;
    }
    Note {
        usage: chunk.usage_metadata.map(|told| usage::read(told.get())),
        text_bytes: said.bytes,
        wordless: said.wordless,
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

/// What a part says.
#[derive(Default)]
struct Part {
    /// Of text, arguments and code.
    bytes: usize,
    wordless: bool,
}

#[derive(serde::Deserialize)]
#[serde(field_identifier, rename_all = "camelCase")]
enum Field {
    Text,
    ThoughtSignature,
    FunctionCall,
    ExecutableCode,
    #[serde(other)]
    Other,
}

#[derive(serde::Deserialize)]
struct Call {
    args: Option<Size>,
}

impl<'de> Deserialize<'de> for Part {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct PartVisitor;
        impl<'de> Visitor<'de> for PartVisitor {
            type Value = Part;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a part")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Part, A::Error> {
                let mut part = Part::default();
                while let Some(field) = map.next_key()? {
                    part.take(&field, &mut map)?;
                }
                Ok(part)
            }
        }
        deserializer.deserialize_map(PartVisitor)
    }
}

impl Part {
    fn take<'de, A: MapAccess<'de>>(&mut self, field: &Field, map: &mut A) -> Result<(), A::Error> {
        match field {
            Field::Text => self.bytes += map.next_value::<Option<Length>>()?.map_or(0, |Length(bytes)| bytes),
            Field::ThoughtSignature => {
                self.wordless |= map.next_value::<Option<Length>>()?.is_some_and(|Length(bytes)| bytes > 0);
            }
            Field::FunctionCall => {
                let call = map.next_value::<Option<Call>>()?;
                self.wordless |= call.is_some();
                self.bytes += call.and_then(|call| call.args).map_or(0, |Size(bytes)| bytes);
            }
            Field::ExecutableCode => self.bytes += map.next_value::<Option<Size>>()?.map_or(0, |Size(bytes)| bytes),
            // what a part is made of is an object, also where it is of a kind that nobody knows yet
            Field::Other => self.wordless |= map.next_value::<&RawValue>()?.get().starts_with('{'),
        }
        Ok(())
    }
}

/// Whether a part says something: an empty text without a proof does not.
pub(super) fn says_something(part: &RawValue) -> bool {
    serde_json::from_str::<Part>(part.get()).is_ok_and(|part| part.bytes > 0 || part.wordless)
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
