//! Writing an error.

use std::borrow::Cow;

use serde::Serialize;

use super::word;
use crate::error::{ErrorKind, ErrorReply};
use crate::gemini::stream::write_frame as write_data;
use crate::json::Raw;

/// How Google says that a conversation does not fit.
const TOO_LONG: &str = "exceeds the maximum number of tokens allowed";

/// The SDKs take a chunk of a stream for an error by `error` as its first field.
#[derive(Serialize)]
struct Body<'a> {
    error: Told<'a>,
}

#[derive(Serialize)]
struct Told<'a> {
    code: u16,
    message: Cow<'a, str>,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    details: Option<&'a Raw>,
}

/// The status that goes with an error. Google has none beyond those of HTTP's own list.
pub fn status(error: &ErrorReply) -> u16 {
    if error.status == 529 { 503 } else { error.status }
}

/// Writes the body of an error answer.
pub fn write(error: &ErrorReply) -> Vec<u8> {
    serde_json::to_vec(&body(error)).unwrap_or_default()
}

/// Writes an error as the last of a stream.
pub fn write_frame(error: &ErrorReply, out: &mut Vec<u8>) {
    write_data(&body(error), out);
}

fn body(error: &ErrorReply) -> Body<'_> {
    let own = error.code.as_deref().and_then(word::find);
    let message = match &error.param {
        // agents look for these words, and shorten the conversation
        _ if error.kind == ErrorKind::ContextWindow && !error.message.contains(TOO_LONG) => {
            Cow::Owned(format!("The input token count {TOO_LONG}: {}", error.message))
        }
        Some(param) if !error.message.contains(param.as_str()) => Cow::Owned(format!("{param}: {}", error.message)),
        _ => Cow::Borrowed(error.message.as_str()),
    };
    Body {
        error: Told {
            code: status(error),
            message,
            status: own.map_or_else(|| word::of_kind(error.kind), |own| own.word),
            // a list here; other dialects have an object
            details: error.details.as_ref().filter(|details| details.get().starts_with('[')),
        },
    }
}
