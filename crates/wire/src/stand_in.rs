//! Tools that a provider's dialect does not have, declared as functions that stand in for them, and the calls turned back.
//!
//! A custom tool becomes a function with one text, a group of tools becomes first names, and a name that a provider would
//! refuse becomes one that it takes: in the declarations, in the calls of the conversation so far, and in the choice among the
//! tools. The client never sees the stand-ins.

mod ability;
mod held;
mod names;
mod put;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use self::held::Held;
use crate::Dialect;
use crate::chat::{CallKind, Event, Part, PartStart, Reply, Request, ToolCall};
use crate::dialect::Target;

/// Who stands in for whom in one request.
#[derive(Clone, Debug, Default)]
pub struct StandIns {
    /// The tools that are replaced, by the names of their stand-ins.
    originals: HashMap<String, Original>,
    /// Calls of a stream that have not ended.
    held: Vec<Held>,
}

/// A tool as the client knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Original {
    name: String,
    namespace: Option<String>,
    kind: CallKind,
    /// It is called with JSON that holds its text.
    wrapped: bool,
}

impl StandIns {
    /// Puts functions in the place of tools that `dialect` does not have, and new names in the place of those that it does not
    /// take. Where it does not know a choice among some of the tools, the others are not declared.
    pub fn put(request: &mut Request, dialect: Dialect, target: &Target<'_>) -> Self {
        Self { originals: put::put(request, dialect, target), held: Vec::new() }
    }

    /// Turns calls of stand-ins in a whole answer back.
    pub fn restore_reply(&self, reply: &mut Reply) {
        if self.originals.is_empty() {
            return;
        }
        for part in reply.choices.iter_mut().flat_map(|choice| &mut choice.parts) {
            if let Part::ToolCall(call) = part {
                self.restore_call(call);
            }
        }
    }

    fn restore_call(&self, call: &mut ToolCall) {
        let Some(original) = self.originals.get(&call.name) else { return };
        call.name.clone_from(&original.name);
        call.namespace.clone_from(&original.namespace);
        call.kind = original.kind;
        if original.wrapped {
            call.arguments = unwrap(std::mem::take(&mut call.arguments));
        }
    }

    /// The same in a stream. Arguments of which the text must be taken out are held back until their call ends; everything else
    /// passes as it came.
    pub fn restore(&mut self, events: &mut Vec<Event>) {
        if self.originals.is_empty() || (self.held.is_empty() && !events.iter().any(|event| self.is_stand_in(event))) {
            return;
        }
        for event in std::mem::take(events) {
            self.restore_event(event, events);
        }
    }

    fn is_stand_in(&self, event: &Event) -> bool {
        matches!(event, Event::PartStart { kind: PartStart::ToolCall { name, .. }, .. } if self.originals.contains_key(name))
    }

    fn restore_event(&mut self, mut event: Event, out: &mut Vec<Event>) {
        if let Event::PartStart { choice, part, kind: PartStart::ToolCall { name, namespace, kind, .. } } = &mut event
            && let Some(original) = self.originals.get(name)
        {
            name.clone_from(&original.name);
            namespace.clone_from(&original.namespace);
            *kind = original.kind;
            if original.wrapped {
                self.held.push(Held::new(*choice, *part));
            }
        }
        let Some(at) = self.held.iter().position(|held| held.is_of(&event)) else { return out.push(event) };
        if let Some(whole) = self.held.get_mut(at).and_then(|held| held.take(event)) {
            self.held.swap_remove(at);
            whole.tell(out);
        }
    }
}

/// The arguments of a function that stands in for a custom tool.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wrapped {
    input: String,
}

/// The text in the arguments of a stand-in. What has another form is handed on as it is: the client knows best what is wrong.
fn unwrap(arguments: String) -> String {
    serde_json::from_str::<Wrapped>(&arguments).map_or(arguments, |wrapped| wrapped.input)
}

/// The arguments of a stand-in that say `input`.
fn wrap(input: String) -> String {
    // a string is always JSON
    serde_json::to_string(&Wrapped { input }).unwrap_or_default()
}
