//! What a client asks.

use std::sync::Arc;

use super::{CacheMark, Message};
use crate::json::Raw;

/// A request, in no dialect.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Request {
    pub model: String,
    /// In order; instructions (system, developer) stand where the client put them.
    pub messages: Vec<Message>,
    pub tools: Vec<Tool>,
    /// The provider may search the web by itself.
    pub web_search: Option<SearchTool>,
    pub tool_choice: Option<ToolChoice>,
    /// Whether the model may ask for several tools at once; `None` leaves it to the provider.
    pub parallel_tools: Option<bool>,
    /// The client's form of an answer holds one call (OpenAI's old functions), which is why `parallel_tools` is false. A provider
    /// that cannot be told so is asked all the same: of several calls the client gets the first one.
    pub single_call: bool,
    /// The most tokens that the model may generate.
    pub max_output_tokens: Option<u64>,
    pub sampling: Sampling,
    pub stop: Vec<String>,
    pub reasoning: Option<Reasoning>,
    pub output: OutputFormat,
    /// How much to say, in OpenAI's words (`low`, `medium`, `high`).
    pub verbosity: Option<String>,
    /// Whether log probabilities are wanted, and how many alternatives to each token.
    pub logprobs: Option<u64>,
    pub stream: bool,
    /// Whether the client wants usage in the stream. Dialects that always send it ignore this.
    pub include_usage: bool,
    /// The end user, as an id that the provider may use against abuse.
    pub user: Option<String>,
    /// The tier in OpenAI's words.
    pub service_tier: Option<String>,
    /// The application's own notes on the call, kept by the provider.
    pub metadata: Vec<(String, String)>,
    /// Fields of OpenAI's two dialects that nobody else has, by the name that they have in both, as they came
    /// (`prompt_cache_key`).
    pub openai: Vec<(&'static str, Raw)>,
    /// The guardrail that the provider is to apply (Bedrock's `guardrailConfig`), as it came.
    pub guardrail: Option<Raw>,
    /// Paths of what the conversation asks for because the client's API does it by itself, though the client did not ask (Cohere
    /// cites documents). A provider that cannot do it is asked without: it is named, and needs no permission.
    pub by_default: Vec<&'static str>,
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
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tool {
    pub name: String,
    pub description: Option<String>,
    /// The JSON schema of the arguments, as it came; custom tools have none.
    pub schema: Option<Raw>,
    pub strict: Option<bool>,
    pub kind: ToolKind,
    /// The group that it belongs to (OpenAI Responses).
    pub namespace: Option<Arc<Namespace>>,
    pub cache: Option<CacheMark>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum ToolKind {
    #[default]
    Function,
    /// Called with text instead of JSON (OpenAI).
    Custom { format: CustomFormat },
}

/// What the input of a custom tool must look like.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum CustomFormat {
    #[default]
    Text,
    /// `syntax` is `lark` or `regex`.
    Grammar { syntax: String, definition: String },
}

/// A group of tools that share a first name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Namespace {
    pub name: String,
    pub description: Option<String>,
}

/// The provider's own search of the web.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SearchTool {
    pub max_uses: Option<u64>,
    pub allowed_domains: Vec<String>,
    pub blocked_domains: Vec<String>,
    /// Where the user is, roughly.
    pub place: Option<Place>,
    /// How much of what is found the model gets to see, in OpenAI's words (`low`, `medium`, `high`).
    pub context_size: Option<String>,
    pub cache: Option<CacheMark>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    pub city: Option<String>,
    pub region: Option<String>,
    pub country: Option<String>,
    pub timezone: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ToolChoice {
    Auto,
    /// At least one tool must be called.
    Required,
    None,
    /// This one, a function or a custom tool.
    Tool(String),
    /// Some of the declared tools only: any number of them, or at least one.
    Allowed {
        required: bool,
        names: Vec<String>,
    },
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
    /// OpenAI's `reasoning.summary`, as it came: `auto`, `concise`, `detailed`.
    pub summary: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReasoningMode {
    Enabled,
    Disabled,
    Adaptive,
    /// As the model does by itself, whatever the effort: the client's dialect has a word for it and the client did not say it.
    /// No mode at all is of a dialect without that word, where an effort asks the model to think.
    Unsaid,
}

/// The effort as the client wrote it: `none`, `minimal`, `low`, `medium`, `high`, `xhigh`, `max`, or a newer word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Effort(pub String);

impl Effort {
    /// The effort nearest to a budget in tokens, by LiteLLM's steps.
    pub fn of_budget(tokens: u64) -> &'static str {
        match tokens {
            0..=1024 => "low",
            1025..4096 => "medium",
            4096..8192 => "high",
            8192..16384 => "xhigh",
            _ => "max",
        }
    }

    /// The budget in tokens that stands for an effort, by the same steps: none for a word that they do not have.
    pub fn budget(word: &str) -> Option<u64> {
        Some(match word {
            "minimal" | "low" => 1024,
            "medium" => 2048,
            "high" => 4096,
            "xhigh" => 8192,
            "max" => 16384,
            _ => return None,
        })
    }
}

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
