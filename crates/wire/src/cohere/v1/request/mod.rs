//! Reading a client's request, field by field. What the conversation has no place for is named in `Request::unmapped`.

mod calls;
mod harmless;
mod history;
mod options;
mod tools;

use self::harmless::{Place, name_unread};
use self::history::History;
use crate::chat::{Message, Part, Request, Role};
use crate::cohere::document::Told;
use crate::cohere::request::{attach, sampling};
use crate::json::{Invalid, Object};

/// Reads the body of a request.
pub fn read(body: &str) -> Result<Request, Invalid> {
    let mut body = Object::parse(body, "")?;
    let mut unmapped = Vec::new();
    let model = body.require_string("model")?;
    let mut messages = conversation(&mut body, &mut unmapped)?;
    let cited = options::cited(&mut body)?;
    let by_default = attach(documents(&mut body, &mut unmapped)?, cited, &mut messages);
    let request = Request {
        model,
        messages,
        tools: tools::read_all(&mut body, &mut unmapped)?,
        max_output_tokens: body.take_u64("max_tokens")?,
        sampling: sampling(&mut body)?,
        stop: body.take_strings("stop_sequences")?.unwrap_or_default(),
        output: options::output(&mut body, &mut unmapped)?,
        stream: body.take_bool("stream")?.unwrap_or(false),
        // its streams always tell it
        include_usage: true,
        by_default,
        ..Request::default()
    };
    name_unread(body, Place::Top, &mut unmapped);
    Ok(Request { unmapped, ..request })
}

/// Instructions, history, and what is new: results of the calls that the history ends with stand before the message, as the
/// message is a new one; results of other calls answer what the message asks.
fn conversation(body: &mut Object<'_>, unmapped: &mut Vec<String>) -> Result<Vec<Message>, Invalid> {
    let preamble = body.take_string("preamble")?.filter(|preamble| !preamble.is_empty());
    let mut history = History::default();
    history.messages.extend(preamble.map(|text| Message::at("preamble", Role::System, vec![Part::text(text)])));
    for (path, entry) in body.take_list("chat_history")?.unwrap_or_default() {
        history.entry(Object::parse(entry.get(), path)?, unmapped)?;
    }
    let message = body.take_string("message")?.ok_or_else(|| body.invalid("message", "is required"))?;
    let message = (!message.is_empty()).then(|| Message::at("message", Role::User, vec![Part::text(message)]));
    let results = body.take_list("tool_results")?.unwrap_or_default();
    if message.is_none() && results.is_empty() {
        return Err(body.invalid("message", "must not be empty without tool_results"));
    }
    let (before, after) = if history.waits_for_results() { (None, message) } else { (message, None) };
    history.messages.extend(before);
    history.results(results, unmapped)?;
    history.messages.extend(after);
    Ok(history.messages)
}

/// Documents are flat: their id is one of their fields.
fn documents(body: &mut Object<'_>, unmapped: &mut Vec<String>) -> Result<Vec<(String, Told)>, Invalid> {
    let mut documents = Vec::new();
    for (path, raw) in body.take_list("documents")?.unwrap_or_default() {
        let mut fields = Object::parse(raw.get(), path.as_str())?;
        fields.take("id");
        // some fields are not for the model: nobody else keeps them from it
        if fields.take("_excludes").is_some() {
            unmapped.push(fields.path_of("_excludes"));
        }
        documents.push((path, Told::fields(raw, fields)?));
    }
    Ok(documents)
}
