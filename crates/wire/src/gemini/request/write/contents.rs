//! Messages: instructions to the top, turns that take turns.

use std::collections::HashMap;

use serde::Serialize;

use super::model::Model;
use super::parts::{self, Place};
use crate::chat::{Message, Part, Role, Thinking};
use crate::gemini::part::{self, Content as Kind};
use crate::gemini::proof;
use crate::json::Invalid;
use crate::openai_chat::request::Dropped;

/// What stands before instructions in the middle of a conversation: contents have no role for them, and models read it.
const INSTRUCTIONS: &str = "[Instructions of the application:]";

#[derive(Debug, Serialize)]
pub(super) struct Content<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<&'static str>,
    parts: Vec<part::Part<'a>>,
}

/// What is kept while the messages are written.
pub(super) struct Writing<'a, 'd> {
    pub(super) model: Model,
    pub(super) dropped: &'d mut Dropped,
    /// The names of tools by the ids of their calls: results must say them again.
    pub(super) names: HashMap<&'a str, &'a str>,
}

/// What is written becomes `systemInstruction` and `contents`. Instructions before the first turn are the first, later ones stay
/// in place. Messages that have nothing to say are left out, and those of one speaker in a row are one.
pub(super) fn write<'a>(
    messages: &'a [Message],
    model: Model,
    dropped: &mut Dropped,
) -> Result<(Option<Content<'a>>, Vec<Content<'a>>), Invalid> {
    let mut writing = Writing { model, dropped, names: HashMap::new() };
    let mut system = Vec::new();
    let mut turns: Vec<Content<'a>> = Vec::new();
    let mut leading = true;
    for (i, message) in messages.iter().enumerate() {
        let instructions = matches!(message.role, Role::System | Role::Developer);
        leading &= instructions;
        if message.name.is_some() {
            writing.dropped.name(format!("messages[{i}].name"));
        }
        let mut parts = of_message(i, message, &mut writing)?;
        if leading {
            system.append(&mut parts);
            continue;
        }
        if instructions && !parts.is_empty() {
            parts.insert(0, part::Part::text(INSTRUCTIONS));
        }
        let role = if message.role == Role::Assistant { "model" } else { "user" };
        match turns.last_mut() {
            _ if parts.is_empty() => {}
            Some(last) if last.role == Some(role) => last.parts.append(&mut parts),
            _ => turns.push(Content { role: Some(role), parts }),
        }
    }
    for turn in &mut turns {
        // results first: they must follow their calls at once
        turn.parts.sort_by_key(|part| !matches!(part.content, Kind::FunctionResponse(_)));
        if model.third && turn.role == Some("model") {
            excuse(&mut turn.parts);
        }
    }
    Ok(((!system.is_empty()).then_some(Content { role: None, parts: system }), turns))
}

/// The first call of a step must have a proof: Gemini refuses the request otherwise. One of another model has none.
fn excuse(parts: &mut [part::Part<'_>]) {
    let first = parts.iter_mut().find(|part| matches!(part.content, Kind::FunctionCall(_)));
    if let Some(call) = first.filter(|call| call.thought_signature.is_none()) {
        call.thought_signature = Some(proof::UNCHECKED.into());
    }
}

fn of_message<'a>(
    index: usize,
    message: &'a Message,
    writing: &mut Writing<'a, '_>,
) -> Result<Vec<part::Part<'a>>, Invalid> {
    let mut out = Vec::with_capacity(message.parts.len());
    // of what was thought right before
    let mut proof: Option<&'a str> = None;
    for (at, value) in message.parts.iter().enumerate() {
        let place = Place { message: index, part: at, inner: None };
        match value {
            Part::Thinking(thinking) => thought(index, thinking, writing, &mut proof, &mut out),
            Part::ToolCall(call) => {
                writing.names.insert(&call.id, &call.name);
                out.push(parts::call(place, call, writing)?.signed(proof.take()));
            }
            Part::ToolResult(result) => super::results::write(place, result, writing, &mut out)?,
            value => {
                let before = out.len();
                parts::said(place, message.role, value, writing, &mut out)?;
                if let Some(first) = out.get_mut(before) {
                    first.thought_signature = proof.take().map(Into::into);
                }
            }
        }
    }
    if proof.is_some() {
        out.push(part::Part::text("").signed(proof));
    }
    Ok(out)
}

/// Gemini takes back what it made itself, which in streams is a thought whose proof comes later, behind the text. A proof waits for
/// the part that it belongs to.
fn thought<'a>(
    message: usize,
    thinking: &'a Thinking,
    writing: &mut Writing<'a, '_>,
    before: &mut Option<&'a str>,
    out: &mut Vec<part::Part<'a>>,
) {
    let text = match thinking {
        Thinking::Bound { text, proof } => {
            if let Some(before) = before.replace(proof) {
                out.push(part::Part::text("").signed(Some(before)));
            }
            text
        }
        Thinking::Plain { text, signature: None } => text,
        Thinking::Plain { .. } | Thinking::Redacted { .. } | Thinking::Sealed { .. } => {
            writing.dropped.name(format!("messages[{message}].thinking (sealed by another provider)"));
            return;
        }
    };
    out.extend((!text.is_empty()).then(|| part::Part::thought(text)));
}
