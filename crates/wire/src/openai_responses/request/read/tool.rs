//! Tools, and the choice among them.

use std::collections::HashMap;
use std::sync::Arc;

use super::super::harmless::{Place, name_unread};
use crate::chat::{CustomFormat, Namespace, SearchTool, Tool, ToolChoice, ToolKind};
use crate::json::{self, Invalid, Object};
use crate::user_location;

/// How the types of the web search begin; dates follow.
const WEB_SEARCH: &str = "web_search";

/// The longest name of a group. It becomes part of the name of each of its tools, so a long one would be long many times.
const LONGEST_NAME: usize = 128;

/// The tools of a request, which are declared beside the input or among it.
#[derive(Default)]
pub(super) struct Declared {
    tools: Vec<Tool>,
    search: Option<SearchTool>,
    /// Where a tool of this namespace and name stands.
    places: HashMap<(Option<String>, String), usize>,
}

impl Declared {
    /// Reads the field `tools`: those that the client runs, and the search of the web. Others that the provider runs are named
    /// with their type.
    pub(super) fn read(&mut self, object: &mut Object<'_>, unmapped: &mut Vec<String>) -> Result<(), Invalid> {
        for (path, tool) in object.take_list("tools")?.unwrap_or_default() {
            let mut tool = Object::parse(tool.get(), path)?;
            let kind = tool.require_string("type")?;
            if kind == "namespace" {
                for tool in namespace(tool, unmapped)? {
                    self.declare(tool);
                }
            } else if kind.starts_with(WEB_SEARCH)
                && tool.peek("external_web_access").is_some_and(|on| on.get() == "false")
            {
                // one that may not leave the house must not become one that does
                unmapped.push(format!("{} (web_search without external_web_access)", tool.path()));
            } else if kind.starts_with(WEB_SEARCH) && self.search.is_none() {
                self.search = Some(web_search(tool, unmapped)?);
            } else if let Some(tool) = of_client(tool, &kind, None, unmapped)? {
                self.declare(tool);
            }
        }
        Ok(())
    }

    /// A tool that is declared again is one tool: agents say in every turn what they have, and the last word counts.
    fn declare(&mut self, tool: Tool) {
        let key = (tool.namespace.as_ref().map(|namespace| namespace.name.clone()), tool.name.clone());
        let before = self.places.get(&key).and_then(|at| self.tools.get_mut(*at));
        if let Some(before) = before {
            *before = tool;
        } else {
            self.places.insert(key, self.tools.len());
            self.tools.push(tool);
        }
    }

    /// All of them. The search is the one tool among ours that the provider runs, and so the one whose calls are counted.
    pub(super) fn into_tools(self, body: &mut Object<'_>) -> Result<(Vec<Tool>, Option<SearchTool>), Invalid> {
        let mut search = self.search;
        if let Some(search) = &mut search {
            search.max_uses = body.take_u64("max_tool_calls")?;
        }
        Ok((self.tools, search))
    }
}

/// A tool that the client runs.
fn of_client(
    mut tool: Object<'_>,
    kind: &str,
    namespace: Option<&Arc<Namespace>>,
    unmapped: &mut Vec<String>,
) -> Result<Option<Tool>, Invalid> {
    let mut read = Tool { namespace: namespace.cloned(), ..Tool::default() };
    match kind {
        "function" => {
            if tool.peek("parameters").is_some_and(|schema| !json::is_object(schema)) {
                return Err(tool.invalid("parameters", "must be a JSON object"));
            }
            read.schema = tool.take_raw("parameters");
            read.strict = tool.take_bool("strict")?;
        }
        "custom" => read.kind = ToolKind::Custom { format: format(&mut tool, unmapped)? },
        other => {
            unmapped.push(format!("{} ({other})", tool.path()));
            return Ok(None);
        }
    }
    read.name = tool.require_string("name")?;
    read.description = tool.take_string("description")?;
    name_unread(tool, Place::Tool, unmapped);
    Ok(Some(read))
}

fn format(tool: &mut Object<'_>, unmapped: &mut Vec<String>) -> Result<CustomFormat, Invalid> {
    let Some(mut format) = tool.take_object("format")? else { return Ok(CustomFormat::Text) };
    let read = match format.require_string("type")?.as_str() {
        "text" => CustomFormat::Text,
        "grammar" => CustomFormat::Grammar {
            syntax: format.require_string("syntax")?,
            definition: format.require_string("definition")?,
        },
        other => return Err(format.invalid("type", format!("must be text or grammar, not '{other}'"))),
    };
    name_unread(format, Place::Other, unmapped);
    Ok(read)
}

fn namespace(mut group: Object<'_>, unmapped: &mut Vec<String>) -> Result<Vec<Tool>, Invalid> {
    // shared by its tools: a long description must not be as long for each of them
    let namespace = Arc::new(Namespace {
        name: group.require_string("name")?,
        description: group.take_string("description")?.filter(|description| !description.is_empty()),
    });
    let mut tools = Vec::new();
    if namespace.name.len() > LONGEST_NAME {
        return Err(group.invalid("name", format!("must be at most {LONGEST_NAME} bytes")));
    }
    for (path, tool) in group.take_list("tools")?.ok_or_else(|| group.invalid("tools", "is required"))? {
        let mut tool = Object::parse(tool.get(), path)?;
        let kind = tool.require_string("type")?;
        tools.extend(of_client(tool, &kind, Some(&namespace), unmapped)?);
    }
    name_unread(group, Place::Tool, unmapped);
    Ok(tools)
}

fn web_search(mut tool: Object<'_>, unmapped: &mut Vec<String>) -> Result<SearchTool, Invalid> {
    let mut search = SearchTool { context_size: tool.take_string("search_context_size")?, ..SearchTool::default() };
    if let Some(mut filters) = tool.take_object("filters")? {
        search.allowed_domains = filters.take_strings("allowed_domains")?.unwrap_or_default();
        search.blocked_domains = filters.take_strings("blocked_domains")?.unwrap_or_default();
        name_unread(filters, Place::Other, unmapped);
    }
    if let Some(mut place) = tool.take_object("user_location")? {
        if place.take_string("type")?.is_some_and(|kind| kind != "approximate") {
            return Err(place.invalid("type", "must be 'approximate'"));
        }
        search.place = Some(user_location::read(&mut place)?);
        name_unread(place, Place::Other, unmapped);
    }
    name_unread(tool, Place::SearchTool, unmapped);
    Ok(search)
}

pub(super) fn choice(body: &mut Object<'_>, unmapped: &mut Vec<String>) -> Result<Option<ToolChoice>, Invalid> {
    if body.peek("tool_choice").is_some_and(json::is_string) {
        return match body.require_string("tool_choice")?.as_str() {
            "auto" => Ok(Some(ToolChoice::Auto)),
            "required" => Ok(Some(ToolChoice::Required)),
            "none" => Ok(Some(ToolChoice::None)),
            other => {
                Err(body.invalid("tool_choice", format!("must be none, auto, required or an object, not '{other}'")))
            }
        };
    }
    let Some(mut choice) = body.take_object("tool_choice")? else { return Ok(None) };
    let read = match choice.require_string("type")?.as_str() {
        "function" | "custom" => ToolChoice::Tool(choice.require_string("name")?),
        "allowed_tools" => allowed(&mut choice, unmapped)?,
        other => {
            unmapped.push(format!("{} ({other})", choice.path()));
            return Ok(None);
        }
    };
    name_unread(choice, Place::Other, unmapped);
    Ok(Some(read))
}

fn allowed(choice: &mut Object<'_>, unmapped: &mut Vec<String>) -> Result<ToolChoice, Invalid> {
    let required = match choice.require_string("mode")?.as_str() {
        "auto" => false,
        "required" => true,
        other => return Err(choice.invalid("mode", format!("must be auto or required, not '{other}'"))),
    };
    let mut names = Vec::new();
    for (path, tool) in choice.take_list("tools")?.ok_or_else(|| choice.invalid("tools", "is required"))? {
        let mut tool = Object::parse(tool.get(), path)?;
        match tool.require_string("type")?.as_str() {
            "function" | "custom" => {
                names.push(tool.require_string("name")?);
                name_unread(tool, Place::Other, unmapped);
            }
            other => unmapped.push(format!("{} ({other})", tool.path())),
        }
    }
    Ok(ToolChoice::Allowed { required, names })
}
