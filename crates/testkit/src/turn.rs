//! What a request asks, in one shape for all dialects: only what decides the answer.

use serde_json::Value;

#[derive(Debug, Default)]
pub(crate) struct Turn {
    /// The text of the last user message.
    pub(crate) user: String,
    /// Tool results, when the conversation ends with them.
    pub(crate) results: Option<Vec<String>>,
    pub(crate) tools: Vec<Tool>,
    pub(crate) choice: Choice,
    /// A schema that the output must have.
    pub(crate) schema: Option<Value>,
    /// Said by the route.
    pub(crate) stream: bool,
    pub(crate) think: bool,
    /// The stream must report its usage (OpenAI only; others always do).
    pub(crate) include_usage: bool,
    /// How many alternatives are asked for.
    pub(crate) alternatives: u64,
    pub(crate) stop_sequence: Option<String>,
    /// JSON pointers into the model's own reply, to fields that are wanted too (Bedrock only).
    pub(crate) model_fields: Vec<String>,
    /// `[[count]]` in the first message: how many messages arrived.
    pub(crate) count: Option<usize>,
    /// `[[then:...]]` in the first message, when its turn has come.
    pub(crate) then: Option<Call>,
}

#[derive(Debug)]
pub(crate) struct Tool {
    pub(crate) name: String,
    pub(crate) schema: Value,
}

#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) enum Choice {
    #[default]
    Auto,
    None,
    Any,
    Named(String),
}

/// A tool call of the answer; `arguments` is JSON text, kept as it was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Call {
    pub(crate) name: String,
    pub(crate) arguments: String,
}
