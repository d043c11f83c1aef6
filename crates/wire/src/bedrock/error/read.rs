//! Reading an error answer, or the frame that breaks a stream off.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::names;
use crate::error::{ErrorKind, ErrorReply, UNEXPLAINED};
use crate::frame::event_stream::{Frame, Kind};

/// Phrases that tell what a refused request is really about: the service says `ValidationException` to all of it, and what
/// the model's maker said stands in the message.
const PHRASES: &[(&str, ErrorKind)] = &[
    ("input is too long", ErrorKind::ContextWindow),
    ("prompt is too long", ErrorKind::ContextWindow),
    ("too many input tokens", ErrorKind::ContextWindow),
    ("exceed context limit", ErrorKind::ContextWindow),
    ("maximum context length", ErrorKind::ContextWindow),
    ("context window", ErrorKind::ContextWindow),
    ("content filter", ErrorKind::ContentPolicy),
    ("content policy", ErrorKind::ContentPolicy),
    ("responsible ai policy", ErrorKind::ContentPolicy),
    ("model identifier is invalid", ErrorKind::NotFound),
];

/// Reads a provider's error answer. `word` is the header that names the exception; a body in another language, a page of
/// HTML or nothing at all still gives a sentence.
pub fn read(status: u16, word: Option<&str>, body: &[u8]) -> ErrorReply {
    let text = String::from_utf8_lossy(body);
    let told = Told::of(&text);
    let name = word.map(bare).filter(|name| !name.is_empty()).or_else(|| Some(bare(told.name.as_deref()?)));
    let message =
        told.message.unwrap_or_else(|| plain_message(&text, || format!("the provider answered with status {status}")));
    ErrorReply { status, ..reply(name, Some(status), message) }
}

/// Reads the frame that breaks a stream off.
pub fn read_frame(frame: &Frame) -> ErrorReply {
    let text = String::from_utf8_lossy(frame.payload());
    let (name, told) = match frame.kind() {
        Kind::Exception(name) => (name, Told::of(&text).message),
        Kind::Error { code, message } => (code, said(message)),
        Kind::Event(_) | Kind::Unknown => ("", None),
    };
    let message = told.unwrap_or_else(|| plain_message(&text, || UNEXPLAINED.to_owned()));
    reply(Some(bare(name)), None, message)
}

/// Reads an error that has no status of its own.
pub fn read_late(text: &str) -> ErrorReply {
    let told = Told::of(text);
    let message = told.message.unwrap_or_else(|| plain_message(text, || UNEXPLAINED.to_owned()));
    reply(told.name.as_deref().map(bare), None, message)
}

/// The kind is told by the exception's name, else by the status; the name is kept where it says more than the kind.
fn reply(name: Option<&str>, status: Option<u16>, message: String) -> ErrorReply {
    let known = name.and_then(names::find);
    let kind = match (known, status) {
        // no exception of the service has it: who says so means what Anthropic means
        (_, Some(529)) => ErrorKind::Overloaded,
        (Some(known), _) => known.kind,
        // what the model itself answered was an error
        (None, Some(424)) => ErrorKind::BadUpstream,
        (None, Some(status)) => ErrorKind::of_status(status),
        (None, None) => ErrorKind::Internal,
    };
    let kind = if kind == ErrorKind::InvalidRequest { by_phrase(&message) } else { kind };
    let mut reply = ErrorReply::new(kind, message);
    reply.status = known.map_or(reply.status, |known| known.status);
    let name = known.map(|known| known.name).or(name).filter(|name| !name.is_empty());
    reply.code = name.filter(|name| *name != names::of_kind(kind)).map(str::to_owned);
    reply
}

fn by_phrase(message: &str) -> ErrorKind {
    let message = message.to_ascii_lowercase();
    let phrase = PHRASES.iter().find(|(phrase, _)| message.contains(phrase));
    phrase.map_or(ErrorKind::InvalidRequest, |(_, kind)| *kind)
}

/// A name without the namespace before it and the URL behind it (`aws.x#Name:http://…`), as botocore cuts it.
fn bare(word: &str) -> &str {
    let word = word.split_once(':').map_or(word, |(name, _)| name);
    word.rsplit_once('#').map_or(word, |(_, name)| name).trim()
}

fn plain_message(text: &str, place: impl FnOnce() -> String) -> String {
    let kept = text.trim();
    if kept.is_empty() { place() } else { format!("{}: {kept}", place()) }
}

/// What a body says, where it says it in JSON.
#[derive(Default)]
struct Told {
    name: Option<String>,
    message: Option<String>,
}

#[derive(Deserialize)]
struct Body<'a> {
    #[serde(borrow)]
    __type: Option<&'a RawValue>,
    #[serde(borrow)]
    code: Option<&'a RawValue>,
    #[serde(borrow, rename = "Code")]
    capital_code: Option<&'a RawValue>,
    #[serde(borrow)]
    message: Option<&'a RawValue>,
    #[serde(borrow, rename = "Message")]
    capital_message: Option<&'a RawValue>,
    #[serde(borrow, rename = "errorMessage")]
    error_message: Option<&'a RawValue>,
}

impl Told {
    fn of(text: &str) -> Self {
        let Ok(body) = serde_json::from_str::<Body<'_>>(text) else { return Self::default() };
        let first = |raws: [Option<&RawValue>; 3]| raws.into_iter().flatten().find_map(string);
        Self {
            name: first([body.code, body.capital_code, body.__type]),
            message: first([body.message, body.capital_message, body.error_message]),
        }
    }
}

fn string(raw: &RawValue) -> Option<String> {
    said(&serde_json::from_str::<String>(raw.get()).ok()?)
}

fn said(text: &str) -> Option<String> {
    (!text.trim().is_empty()).then(|| text.to_owned())
}
