//! Items: who speaks, and what of it the conversation keeps.

use serde_json::value::RawValue;

use super::super::harmless::{Place, name_unread};
use super::content::{parts, texts};
use super::tool::Declared;
use crate::chat::{CallKind, Message, Page, Part, Role, SearchOutcome, Thinking, ToolCall, ToolResult, WebSearch};
use crate::json::{Invalid, Object};

/// Reads items. What one speaker says in a row becomes one message, as other dialects have it: all of an assistant's turn,
/// and the results of tools with what the user says behind them. Instructions between the results of a turn come behind them,
/// as other providers want those together. Items of a kind that the conversation does not have are
/// left out and named with their type.
pub(super) fn read_all(
    list: Vec<(String, &RawValue)>,
    declared: &mut Declared,
    unmapped: &mut Vec<String>,
) -> Result<Vec<Message>, Invalid> {
    let mut turns = Turns::default();
    for (path, item) in list {
        let at = path.clone();
        let mut item = Object::parse(item.get(), path)?;
        let kind = item.take_string("type")?;
        let kind = kind.as_deref().unwrap_or(if item.peek("role").is_some() { "message" } else { "item_reference" });
        match kind {
            "message" => turns.say(message(item, unmapped)?),
            "reasoning" => turns.answer(at, thinking(item, unmapped)?),
            "function_call" => turns.answer(at, Some(call(item, CallKind::Function, "arguments", unmapped)?)),
            "custom_tool_call" => turns.answer(at, Some(call(item, CallKind::Custom, "input", unmapped)?)),
            "web_search_call" => turns.answer(at, Some(web_search(item, unmapped)?)),
            "function_call_output" | "custom_tool_call_output" => turns.result(at, result(item, unmapped)?),
            // Where they stand matters to OpenAI's cache only.
            "additional_tools" => {
                declared.read(&mut item, unmapped)?;
                item.take("role");
                name_unread(item, Place::Item, unmapped);
            }
            other => unmapped.push(format!("{} ({other})", item.path())),
        }
    }
    Ok(turns.messages)
}

/// Messages that are still being joined.
#[derive(Default)]
struct Turns {
    messages: Vec<Message>,
    /// Where the results of the turn are that is not over: behind them there are only instructions.
    results: Option<usize>,
}

impl Turns {
    fn say(&mut self, message: Message) {
        match message.role {
            Role::System | Role::Developer => self.messages.push(message),
            Role::Assistant => self.speak(message),
            Role::User => {
                let after_results = self.results.take().is_some_and(|at| at + 1 == self.messages.len());
                match self.messages.last_mut().filter(|_| after_results) {
                    Some(results) => results.join(message),
                    None => self.messages.push(message),
                }
            }
        }
    }

    fn answer(&mut self, at: String, part: Option<Part>) {
        self.speak(Message::at(at, Role::Assistant, part.into_iter().collect()));
    }

    fn speak(&mut self, message: Message) {
        if message.parts.is_empty() {
            return;
        }
        match self.messages.last_mut() {
            Some(before) if before.role == Role::Assistant => before.join(message),
            _ => self.messages.push(message),
        }
        self.results = None;
    }

    fn result(&mut self, at: String, result: Part) {
        let message = Message::at(at, Role::User, vec![result]);
        if let Some(results) = self.results.and_then(|at| self.messages.get_mut(at)) {
            return results.join(message);
        }
        self.results = Some(self.messages.len());
        self.messages.push(message);
    }
}

fn message(mut item: Object<'_>, unmapped: &mut Vec<String>) -> Result<Message, Invalid> {
    let role = match item.require_string("role")?.as_str() {
        "user" => Role::User,
        "assistant" => Role::Assistant,
        "system" => Role::System,
        "developer" => Role::Developer,
        other => return Err(item.invalid("role", format!("is not a known role: '{other}'"))),
    };
    let mut parts = parts(&mut item, "content", unmapped)?;
    if role == Role::Assistant {
        // Clients write "" beside calls of tools: it says nothing.
        parts.retain(|part| *part != Part::text(""));
    }
    let message = Message::at(item.path(), role, parts);
    name_unread(item, Place::Message, unmapped);
    Ok(message)
}

/// Reasoning: what people may read of it, and what only its provider can. Without either there is nothing to keep.
fn thinking(mut item: Object<'_>, unmapped: &mut Vec<String>) -> Result<Option<Part>, Invalid> {
    let mut said = texts(&mut item, "summary", "summary_text", unmapped)?;
    said.extend(texts(&mut item, "content", "reasoning_text", unmapped)?);
    let text = said.join("\n\n");
    let thinking = match item.take_string("encrypted_content")?.filter(|data| !data.is_empty()) {
        Some(data) => Some(Thinking::sealed(item.take_string("id")?, text, data)),
        None => (!text.is_empty()).then_some(Thinking::Plain { text, signature: None }),
    };
    name_unread(item, Place::Item, unmapped);
    Ok(thinking.map(Part::Thinking))
}

/// A call; `arguments` is the field in which its kind of tool has its input.
fn call(mut item: Object<'_>, kind: CallKind, arguments: &str, unmapped: &mut Vec<String>) -> Result<Part, Invalid> {
    let call = ToolCall {
        id: item.require_string("call_id")?,
        name: item.require_string("name")?,
        namespace: item.take_string("namespace")?,
        kind,
        arguments: item.require_string(arguments)?,
        cache: None,
    };
    name_unread(item, Place::Call, unmapped);
    Ok(Part::ToolCall(call))
}

fn result(mut item: Object<'_>, unmapped: &mut Vec<String>) -> Result<Part, Invalid> {
    let mut parts = parts(&mut item, "output", unmapped)?;
    if parts == [Part::text("")] {
        parts.clear();
    }
    let result = ToolResult { call_id: item.require_string("call_id")?, parts, is_error: false, cache: None };
    name_unread(item, Place::CallOutput, unmapped);
    Ok(Part::ToolResult(result))
}

/// A search that is handed back. What of its steps has no place is passed over, as it is part of a former answer.
fn web_search(mut item: Object<'_>, unmapped: &mut Vec<String>) -> Result<Part, Invalid> {
    let id = item.take_string("id")?.unwrap_or_default();
    let failed = item.take_string("status")?.filter(|status| status == "failed");
    let (mut query, mut pages) = (None, None);
    if let Some(mut action) = item.take_object("action")? {
        query = action.take_string("query")?.filter(|query| !query.is_empty());
        if query.is_none() {
            query = action.take_strings("queries")?.map(|all| all.join("; ")).filter(|query| !query.is_empty());
        }
        if let Some(sources) = action.take_list("sources")? {
            pages = Some(sources.into_iter().map(page).collect::<Result<Vec<_>, _>>()?);
        }
    }
    name_unread(item, Place::Item, unmapped);
    let outcome = failed.map(SearchOutcome::Failed).or(pages.map(SearchOutcome::Found));
    Ok(Part::WebSearch(WebSearch { id, query, outcome }))
}

fn page((path, source): (String, &RawValue)) -> Result<Page, Invalid> {
    let mut source = Object::parse(source.get(), path)?;
    Ok(Page { url: source.take_string("url")?.unwrap_or_default(), ..Page::default() })
}
