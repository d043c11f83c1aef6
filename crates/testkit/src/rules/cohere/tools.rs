//! Tools and the choice among them.

use super::{Refused, only};
use crate::rules::node::Node;

/// Fields of all strict tools together.
const MOST_STRICT: usize = 200;

pub(super) fn check(body: &Node<'_>) -> Result<(), Refused> {
    let tools = body.items("tools")?;
    let strict = switch(body, "strict_tools")?;
    let mut fields = 0;
    for tool in &tools {
        only(tool, &["function", "type"])?;
        tool.need("type")?.word(&["function"])?;
        let function = tool.need("function")?;
        only(&function, &["description", "name", "parameters"])?;
        function.need("name")?.name("_-")?;
        if let Some(description) = function.field("description") {
            description.text(0, usize::MAX)?;
        }
        let parameters = function.need("parameters")?;
        parameters.object()?;
        fields += parameters.field("properties").map_or(Ok(0), |all| all.object().map(serde_json::Map::len))?;
        if strict && parameters.items("required")?.is_empty() {
            return Err(parameters.broken("must have a required parameter where strict_tools is set").into());
        }
    }
    if strict && fields > MOST_STRICT {
        return Err(body.broken("tools must not have more than 200 fields where strict_tools is set").into());
    }
    if let Some(choice) = body.field("tool_choice") {
        choice.word(&["REQUIRED", "NONE"])?;
        if tools.is_empty() {
            return Err(choice.broken("needs tools").into());
        }
    }
    Ok(())
}

pub(super) fn switch(body: &Node<'_>, name: &str) -> Result<bool, Refused> {
    let Some(switch) = body.field(name) else { return Ok(false) };
    Ok(switch.value().as_bool().ok_or_else(|| switch.broken("must be a boolean"))?)
}
