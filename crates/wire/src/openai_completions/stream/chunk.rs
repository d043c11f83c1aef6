//! One chunk as it comes. Every field may be missing: servers differ.

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::openai_chat;

/// Chat's, around other choices.
pub(super) type Chunk<'a> = openai_chat::stream::Chunk<'a, Choice<'a>>;

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
