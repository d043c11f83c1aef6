//! `tools` and `toolConfig`.

use crate::chat::{Request, SearchTool, Tool, ToolChoice};
use crate::gemini::request::harmless::{Place, name_unread};
use crate::gemini::{schema, spelling};
use crate::json::{self, Invalid, Object};

/// Reads the functions that the client runs, the search that Google runs, and which functions must be called. Google's other
/// tools are named.
pub(super) fn read(object: &mut Object<'_>, request: &mut Request, unmapped: &mut Vec<String>) -> Result<(), Invalid> {
    for (path, raw) in object.take_list("tools")?.unwrap_or_default() {
        let mut group = spelling::object(raw.get(), path)?;
        for (path, raw) in group.take_list("functionDeclarations")?.unwrap_or_default() {
            request.tools.push(function(spelling::object(raw.get(), path)?, unmapped)?);
        }
        if let Some(search) = spelling::take(&mut group, "googleSearch")? {
            request.web_search = Some(web_search(search, unmapped)?);
        }
        name_unread(group, Place::Other, unmapped);
    }
    let Some(mut config) = spelling::take(object, "toolConfig")? else { return Ok(()) };
    if let Some(calling) = spelling::take(&mut config, "functionCallingConfig")? {
        choice(calling, request, unmapped)?;
    }
    name_unread(config, Place::ToolConfig, unmapped);
    Ok(())
}

fn function(mut object: Object<'_>, unmapped: &mut Vec<String>) -> Result<Tool, Invalid> {
    let given = object.take("parametersJsonSchema");
    if given.is_some_and(|schema| !json::is_object(schema)) {
        return Err(object.invalid("parametersJsonSchema", "must be an object"));
    }
    let schema = match (object.take("parameters"), given) {
        (Some(_), Some(_)) => {
            return Err(object.invalid("parameters", "stands beside parametersJsonSchema: send one of them"));
        }
        (Some(openapi), None) => Some(schema::read(openapi, &object.path_of("parameters"))?),
        (None, given) => given.map(Into::into),
    };
    let tool = Tool {
        name: object.require_string("name")?,
        description: object.take_string("description")?,
        schema,
        ..Tool::default()
    };
    name_unread(object, Place::Function, unmapped);
    Ok(tool)
}

fn web_search(mut object: Object<'_>, unmapped: &mut Vec<String>) -> Result<SearchTool, Invalid> {
    let blocked_domains = object.take_strings("excludeDomains")?.unwrap_or_default();
    name_unread(object, Place::Other, unmapped);
    Ok(SearchTool { blocked_domains, ..SearchTool::default() })
}

/// `VALIDATED` leaves the choice to the model and holds it to the schemas, which others call strict tools.
fn choice(mut object: Object<'_>, request: &mut Request, unmapped: &mut Vec<String>) -> Result<(), Invalid> {
    let mode = object.take_string("mode")?;
    let mut names = object.take_strings("allowedFunctionNames")?.unwrap_or_default();
    request.tool_choice = match mode.as_deref().unwrap_or("AUTO") {
        "AUTO" | "MODE_UNSPECIFIED" => mode.map(|_| ToolChoice::Auto),
        "NONE" => Some(ToolChoice::None),
        "ANY" if names.is_empty() => Some(ToolChoice::Required),
        "ANY" if names.len() == 1 => names.pop().map(ToolChoice::Tool),
        "ANY" => Some(ToolChoice::Allowed { required: true, names: std::mem::take(&mut names) }),
        "VALIDATED" => {
            request.tools.iter_mut().for_each(|tool| tool.strict = Some(true));
            let allowed = std::mem::take(&mut names);
            let some = !allowed.is_empty();
            Some(if some { ToolChoice::Allowed { required: false, names: allowed } } else { ToolChoice::Auto })
        }
        other => {
            let problem = format!("must be AUTO, ANY, NONE or VALIDATED, not {other:?}");
            return Err(object.invalid("mode", problem));
        }
    };
    if !names.is_empty() {
        return Err(object.invalid("allowedFunctionNames", "may only stand beside the modes ANY and VALIDATED"));
    }
    name_unread(object, Place::Calling, unmapped);
    Ok(())
}
