//! Tools and the choice among them. Tools that are no functions have stand-ins by now.

use serde::Serialize;

use crate::chat::{self, Request, ToolChoice};
use crate::json::{Invalid, Raw};
use crate::openai_chat::request::Dropped;

#[derive(Serialize)]
pub(super) struct Tool<'a> {
    r#type: &'static str,
    function: Function<'a>,
    #[serde(skip)]
    strict: Option<bool>,
}

#[derive(Serialize)]
struct Function<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    parameters: Parameters<'a>,
}

/// The API requires a schema: a tool without one takes no arguments.
#[derive(Serialize)]
#[serde(untagged)]
enum Parameters<'a> {
    Given(&'a Raw),
    Empty { r#type: &'static str, properties: Empty },
}

#[derive(Serialize)]
struct Empty {}

impl<'a> Tool<'a> {
    fn of(tool: &'a chat::Tool, dropped: &mut Dropped) -> Self {
        dropped.cache(tool.cache.as_ref());
        let none = || Parameters::Empty { r#type: "object", properties: Empty {} };
        let parameters = tool.schema.as_ref().map_or_else(none, Parameters::Given);
        let function = Function { name: &tool.name, description: tool.description.as_deref(), parameters };
        Self { r#type: "function", function, strict: tool.strict }
    }
}

/// Cohere can be told that some tool must be called, not which one: one that must be is the only one that is declared.
pub(super) fn of<'a>(
    request: &'a Request,
    dropped: &mut Dropped,
) -> Result<(Vec<Tool<'a>>, Option<&'static str>), Invalid> {
    let (only, choice) = match &request.tool_choice {
        None | Some(ToolChoice::Auto) => (None, None),
        Some(ToolChoice::None) => (None, (!request.tools.is_empty()).then_some("NONE")),
        Some(ToolChoice::Required) => (None, Some("REQUIRED")),
        Some(ToolChoice::Tool(name)) => (Some(std::slice::from_ref(name)), Some("REQUIRED")),
        Some(ToolChoice::Allowed { required, names }) => (Some(names.as_slice()), required.then_some("REQUIRED")),
    };
    let declared = request.tools.iter().filter(|tool| only.is_none_or(|names| names.contains(&tool.name)));
    let tools: Vec<_> = declared.map(|tool| Tool::of(tool, dropped)).collect();
    if tools.is_empty() && choice.is_some() {
        return Err(Invalid::new("tool_choice", "asks for a call, but there is no such tool"));
    }
    Ok((tools, choice))
}

/// Whether calls must keep to the schemas: of all tools or of none.
pub(super) fn strict(tools: &[Tool<'_>], declared: &[chat::Tool], dropped: &mut Dropped) -> Option<bool> {
    let is_strict = |strict: Option<bool>| strict == Some(true);
    if !tools.is_empty() && tools.iter().all(|tool| is_strict(tool.strict)) {
        return Some(true);
    }
    for (index, tool) in declared.iter().enumerate() {
        if is_strict(tool.strict) && tools.iter().any(|written| written.function.name == tool.name) {
            dropped.name(format!("tools[{index}].strict"));
        }
    }
    None
}
