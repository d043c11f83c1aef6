//! `toolConfig`.

use std::collections::HashSet;

use serde::Serialize;

use super::{blocks, legal};
use crate::bedrock::block::CachePoint;
use crate::chat::{self, Message, Part, Request, ToolChoice};
use crate::json::{Invalid, Raw};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Config<'a> {
    tools: Vec<Tool<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tool_choice: Option<Choice<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
enum Tool<'a> {
    ToolSpec(Spec<'a>),
    CachePoint(CachePoint),
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Spec<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    input_schema: InputSchema<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    strict: Option<bool>,
}

#[derive(Serialize)]
struct InputSchema<'a> {
    json: Schema<'a>,
}

/// The API requires a schema: a tool without one takes no arguments.
#[derive(Serialize)]
#[serde(untagged)]
enum Schema<'a> {
    Given(&'a Raw),
    Empty { r#type: &'static str, properties: Empty },
}

#[derive(Serialize)]
struct Empty {}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
enum Choice<'a> {
    Auto(Empty),
    Any(Empty),
    Tool { name: &'a str },
}

impl<'a> Config<'a> {
    /// Bedrock wants the tools of a conversation declared for as long as calls of them stand in it. Clients that are done with
    /// tools leave them out, so what the calls tell of them is declared.
    pub(super) fn of(request: &'a Request, dropped: &mut Vec<String>) -> Result<Option<Self>, Invalid> {
        let tool_choice = choice(request, dropped)?;
        let mut tools = Vec::with_capacity(request.tools.len());
        for (i, tool) in request.tools.iter().enumerate() {
            tools.push(Tool::ToolSpec(Spec::of(i, tool)?));
            let mark = tool.cache.as_ref();
            let point = mark.map(|mark| blocks::cache_point(&format!("tools[{i}]"), mark, dropped));
            tools.extend(point.map(Tool::CachePoint));
        }
        if tools.is_empty() {
            tools = called(&request.messages).into_iter().map(|name| Tool::ToolSpec(Spec::bare(name))).collect();
        }
        Ok((!tools.is_empty()).then_some(Self { tools, tool_choice }))
    }
}

impl<'a> Spec<'a> {
    fn of(i: usize, tool: &'a chat::Tool) -> Result<Self, Invalid> {
        let name = legal::tool_name(&tool.name, || format!("tools[{i}].name"))?;
        let bare = Self::bare(name);
        Ok(Self {
            // an empty one is refused
            description: tool.description.as_deref().filter(|description| !description.is_empty()),
            input_schema: tool
                .schema
                .as_ref()
                .map_or(bare.input_schema, |schema| InputSchema { json: Schema::Given(schema) }),
            strict: tool.strict,
            name,
        })
    }

    fn bare(name: &'a str) -> Self {
        let json = Schema::Empty { r#type: "object", properties: Empty {} };
        Self { name, description: None, input_schema: InputSchema { json }, strict: None }
    }
}

/// The names of the tools that were called, each once.
fn called(messages: &[Message]) -> Vec<&str> {
    let parts = messages.iter().flat_map(|message| &message.parts);
    let mut names: Vec<&str> = parts
        .filter_map(|part| match part {
            Part::ToolCall(call) => Some(call.name.as_str()),
            _ => None,
        })
        .collect();
    let mut seen = HashSet::new();
    names.retain(|name| seen.insert(*name));
    names
}

/// Bedrock has no word for `none`, nor for how many calls at once: where there are tools both are named.
fn choice<'a>(request: &'a Request, dropped: &mut Vec<String>) -> Result<Option<Choice<'a>>, Invalid> {
    if request.tools.is_empty() {
        return match request.tool_choice {
            Some(ToolChoice::Required | ToolChoice::Tool(_)) => {
                Err(Invalid::new("tool_choice", "asks for a call, but there are no tools"))
            }
            Some(ToolChoice::Auto | ToolChoice::None) | None => Ok(None),
        };
    }
    if request.parallel_tools == Some(false) {
        dropped.push("parallel_tools".to_owned());
    }
    Ok(match request.tool_choice.as_ref() {
        Some(ToolChoice::Auto) => Some(Choice::Auto(Empty {})),
        Some(ToolChoice::Required) => Some(Choice::Any(Empty {})),
        Some(ToolChoice::Tool(name)) => Some(Choice::Tool { name }),
        Some(ToolChoice::None) => {
            dropped.push("tool_choice".to_owned());
            None
        }
        None => None,
    })
}
