//! A call of a stream whose arguments are held back until they are whole.

use super::unwrap;
use crate::chat::{Delta, Event};

/// The most bytes of arguments that are held back; more are handed on as they are.
const MAX_HELD: usize = 16 * 1024 * 1024;

#[derive(Clone, Debug)]
pub(super) struct Held {
    choice: u32,
    part: u32,
    arguments: String,
}

/// A call of which nothing is held back any more.
#[derive(Debug)]
pub(super) struct Whole {
    choice: u32,
    part: u32,
    arguments: String,
    /// What comes behind the arguments.
    then: Option<Event>,
}

impl Held {
    pub(super) fn new(choice: u32, part: u32) -> Self {
        Self { choice, part, arguments: String::new() }
    }

    /// Whether an event is a piece of this call's arguments, or its end.
    pub(super) fn is_of(&self, event: &Event) -> bool {
        match event {
            Event::Delta { choice, part, delta: Delta::Arguments(_) } | Event::PartEnd { choice, part } => {
                (self.choice, self.part) == (*choice, *part)
            }
            _ => false,
        }
    }

    /// How many bytes wait.
    #[cfg(test)]
    pub(super) fn waits(&self) -> usize {
        self.arguments.len()
    }

    /// Takes an event of this call.
    pub(super) fn take(&mut self, event: Event) -> Option<Whole> {
        let (choice, part) = (self.choice, self.part);
        match event {
            Event::Delta { delta: Delta::Arguments(more), .. } => {
                self.arguments.push_str(&more);
                (self.arguments.len() > MAX_HELD).then(|| {
                    let arguments = std::mem::take(&mut self.arguments);
                    Whole { choice, part, arguments, then: None }
                })
            }
            end => {
                let arguments = unwrap(std::mem::take(&mut self.arguments));
                Some(Whole { choice, part, arguments, then: Some(end) })
            }
        }
    }
}

impl Whole {
    pub(super) fn tell(self, out: &mut Vec<Event>) {
        let Self { choice, part, arguments, then } = self;
        if !arguments.is_empty() {
            out.push(Event::Delta { choice, part, delta: Delta::Arguments(arguments) });
        }
        out.extend(then);
    }
}
