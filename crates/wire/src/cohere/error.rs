//! Errors: a body with a message and an id, in both versions of the API. SDKs go by the status. A stream that breaks off ends
//! with an ordinary end that tells a message.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::{stop, stream};
use crate::error::{ErrorKind, ErrorReply};
use crate::openai_chat;

/// Content that Cohere, or a list of words that a customer made, does not let through.
const BLOCKED: u16 = 498;
/// The request was cancelled on the way.
const CANCELLED: u16 = 499;

/// How Cohere begins what it says of a conversation that is too long, and of a ceiling above that of the model.
const TOO_LONG: &str = "too many tokens";
const CEILING_TOO_HIGH: &str = "max tokens must be";

/// Reads a provider's error answer; whatever the body is, something sensible comes out.
pub fn read(status: u16, body: &[u8]) -> ErrorReply {
    let told = openai_chat::error::read(status, body);
    let message = told.message.to_ascii_lowercase();
    let kind = match (status, told.kind) {
        (BLOCKED, _) => ErrorKind::ContentPolicy,
        (CANCELLED, _) => ErrorKind::BadUpstream,
        (_, ErrorKind::InvalidRequest) if message.contains(TOO_LONG) && !message.contains(CEILING_TOO_HIGH) => {
            ErrorKind::ContextWindow
        }
        (_, kind) => kind,
    };
    ErrorReply { kind, ..told }
}

/// Reads an error behind the status of a success: the event that ends a stream, which has a `delta`, or a whole answer.
pub fn read_late(data: &str) -> ErrorReply {
    #[derive(Deserialize)]
    struct Event<'a> {
        #[serde(borrow)]
        delta: Delta<'a>,
    }
    #[derive(Deserialize)]
    struct Delta<'a> {
        #[serde(borrow)]
        finish_reason: Option<Cow<'a, str>>,
        #[serde(borrow)]
        error: Option<&'a RawValue>,
    }
    let ended = serde_json::from_str::<Event<'_>>(data).map(|event| event.delta);
    let told = ended.or_else(|_| serde_json::from_str::<Delta<'_>>(data)).ok();
    let told = told.filter(|told| told.finish_reason.is_some() || told.error.is_some());
    let Some(Delta { finish_reason, error }) = told else { return read(ErrorKind::Internal.status(), data.as_bytes()) };
    let kind = finish_reason.as_deref().and_then(stop::failure).unwrap_or(ErrorKind::Internal);
    let message = error.and_then(|raw| serde_json::from_str::<String>(raw.get()).ok());
    let message = message.filter(|message| !message.trim().is_empty());
    match message {
        Some(message) => ErrorReply { kind, ..read(kind.status(), message.as_bytes()) },
        None => ErrorReply::new(kind, "the provider broke off without saying why"),
    }
}

#[derive(Serialize)]
struct Body<'a> {
    id: &'a str,
    message: Cow<'a, str>,
}

/// Writes the body of an error answer.
pub fn write(error: &ErrorReply, request_id: &str) -> Vec<u8> {
    serde_json::to_vec(&Body { id: request_id, message: message(error) }).unwrap_or_default()
}

/// Writes an error as the last of a stream.
pub fn write_frame(error: &ErrorReply, out: &mut Vec<u8>) {
    stream::write_broken(&message(error), out);
}

/// There is no place for the field that is wrong but the sentence.
pub(super) fn message(error: &ErrorReply) -> Cow<'_, str> {
    match &error.param {
        Some(param) if !error.message.contains(param.as_str()) => Cow::Owned(format!("{param}: {}", error.message)),
        _ if error.message.trim().is_empty() => Cow::Borrowed(error.kind.label()),
        _ => Cow::Borrowed(error.message.as_str()),
    }
}

#[cfg(test)]
mod tests;
