//! `tools` and `toolConfig`.

use serde::Serialize;

use crate::chat::{self, Request, SearchTool, ToolChoice};
use crate::json::{Invalid, Raw};
use crate::openai_chat::request::Dropped;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum Tool<'a> {
    FunctionDeclarations(Vec<Function<'a>>),
    GoogleSearch(Empty),
}

#[derive(Serialize)]
pub(super) struct Empty {}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Function<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    parameters_json_schema: Option<&'a Raw>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Config<'a> {
    function_calling_config: Calling<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Calling<'a> {
    mode: &'static str,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    allowed_function_names: &'a [String],
}

/// The functions in one group, and Google's search. Whether a schema is to be kept strictly is said for all at once, by the mode.
pub(super) fn list<'a>(request: &'a Request, dropped: &mut Dropped) -> Vec<Tool<'a>> {
    let mut tools = Vec::new();
    if !request.tools.is_empty() {
        tools.push(Tool::FunctionDeclarations(request.tools.iter().map(|tool| function(tool, dropped)).collect()));
    }
    if let Some(search) = &request.web_search {
        name_wishes(search, dropped);
        tools.push(Tool::GoogleSearch(Empty {}));
    }
    tools
}

fn function<'a>(tool: &'a chat::Tool, dropped: &mut Dropped) -> Function<'a> {
    dropped.cache(tool.cache.as_ref());
    Function {
        name: &tool.name,
        description: tool.description.as_deref(),
        parameters_json_schema: tool.schema.as_ref(),
    }
}

fn name_wishes(search: &SearchTool, dropped: &mut Dropped) {
    dropped.cache(search.cache.as_ref());
    for (name, said) in [
        ("web_search.max_uses", search.max_uses.is_some()),
        ("web_search.allowed_domains", !search.allowed_domains.is_empty()),
        // Google's cloud takes them, its API for developers does not
        ("web_search.blocked_domains", !search.blocked_domains.is_empty()),
        ("web_search.place", search.place.is_some()),
        // as much as OpenAI shows without being asked
        ("web_search.context_size", search.context_size.as_deref().is_some_and(|size| size != "medium")),
    ] {
        if said {
            dropped.name(name);
        }
    }
}

/// `ANY` and `VALIDATED` keep to the schemas, so one strict tool is enough for `VALIDATED` where nothing must be called.
pub(super) fn config(request: &Request) -> Result<Option<Config<'_>>, Invalid> {
    const NONE: &[String] = &[];
    if request.tools.is_empty() {
        return match request.tool_choice {
            Some(ToolChoice::Required | ToolChoice::Tool(_)) => {
                Err(Invalid::new("tool_choice", "asks for a call, but there are no tools"))
            }
            _ => Ok(None),
        };
    }
    let strict = request.tools.iter().any(|tool| tool.strict == Some(true));
    let (mode, allowed_function_names) = match &request.tool_choice {
        None | Some(ToolChoice::Auto) if strict => ("VALIDATED", NONE),
        None => return Ok(None),
        Some(ToolChoice::Auto) => ("AUTO", NONE),
        Some(ToolChoice::None) => ("NONE", NONE),
        Some(ToolChoice::Required) => ("ANY", NONE),
        Some(ToolChoice::Tool(name)) => ("ANY", std::slice::from_ref(name)),
        Some(ToolChoice::Allowed { required: true, names }) => ("ANY", names.as_slice()),
        Some(ToolChoice::Allowed { required: false, names }) => ("VALIDATED", names.as_slice()),
    };
    Ok(Some(Config { function_calling_config: Calling { mode, allowed_function_names } }))
}
