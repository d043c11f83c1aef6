//! The items of an input.

use serde_json::Value;

use super::seen::Seen;
use super::{Node, Refused, need, only, part};
use crate::read::openai_responses::stores;

/// Items that are taken as they are: what they mean is not played here.
const OTHERS: &[&str] = &[
    "additional_tools",
    "apply_patch_call",
    "apply_patch_call_output",
    "code_interpreter_call",
    "computer_call",
    "computer_call_output",
    "configuration_update",
    "file_search_call",
    "image_generation_call",
    "local_shell_call",
    "local_shell_call_output",
    "mcp_approval_request",
    "mcp_approval_response",
    "mcp_call",
    "mcp_list_tools",
    "program",
    "program_output",
    "shell_call",
    "shell_call_output",
    "tool_search_call",
    "tool_search_output",
];
const STATUS: &[&str] = &["in_progress", "completed", "incomplete"];

pub(super) fn check(body: &Node<'_>) -> Result<(), Refused> {
    let Some(input) = body.field("input") else { return Ok(()) };
    if input.value().is_string() {
        return Ok(());
    }
    let items = body.items("input")?;
    if items.is_empty() && body.field("prompt").is_none() {
        return Err(super::missing(body, "input"));
    }
    let mut seen = Seen::default();
    for (at, item) in items.iter().enumerate() {
        let kind = kind(item)?;
        seen.item(item)?;
        match kind {
            "message" => message(item)?,
            "reasoning" => reasoning(item)?,
            "function_call" => {
                let known = ["type", "id", "call_id", "name", "arguments", "status", "namespace", "caller", "async"];
                // SDKs that read the arguments hand back what they read
                only(item, &[&known[..], &["parsed_arguments"]].concat())?;
                id(item, "fc")?;
                need(item, "arguments")?.text(0, usize::MAX)?;
                seen.call("function_call_output", call(item)?)?;
            }
            "custom_tool_call" => {
                only(item, &["type", "id", "call_id", "name", "input", "status", "namespace", "caller", "async"])?;
                id(item, "ctc")?;
                need(item, "input")?.text(0, usize::MAX)?;
                seen.call("custom_tool_call_output", call(item)?)?;
            }
            "function_call_output" | "custom_tool_call_output" => {
                only(item, &["type", "id", "call_id", "output", "status", "caller", "name", "namespace"])?;
                seen.result(kind, result(item)?)?;
            }
            "web_search_call" => {
                only(item, &["type", "id", "status", "action"])?;
                id(item, "ws")?;
            }
            "compaction" => {
                only(item, &["type", "id", "encrypted_content"])?;
                id(item, "cmp")?;
                need(item, "encrypted_content")?.text(1, usize::MAX)?;
            }
            "compaction_trigger" => {
                only(item, &["type"])?;
                if at + 1 < items.len() {
                    return Err(refused("The 'compaction_trigger' item must be the final input item."));
                }
            }
            "item_reference" => {
                return Err(absent(need(item, "id")?.text(1, usize::MAX)?, body.value()));
            }
            other if OTHERS.contains(&other) => {}
            other => {
                return Err(item.need("type")?.broken(&format!("'{other}' is no type of item")).into());
            }
        }
    }
    seen.end()
}

pub(super) fn refused(message: &str) -> Refused {
    Refused::new(message.to_owned(), Some("input".to_owned()), None)
}

/// An item that was not kept, or is not this service's.
pub(in crate::rules) fn absent(id: &str, body: &Value) -> Refused {
    let why = "Items are not persisted when `store` is set to false. \
               Try again with `store` set to true, or remove this item from your input.";
    let why = if stores(body.get("store")) { String::new() } else { format!(" {why}") };
    Refused { status: 404, ..refused(&format!("Item with id '{id}' not found.{why}")) }
}

fn kind<'a>(item: &Node<'a>) -> Result<&'a str, Refused> {
    let fields = item.object()?;
    match item.field("type") {
        Some(kind) => Ok(kind.text(1, usize::MAX)?),
        None if fields.contains_key("role") => Ok("message"),
        None if fields.contains_key("id") && fields.len() == 1 => Ok("item_reference"),
        None => Err(super::missing(item, "type")),
    }
}

fn message(item: &Node<'_>) -> Result<(), Refused> {
    only(item, &["type", "id", "role", "content", "status", "phase"])?;
    id(item, "msg")?;
    let role = need(item, "role")?;
    role.word(&["user", "assistant", "system", "developer"])?;
    if let Some(status) = item.field("status") {
        status.word(STATUS)?;
    }
    let content = need(item, "content")?;
    if content.value().is_string() {
        return Ok(());
    }
    let said = role.value() == "assistant";
    let check = if said { part::said } else { part::given };
    item.items("content")?.iter().try_for_each(check)
}

/// A proof is checked elsewhere: not every test can have one.
fn reasoning(item: &Node<'_>) -> Result<(), Refused> {
    only(item, &["type", "id", "summary", "content", "encrypted_content", "status"])?;
    id(item, "rs")?;
    need(item, "summary")?;
    for (list, kind) in [("summary", "summary_text"), ("content", "reasoning_text")] {
        for text in item.items(list)? {
            only(&text, &["type", "text"])?;
            need(&text, "type")?.word(&[kind])?;
            need(&text, "text")?.text(0, usize::MAX)?;
        }
    }
    Ok(())
}

/// Ids say what kind of item they are of.
fn id(item: &Node<'_>, prefix: &str) -> Result<(), Refused> {
    let Some(id) = item.field("id") else { return Ok(()) };
    if id.text(1, 64)?.starts_with(prefix) {
        return Ok(());
    }
    let param = super::place(id.place());
    let message = format!("Invalid '{param}': '{}'. Expected an ID that begins with '{prefix}'.", id.text(1, 64)?);
    Err(Refused::new(message, Some(param), Some("invalid_value")))
}

fn call<'a>(item: &Node<'a>) -> Result<&'a str, Refused> {
    need(item, "name")?.name_of(128, "_-")?;
    Ok(need(item, "call_id")?.text(1, 64)?)
}

/// The call that it is the result of.
fn result<'a>(item: &Node<'a>) -> Result<&'a str, Refused> {
    let output = need(item, "output")?;
    if !output.value().is_string() {
        item.items("output")?.iter().try_for_each(part::given)?;
    }
    if let Some(status) = item.field("status") {
        status.word(STATUS)?;
    }
    Ok(need(item, "call_id")?.text(1, 64)?)
}

/// Each item of the input that may be encrypted: its index, how its id begins, itself.
pub(in crate::rules) fn sealed(body: &Value) -> impl Iterator<Item = (usize, &'static str, &Value)> {
    let input = body.get("input").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    input.iter().enumerate().filter_map(|(at, item)| match item.get("type")?.as_str()? {
        "reasoning" => Some((at, "rs_", item)),
        "compaction" => Some((at, "cmp_", item)),
        _ => None,
    })
}
