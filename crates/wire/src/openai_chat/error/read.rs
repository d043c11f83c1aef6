//! Reading an error answer: OpenAI's object, its imitations, or no JSON at all.

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::kind;
use crate::error::{ErrorReply, UNEXPLAINED};
use crate::json::Raw;

/// Reads a provider's error answer; whatever the body is, something sensible comes out.
pub fn read(status: u16, body: &[u8]) -> ErrorReply {
    let body = String::from_utf8_lossy(body);
    match serde_json::from_str::<Value>(&body) {
        Ok(value) => ErrorReply { details: details(&body), ..from_json(Some(status), &value) },
        Err(_) => plain(status, &body),
    }
}

/// A word of a provider that is longer is no word: in characters.
const LONGEST_WORD: usize = 256;

/// Reads an error object that came behind status 200: its own code says what status it stands for, else its kind does.
pub fn read_late(data: &str) -> ErrorReply {
    let value = serde_json::from_str::<Value>(data).unwrap_or_default();
    let error = value.get("error").filter(|error| !error.is_null()).unwrap_or(&value);
    let told = ["status", "code", "status_code"].into_iter().find_map(|key| status_in(error.get(key)?));
    ErrorReply { details: details(data), ..from_json(told, &value) }
}

fn status_in(value: &Value) -> Option<u16> {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    text.parse().ok().filter(|status| (400..600).contains(status))
}

fn from_json(status: Option<u16>, value: &Value) -> ErrorReply {
    // Gemini's imitation wraps the object in a list.
    let value = value.get(0).unwrap_or(value);
    let inner = match value.get("error") {
        Some(Value::Object(_)) => value.get("error").unwrap_or(value),
        _ => value,
    };
    let code = inner.get("code").and_then(word);
    // Where `error` is a word and `message` a sentence, the word is a type.
    let error_word = value.get("error").and_then(Value::as_str).filter(|_| value.get("message").is_some());
    let type_word = inner.get("type").and_then(word).or_else(|| error_word.map(str::to_owned));
    let said = ["message", "error", "detail", "msg"].into_iter().find_map(|key| sentence(inner.get(key)?));
    let message = said.unwrap_or_else(|| match status {
        Some(status) => format!("the provider answered with status {status}"),
        None => UNEXPLAINED.to_owned(),
    });
    let kind = kind::of(status.unwrap_or(500), [code.as_deref(), type_word.as_deref()], &message);
    ErrorReply {
        status: status.unwrap_or_else(|| kind.status()),
        param: inner.get("param").and_then(word),
        type_word,
        code,
        ..ErrorReply::new(kind, message)
    }
}

/// `error.details`, as it came.
fn details(body: &str) -> Option<Raw> {
    #[derive(Deserialize)]
    struct Outer<'a> {
        #[serde(borrow)]
        error: Inner<'a>,
    }
    #[derive(Deserialize)]
    struct Inner<'a> {
        #[serde(borrow)]
        details: Option<&'a RawValue>,
    }
    serde_json::from_str::<Outer<'_>>(body).ok()?.error.details.map(Raw::from)
}

/// A short value as text: codes are strings or numbers.
fn word(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.chars().take(LONGEST_WORD).collect()).filter(|text: &String| !text.is_empty()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// A message as text. Validators send objects and lists: their own messages are picked out, else the JSON is the message.
fn sentence(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()).filter(|text| !text.trim().is_empty()),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().filter_map(sentence).collect();
            (!items.is_empty()).then(|| items.join("; "))
        }
        Value::Object(_) => match ["message", "msg", "detail"].into_iter().find_map(|key| sentence(value.get(key)?)) {
            Some(text) => Some(text),
            None => Some(value.to_string()),
        },
        _ => None,
    }
}

/// An answer that is not JSON: a page of some proxy, a line of text, or nothing.
fn plain(status: u16, body: &str) -> ErrorReply {
    let text = body.trim();
    let message = if text.is_empty() {
        format!("the provider answered with status {status} and no body")
    } else if text.starts_with('<') {
        format!("the provider answered with status {status} and a page that is not JSON")
    } else {
        text.to_owned()
    };
    let kind = kind::of(status, [None, None], &message);
    ErrorReply { status, ..ErrorReply::new(kind, message) }
}
