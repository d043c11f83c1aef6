//! Tools and the choice among them.

use super::{Node, Refused, need, only};

/// Tools of the service. What is in them is not looked at.
const OWN: &[&str] = &[
    "apply_patch",
    "code_interpreter",
    "computer",
    "computer_use_preview",
    "file_search",
    "image_generation",
    "local_shell",
    "mcp",
    "programmatic_tool_calling",
    "shell",
    "tool_search",
    "web_search",
    "web_search_2025_08_26",
    "web_search_preview",
    "web_search_preview_2025_03_11",
];

pub(super) fn check(body: &Node<'_>) -> Result<(), Refused> {
    let mut names = Vec::new();
    for tool in body.items("tools")? {
        declared(&tool, &mut names)?;
    }
    for item in items_with_tools(body)? {
        for tool in item.items("tools")? {
            declared(&tool, &mut names)?;
        }
    }
    let Some(choice) = body.field("tool_choice") else { return Ok(()) };
    if choice.value().is_string() {
        return Ok(choice.word(&["none", "auto", "required"])?);
    }
    let kind = need(&choice, "type")?.text(1, usize::MAX)?;
    match kind {
        "function" | "custom" => chosen(&choice, kind, &names),
        "allowed_tools" => {
            need(&choice, "mode")?.word(&["auto", "required"])?;
            need(&choice, "tools")?;
            choice.items("tools")?.iter().try_for_each(|tool| {
                let kind = need(tool, "type")?.text(1, usize::MAX)?;
                if matches!(kind, "function" | "custom") { chosen(tool, kind, &names) } else { Ok(()) }
            })
        }
        own if OWN.contains(&own) => Ok(()),
        _ => Err(choice.need("type")?.broken("is no choice").into()),
    }
}

/// Tools may be declared in the middle of the conversation too.
fn items_with_tools<'a>(body: &Node<'a>) -> Result<Vec<Node<'a>>, Refused> {
    if !body.field("input").is_some_and(|input| input.value().is_array()) {
        return Ok(Vec::new());
    }
    let mut items = body.items("input")?;
    items.retain(|item| item.field("type").is_some_and(|kind| kind.value() == "additional_tools"));
    Ok(items)
}

/// A tool is chosen by its kind and name.
fn chosen(choice: &Node<'_>, kind: &str, names: &[(&str, &str)]) -> Result<(), Refused> {
    let name = need(choice, "name")?.text(1, usize::MAX)?;
    if names.contains(&(kind, name)) {
        return Ok(());
    }
    let message = format!("Tool choice '{name}' not found in 'tools' parameter.");
    Err(Refused::new(message, Some("tool_choice".to_owned()), None))
}

fn declared<'a>(tool: &Node<'a>, names: &mut Vec<(&'a str, &'a str)>) -> Result<(), Refused> {
    match need(tool, "type")?.text(1, usize::MAX)? {
        "function" => {
            let name = need(tool, "name")?.name_of(128, "_-")?;
            let known = ["type", "name", "description", "parameters", "strict", "defer_loading", "output_schema"];
            only(tool, &[&known[..], &["allowed_callers", "async"]].concat())?;
            if let Some(parameters) = tool.field("parameters") {
                parameters.object()?;
            }
            names.push(("function", name));
        }
        "custom" => {
            let name = need(tool, "name")?.name_of(128, "_-")?;
            only(tool, &["type", "name", "description", "format", "defer_loading", "allowed_callers", "async"])?;
            if let Some(format) = tool.field("format") {
                grammar(&format)?;
            }
            names.push(("custom", name));
        }
        "namespace" => {
            need(tool, "name")?.name_of(128, "_-")?;
            only(tool, &["type", "name", "description", "tools"])?;
            need(tool, "tools")?;
            for inner in tool.items("tools")? {
                need(&inner, "type")?.word(&["function", "custom"])?;
                declared(&inner, names)?;
            }
        }
        own if OWN.contains(&own) => {}
        other => return Err(tool.need("type")?.broken(&format!("'{other}' is no type of tool")).into()),
    }
    Ok(())
}

fn grammar(format: &Node<'_>) -> Result<(), Refused> {
    let kind = need(format, "type")?;
    kind.word(&["text", "grammar"])?;
    if kind.value() == "grammar" {
        need(format, "definition")?.text(1, usize::MAX)?;
        need(format, "syntax")?.word(&["lark", "regex"])?;
    }
    Ok(())
}
