//! What belongs together in an input: ids, and the results of calls.

use std::collections::HashSet;

use super::items::refused;
use super::{Node, Refused};

/// The items so far.
#[derive(Default)]
pub(super) struct Seen<'a> {
    ids: HashSet<&'a str>,
    calls: HashSet<&'a str>,
    /// Calls that have no result yet: what answers them, and their id.
    open: Vec<(&'static str, &'a str)>,
}

impl<'a> Seen<'a> {
    pub(super) fn item(&mut self, item: &Node<'a>) -> Result<(), Refused> {
        let Some(id) = item.field("id").and_then(|id| id.value().as_str()) else { return Ok(()) };
        if self.ids.insert(id) {
            return Ok(());
        }
        Err(refused(&format!(
            "Duplicate item found with id {id}. Remove duplicate items from your input and try again."
        )))
    }

    /// Which of two calls a result answers could not be said if they had one id.
    pub(super) fn call(&mut self, answer: &'static str, id: &'a str) -> Result<(), Refused> {
        if !self.calls.insert(id) {
            return Err(refused(&format!("Duplicate call_id {id}.")));
        }
        self.open.push((answer, id));
        Ok(())
    }

    pub(super) fn result(&mut self, kind: &str, id: &str) -> Result<(), Refused> {
        if let Some(at) = self.open.iter().position(|call| *call == (kind, id)) {
            self.open.remove(at);
            return Ok(());
        }
        let words = kind.replace('_', " ");
        Err(refused(&format!("No tool call found for {words} with call_id {id}.")))
    }

    /// Every call has its result by the end.
    pub(super) fn end(&self) -> Result<(), Refused> {
        let Some((answer, id)) = self.open.first() else { return Ok(()) };
        let what = if *answer == "function_call_output" { "function call" } else { "custom tool call" };
        Err(refused(&format!("No tool output found for {what} {id}.")))
    }
}
