//! One chunk as it comes. Every field may be missing: servers differ.

use serde::Deserialize;
use serde_json::value::RawValue;

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
