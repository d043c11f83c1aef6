//! One chunk as it comes. Every field may be missing: servers differ.

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::frame::sse::Frame;
use crate::json::is_truthy;

/// A chunk whose choices are `C`: those of text completions are others.
#[derive(Debug, Deserialize)]
#[serde(bound(deserialize = "C: Deserialize<'de>"))]
pub(crate) struct Chunk<'a, C> {
    pub(crate) id: Option<String>,
    pub(crate) model: Option<String>,
    pub(crate) object: Option<String>,
    #[serde(borrow)]
    pub(crate) created: Option<&'a RawValue>,
    pub(crate) choices: Option<Vec<C>>,
    #[serde(borrow)]
    pub(crate) usage: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(crate) service_tier: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(crate) error: Option<&'a RawValue>,
}

impl<C> Chunk<'_, C> {
    /// Whether it is an error in the place of a chunk, in the forms that are in use.
    pub(crate) fn is_error(&self, frame: &Frame) -> bool {
        self.error.is_some_and(|error| is_truthy(error.get()))
            || self.object.as_deref() == Some("error")
            || (self.choices.is_none() && frame.event().is_some_and(|event| event == "error"))
    }

    /// Whether it says anything: one that does not (Azure's first one) begins no answer.
    pub(crate) fn says(&self) -> bool {
        [&self.id, &self.model].into_iter().flatten().any(|text| !text.is_empty())
            || self.usage.is_some()
            || self.choices.as_ref().is_some_and(|choices| !choices.is_empty())
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct Choice<'a> {
    pub(super) index: Option<u32>,
    #[serde(borrow)]
    pub(super) delta: Option<Delta<'a>>,
    pub(super) finish_reason: Option<String>,
    #[serde(borrow)]
    pub(super) stop_reason: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) logprobs: Option<&'a RawValue>,
    /// Where Moonshot puts it.
    #[serde(borrow)]
    pub(super) usage: Option<&'a RawValue>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Delta<'a> {
    #[serde(borrow)]
    pub(super) content: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) refusal: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) reasoning_content: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) reasoning: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) thinking_blocks: Option<Vec<Block<'a>>>,
    #[serde(borrow)]
    pub(super) tool_calls: Option<Vec<ToolCall<'a>>>,
    #[serde(borrow)]
    pub(super) function_call: Option<Function<'a>>,
    #[serde(borrow)]
    pub(super) annotations: Option<&'a RawValue>,
}

impl Delta<'_> {
    /// Whether it says something, and none of it is text.
    pub(super) fn is_beside_text(&self) -> bool {
        let says = |raw: Option<&RawValue>| raw.is_some_and(|raw| !matches!(raw.get(), "\"\"" | "[]"));
        let other = [self.refusal, self.reasoning_content, self.reasoning].into_iter().any(says)
            || self.thinking_blocks.as_ref().is_some_and(|blocks| !blocks.is_empty())
            || self.tool_calls.as_ref().is_some_and(|calls| !calls.is_empty())
            || self.function_call.is_some();
        other && !says(self.content)
    }
}

/// A piece of a `thinking_blocks` list.
#[derive(Debug, Deserialize)]
pub(super) struct Block<'a> {
    #[serde(borrow)]
    pub(super) thinking: Option<&'a RawValue>,
    pub(super) signature: Option<String>,
    pub(super) data: Option<String>,
}

/// A part of a content list, which Mistral sends when the model thinks.
#[derive(Debug, Deserialize)]
pub(super) struct ContentPart<'a> {
    #[serde(borrow)]
    pub(super) text: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) thinking: Option<&'a RawValue>,
}

#[derive(Debug, Deserialize)]
pub(super) struct ToolCall<'a> {
    pub(super) index: Option<u32>,
    pub(super) id: Option<String>,
    #[serde(borrow)]
    pub(super) r#type: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) function: Option<Function<'a>>,
    #[serde(borrow)]
    pub(super) custom: Option<Custom<'a>>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Custom<'a> {
    pub(super) name: Option<String>,
    #[serde(borrow)]
    pub(super) input: Option<&'a RawValue>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Function<'a> {
    pub(super) name: Option<String>,
    #[serde(borrow)]
    pub(super) arguments: Option<&'a RawValue>,
}
