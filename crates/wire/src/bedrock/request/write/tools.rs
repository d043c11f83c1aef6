//! `toolConfig`.

use std::collections::HashSet;

use serde::Serialize;

use super::{blocks, legal};
use crate::anthropic::model::Model;
use crate::bedrock::block::CachePoint;
use crate::chat::{self, Message, Part, Request, ToolChoice};
use crate::json::{Invalid, Raw};
use crate::strict::{Closed, strict};

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

/// One call of a tool at a time: Claude's own `tool_choice`, as Converse hands it on.
#[derive(Serialize)]
pub(super) struct Serial {
    #[serde(skip_serializing_if = "Option::is_none")]
    r#type: Option<&'static str>,
    disable_parallel_tool_use: bool,
}

/// What the conversation's tools are in their two places.
#[derive(Default)]
pub(super) struct Tools<'a> {
    pub(super) config: Option<Config<'a>>,
    pub(super) serial: Option<Serial>,
}

/// Bedrock wants the tools of a conversation declared for as long as calls of them stand in it. Clients that are done with tools
/// leave them out, so what the calls tell of them is declared. Tools that may not be called are not declared where they never
/// were: Bedrock has no word for `none`.
pub(super) fn of<'a>(
    request: &'a Request,
    model: Model,
    claude: bool,
    dropped: &mut Vec<String>,
) -> Result<Tools<'a>, Invalid> {
    if request.tool_choice == Some(ToolChoice::None) && !has_calls(&request.messages) {
        return Ok(Tools::default());
    }
    let mut tool_choice = choice(request, model, dropped)?;
    let mut tools = Vec::with_capacity(request.tools.len());
    for (i, tool) in request.tools.iter().enumerate() {
        tools.push(Tool::ToolSpec(Spec::of(i, tool, dropped)?));
        let mark = tool.cache.as_ref();
        let point = mark.map(|mark| blocks::cache_point(&format!("tools[{i}]"), mark, dropped));
        tools.extend(point.map(Tool::CachePoint));
    }
    if tools.is_empty() {
        tools = called(&request.messages).into_iter().map(|name| Tool::ToolSpec(Spec::bare(name))).collect();
    }
    let serial = serial(request, claude, &mut tool_choice, dropped);
    Ok(Tools { config: (!tools.is_empty()).then_some(Config { tools, tool_choice }), serial })
}

/// Claude's object must have a `type`, and Converse refuses one beside its own choice: `auto` stands in the object, a forced
/// choice in Converse's field.
fn serial(
    request: &Request,
    claude: bool,
    choice: &mut Option<Choice<'_>>,
    dropped: &mut Vec<String>,
) -> Option<Serial> {
    if request.parallel_tools != Some(false) || request.tools.is_empty() {
        return None;
    }
    if !claude {
        dropped.push("parallel_tools".to_owned());
        return None;
    }
    let forced = choice.take_if(|choice| matches!(choice, Choice::Auto(_))).is_none() && choice.is_some();
    Some(Serial { r#type: (!forced).then_some("auto"), disable_parallel_tool_use: true })
}

impl<'a> Spec<'a> {
    fn of(i: usize, tool: &'a chat::Tool, dropped: &mut Vec<String>) -> Result<Self, Invalid> {
        let name = legal::tool_name(&tool.name, || format!("tools[{i}].name"))?;
        let bare = Self::bare(name);
        Ok(Self {
            // an empty one is refused
            description: tool.description.as_deref().filter(|description| !description.is_empty()),
            input_schema: tool
                .schema
                .as_ref()
                .map_or(bare.input_schema, |schema| InputSchema { json: Schema::Given(schema) }),
            strict: strict(tool, Closed::Properties, || dropped.push(format!("tools[{i}].strict"))),
            name,
        })
    }

    fn bare(name: &'a str) -> Self {
        let json = Schema::Empty { r#type: "object", properties: Empty {} };
        Self { name, description: None, input_schema: InputSchema { json }, strict: None }
    }
}

/// Whether a tool was called or answered.
fn has_calls(messages: &[Message]) -> bool {
    let mut parts = messages.iter().flat_map(|message| &message.parts);
    parts.any(|part| matches!(part, Part::ToolCall(_) | Part::ToolResult(_)))
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

/// Bedrock has no word for `none`: where there must be tools, it is named.
fn choice<'a>(request: &'a Request, model: Model, dropped: &mut Vec<String>) -> Result<Option<Choice<'a>>, Invalid> {
    if request.tools.is_empty() {
        return match request.tool_choice {
            Some(ToolChoice::Required | ToolChoice::Tool(_)) => {
                Err(Invalid::new("tool_choice", "asks for a call, but there are no tools"))
            }
            Some(ToolChoice::Auto | ToolChoice::None | ToolChoice::Allowed { .. }) | None => Ok(None),
        };
    }
    Ok(match request.tool_choice.as_ref() {
        Some(ToolChoice::Auto | ToolChoice::Allowed { required: false, .. }) => Some(Choice::Auto(Empty {})),
        Some(ToolChoice::Required | ToolChoice::Tool(_) | ToolChoice::Allowed { .. }) if !model.can_be_forced() => {
            dropped.push("tool_choice (this model cannot be forced)".to_owned());
            Some(Choice::Auto(Empty {}))
        }
        Some(ToolChoice::Required | ToolChoice::Allowed { .. }) => Some(Choice::Any(Empty {})),
        Some(ToolChoice::Tool(name)) => Some(Choice::Tool { name }),
        Some(ToolChoice::None) => {
            dropped.push("tool_choice".to_owned());
            None
        }
        None => None,
    })
}
