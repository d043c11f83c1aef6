//! Requests: tables of what is read and written, and that one gives back the other.

mod options;
mod reading;
mod round_trip;
mod unmapped;
mod writing;

use super::write;
use crate::chat::{Message, Part, Request, Role, Tool};
use crate::dialect::{CeilingField, Target};
use crate::json::Invalid;

/// A request with `fields` (`"a":1,"b":2`) beside its one message.
fn with(fields: &str) -> String {
    let comma = if fields.is_empty() { "" } else { "," };
    format!(r#"{{"messages":[{{"role":"user","content":[{{"text":"Hi"}}]}}]{comma}{fields}}}"#)
}

/// A request whose one user message has `blocks`.
fn with_blocks(blocks: &str) -> String {
    format!(r#"{{"messages":[{{"role":"user","content":[{blocks}]}}]}}"#)
}

fn written(request: &Request) -> Result<(String, Vec<String>), Invalid> {
    written_for("us.anthropic.claude-x", request)
}

fn written_for(model: &str, request: &Request) -> Result<(String, Vec<String>), Invalid> {
    let target = Target { model, ceiling: CeilingField::default(), extras: true };
    let written = write(request, &target)?;
    Ok((String::from_utf8(written.body).unwrap(), written.dropped))
}

fn body(request: &Request) -> String {
    let (body, dropped) = written(request).unwrap();
    assert_eq!(dropped, [""; 0]);
    body
}

fn dropped(request: &Request) -> Vec<String> {
    written(request).unwrap().1
}

fn request(messages: Vec<Message>) -> Request {
    Request { messages, ..Request::default() }
}

fn says(role: Role, text: &str) -> Message {
    Message::new(role, vec![Part::text(text)])
}

fn tool(name: &str) -> Tool {
    Tool { name: name.to_owned(), description: None, schema: None, strict: None, cache: None, ..Tool::default() }
}
