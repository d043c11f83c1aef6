//! What a client asks.

use super::{CacheMark, Message};
use crate::json::Raw;

/// A request, in no dialect.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Request {
    pub model: String,
    /// In order; instructions (system, developer) stand where the client put them.
    pub messages: Vec<Message>,
    pub tools: Vec<Tool>,
    pub tool_choice: Option<ToolChoice>,
    /// Whether the model may ask for several tools at once; `None` leaves it to the provider.
    pub parallel_tools: Option<bool>,
    /// The most tokens that the model may generate.
    pub max_output_tokens: Option<u64>,
    pub sampling: Sampling,
    pub stop: Vec<String>,
    pub reasoning: Option<Reasoning>,
    pub output: OutputFormat,
    pub stream: bool,
    /// Whether the client wants usage in the stream. Dialects that always send it ignore this.
    pub include_usage: bool,
    /// The end user, as an id that the provider may use against abuse.
    pub user: Option<String>,
    /// The tier in OpenAI's words.
    pub service_tier: Option<String>,
    /// The application's own notes on the call, kept by the provider.
    pub metadata: Vec<(String, String)>,
    /// The guardrail that the provider is to apply (Bedrock's `guardrailConfig`), as it came.
    pub guardrail: Option<Raw>,
    /// Paths of fields that the client sent and the conversation has no place for. Across dialects they are refused or named.
    pub unmapped: Vec<String>,
}

/// Sampling parameters. Numbers keep their digits.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sampling {
    pub temperature: Option<Raw>,
    pub top_p: Option<Raw>,
    pub top_k: Option<Raw>,
    pub presence_penalty: Option<Raw>,
    pub frequency_penalty: Option<Raw>,
    pub seed: Option<Raw>,
    /// Answers to generate; more than one is refused by dialects that have one only.
    pub n: Option<u64>,
}

/// A tool that the client runs.
#[derive(Clone, Debug, PartialEq)]
pub struct Tool {
    pub name: String,
    pub description: Option<String>,
    /// The JSON schema of the arguments, as it came.
    pub schema: Option<Raw>,
    pub strict: Option<bool>,
    pub cache: Option<CacheMark>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ToolChoice {
    Auto,
    /// At least one tool must be called.
    Required,
    None,
    Tool(String),
}

/// How much the model should think.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reasoning {
    pub mode: Option<ReasoningMode>,
    pub effort: Option<Effort>,
    /// The most tokens to think with.
    pub budget_tokens: Option<u64>,
    /// Anthropic's `thinking.display`, as it came.
    pub display: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReasoningMode {
    Enabled,
    Disabled,
    Adaptive,
}

/// The effort as the client wrote it: `none`, `minimal`, `low`, `medium`, `high`, `xhigh`, `max`, or a newer word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Effort(pub String);

#[derive(Clone, Debug, Default, PartialEq)]
pub enum OutputFormat {
    #[default]
    Text,
    /// Any JSON object.
    JsonObject,
    JsonSchema {
        /// OpenAI requires a name; other dialects have none.
        name: Option<String>,
        description: Option<String>,
        schema: Raw,
        strict: Option<bool>,
    },
}
