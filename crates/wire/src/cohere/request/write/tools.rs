//! Tools and the choice among them. Tools that are no functions have stand-ins by now.

use serde::Serialize;

use crate::chat::{self, Request, ToolChoice};
use crate::json::{Invalid, Object, Raw, is_truthy};
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

impl Parameters<'_> {
    /// Whether something stands in a list or an object of the schema.
    fn have(&self, key: &str) -> bool {
        let Self::Given(schema) = self else { return false };
        let found = Object::parse(schema.get(), "").ok().and_then(|schema| schema.peek(key));
        found.is_some_and(|value| is_truthy(value.get()))
    }
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

/// Whether calls must keep to the schemas: of all tools or of none. A tool that requires no argument cannot be among them
/// (Cohere's guide to `strict_tools`); one that takes none has nothing to keep to.
pub(super) fn strict(tools: &[Tool<'_>], declared: &[chat::Tool], dropped: &mut Dropped) -> Option<bool> {
    let is_strict = |strict: Option<bool>| strict == Some(true);
    let requires = |tool: &Tool<'_>| tool.function.parameters.have("required");
    if !tools.is_empty() && tools.iter().all(|tool| is_strict(tool.strict) && requires(tool)) {
        return Some(true);
    }
    let takes = |tool: &Tool<'_>| requires(tool) || tool.function.parameters.have("properties");
    for (index, tool) in declared.iter().enumerate() {
        let written = tools.iter().find(|written| written.function.name == tool.name);
        if is_strict(tool.strict) && written.is_some_and(takes) {
            dropped.name(format!("tools[{index}].strict"));
        }
    }
    None
}
