//! Tools, the choice among them, and calls of them.

use serde_json::value::RawValue;

use super::super::harmless::{Place, name_unread};
use super::part::{require_object, take_cache};
use crate::chat::{CallKind, CustomFormat, Tool, ToolCall, ToolChoice, ToolKind};
use crate::json::{self, Invalid, Object};

/// The tools of a request.
pub(super) fn read_all(body: &mut Object<'_>, unmapped: &mut Vec<String>) -> Result<Vec<Tool>, Invalid> {
    let mut tools = Vec::new();
    for (path, tool) in body.take_list("tools")?.unwrap_or_default() {
        tools.extend(read_tool(Object::parse(tool.get(), path)?, unmapped)?);
    }
    Ok(tools)
}

/// A function or a custom tool. Tools of another kind exist with their own provider only: they are named as a whole.
fn read_tool(mut tool: Object<'_>, unmapped: &mut Vec<String>) -> Result<Option<Tool>, Invalid> {
    let kind = tool.require_string("type")?;
    if !matches!(kind.as_str(), "function" | "custom") {
        unmapped.push(if tool.peek(&kind).is_some() { tool.path_of(&kind) } else { tool.path().to_owned() });
        return Ok(None);
    }
    let cache = take_cache(&mut tool, unmapped)?;
    let inner = require_object(&mut tool, &kind)?;
    name_unread(tool, Place::Other, unmapped);
    let read = if kind == "custom" { read_custom(inner, unmapped)? } else { read_function(inner, unmapped)? };
    Ok(Some(Tool { cache: cache.or(read.cache), ..read }))
}

pub(super) fn read_function(mut function: Object<'_>, unmapped: &mut Vec<String>) -> Result<Tool, Invalid> {
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
        cache: take_cache(&mut function, unmapped)?,
        ..Tool::default()
    };
    name_unread(function, Place::Other, unmapped);
    Ok(read)
}

fn read_custom(mut custom: Object<'_>, unmapped: &mut Vec<String>) -> Result<Tool, Invalid> {
    let read = Tool {
        name: custom.require_string("name")?,
        description: custom.take_string("description")?,
        kind: ToolKind::Custom { format: format(&mut custom, unmapped)? },
        ..Tool::default()
    };
    name_unread(custom, Place::Other, unmapped);
    Ok(read)
}

fn format(custom: &mut Object<'_>, unmapped: &mut Vec<String>) -> Result<CustomFormat, Invalid> {
    let Some(mut format) = custom.take_object("format")? else { return Ok(CustomFormat::Text) };
    let read = match format.require_string("type")?.as_str() {
        "text" => CustomFormat::Text,
        "grammar" => {
            let mut grammar = require_object(&mut format, "grammar")?;
            let (syntax, definition) = (grammar.require_string("syntax")?, grammar.require_string("definition")?);
            name_unread(grammar, Place::Other, unmapped);
            CustomFormat::Grammar { syntax, definition }
        }
        other => return Err(format.invalid("type", format!("must be text or grammar, not '{other}'"))),
    };
    name_unread(format, Place::Other, unmapped);
    Ok(read)
}

/// The choice among the tools.
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
    let kind = choice.require_string("type")?;
    let read = match kind.as_str() {
        "function" | "custom" => ToolChoice::Tool(chosen(&mut choice, &kind, unmapped)?),
        "allowed_tools" => allowed(&mut choice, unmapped)?,
        other => return Err(choice.invalid("type", format!("is not a known tool choice: '{other}'"))),
    };
    name_unread(choice, Place::Other, unmapped);
    Ok(Some(read))
}

/// The name in `{"function":{"name":…}}`.
fn chosen(choice: &mut Object<'_>, kind: &str, unmapped: &mut Vec<String>) -> Result<String, Invalid> {
    let mut tool = require_object(choice, kind)?;
    let name = tool.require_string("name")?;
    name_unread(tool, Place::Other, unmapped);
    Ok(name)
}

/// Some of the tools only. What is neither a function nor a custom tool is not declared either, and is named.
fn allowed(choice: &mut Object<'_>, unmapped: &mut Vec<String>) -> Result<ToolChoice, Invalid> {
    let mut allowed = require_object(choice, "allowed_tools")?;
    let required = match allowed.require_string("mode")?.as_str() {
        "auto" => false,
        "required" => true,
        other => return Err(allowed.invalid("mode", format!("must be auto or required, not '{other}'"))),
    };
    let tools = allowed.take_list("tools")?.ok_or_else(|| allowed.invalid("tools", "is required"))?;
    let mut names = Vec::with_capacity(tools.len());
    for (path, tool) in tools {
        let mut tool = Object::parse(tool.get(), path)?;
        let kind = tool.require_string("type")?;
        if matches!(kind.as_str(), "function" | "custom") {
            names.push(chosen(&mut tool, &kind, unmapped)?);
            name_unread(tool, Place::Other, unmapped);
        } else {
            unmapped.push(tool.path().to_owned());
        }
    }
    name_unread(allowed, Place::Other, unmapped);
    Ok(ToolChoice::Allowed { required, names })
}

/// A call that an assistant made.
pub(super) fn read_call(path: String, call: &RawValue, unmapped: &mut Vec<String>) -> Result<ToolCall, Invalid> {
    let mut call = Object::parse(call.get(), path)?;
    let (field, kind) = match call.take_string("type")?.as_deref() {
        None | Some("function") => ("function", CallKind::Function),
        Some("custom") => ("custom", CallKind::Custom),
        Some(other) => return Err(call.invalid("type", format!("is not a known kind of tool call: '{other}'"))),
    };
    let mut called = require_object(&mut call, field)?;
    let arguments = if kind == CallKind::Custom { "input" } else { "arguments" };
    let read = ToolCall {
        id: call.require_string("id")?,
        name: called.require_string("name")?,
        kind,
        arguments: called.take_string(arguments)?.unwrap_or_default(),
        cache: take_cache(&mut call, unmapped)?,
        namespace: None,
    };
    name_unread(called, Place::Other, unmapped);
    name_unread(call, Place::ToolCall, unmapped);
    Ok(read)
}
