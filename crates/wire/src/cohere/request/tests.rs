//! Requests: tables of what is read and written, and that one gives back the other.

mod citing;
mod reading;
mod round_trip;
mod unmapped;
mod writing;

use super::{read, write};
use crate::chat::{Message, Part, Request, Role, ToolCall, ToolResult};
use crate::dialect::{CeilingField, Target};
use crate::json::Invalid;

const TARGET: Target<'static> = Target { model: "command", ceiling: CeilingField::MaxTokens, extras: false };

/// A request with `fields` (`"a":1,"b":2`) beside its one message.
fn with(fields: &str) -> String {
    let comma = if fields.is_empty() { "" } else { "," };
    format!(r#"{{"model":"m","messages":[{{"role":"user","content":"Hi"}}]{comma}{fields}}}"#)
}

fn with_messages(messages: &str) -> String {
    format!(r#"{{"model":"m","messages":[{messages}]}}"#)
}

fn written(request: &Request) -> Result<(String, Vec<String>), Invalid> {
    let written = write(request, &TARGET)?;
    Ok((String::from_utf8(written.body).unwrap(), written.dropped))
}

/// The body without the model that stands first.
fn body(request: &Request) -> String {
    let (body, dropped) = written(request).unwrap();
    assert_eq!(dropped, [""; 0]);
    body.strip_prefix(r#"{"model":"command","#).unwrap().to_owned()
}

fn dropped(request: &Request) -> Vec<String> {
    written(request).unwrap().1
}

fn request(messages: Vec<Message>) -> Request {
    Request { messages, ..Request::default() }
}

fn user(parts: Vec<Part>) -> Message {
    Message::new(Role::User, parts)
}

fn says(role: Role, text: &str) -> Message {
    Message::new(role, vec![Part::text(text)])
}

fn call(id: &str) -> Part {
    Part::ToolCall(ToolCall::new(id, "f", "{}"))
}

fn result(id: &str, parts: Vec<Part>) -> Part {
    Part::ToolResult(ToolResult { call_id: id.to_owned(), parts, is_error: false, cache: None })
}
