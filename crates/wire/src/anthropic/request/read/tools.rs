//! `tools` and `tool_choice`.

use super::{blocks, leftover};
use crate::chat::{Tool, ToolChoice};
use crate::json::{self, Invalid, Object};

/// Reads the tools that the client runs. Tools that Anthropic runs are named with their type.
pub(super) fn list(object: &mut Object<'_>, unmapped: &mut Vec<String>) -> Result<Vec<Tool>, Invalid> {
    let mut tools = Vec::new();
    for (path, raw) in object.take_list("tools")?.unwrap_or_default() {
        let mut tool = Object::parse(raw.get(), path)?;
        match tool.take_string("type")?.as_deref() {
            None | Some("custom") => tools.push(custom(tool, unmapped)?),
            Some(word) => unmapped.push(format!("{} ({word})", tool.path())),
        }
    }
    Ok(tools)
}

fn custom(mut object: Object<'_>, unmapped: &mut Vec<String>) -> Result<Tool, Invalid> {
    if object.peek("input_schema").is_some_and(|schema| !json::is_object(schema)) {
        return Err(object.invalid("input_schema", "must be an object"));
    }
    let tool = Tool {
        name: object.require_string("name")?,
        description: object.take_string("description")?,
        schema: object.take_raw("input_schema"),
        strict: object.take_bool("strict")?,
        cache: blocks::cache(&mut object, unmapped)?,
    };
    leftover::name(object, unmapped);
    Ok(tool)
}

/// Reads which tools must be called, and whether several may be at once.
pub(super) fn choice(
    object: &mut Object<'_>,
    unmapped: &mut Vec<String>,
) -> Result<(Option<ToolChoice>, Option<bool>), Invalid> {
    let Some(mut choice) = object.take_object("tool_choice")? else { return Ok((None, None)) };
    let read = match choice.require_string("type")?.as_str() {
        "auto" => ToolChoice::Auto,
        "any" => ToolChoice::Required,
        "none" => ToolChoice::None,
        "tool" => ToolChoice::Tool(choice.require_string("name")?),
        other => return Err(choice.invalid("type", format!("must be auto, any, tool or none, not {other:?}"))),
    };
    let parallel = choice.take_bool("disable_parallel_tool_use")?.map(|disabled| !disabled);
    leftover::name(choice, unmapped);
    Ok((Some(read), parallel))
}
