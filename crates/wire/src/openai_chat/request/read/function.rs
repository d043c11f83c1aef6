//! Functions as they were before OpenAI had tools: an answer holds one call, and neither calls nor results have an id.

use std::collections::{HashMap, VecDeque};

use super::super::harmless::{Place, name_unread};
use super::part::{content, require_object};
use super::tool::read_function;
use crate::chat::{Message, Part, Role, Tool, ToolCall, ToolChoice, ToolResult};
use crate::json::{self, Invalid, Object};

/// Whether a request declares its tools as `functions`. Who sends `tools` beside them reads calls in their newer form.
pub(super) fn are_declared(body: &Object<'_>) -> bool {
    let is_empty = |list: &str| list.strip_prefix('[').is_some_and(|list| list.trim_start().starts_with(']'));
    let has = |field| body.peek(field).is_some_and(|list| !is_empty(list.get()));
    has("functions") && !has("tools")
}

/// The same of a body that was not looked at before.
pub fn declares_functions(body: &str) -> bool {
    let contains = |word: &str| memchr::memmem::find(body.as_bytes(), word.as_bytes()).is_some();
    // most requests pay for a search, not for reading them once more
    (contains("\"functions\"") || contains("\\u00")) && Object::parse(body, "").is_ok_and(|body| are_declared(&body))
}

pub(super) fn read_all(body: &mut Object<'_>, unmapped: &mut Vec<String>) -> Result<Vec<Tool>, Invalid> {
    let functions = body.take_list("functions")?.unwrap_or_default();
    functions.into_iter().map(|(path, tool)| read_function(Object::parse(tool.get(), path)?, unmapped)).collect()
}

/// `function_call`: a word, or the one function that is to be called.
pub(super) fn choice(body: &mut Object<'_>, unmapped: &mut Vec<String>) -> Result<Option<ToolChoice>, Invalid> {
    if body.peek("function_call").is_some_and(json::is_string) {
        let word = body.require_string("function_call")?;
        return match word.as_str() {
            "auto" => Ok(Some(ToolChoice::Auto)),
            "none" => Ok(Some(ToolChoice::None)),
            other => Err(body.invalid("function_call", format!("must be none, auto or an object, not '{other}'"))),
        };
    }
    let Some(mut chosen) = body.take_object("function_call")? else { return Ok(None) };
    let name = chosen.require_string("name")?;
    name_unread(chosen, Place::Other, unmapped);
    Ok(Some(ToolChoice::Tool(name)))
}

/// The calls of a conversation so far. They are counted to have ids, so that they have the same ones whenever it is sent again.
#[derive(Default)]
pub(super) struct Calls {
    made: usize,
    /// The ids of those that have no result yet, by name.
    open: HashMap<String, VecDeque<String>>,
}

impl Calls {
    /// The call in a message of the assistant, if there is one.
    pub(super) fn read_call(
        &mut self,
        message: &mut Object<'_>,
        unmapped: &mut Vec<String>,
    ) -> Result<Option<ToolCall>, Invalid> {
        if message.peek("function_call").is_none() {
            return Ok(None);
        }
        let mut call = require_object(message, "function_call")?;
        let name = call.require_string("name")?;
        let arguments = call.take_string("arguments")?.unwrap_or_default();
        name_unread(call, Place::Other, unmapped);
        // nine letters and digits: some servers take no other ids
        let id = format!("call{:05}", self.made);
        self.made += 1;
        self.open.entry(name.clone()).or_default().push_back(id.clone());
        Ok(Some(ToolCall::new(id, name, arguments)))
    }

    /// The result of the first call of that name that has none. One that answers no call is named, as providers refuse it.
    pub(super) fn read_result(
        &mut self,
        mut message: Object<'_>,
        unmapped: &mut Vec<String>,
    ) -> Result<Option<Message>, Invalid> {
        let name = message.require_string("name")?;
        let Some(call_id) = self.open.get_mut(&name).and_then(VecDeque::pop_front) else {
            unmapped.push(message.path().to_owned());
            return Ok(None);
        };
        let parts = content(&mut message, unmapped)?.unwrap_or_else(|| vec![Part::text("")]);
        let result = ToolResult { call_id, parts, is_error: false, cache: None };
        let read = Message::at(message.path(), Role::User, vec![Part::ToolResult(result)]);
        name_unread(message, Place::Other, unmapped);
        Ok(Some(read))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whose_answers_are_in_the_old_form() {
        for (body, old) in [
            (r#"{"functions":[{"name":"f"}]}"#, true),
            (r#"{"functions":[{"name":"f"}],"tools":[]}"#, true),
            (r#"{"functions":[{"name":"f"}],"tools":null}"#, true),
            (r#"{"\u0066unctions":[{"name":"f"}]}"#, true),
            (r#"{"functions":[{"name":"f"}],"tools":[{"type":"function"}]}"#, false),
            (r#"{"functions":[ ],"function_call":"auto"}"#, false),
            (r#"{"messages":[{"role":"user","content":"\"functions\""}],"x":{"functions":[1]}}"#, false),
            ("{", false),
        ] {
            assert_eq!(declares_functions(body), old, "{body}");
        }
    }
}
