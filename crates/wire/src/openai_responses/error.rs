//! Errors: those of OpenAI's chat with further codes, and in streams with events of their own.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::response;
use super::status;
use super::stream::line::put;
use crate::error::{ErrorKind, ErrorReply};
use crate::openai_chat;

/// Codes of this dialect, beside those of OpenAI's chat, that settle the kind.
const CODES: &[(&str, ErrorKind)] = &[
    ("bio_policy", ErrorKind::ContentPolicy),
    ("cyber_policy", ErrorKind::ContentPolicy),
    ("data_residency_mismatch", ErrorKind::InvalidRequest),
    ("empty_image_file", ErrorKind::InvalidRequest),
    ("failed_to_download_image", ErrorKind::InvalidRequest),
    ("image_content_policy_violation", ErrorKind::ContentPolicy),
    ("image_file_not_found", ErrorKind::InvalidRequest),
    ("image_file_too_large", ErrorKind::InvalidRequest),
    ("image_parse_error", ErrorKind::InvalidRequest),
    ("image_too_large", ErrorKind::InvalidRequest),
    ("image_too_small", ErrorKind::InvalidRequest),
    ("invalid_base64_image", ErrorKind::InvalidRequest),
    ("invalid_image", ErrorKind::InvalidRequest),
    ("invalid_image_format", ErrorKind::InvalidRequest),
    ("invalid_image_mode", ErrorKind::InvalidRequest),
    ("invalid_image_url", ErrorKind::InvalidRequest),
    ("invalid_prompt", ErrorKind::InvalidRequest),
    ("misalignment_policy_violation", ErrorKind::ContentPolicy),
    ("server_is_overloaded", ErrorKind::Overloaded),
    ("slow_down", ErrorKind::Overloaded),
    ("unsupported_image_media_type", ErrorKind::InvalidRequest),
    ("vector_store_timeout", ErrorKind::Timeout),
];

/// Reads a provider's error answer.
pub fn read(status: u16, body: &[u8]) -> ErrorReply {
    let mut reply = openai_chat::error::read(status, body);
    if let Some(kind) = kind_of_code(&reply) {
        reply.kind = kind;
    }
    reply
}

/// Reads an error behind the status of a success: `error`, whose members stand at the top or under `error`,
/// `response.failed`, where they stand under `response.error`, or a whole response that is no answer.
pub fn read_late(data: &str) -> ErrorReply {
    #[derive(Deserialize)]
    struct Told<'a> {
        #[serde(borrow)]
        response: Option<&'a RawValue>,
        #[serde(borrow)]
        status: Option<Cow<'a, str>>,
    }
    let told = serde_json::from_str::<Told<'_>>(data).ok();
    if let Some(status) = told.as_ref().and_then(|told| told.status.as_deref()).filter(|word| status::is_open(word)) {
        let message = format!("the provider's response is {status} and not an answer");
        return ErrorReply::new(ErrorKind::BadUpstream, message);
    }
    let response = told.and_then(|told| told.response);
    let mut reply = openai_chat::error::read_late(response.map_or(data, RawValue::get));
    // the event's own name where the error has no type
    reply.type_word.take_if(|word| word == "error");
    if let Some(kind) = kind_of_code(&reply) {
        reply.kind = kind;
        // no status was told: the kind has a better one than the one that stands for nothing
        if reply.status == ErrorKind::Internal.status() {
            reply.status = kind.status();
        }
    }
    reply
}

fn kind_of_code(error: &ErrorReply) -> Option<ErrorKind> {
    let code = error.code.as_deref()?;
    CODES.iter().find(|(known, _)| *known == code).map(|(_, kind)| *kind)
}

/// Codex asks its provider to compact the conversation: an ordinary answer would be paid for, and be of no use to it.
pub fn no_compaction() -> ErrorReply {
    let message = "input (compaction_trigger): this model's provider does not compact conversations. Have the agent do it \
                   itself: Codex does so with a provider of your own in its config.toml.";
    ErrorReply::new(ErrorKind::InvalidRequest, message).with_param("input")
}

/// Writes the event `error` with that number.
pub(super) fn put_error(error: &ErrorReply, number: u64, out: &mut Vec<u8>) {
    #[derive(Serialize)]
    struct Event<'a> {
        r#type: &'static str,
        code: &'a str,
        message: &'a str,
        param: Option<&'a str>,
        sequence_number: u64,
        error: &'a openai_chat::error::Written<'a>,
    }
    let nested = openai_chat::error::Written::of(error);
    let event = Event {
        r#type: "error",
        code: nested.code(),
        message: &error.message,
        param: error.param.as_deref(),
        sequence_number: number,
        error: &nested,
    };
    put(event.r#type, &event, out);
}

/// The error as a response that failed has it.
pub(super) fn of_response(error: &ErrorReply) -> response::Error<'_> {
    response::Error { code: failed_code(error), message: &error.message }
}

/// The code of a response that failed: one that SDKs know, or that Codex acts on (it shortens the conversation, waits, or
/// stops asking).
fn failed_code(error: &ErrorReply) -> &'static str {
    let told = CODES.iter().find(|(code, _)| error.code.as_deref() == Some(code));
    match (told, error.kind) {
        (Some((code, _)), _) => code,
        (None, ErrorKind::RateLimited) => "rate_limit_exceeded",
        (None, ErrorKind::ContextWindow) => "context_length_exceeded",
        (None, ErrorKind::Billing | ErrorKind::BudgetExceeded) => "insufficient_quota",
        (None, ErrorKind::Overloaded) => "server_is_overloaded",
        (None, ErrorKind::InvalidRequest | ErrorKind::ContentPolicy | ErrorKind::TooLarge) => "invalid_prompt",
        (
            None,
            ErrorKind::Authentication
            | ErrorKind::Permission
            | ErrorKind::NotFound
            | ErrorKind::Timeout
            | ErrorKind::BadUpstream
            | ErrorKind::Unavailable
            | ErrorKind::Internal,
        ) => "server_error",
    }
}

#[cfg(test)]
mod tests;
