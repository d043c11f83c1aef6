//! Tools, and the choice among them.

use serde::Serialize;

use crate::chat::{self, CustomFormat, Request, SearchTool, ToolChoice, ToolKind};
use crate::json::Raw;
use crate::openai_chat::request::{Dropped, strict};
use crate::user_location::Location;

/// A tool on the wire.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum Tool<'a> {
    Function {
        name: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        description: Option<&'a str>,
        /// Required, be it `null`.
        parameters: Option<&'a Raw>,
        strict: bool,
    },
    Custom {
        name: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        description: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        format: Option<Grammar<'a>>,
    },
    Namespace {
        name: &'a str,
        /// Required, be it empty.
        description: &'a str,
        tools: Vec<Tool<'a>>,
    },
    WebSearch {
        #[serde(skip_serializing_if = "Option::is_none")]
        filters: Option<Filters<'a>>,
        #[serde(skip_serializing_if = "Option::is_none")]
        search_context_size: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        user_location: Option<Location<'a>>,
    },
}

#[derive(Serialize)]
pub(super) struct Grammar<'a> {
    r#type: &'static str,
    syntax: &'a str,
    definition: &'a str,
}

#[derive(Serialize)]
pub(super) struct Filters<'a> {
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    allowed_domains: &'a [String],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    blocked_domains: &'a [String],
}

#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum Choice<'a> {
    Word(&'static str),
    Tool(Named<'a>),
    Allowed { r#type: &'static str, mode: &'static str, tools: Vec<Named<'a>> },
}

#[derive(Serialize)]
pub(super) struct Named<'a> {
    r#type: &'static str,
    name: &'a str,
}

/// All tools. Those of one namespace stand where the first of them stood.
pub(super) fn all<'a>(request: &'a Request, dropped: &mut Dropped) -> Vec<Tool<'a>> {
    let mut out: Vec<Tool<'a>> = Vec::with_capacity(request.tools.len());
    for (index, tool) in request.tools.iter().enumerate() {
        dropped.cache(tool.cache.as_ref());
        let Some(namespace) = &tool.namespace else {
            out.push(of_client(tool, index, dropped));
            continue;
        };
        let group = out.iter_mut().find_map(|written| match written {
            Tool::Namespace { name, tools, .. } if *name == namespace.name => Some(tools),
            _ => None,
        });
        match group {
            Some(tools) => tools.push(of_client(tool, index, dropped)),
            None => out.push(Tool::Namespace {
                name: &namespace.name,
                description: namespace.description.as_deref().unwrap_or_default(),
                tools: vec![of_client(tool, index, dropped)],
            }),
        }
    }
    if let Some(search) = &request.web_search {
        dropped.cache(search.cache.as_ref());
        out.push(web_search(search));
    }
    out
}

/// A tool that the client runs. What nobody asked for elsewhere is not strict; here it would be, were nothing said.
fn of_client<'a>(tool: &'a chat::Tool, index: usize, dropped: &mut Dropped) -> Tool<'a> {
    let (name, description) = (tool.name.as_str(), tool.description.as_deref());
    match &tool.kind {
        ToolKind::Function => {
            let strict = strict(tool, index, dropped).unwrap_or(false);
            Tool::Function { name, description, parameters: tool.schema.as_ref(), strict }
        }
        ToolKind::Custom { format: CustomFormat::Text } => Tool::Custom { name, description, format: None },
        ToolKind::Custom { format: CustomFormat::Grammar { syntax, definition } } => {
            Tool::Custom { name, description, format: Some(Grammar { r#type: "grammar", syntax, definition }) }
        }
    }
}

/// OpenAI takes blocked domains, though the types of its own SDK do not have them.
fn web_search(search: &SearchTool) -> Tool<'_> {
    let (allowed_domains, blocked_domains) = (search.allowed_domains.as_slice(), search.blocked_domains.as_slice());
    let is_filtered = !allowed_domains.is_empty() || !blocked_domains.is_empty();
    Tool::WebSearch {
        filters: is_filtered.then_some(Filters { allowed_domains, blocked_domains }),
        search_context_size: search.context_size.as_deref(),
        user_location: search.place.as_ref().map(Location::of),
    }
}

pub(super) fn choice<'a>(choice: &'a ToolChoice, tools: &[chat::Tool]) -> Choice<'a> {
    match choice {
        ToolChoice::Auto => Choice::Word("auto"),
        ToolChoice::Required => Choice::Word("required"),
        ToolChoice::None => Choice::Word("none"),
        ToolChoice::Tool(name) => Choice::Tool(named(name, tools)),
        ToolChoice::Allowed { required, names } => Choice::Allowed {
            r#type: "allowed_tools",
            mode: if *required { "required" } else { "auto" },
            tools: names.iter().map(|name| named(name, tools)).collect(),
        },
    }
}

/// A tool by its name, and the kind that it was declared with.
fn named<'a>(name: &'a str, tools: &[chat::Tool]) -> Named<'a> {
    let is_custom = tools.iter().any(|tool| tool.name == name && matches!(tool.kind, ToolKind::Custom { .. }));
    Named { r#type: if is_custom { "custom" } else { "function" }, name }
}
