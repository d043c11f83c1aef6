//! Tools and the choice among them.

use super::block::cache_point;
use crate::rules::node::{Broken, Node};

pub(super) fn check(config: &Node<'_>) -> Result<(), Broken> {
    let tools = config.items("tools")?;
    if tools.is_empty() {
        return Err(config.broken("tools: at least one is required"));
    }
    let mut names = Vec::new();
    for tool in &tools {
        match tool.union(&["toolSpec", "systemTool", "cachePoint"])? {
            ("toolSpec", spec) => names.push(specification(&spec)?),
            ("systemTool", system) => names.push(system.need("name")?.name("_-")?),
            (_, point) => cache_point(&point)?,
        }
    }
    let Some(choice) = config.field("toolChoice") else { return Ok(()) };
    let (kind, chosen) = choice.union(&["auto", "any", "tool"])?;
    chosen.object()?;
    if kind != "tool" {
        return Ok(());
    }
    let name = chosen.need("name")?;
    if names.contains(&name.name("_-")?) { Ok(()) } else { Err(name.broken("no tool has this name")) }
}

fn specification<'a>(spec: &Node<'a>) -> Result<&'a str, Broken> {
    if let Some(description) = spec.field("description") {
        description.text(1, usize::MAX)?;
    }
    let (_, schema) = spec.need("inputSchema")?.union(&["json"])?;
    schema.need("type")?.word(&["object"])?;
    spec.need("name")?.name("_-")
}
