//! Tools, the choice among them, and calls of them.

use serde_json::value::RawValue;

use super::super::harmless::{Place, name_unread};
use super::part::take_cache;
use crate::chat::{Tool, ToolCall, ToolChoice};
use crate::json::{self, Invalid, Object};

pub(super) fn read_all(body: &mut Object<'_>, unmapped: &mut Vec<String>) -> Result<Vec<Tool>, Invalid> {
    let mut tools = Vec::new();
    for (path, tool) in body.take_list("tools")?.unwrap_or_default() {
        tools.extend(read_tool(Object::parse(tool.get(), path)?, unmapped)?);
    }
    Ok(tools)
}

/// A function. Tools of another kind exist with their own provider only: they are named as a whole.
fn read_tool(mut tool: Object<'_>, unmapped: &mut Vec<String>) -> Result<Option<Tool>, Invalid> {
    let kind = tool.require_string("type")?;
    if kind != "function" {
        unmapped.push(if tool.peek(&kind).is_some() { tool.path_of(&kind) } else { tool.path().to_owned() });
        return Ok(None);
    }
    let cache = take_cache(&mut tool, unmapped)?;
    let mut function = tool.take_object("function")?.ok_or_else(|| tool.invalid("function", "is required"))?;
    name_unread(tool, Place::Other, unmapped);
    let read = Tool {
        name: function.require_string("name")?,
        description: function.take_string("description")?,
        schema: match function.peek("parameters") {
            Some(schema) if !json::is_object(schema) => {
                return Err(function.invalid("parameters", "must be a JSON object"));
            }
            _ => function.take_raw("parameters"),
        },
        strict: function.take_bool("strict")?,
        cache: match cache {
            Some(cache) => Some(cache),
            None => take_cache(&mut function, unmapped)?,
        },
    };
    name_unread(function, Place::Other, unmapped);
    Ok(Some(read))
}

pub(super) fn choice(body: &mut Object<'_>, unmapped: &mut Vec<String>) -> Result<Option<ToolChoice>, Invalid> {
    if body.peek("tool_choice").is_some_and(json::is_string) {
        let word = body.require_string("tool_choice")?;
        return match word.as_str() {
            "auto" => Ok(Some(ToolChoice::Auto)),
            // The second is Mistral's word.
            "required" | "any" => Ok(Some(ToolChoice::Required)),
            "none" => Ok(Some(ToolChoice::None)),
            other => {
                Err(body.invalid("tool_choice", format!("must be none, auto, required or an object, not '{other}'")))
            }
        };
    }
    let Some(mut choice) = body.take_object("tool_choice")? else { return Ok(None) };
    match choice.require_string("type")?.as_str() {
        "function" => {
            let mut function =
                choice.take_object("function")?.ok_or_else(|| choice.invalid("function", "is required"))?;
            let name = function.require_string("name")?;
            name_unread(function, Place::Other, unmapped);
            name_unread(choice, Place::Other, unmapped);
            Ok(Some(ToolChoice::Tool(name)))
        }
        "custom" | "allowed_tools" => {
            unmapped.push(choice.path().to_owned());
            Ok(None)
        }
        other => Err(choice.invalid("type", format!("is not a known tool choice: '{other}'"))),
    }
}

/// A call that an assistant made. Calls of custom tools are named, as their tools are.
pub(super) fn read_call(
    path: String,
    call: &RawValue,
    unmapped: &mut Vec<String>,
) -> Result<Option<ToolCall>, Invalid> {
    let mut call = Object::parse(call.get(), path)?;
    match call.take_string("type")?.as_deref() {
        None | Some("function") => {}
        Some("custom") => {
            unmapped.push(call.path_of("custom"));
            return Ok(None);
        }
        Some(other) => return Err(call.invalid("type", format!("is not a known kind of tool call: '{other}'"))),
    }
    let mut function = call.take_object("function")?.ok_or_else(|| call.invalid("function", "is required"))?;
    let read = ToolCall {
        id: call.require_string("id")?,
        name: function.require_string("name")?,
        arguments: function.take_string("arguments")?.unwrap_or_default(),
        cache: take_cache(&mut call, unmapped)?,
    };
    name_unread(function, Place::Other, unmapped);
    name_unread(call, Place::ToolCall, unmapped);
    Ok(Some(read))
}
