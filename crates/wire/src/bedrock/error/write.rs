//! Writing an error.

use std::borrow::Cow;

use serde::Serialize;

use super::names;
use crate::error::ErrorReply;
use crate::frame::event_stream;

#[derive(Serialize)]
struct Body<'a> {
    message: Cow<'a, str>,
}

/// The exception that says this error: the provider's own where it is one that clients know, else the kind's.
pub fn word(error: &ErrorReply) -> &'static str {
    let own = error.code.as_deref().and_then(names::modelled);
    own.map_or_else(|| names::of_kind(error.kind), |exception| exception.name)
}

/// The status of that exception: SDKs that know the exceptions take no other with it.
pub fn status(error: &ErrorReply) -> u16 {
    names::modelled(word(error)).map_or(error.status, |exception| exception.status)
}

/// Writes the body of an error answer.
pub fn write(error: &ErrorReply) -> Vec<u8> {
    serde_json::to_vec(&body(error)).unwrap_or_default()
}

/// Writes an error as the last frame of a stream.
pub fn write_frame(error: &ErrorReply, out: &mut Vec<u8>) {
    event_stream::write_exception(member(error), &body(error), out);
}

/// The exceptions that a stream has: five members, of which the nearest is taken.
fn member(error: &ErrorReply) -> &'static str {
    match word(error) {
        "ThrottlingException" => "throttlingException",
        "ModelErrorException" | "ModelStreamErrorException" | "ModelTimeoutException" => "modelStreamErrorException",
        "ServiceUnavailableException" | "ModelNotReadyException" => "serviceUnavailableException",
        "InternalServerException" => "internalServerException",
        _ => "validationException",
    }
}

/// The model wants a message that is not blank.
fn body(error: &ErrorReply) -> Body<'_> {
    let message = match &error.param {
        Some(param) if !error.message.contains(param.as_str()) => Cow::Owned(format!("{param}: {}", error.message)),
        _ if error.message.trim().is_empty() => Cow::Borrowed(error.kind.label()),
        _ => Cow::Borrowed(error.message.as_str()),
    };
    Body { message }
}
