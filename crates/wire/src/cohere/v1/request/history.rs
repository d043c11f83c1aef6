//! The history: who spoke, and what tools answered.

use serde_json::value::RawValue;

use super::calls::Calls;
use super::{Place, name_unread};
use crate::chat::{Message, Part, Role, ToolResult};
use crate::json::{self, Invalid, Object, Raw};

/// A conversation as far as it is read.
#[derive(Default)]
pub(super) struct History {
    pub(super) messages: Vec<Message>,
    calls: Calls,
}

impl History {
    /// Reads an entry of `chat_history`.
    pub(super) fn entry(&mut self, mut entry: Object<'_>, unmapped: &mut Vec<String>) -> Result<(), Invalid> {
        let word = entry.require_string("role")?;
        let role = match word.to_ascii_uppercase().as_str() {
            "USER" => Role::User,
            "CHATBOT" => Role::Assistant,
            "SYSTEM" => Role::System,
            "TOOL" => {
                let results = entry.take_list("tool_results")?.unwrap_or_default();
                self.results(results, unmapped)?;
                name_unread(entry, Place::Other, unmapped);
                return Ok(());
            }
            _ => return Err(entry.invalid("role", format!("must be USER, CHATBOT, SYSTEM or TOOL, not '{word}'"))),
        };
        self.calls.forget();
        let text = entry.take_string("message")?.filter(|text| !text.is_empty());
        let mut parts: Vec<Part> = text.map(Part::text).into_iter().collect();
        if role == Role::Assistant {
            for (path, call) in entry.take_list("tool_calls")?.unwrap_or_default() {
                parts.push(Part::ToolCall(self.calls.make(Object::parse(call.get(), path)?, unmapped)?));
            }
        }
        // what says nothing is no turn
        if !parts.is_empty() {
            self.messages.push(Message::at(entry.path(), role, parts));
        }
        name_unread(entry, Place::Other, unmapped);
        Ok(())
    }

    /// Whether the last turn called tools that have not answered.
    pub(super) fn waits_for_results(&self) -> bool {
        self.calls.are_open()
    }

    /// Reads results of tools. Calls that nobody made so far are made by the model before them.
    pub(super) fn results(
        &mut self,
        list: Vec<(String, &RawValue)>,
        unmapped: &mut Vec<String>,
    ) -> Result<(), Invalid> {
        let (mut unmade, mut answers): (Option<Message>, Option<Message>) = (None, None);
        for (path, raw) in list {
            let mut result = Object::parse(raw.get(), path.as_str())?;
            let call = result.take_object("call")?.ok_or_else(|| result.invalid("call", "is required"))?;
            let (call_id, made) = self.calls.answer(call, unmapped)?;
            let outputs = result.take_list("outputs")?.ok_or_else(|| result.invalid("outputs", "is required"))?;
            let parts = outputs.into_iter().map(|(path, output)| {
                json::is_object(output)
                    .then(|| Part::Json(Raw::from(output)))
                    .ok_or_else(|| Invalid::new(path, "must be an object"))
            });
            let parts = parts.collect::<Result<_, _>>()?;
            let answer = Part::ToolResult(ToolResult { call_id, parts, is_error: false, cache: None });
            join(&mut answers, Message::at(path.as_str(), Role::User, vec![answer]));
            if let Some(call) = made {
                join(&mut unmade, Message::at(path, Role::Assistant, vec![Part::ToolCall(call)]));
            }
            name_unread(result, Place::Other, unmapped);
        }
        if let Some(unmade) = unmade {
            match self.messages.last_mut() {
                Some(before) if before.role == Role::Assistant => before.join(unmade),
                _ => self.messages.push(unmade),
            }
        }
        self.messages.extend(answers);
        Ok(())
    }
}

fn join(message: &mut Option<Message>, next: Message) {
    match message {
        Some(message) => message.join(next),
        None => *message = Some(next),
    }
}
