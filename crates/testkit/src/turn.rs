//! What a request asks, in one shape for all dialects: only what decides the answer.

use serde_json::{Map, Value};

#[derive(Debug, Default)]
pub(crate) struct Turn {
    /// The text of the last user message.
    pub(crate) user: String,
    /// The texts to go on with, each by itself; the first is what the user says, all of it (OpenAI's text completions only).
    pub(crate) prompts: Vec<String>,
    /// The prompt is said again before the answer (OpenAI's text completions only).
    pub(crate) echo: bool,
    /// Tool results, when the conversation ends with them.
    pub(crate) results: Option<Vec<String>>,
    pub(crate) tools: Vec<Tool>,
    pub(crate) choice: Choice,
    /// A schema that the output must have.
    pub(crate) schema: Option<Value>,
    /// Said by the route.
    pub(crate) stream: bool,
    /// A stream comes as plain JSON, not as server-sent events. Said by the head of the request (Cohere and
    /// Gemini only).
    pub(crate) plain: bool,
    pub(crate) think: bool,
    /// The reasoning may be read, not only be known to have been there (OpenAI Responses only; others always show it).
    pub(crate) summary: bool,
    /// The reasoning comes in full, not only summed up (OpenAI Responses only).
    pub(crate) raw: bool,
    /// The reasoning comes encrypted too, to be handed back (OpenAI Responses only).
    pub(crate) sealed: bool,
    /// The provider may search the web by itself.
    pub(crate) search: bool,
    /// Its own work may end in the middle, to go on in the next request (Anthropic only).
    pub(crate) may_pause: bool,
    /// The id of the search in whose middle it paused (Anthropic only).
    pub(crate) resumed: Option<String>,
    /// What was found is listed beside the search (OpenAI Responses only).
    pub(crate) sources: bool,
    /// What the answer may rest on, as its citations tell it (Cohere only).
    pub(crate) citable: Vec<Value>,
    /// Log probabilities are wanted, with this many alternatives for each token (OpenAI, Gemini and Cohere, which has none).
    pub(crate) logprobs: Option<u64>,
    /// The stream must report its usage (OpenAI's chat and text completions only; others always do).
    pub(crate) include_usage: bool,
    /// The most tokens of an answer, as far as the request has one.
    pub(crate) ceiling: Option<u64>,
    /// How many alternatives are asked for.
    pub(crate) alternatives: u64,
    pub(crate) stop_sequence: Option<String>,
    /// JSON pointers into the model's own reply, to fields that are wanted too (Bedrock only).
    pub(crate) model_fields: Vec<String>,
    /// The whole request, whose settings the answer repeats (OpenAI Responses only).
    pub(crate) asked: Map<String, Value>,
    /// The conversation is to be summed up, in a form that nobody else can read, instead of answered (OpenAI Responses only).
    pub(crate) compact: bool,
    /// `[[count]]` in the first message: how many messages arrived.
    pub(crate) count: Option<usize>,
    /// `[[then:...]]` in the first message, when its turn has come: a tool and its input.
    pub(crate) then: Option<(String, String)>,
}

impl Turn {
    /// Whether it is the user who spoke last: only then do markers of the prompt count.
    pub(crate) fn is_prompt(&self) -> bool {
        self.results.is_none() && !self.compact
    }
}

#[derive(Debug, Default)]
pub(crate) struct Tool {
    pub(crate) name: String,
    /// What the input must be; of a custom tool it says nothing.
    pub(crate) schema: Value,
    pub(crate) kind: Kind,
    /// The group of tools that it stands in (OpenAI Responses only).
    pub(crate) namespace: Option<String>,
}

/// What a tool takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Kind {
    /// JSON.
    #[default]
    Function,
    /// Free text (OpenAI only).
    Custom,
}

#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) enum Choice {
    #[default]
    Auto,
    None,
    Any,
    Named(String),
}

/// A tool call of the answer; `arguments` is the text of a custom tool, else JSON text, kept as it was asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Call {
    pub(crate) name: String,
    pub(crate) arguments: String,
    pub(crate) kind: Kind,
    pub(crate) namespace: Option<String>,
}
