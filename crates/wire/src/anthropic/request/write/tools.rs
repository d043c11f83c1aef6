//! `tools` and `tool_choice`.

use serde::Serialize;

use crate::anthropic::block::CacheControl;
use crate::anthropic::model::Model;
use crate::anthropic::search;
use crate::chat::{self, Request, ToolChoice};
use crate::json::Raw;
use crate::strict::{Closed, strict};
use crate::user_location::Location;

/// A tool that the client runs, or Anthropic's own search of the web.
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum Tool<'a> {
    Function(Function<'a>),
    WebSearch(WebSearch<'a>),
}

#[derive(Serialize)]
pub(super) struct Function<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    input_schema: Schema<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    strict: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cache_control: Option<CacheControl>,
}

#[derive(Serialize)]
pub(super) struct WebSearch<'a> {
    r#type: &'static str,
    name: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_uses: Option<u64>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    allowed_domains: &'a [String],
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    blocked_domains: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    user_location: Option<Location<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cache_control: Option<CacheControl>,
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

/// The tools that the client runs, and the search behind them.
pub(super) fn list<'a>(request: &'a Request, dropped: &mut Vec<String>) -> Vec<Tool<'a>> {
    let mut tools = Vec::with_capacity(request.tools.len() + 1);
    for (i, tool) in request.tools.iter().enumerate() {
        tools.push(Tool::Function(Function::of(i, tool, dropped)));
    }
    tools.extend(request.web_search.as_ref().map(|search| Tool::WebSearch(WebSearch::of(search, dropped))));
    tools
}

impl<'a> Function<'a> {
    fn of(i: usize, tool: &'a chat::Tool, dropped: &mut Vec<String>) -> Self {
        let empty = Schema::Empty { r#type: "object", properties: NoProperties {} };
        Self {
            name: &tool.name,
            description: tool.description.as_deref(),
            input_schema: tool.schema.as_ref().map_or(empty, Schema::Given),
            strict: strict(tool, Closed::Properties, || dropped.push(format!("tools[{i}].strict"))),
            cache_control: CacheControl::of(format_args!("tools[{i}]"), tool.cache.as_ref(), dropped),
        }
    }
}

impl<'a> WebSearch<'a> {
    /// In its first version: later ones let the model run code over the findings, which no client of another dialect asked for.
    /// `medium` is how much OpenAI shows the model without being asked, so it asks for nothing.
    fn of(tool: &'a chat::SearchTool, dropped: &mut Vec<String>) -> Self {
        if tool.context_size.as_deref().is_some_and(|size| size != "medium") {
            dropped.push("web_search.context_size".to_owned());
        }
        Self {
            r#type: "web_search_20250305",
            name: search::NAME,
            max_uses: tool.max_uses,
            allowed_domains: &tool.allowed_domains,
            blocked_domains: &tool.blocked_domains,
            user_location: tool.place.as_ref().map(Location::of),
            cache_control: CacheControl::of("web_search", tool.cache.as_ref(), dropped),
        }
    }
}

impl<'a> Choice<'a> {
    /// Without tools, `auto` and `none` and how many at once say nothing, and Anthropic refuses them: they are not written.
    /// Where only some tools are allowed, the others are not declared. A model that cannot be forced decides by itself, and the
    /// choice is named.
    pub(super) fn of(request: &'a Request, model: Model, dropped: &mut Vec<String>) -> Option<Self> {
        let disable_parallel_tool_use = request.parallel_tools == Some(false);
        let (word, name) = match &request.tool_choice {
            Some(ToolChoice::Allowed { required: true, .. }) => ("any", None),
            Some(ToolChoice::Required) => ("any", None),
            Some(ToolChoice::Tool(name)) => ("tool", Some(name.as_str())),
            _ if request.tools.is_empty() && request.web_search.is_none() => return None,
            Some(ToolChoice::None) => {
                return Some(Self { r#type: "none", name: None, disable_parallel_tool_use: false });
            }
            Some(ToolChoice::Auto | ToolChoice::Allowed { .. }) => ("auto", None),
            None if disable_parallel_tool_use => ("auto", None),
            None => return None,
        };
        if word != "auto" && !model.can_be_forced() {
            dropped.push("tool_choice (this model cannot be forced)".to_owned());
            return Some(Self { r#type: "auto", name: None, disable_parallel_tool_use });
        }
        Some(Self { r#type: word, name, disable_parallel_tool_use })
    }
}
