//! The form of a request as it is written, all but its messages.

use serde::{Serialize, Serializer};

use super::message::Message;
use crate::json::Raw;
use crate::user_location::Approximate;

#[derive(Serialize)]
pub(super) struct Body<'a> {
    pub(super) model: &'a str,
    pub(super) messages: Vec<Message<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) tools: Vec<Tagged<FunctionTool<'a>, CustomTool<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) tool_choice: Option<Choice<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) web_search_options: Option<SearchOptions<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) parallel_tool_calls: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) max_tokens: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) max_completion_tokens: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) temperature: Option<&'a Raw>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) top_p: Option<&'a Raw>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) presence_penalty: Option<&'a Raw>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) frequency_penalty: Option<&'a Raw>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) seed: Option<&'a Raw>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) n: Option<u64>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub(super) stop: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) reasoning_effort: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) response_format: Option<ResponseFormat<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) stream: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) stream_options: Option<StreamOptions>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) user: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) service_tier: Option<&'a str>,
    #[serde(skip_serializing_if = "<[_]>::is_empty", serialize_with = "pairs")]
    pub(super) metadata: &'a [(String, String)],
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) verbosity: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) logprobs: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) top_logprobs: Option<u64>,
    #[serde(flatten, serialize_with = "pairs")]
    pub(super) openai: &'a [(&'static str, Raw)],
}

/// Pairs as the members of an object.
pub(crate) fn pairs<S: Serializer>(
    pairs: &[(impl Serialize, impl Serialize)],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_map(pairs.iter().map(|(key, value)| (key, value)))
}

/// `{"type":"function","function":…}`, the wrapping of tools and of the choice among them.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum Tagged<F, C = F> {
    Function { function: F },
    Custom { custom: C },
}

#[derive(Serialize)]
pub(super) struct FunctionTool<'a> {
    pub(super) name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) description: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) parameters: Option<&'a Raw>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) strict: Option<bool>,
}

#[derive(Serialize)]
pub(super) struct CustomTool<'a> {
    pub(super) name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) description: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) format: Option<Format<'a>>,
}

/// Of a custom tool's input; free text needs none.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum Format<'a> {
    Grammar { grammar: Grammar<'a> },
}

#[derive(Serialize)]
pub(super) struct Grammar<'a> {
    pub(super) syntax: &'a str,
    pub(super) definition: &'a str,
}

#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum Choice<'a> {
    Word(&'a str),
    Tool(Tagged<Named<'a>>),
    Allowed { r#type: &'static str, allowed_tools: Allowed<'a> },
}

#[derive(Serialize)]
pub(super) struct Allowed<'a> {
    pub(super) mode: &'static str,
    pub(super) tools: Vec<Tagged<Named<'a>>>,
}

#[derive(Serialize)]
pub(super) struct SearchOptions<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) search_context_size: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) user_location: Option<Location<'a>>,
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum Location<'a> {
    Approximate { approximate: Approximate<'a> },
}

#[derive(Serialize)]
pub(super) struct Named<'a> {
    pub(super) name: &'a str,
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum ResponseFormat<'a> {
    JsonObject,
    JsonSchema { json_schema: JsonSchema<'a> },
}

#[derive(Serialize)]
pub(crate) struct JsonSchema<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    schema: &'a Raw,
    #[serde(skip_serializing_if = "Option::is_none")]
    strict: Option<bool>,
}

impl<'a> JsonSchema<'a> {
    /// OpenAI requires a name; a schema from another dialect has none.
    pub(crate) fn new(
        name: Option<&'a str>,
        description: Option<&'a str>,
        schema: &'a Raw,
        strict: Option<bool>,
    ) -> Self {
        Self { name: name.unwrap_or("response"), description, schema, strict }
    }
}

#[derive(Serialize)]
pub(crate) struct StreamOptions {
    pub(crate) include_usage: bool,
}
