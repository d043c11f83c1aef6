//! The documents beside the messages: the conversation has them in what the user says last.

use super::{Place, name_unread};
use crate::chat::{Message, Part, Role};
use crate::cohere::document::{self, Told};
use crate::json::{Invalid, Object};

/// Reads the documents of a request and puts them in front of what the user says last. Tells what is asked for by default.
pub(super) fn put(
    body: &mut Object<'_>,
    messages: &mut Vec<Message>,
    unmapped: &mut Vec<String>,
) -> Result<Vec<&'static str>, Invalid> {
    let cited = cited(body, unmapped)?;
    let mut documents = Vec::new();
    for (path, raw) in body.take_list("documents")?.unwrap_or_default() {
        let (told, rest) = document::read(raw, &path)?;
        if let Some(rest) = rest {
            name_unread(rest, Place::Document, unmapped);
        }
        documents.push((path, told));
    }
    Ok(attach(documents, cited, messages))
}

/// Puts documents, each with its place in the client's body, in front of what the user says last. Cohere cites documents unless
/// it is told not to: `cited` is what the client said. Tells what is asked for by default.
pub(in crate::cohere) fn attach(
    documents: Vec<(String, Told)>,
    cited: Option<bool>,
    messages: &mut Vec<Message>,
) -> Vec<&'static str> {
    let (by_default, cited) = match cited {
        None if !documents.is_empty() => (vec!["document.citations"], true),
        cited => (Vec::new(), cited.unwrap_or(true)),
    };
    let parts = documents.into_iter().map(|(path, told)| {
        let part = Part::Document { media: told.media, context: told.context, citations: cited, cache: None };
        Message::at(path, Role::User, vec![part])
    });
    let joined = parts.reduce(|mut documents, next| {
        documents.join(next);
        documents
    });
    let Some(mut documents) = joined else { return by_default };
    let speaks = |message: &&mut Message| {
        message.role == Role::User && message.parts.iter().any(|part| !matches!(part, Part::ToolResult(_)))
    };
    if let Some(last) = messages.iter_mut().rfind(speaks) {
        let said = std::mem::replace(last, Message::new(Role::User, Vec::new()));
        documents.join(said);
        *last = documents;
    } else {
        // instructions stay in front
        let turn = |message: &Message| !matches!(message.role, Role::System | Role::Developer);
        let first = messages.iter().position(turn).unwrap_or(messages.len());
        messages.insert(first, documents);
    }
    by_default
}

/// Whether documents are to be cited, where it is said. How carefully is a choice that others do not have, and none that changes
/// what is said.
fn cited(body: &mut Object<'_>, unmapped: &mut Vec<String>) -> Result<Option<bool>, Invalid> {
    let Some(mut options) = body.take_object("citation_options")? else { return Ok(None) };
    let cited = match options.take_string("mode")?.as_deref() {
        None => None,
        Some("ENABLED" | "FAST" | "ACCURATE") => Some(true),
        Some("DISABLED" | "OFF") => Some(false),
        Some(other) => {
            let known = "must be ENABLED, DISABLED, FAST, ACCURATE or OFF";
            return Err(options.invalid("mode", format!("{known}, not '{other}'")));
        }
    };
    name_unread(options, Place::Other, unmapped);
    Ok(cited)
}
