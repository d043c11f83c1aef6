//! Reading an error answer, or the error that breaks a stream off.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::word;
use crate::error::{ErrorKind, ErrorReply, UNEXPLAINED};
use crate::json;

/// The most text of a provider's message that is kept.
const KEPT_TEXT: usize = 2048;

/// Phrases that tell what a refused request is really about: Google says `INVALID_ARGUMENT` or `FAILED_PRECONDITION` to all
/// of it.
const PHRASES: &[(&str, ErrorKind)] = &[
    ("input token count", ErrorKind::ContextWindow),
    ("exceeds the maximum number of tokens", ErrorKind::ContextWindow),
    ("context window", ErrorKind::ContextWindow),
    ("prompt is too long", ErrorKind::ContextWindow),
    ("maximum context length", ErrorKind::ContextWindow),
    ("api key not valid", ErrorKind::Authentication),
    ("api key expired", ErrorKind::Authentication),
    ("api key not found", ErrorKind::Authentication),
    ("enable billing", ErrorKind::Billing),
    ("credits are depleted", ErrorKind::Billing),
    ("content policy", ErrorKind::ContentPolicy),
    ("prohibited content", ErrorKind::ContentPolicy),
    ("safety filter", ErrorKind::ContentPolicy),
    ("blocked by safety", ErrorKind::ContentPolicy),
    ("request payload size exceeds", ErrorKind::TooLarge),
];

/// Reads a provider's error answer. A body in another language, a page of HTML or nothing at all still gives a sentence.
pub fn read(status: u16, body: &[u8]) -> ErrorReply {
    read_text(&String::from_utf8_lossy(body), Some(status))
}

/// Reads an error that came behind status 200: its own words say what status it stands for.
pub fn read_late(data: &str) -> ErrorReply {
    read_text(data, None)
}

fn read_text(text: &str, status: Option<u16>) -> ErrorReply {
    let told = Told::of(text);
    let known = told.word.as_deref().and_then(word::find);
    let status = status.or(told.code).filter(|status| (400..=599).contains(status));
    let kind = match (known, status) {
        (Some(known), _) => known.kind,
        (None, Some(status)) => ErrorKind::of_status(status),
        (None, None) => ErrorKind::Internal,
    };
    let mut message = told.message.unwrap_or_else(|| plain_message(text, status));
    let kind = if kind == ErrorKind::InvalidRequest { by_phrase(&message) } else { kind };
    message.truncate(message.floor_char_boundary(KEPT_TEXT));
    let mut reply = ErrorReply::new(kind, message);
    reply.status = status.or(known.map(|known| known.status)).unwrap_or(reply.status);
    reply.code = told.word.filter(|word| word != word::of_kind(kind));
    reply
}

fn by_phrase(message: &str) -> ErrorKind {
    let message = message.to_ascii_lowercase();
    let phrase = PHRASES.iter().find(|(phrase, _)| message.contains(phrase));
    phrase.map_or(ErrorKind::InvalidRequest, |(_, kind)| *kind)
}

fn plain_message(text: &str, status: Option<u16>) -> String {
    let place = match status {
        Some(status) => format!("the provider answered with status {status}"),
        None => UNEXPLAINED.to_owned(),
    };
    let kept = text.trim();
    if kept.is_empty() { place } else { format!("{place}: {kept}") }
}

/// What a body says, where it says it in JSON. Answers to streams that are no server-sent events are lists of one.
#[derive(Default)]
struct Told {
    code: Option<u16>,
    word: Option<String>,
    message: Option<String>,
}

#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(borrow)]
    error: &'a RawValue,
}

#[derive(Deserialize)]
struct Body<'a> {
    #[serde(borrow)]
    code: Option<&'a RawValue>,
    #[serde(borrow)]
    status: Option<&'a RawValue>,
    #[serde(borrow)]
    message: Option<&'a RawValue>,
}

impl Told {
    fn of(text: &str) -> Self {
        let envelope = if text.trim_start().starts_with('[') {
            serde_json::from_str::<Vec<Envelope<'_>>>(text).ok().and_then(|list| list.into_iter().next())
        } else {
            serde_json::from_str::<Envelope<'_>>(text).ok()
        };
        let Some(Envelope { error }) = envelope else { return Self::default() };
        let body = Some(error).filter(|error| json::is_object(error)).map(|error| serde_json::from_str(error.get()));
        let Some(Ok(Body { code, status, message })) = body else {
            return Self { message: string(Some(error)), ..Self::default() };
        };
        Self { code: code.and_then(|code| code.get().parse().ok()), word: string(status), message: string(message) }
    }
}

fn string(raw: Option<&RawValue>) -> Option<String> {
    serde_json::from_str::<String>(raw?.get()).ok().filter(|text| !text.trim().is_empty())
}
