//! Tools and the choice among them.

use serde_json::value::RawValue;

use super::{Place, name_unread};
use crate::chat::{Tool, ToolChoice};
use crate::json::{self, Invalid, Object};

/// The tools of a request. Tools that are no functions are named.
pub(super) fn read_all(body: &mut Object<'_>, unmapped: &mut Vec<String>) -> Result<Vec<Tool>, Invalid> {
    let strict = match body.peek("strict_tools").map(RawValue::get) {
        Some("false") => None,
        _ => body.take_bool("strict_tools")?,
    };
    let mut tools = Vec::new();
    for (path, raw) in body.take_list("tools")?.unwrap_or_default() {
        let mut tool = Object::parse(raw.get(), path)?;
        if let Some(word) = tool.take_string("type")?.filter(|word| word != "function") {
            unmapped.push(format!("{} ({word})", tool.path()));
            continue;
        }
        let function = tool.take_object("function")?.ok_or_else(|| tool.invalid("function", "is required"))?;
        tools.push(Tool { strict, ..read(function, unmapped)? });
        name_unread(tool, Place::Other, unmapped);
    }
    Ok(tools)
}

fn read(mut function: Object<'_>, unmapped: &mut Vec<String>) -> Result<Tool, Invalid> {
    let tool = Tool {
        name: function.require_string("name")?,
        description: function.take_string("description")?,
        schema: match function.peek("parameters") {
            Some(schema) if !json::is_object(schema) => {
                return Err(function.invalid("parameters", "must be a JSON object"));
            }
            _ => function.take_raw("parameters"),
        },
        ..Tool::default()
    };
    name_unread(function, Place::Other, unmapped);
    Ok(tool)
}

pub(super) fn choice(body: &mut Object<'_>) -> Result<Option<ToolChoice>, Invalid> {
    match body.take_string("tool_choice")?.as_deref() {
        None => Ok(None),
        Some("REQUIRED") => Ok(Some(ToolChoice::Required)),
        Some("NONE") => Ok(Some(ToolChoice::None)),
        Some(other) => Err(body.invalid("tool_choice", format!("must be REQUIRED or NONE, not '{other}'"))),
    }
}
