//! `toolConfig`.

use super::blocks;
use crate::bedrock::union::Member;
use crate::chat::{Tool, ToolChoice};
use crate::json::{self, Invalid, Object};

/// Reads the tools that the client runs, and which of them must be called. Tools that Bedrock runs are named.
pub(super) fn config(
    object: &mut Object<'_>,
    unmapped: &mut Vec<String>,
) -> Result<(Vec<Tool>, Option<ToolChoice>), Invalid> {
    let Some(mut config) = object.take_object("toolConfig")? else { return Ok((Vec::new(), None)) };
    let mut tools: Vec<Tool> = Vec::new();
    let mut follows = false;
    for (path, raw) in config.take_list("tools")?.unwrap_or_default() {
        let member = Member::of(raw, &path)?;
        match member.name.as_str() {
            "toolSpec" => {
                tools.push(spec(member.object()?, unmapped)?);
                follows = true;
            }
            "cachePoint" => {
                let before = if follows { tools.last_mut() } else { None };
                blocks::cache_point(&member, before.map(|tool| &mut tool.cache), unmapped)?;
            }
            _ => {
                unmapped.push(member.path);
                follows = false;
            }
        }
    }
    let path = config.path_of("toolChoice");
    let choice = match config.take("toolChoice") {
        Some(choice) => Some(tool_choice(&Member::of(choice, &path)?)?),
        None => None,
    };
    unmapped.extend(config.unread());
    Ok((tools, choice))
}

fn spec(mut object: Object<'_>, unmapped: &mut Vec<String>) -> Result<Tool, Invalid> {
    let schema = object.take("inputSchema").ok_or_else(|| object.invalid("inputSchema", "is required"))?;
    let schema = Member::of(schema, &object.path_of("inputSchema"))?;
    if schema.name != "json" || !json::is_object(schema.value) {
        return Err(Invalid::new(schema.path, "must be a schema: an object under json"));
    }
    let tool = Tool {
        name: object.require_string("name")?,
        description: object.take_string("description")?,
        schema: Some(schema.value.into()),
        strict: object.take_bool("strict")?,
        cache: None,
        ..Tool::default()
    };
    unmapped.extend(object.unread());
    Ok(tool)
}

fn tool_choice(member: &Member<'_>) -> Result<ToolChoice, Invalid> {
    Ok(match member.name.as_str() {
        "auto" => ToolChoice::Auto,
        "any" => ToolChoice::Required,
        "tool" => ToolChoice::Tool(member.object()?.require_string("name")?),
        _ => return Err(Invalid::new(member.path.as_str(), "must be auto, any or tool")),
    })
}
