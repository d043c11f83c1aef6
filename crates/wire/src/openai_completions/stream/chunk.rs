//! One chunk as it comes. Every field may be missing: servers differ.

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::frame::sse::Frame;
use crate::json::is_truthy;

#[derive(Debug, Deserialize)]
pub(super) struct Chunk<'a> {
    pub(super) id: Option<String>,
    pub(super) model: Option<String>,
    pub(super) object: Option<String>,
    #[serde(borrow)]
    pub(super) created: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) choices: Option<Vec<Choice<'a>>>,
    #[serde(borrow)]
    pub(super) usage: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) error: Option<&'a RawValue>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Choice<'a> {
    pub(super) index: Option<u32>,
    #[serde(borrow)]
    pub(super) text: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) logprobs: Option<&'a RawValue>,
    pub(super) finish_reason: Option<String>,
    #[serde(borrow)]
    pub(super) stop_reason: Option<&'a RawValue>,
}

impl Chunk<'_> {
    /// Whether it is an error in the place of a chunk, in the forms that are in use.
    pub(super) fn is_error(&self, frame: &Frame) -> bool {
        self.error.is_some_and(|error| is_truthy(error.get()))
            || self.object.as_deref() == Some("error")
            || (self.choices.is_none() && frame.event().is_some_and(|event| event == "error"))
    }

    /// Whether it says anything: one that does not begins no answer.
    pub(super) fn says(&self) -> bool {
        [&self.id, &self.model].into_iter().flatten().any(|text| !text.is_empty())
            || self.usage.is_some()
            || self.choices.as_ref().is_some_and(|choices| !choices.is_empty())
    }
}
