//! `systemInstruction` and `contents`.

use serde_json::value::RawValue;

use super::results::{self, Calls};
use crate::chat::{Message, Origin, Part, Role, ToolCall};
use crate::gemini::request::harmless::{Place, name_unread};
use crate::gemini::speech::Speech;
use crate::gemini::{media, proof, spelling};
use crate::json::{self, Invalid, Object};

/// What a part may be; it is one of these.
const KINDS: &[&str] = &[
    "text",
    "inlineData",
    "fileData",
    "functionCall",
    "functionResponse",
    "executableCode",
    "codeExecutionResult",
    "toolCall",
    "toolResponse",
];

/// The instructions as the first message, then the turns. What the model says in a row is one message: clients hand back each
/// piece of a stream as a content of its own.
pub(super) fn conversation(object: &mut Object<'_>, unmapped: &mut Vec<String>) -> Result<Vec<Message>, Invalid> {
    let mut messages: Vec<Message> = Vec::new();
    let mut calls = Calls::default();
    if let Some(mut system) = spelling::take(object, "systemInstruction")? {
        // nobody looks at the role of instructions
        system.take("role");
        let mut speech = Speech::default();
        parts(&mut system, Role::System, &mut calls, &mut speech, unmapped)?;
        name_unread(system, Place::Other, unmapped);
        let parts = speech.into_parts();
        if !parts.is_empty() {
            messages.push(Message::at("systemInstruction", Role::System, parts));
        }
    }
    let contents = object.take_list("contents")?.ok_or_else(|| object.invalid("contents", "is required"))?;
    if contents.is_empty() {
        return Err(object.invalid("contents", "must have at least one content"));
    }
    let mut turns: Vec<Turn> = Vec::new();
    for (path, raw) in contents {
        let origin = Origin::at(path.as_str());
        let mut content = spelling::object(raw.get(), path)?;
        let role = role(&mut content)?;
        let turn = match turns.pop_if(|turn| role == Role::Assistant && turn.role == role) {
            Some(mut turn) => {
                turn.origin.then(turn.speech.len(), origin);
                turn
            }
            None => Turn { role, origin, speech: Speech::new(role == Role::Assistant) },
        };
        turns.push(turn);
        if let Some(turn) = turns.last_mut() {
            parts(&mut content, role, &mut calls, &mut turn.speech, unmapped)?;
        }
        name_unread(content, Place::Other, unmapped);
    }
    messages.extend(turns.into_iter().map(Turn::into_message));
    Ok(messages)
}

/// A turn that is being read.
struct Turn {
    role: Role,
    origin: Origin,
    speech: Speech,
}

impl Turn {
    fn into_message(self) -> Message {
        Message { origin: self.origin, ..Message::new(self.role, self.speech.into_parts()) }
    }
}

fn role(content: &mut Object<'_>) -> Result<Role, Invalid> {
    Ok(match content.take_string("role")?.as_deref() {
        // the second one is an older word for whoever brings results
        None | Some("user" | "function" | "") => Role::User,
        Some("model") => Role::Assistant,
        Some(other) => return Err(content.invalid("role", format!("must be user or model, not {other:?}"))),
    })
}

fn parts(
    content: &mut Object<'_>,
    role: Role,
    calls: &mut Calls,
    speech: &mut Speech,
    unmapped: &mut Vec<String>,
) -> Result<(), Invalid> {
    for (path, raw) in content.take_list("parts")?.unwrap_or_default() {
        part(raw, path, role, calls, speech, unmapped)?;
    }
    Ok(())
}

fn part(
    raw: &RawValue,
    path: String,
    role: Role,
    calls: &mut Calls,
    speech: &mut Speech,
    unmapped: &mut Vec<String>,
) -> Result<(), Invalid> {
    let mut object = spelling::object(raw.get(), path)?;
    let thought = object.take_bool("thought")?.unwrap_or(false);
    let proof = proof::told(object.take_string("thoughtSignature")?);
    let mut kinds = KINDS.iter().copied().filter(|kind| object.peek(kind).is_some());
    let (kind, other) = (kinds.next(), kinds.next());
    if let Some(other) = other {
        return Err(object.invalid(other, "stands beside another kind of content: a part has one"));
    }
    if role == Role::System && kind.is_some_and(|kind| kind != "text") {
        return Err(Invalid::new(object.path(), "instructions can only be text"));
    }
    match kind {
        Some("text") => {
            let text = object.take_string("text")?.unwrap_or_default();
            if thought && role == Role::Assistant {
                speech.think(text, proof);
            } else {
                speech.add(Part::text(text), proof);
            }
        }
        Some(kind @ ("inlineData" | "fileData" | "functionCall" | "functionResponse")) => {
            let inner = spelling::take(&mut object, kind)?;
            let inner = inner.ok_or_else(|| object.invalid(kind, "is required"))?;
            let mut content = content(kind, inner, calls, unmapped)?;
            media::detail(&mut object, &mut content);
            speech.add(content, proof);
        }
        // what Google's own tools did has no place in the conversation, and stays to be named
        _ => speech.add(Part::text(""), proof),
    }
    name_unread(object, Place::Other, unmapped);
    Ok(())
}

fn content(kind: &str, mut object: Object<'_>, calls: &mut Calls, unmapped: &mut Vec<String>) -> Result<Part, Invalid> {
    let part = match kind {
        "inlineData" => media::inline(&mut object)?,
        "fileData" => media::stored(&mut object)?,
        "functionCall" => Part::ToolCall(call(&mut object, calls)?),
        _ => return Ok(Part::ToolResult(results::result(object, calls, unmapped)?)),
    };
    name_unread(object, Place::Other, unmapped);
    Ok(part)
}

fn call(object: &mut Object<'_>, calls: &mut Calls) -> Result<ToolCall, Invalid> {
    let name = object.require_string("name")?;
    let args = object.take("args");
    if args.is_some_and(|args| !json::is_object(args)) {
        return Err(object.invalid("args", "must be an object"));
    }
    let id = calls.call(object.take_string("id")?, &name);
    Ok(ToolCall::new(id, name, args.map_or("{}", RawValue::get)))
}
