//! Errors, in Anthropic's words.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::error::{ErrorKind, ErrorReply, UNEXPLAINED};
use crate::json::Raw;

/// How Anthropic says that a conversation does not fit.
const TOO_LONG: &str = "prompt is too long";

/// Phrases in the message of an `invalid_request_error` that tell what it is really about.
const PHRASES: &[(&str, ErrorKind)] = &[
    ("prompt is too long", ErrorKind::ContextWindow),
    ("exceed context limit", ErrorKind::ContextWindow),
    ("context window", ErrorKind::ContextWindow),
    ("content filtering policy", ErrorKind::ContentPolicy),
    ("credit balance is too low", ErrorKind::Billing),
];

/// Reads a provider's error answer. A body in another language, a page of HTML or nothing at all still gives a sentence.
pub fn read(status: u16, body: &[u8]) -> ErrorReply {
    let text = String::from_utf8_lossy(body);
    read_text(&text, Some(status))
}

/// Reads an error that has no status of its own.
pub fn read_late(data: &str) -> ErrorReply {
    read_text(data, None)
}

fn read_text(text: &str, status: Option<u16>) -> ErrorReply {
    let told = serde_json::from_str::<Envelope<'_>>(text).ok().as_ref().and_then(Told::of);
    let status_kind = status.map_or(ErrorKind::Internal, ErrorKind::of_status);
    let mut reply = match told {
        Some(told) => told.into_reply(status_kind),
        None => ErrorReply::new(status_kind, plain_message(text, status)),
    };
    reply.status = status.unwrap_or_else(|| reply.kind.status());
    reply
}

fn plain_message(text: &str, status: Option<u16>) -> String {
    let place = match status {
        Some(status) => format!("the provider answered with status {status}"),
        None => UNEXPLAINED.to_owned(),
    };
    let kept = text.trim();
    if kept.is_empty() { place } else { format!("{place}: {kept}") }
}

/// `error` is an object here; other servers in front of a provider say a string, or `message` at the top.
#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(borrow)]
    error: Option<&'a RawValue>,
    #[serde(borrow)]
    message: Option<&'a RawValue>,
}

struct Told {
    word: Option<String>,
    message: String,
    details: Option<Raw>,
}

#[derive(Deserialize)]
struct Body<'a> {
    #[serde(borrow)]
    r#type: Option<&'a RawValue>,
    #[serde(borrow)]
    message: Option<&'a RawValue>,
    #[serde(borrow)]
    details: Option<&'a RawValue>,
}

impl Told {
    fn of(envelope: &Envelope<'_>) -> Option<Self> {
        let plain = |message| Self { word: None, message, details: None };
        let Some(error) = envelope.error else { return string(envelope.message).map(plain) };
        let Ok(body) = serde_json::from_str::<Body<'_>>(error.get()) else { return string(Some(error)).map(plain) };
        let word = string(body.r#type);
        let message = string(body.message).or_else(|| word.clone())?;
        let details = body.details.filter(|details| details.get() != "null").map(Raw::from);
        Some(Self { word, message, details })
    }

    fn into_reply(self, status_kind: ErrorKind) -> ErrorReply {
        let kind = self.kind(status_kind);
        let mut reply = ErrorReply::new(kind, self.message);
        reply.code = self.details.as_ref().and_then(error_code);
        reply.details = self.details;
        reply.type_word = self.word.filter(|word| word != kind_word(kind));
        reply
    }

    fn kind(&self, status_kind: ErrorKind) -> ErrorKind {
        match self.word.as_deref() {
            Some("invalid_request_error") => {
                let message = self.message.to_ascii_lowercase();
                let phrase = PHRASES.iter().find(|(phrase, _)| message.contains(phrase));
                phrase.map_or(ErrorKind::InvalidRequest, |(_, kind)| *kind)
            }
            Some("authentication_error") => ErrorKind::Authentication,
            Some("billing_error") => ErrorKind::Billing,
            Some("permission_error") => ErrorKind::Permission,
            Some("not_found_error") => ErrorKind::NotFound,
            Some("request_too_large") => ErrorKind::TooLarge,
            Some("rate_limit_error") => ErrorKind::RateLimited,
            Some("timeout_error") => ErrorKind::Timeout,
            Some("overloaded_error") => ErrorKind::Overloaded,
            // `api_error` says nothing; words that we do not know say it to others: the status decides
            _ => status_kind,
        }
    }
}

fn string(raw: Option<&RawValue>) -> Option<String> {
    serde_json::from_str(raw?.get()).ok()
}

fn error_code(details: &Raw) -> Option<String> {
    #[derive(Deserialize)]
    struct Code {
        error_code: String,
    }
    serde_json::from_str::<Code>(details.get()).ok().map(|code| code.error_code)
}

/// The word that Anthropic has for a kind. `BudgetExceeded` is Turnpike's own; scripts that look for another word set `type_word`.
fn kind_word(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::InvalidRequest | ErrorKind::ContextWindow | ErrorKind::ContentPolicy => "invalid_request_error",
        ErrorKind::Authentication => "authentication_error",
        ErrorKind::Permission => "permission_error",
        ErrorKind::Billing | ErrorKind::BudgetExceeded => "billing_error",
        ErrorKind::NotFound => "not_found_error",
        ErrorKind::TooLarge => "request_too_large",
        ErrorKind::RateLimited => "rate_limit_error",
        ErrorKind::Timeout => "timeout_error",
        ErrorKind::Overloaded | ErrorKind::Unavailable => "overloaded_error",
        ErrorKind::BadUpstream | ErrorKind::Internal => "api_error",
    }
}

#[derive(Serialize)]
struct WrittenError<'a> {
    r#type: &'static str,
    error: WrittenBody<'a>,
    #[serde(skip_serializing_if = "str::is_empty")]
    request_id: &'a str,
}

#[derive(Serialize)]
struct WrittenBody<'a> {
    r#type: &'a str,
    message: Cow<'a, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    details: Option<Details<'a>>,
}

/// What the provider said, or the code of another dialect in the place where SDKs look for one.
#[derive(Serialize)]
#[serde(untagged)]
enum Details<'a> {
    Given(&'a Raw),
    Code { error_code: &'a str },
}

/// Writes the body of an error answer.
pub fn write(error: &ErrorReply, request_id: &str) -> Vec<u8> {
    serde_json::to_vec(&written(error, request_id)).unwrap_or_default()
}

/// Writes an error as the last frame of a stream.
pub fn write_frame(error: &ErrorReply, request_id: &str, out: &mut Vec<u8>) {
    super::stream::write_frame("error", &written(error, request_id), out);
}

fn written<'a>(error: &'a ErrorReply, request_id: &'a str) -> WrittenError<'a> {
    let message = match &error.param {
        // agents look for these words, and shorten the conversation
        _ if error.kind == ErrorKind::ContextWindow && !error.message.contains(TOO_LONG) => {
            Cow::Owned(format!("{TOO_LONG}: {}", error.message))
        }
        Some(param) if !error.message.contains(param.as_str()) => Cow::Owned(format!("{param}: {}", error.message)),
        _ => Cow::Borrowed(error.message.as_str()),
    };
    let details = match (&error.details, &error.code) {
        (Some(details), _) => Some(Details::Given(details)),
        (None, Some(code)) => Some(Details::Code { error_code: code }),
        (None, None) => None,
    };
    let word = error.type_word.as_deref().unwrap_or_else(|| kind_word(error.kind));
    WrittenError { r#type: "error", error: WrittenBody { r#type: word, message, details }, request_id }
}

/// The answer to a request with `thread`: the conversation so far is kept at Anthropic and nowhere else. Told in this way,
/// the official SDKs send the whole conversation again without it.
pub fn thread_refusal() -> ErrorReply {
    let mut refusal = ErrorReply::new(
        ErrorKind::InvalidRequest,
        "thread: this gateway keeps no message threads; send the whole conversation",
    );
    refusal.param = Some("thread".to_owned());
    refusal.code = Some("thread_unsupported_request".to_owned());
    refusal.details = Raw::parse(r#"{"error_code":"thread_unsupported_request","unsupported":["thread"]}"#).ok();
    refusal
}

#[cfg(test)]
mod tests;
