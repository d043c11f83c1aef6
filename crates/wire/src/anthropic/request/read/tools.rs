//! `tools` and `tool_choice`.

use super::super::harmless::{Anywhere, name_unread};
use super::blocks;
use crate::chat::{Place, SearchTool, Tool, ToolChoice};
use crate::json::{self, Invalid, Object};
use crate::user_location;

/// The versions of the search of the web. They differ in what the model may do with the findings before they count as input.
const WEB_SEARCHES: &[&str] = &["web_search_20250305", "web_search_20260209", "web_search_20260318"];

/// Reads the tools that the client runs, and the search of the web. Other tools that Anthropic runs are named with their type.
pub(super) fn list(
    object: &mut Object<'_>,
    unmapped: &mut Vec<String>,
) -> Result<(Vec<Tool>, Option<SearchTool>), Invalid> {
    let (mut tools, mut search) = (Vec::new(), None);
    for (path, raw) in object.take_list("tools")?.unwrap_or_default() {
        let mut tool = Object::parse(raw.get(), path)?;
        match tool.take_string("type")?.as_deref() {
            None | Some("custom") => tools.push(custom(tool, unmapped)?),
            Some(word) if WEB_SEARCHES.contains(&word) && search.is_none() => {
                search = Some(web_search(tool, unmapped)?);
            }
            Some(word) => unmapped.push(format!("{} ({word})", tool.path())),
        }
    }
    Ok((tools, search))
}

fn web_search(mut object: Object<'_>, unmapped: &mut Vec<String>) -> Result<SearchTool, Invalid> {
    // there is one name that it may have
    object.take("name");
    let tool = SearchTool {
        max_uses: object.take_u64("max_uses")?,
        allowed_domains: object.take_strings("allowed_domains")?.unwrap_or_default(),
        blocked_domains: object.take_strings("blocked_domains")?.unwrap_or_default(),
        place: match object.take_object("user_location")? {
            Some(place) => Some(user_location(place, unmapped)?),
            None => None,
        },
        context_size: None,
        cache: blocks::cache(&mut object, unmapped)?,
    };
    name_unread(object, Anywhere, unmapped);
    Ok(tool)
}

fn user_location(mut object: Object<'_>, unmapped: &mut Vec<String>) -> Result<Place, Invalid> {
    // `approximate` is the only one
    object.take("type");
    let place = user_location::read(&mut object)?;
    name_unread(object, Anywhere, unmapped);
    Ok(place)
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
        ..Tool::default()
    };
    name_unread(object, Anywhere, unmapped);
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
    name_unread(choice, Anywhere, unmapped);
    Ok((Some(read), parallel))
}
