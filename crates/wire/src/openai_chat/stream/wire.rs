//! The form of a chunk as it is written.

use serde::Serialize;

use super::super::citation::{Annotation, Specifics};
use super::super::{logprobs, thinking, usage};
use crate::chat::CallKind;
use crate::json::Raw;

#[derive(Serialize)]
pub(super) struct Chunk<'a> {
    pub(super) id: &'a str,
    pub(super) object: &'static str,
    pub(super) created: i64,
    pub(super) model: &'a str,
    pub(super) choices: &'a [WireChoice<'a>],
    /// With `include_usage` every chunk has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) usage: Option<WireUsage>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) trace: Option<&'a Raw>,
}

/// `null` in all chunks but the last.
#[derive(Serialize)]
#[serde(untagged)]
pub(crate) enum WireUsage {
    Later,
    Told(usage::Written),
}

#[derive(Serialize)]
pub(super) struct WireChoice<'a> {
    pub(super) index: u32,
    pub(super) delta: WireDelta<'a>,
    pub(super) logprobs: Option<logprobs::Written<'a>>,
    pub(super) finish_reason: Option<&'static str>,
}

#[derive(Default, Serialize)]
pub(super) struct WireDelta<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) role: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) content: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) refusal: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) reasoning_content: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) thinking_blocks: Option<[thinking::Block<'a>; 1]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) tool_calls: Option<[Call<'a>; 1]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) function_call: Option<Function<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) annotations: Vec<Annotation<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) provider_specific_fields: Option<Specifics<'a>>,
}

#[derive(Serialize)]
pub(super) struct Call<'a> {
    index: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    r#type: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    function: Option<Function<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    custom: Option<Custom<'a>>,
}

#[derive(Serialize)]
pub(super) struct Function<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    arguments: &'a str,
}

#[derive(Serialize)]
struct Custom<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    input: &'a str,
}

impl<'a> WireDelta<'a> {
    pub(super) fn block(block: thinking::Block<'a>) -> Self {
        Self { thinking_blocks: Some([block]), ..Self::default() }
    }

    /// The beginning of a call, the `index`th of its answer.
    pub(super) fn call(index: u32, kind: CallKind, id: &'a str, name: &'a str) -> Self {
        let call = Call::of(index, kind, Some(name), "");
        let r#type = if kind == CallKind::Custom { "custom" } else { "function" };
        Self { tool_calls: Some([Call { id: Some(id), r#type: Some(r#type), ..call }]), ..Self::default() }
    }

    /// A piece of the arguments of that call.
    pub(super) fn arguments(index: u32, kind: CallKind, arguments: &'a str) -> Self {
        Self { tool_calls: Some([Call::of(index, kind, None, arguments)]), ..Self::default() }
    }
    /// The beginning of a call in the form of the old functions, or a piece of its arguments.
    pub(super) fn function(name: Option<&'a str>, arguments: &'a str) -> Self {
        Self { function_call: Some(Function { name, arguments }), ..Self::default() }
    }
}

impl<'a> Call<'a> {
    fn of(index: u32, kind: CallKind, name: Option<&'a str>, arguments: &'a str) -> Self {
        let (function, custom) = match kind {
            CallKind::Function => (Some(Function { name, arguments }), None),
            CallKind::Custom => (None, Some(Custom { name, input: arguments })),
        };
        Self { index, id: None, r#type: None, function, custom }
    }
}
