//! Requests: tables of what is read and written, and that one gives back the other.

mod reading;
mod round_trip;
mod sdk;
mod thinking;
mod unmapped;
mod writing;

use super::write;
use crate::chat::{Message, Part, Request, Role, Tool, ToolCall, ToolResult};
use crate::dialect::{CeilingField, Target};
use crate::json::Invalid;

const OLD: &str = "gemini-2.5-flash";
const NEW: &str = "gemini-3-flash";

/// A request with `fields` (`"a":1,"b":2`) beside its one message.
fn with(fields: &str) -> String {
    let comma = if fields.is_empty() { "" } else { "," };
    format!(r#"{{"contents":[{{"role":"user","parts":[{{"text":"Hi"}}]}}]{comma}{fields}}}"#)
}

fn written_for(model: &str, request: &Request) -> Result<(String, Vec<String>), Invalid> {
    let target = Target { model, ceiling: CeilingField::default(), extras: true };
    let written = write(request, &target)?;
    Ok((String::from_utf8(written.body).unwrap(), written.dropped))
}

fn body_for(model: &str, request: &Request) -> String {
    let (body, dropped) = written_for(model, request).unwrap();
    assert_eq!(dropped, [""; 0]);
    body
}

fn request(messages: Vec<Message>) -> Request {
    Request { messages, ..Request::default() }
}

fn says(role: Role, text: &str) -> Message {
    Message::new(role, vec![Part::text(text)])
}

fn call(id: &str, name: &str) -> Part {
    Part::ToolCall(ToolCall::new(id, name, r#"{"a": 1.50}"#))
}

fn result(id: &str, parts: Vec<Part>, is_error: bool) -> Part {
    Part::ToolResult(ToolResult { call_id: id.to_owned(), parts, is_error, cache: None })
}

fn tool(name: &str) -> Tool {
    Tool { name: name.to_owned(), ..Tool::default() }
}
