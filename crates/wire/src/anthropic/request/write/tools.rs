//! `tools` and `tool_choice`.

use serde::Serialize;

use crate::anthropic::block::CacheControl;
use crate::chat::{self, Request, ToolChoice};
use crate::json::Raw;

#[derive(Serialize)]
pub(super) struct Tool<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    input_schema: Schema<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    strict: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cache_control: Option<CacheControl<'a>>,
}

/// The API requires a schema: a tool without one takes no arguments.
#[derive(Serialize)]
#[serde(untagged)]
enum Schema<'a> {
    Given(&'a Raw),
    Empty { r#type: &'static str, properties: NoProperties },
}

#[derive(Serialize)]
struct NoProperties {}

#[derive(Serialize)]
pub(super) struct Choice<'a> {
    r#type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    disable_parallel_tool_use: bool,
}

impl<'a> Tool<'a> {
    pub(super) fn of(tool: &'a chat::Tool) -> Self {
        let empty = Schema::Empty { r#type: "object", properties: NoProperties {} };
        Self {
            name: &tool.name,
            description: tool.description.as_deref(),
            input_schema: tool.schema.as_ref().map_or(empty, Schema::Given),
            strict: tool.strict,
            cache_control: CacheControl::of(tool.cache.as_ref()),
        }
    }
}

impl<'a> Choice<'a> {
    /// Without tools, `auto` and `none` and how many at once say nothing, and Anthropic refuses them: they are not written.
    pub(super) fn of(request: &'a Request) -> Option<Self> {
        let disable_parallel_tool_use = request.parallel_tools == Some(false);
        let (word, name) = match &request.tool_choice {
            Some(ToolChoice::Required) => ("any", None),
            Some(ToolChoice::Tool(name)) => ("tool", Some(name.as_str())),
            _ if request.tools.is_empty() => return None,
            Some(ToolChoice::None) => {
                return Some(Self { r#type: "none", name: None, disable_parallel_tool_use: false });
            }
            Some(ToolChoice::Auto) => ("auto", None),
            None if disable_parallel_tool_use => ("auto", None),
            None => return None,
        };
        Some(Self { r#type: word, name, disable_parallel_tool_use })
    }
}
