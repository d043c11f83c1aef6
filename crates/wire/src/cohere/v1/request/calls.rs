//! Calls of tools, which have no ids here: each gets one by its place, and a result finds its call by name and parameters.

use serde_json::Value;

use super::{Place, name_unread};
use crate::chat::ToolCall;
use crate::json::{self, Invalid, Object};

/// The calls of a conversation.
#[derive(Default)]
pub(super) struct Calls {
    made: usize,
    /// Those of the last turn that have no result so far.
    open: Vec<ToolCall>,
}

impl Calls {
    /// Reads a call that was made, and waits for its result.
    pub(super) fn make(&mut self, call: Object<'_>, unmapped: &mut Vec<String>) -> Result<ToolCall, Invalid> {
        let call = self.number(read(call, unmapped)?);
        self.open.push(call.clone());
        Ok(call)
    }

    /// Finds the call that a result says again. One that nobody made is returned as well.
    pub(super) fn answer(
        &mut self,
        call: Object<'_>,
        unmapped: &mut Vec<String>,
    ) -> Result<(String, Option<ToolCall>), Invalid> {
        let told = read(call, unmapped)?;
        let value = |call: &ToolCall| serde_json::from_str::<Value>(&call.arguments).ok();
        let same = |call: &ToolCall| call.name == told.name && value(call) == value(&told);
        let found = self.open.iter().position(same);
        let found = found.or_else(|| self.open.iter().position(|call| call.name == told.name));
        if let Some(at) = found {
            return Ok((self.open.remove(at).id, None));
        }
        let call = self.number(told);
        Ok((call.id.clone(), Some(call)))
    }

    pub(super) fn are_open(&self) -> bool {
        !self.open.is_empty()
    }

    /// Somebody spoke: no result follows any more.
    pub(super) fn forget(&mut self) {
        self.open.clear();
    }

    fn number(&mut self, call: ToolCall) -> ToolCall {
        let id = format!("call_{}", self.made);
        self.made += 1;
        ToolCall { id, ..call }
    }
}

fn read(mut call: Object<'_>, unmapped: &mut Vec<String>) -> Result<ToolCall, Invalid> {
    let arguments = match call.take("parameters") {
        Some(parameters) if !json::is_object(parameters) => {
            return Err(call.invalid("parameters", "must be an object"));
        }
        parameters => parameters.map(|parameters| parameters.get().to_owned()).unwrap_or_default(),
    };
    let read = ToolCall::new("", call.require_string("name")?, arguments);
    name_unread(call, Place::Call, unmapped);
    Ok(read)
}
