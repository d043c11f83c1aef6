//! Writing an error. `code` is always a string: clients of LiteLLM look there for the status.

use std::borrow::Cow;

use serde::Serialize;

use crate::error::{ErrorKind, ErrorReply};
use crate::json::Raw;

#[derive(Serialize)]
struct Body<'a> {
    error: Written<'a>,
}

/// An error object on its way to a client.
#[derive(Serialize)]
pub(crate) struct Written<'a> {
    message: &'a str,
    r#type: &'a str,
    param: Option<&'a str>,
    code: Cow<'a, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    details: Option<&'a Raw>,
}

impl<'a> Written<'a> {
    pub(crate) fn of(error: &'a ErrorReply) -> Self {
        Self {
            message: &error.message,
            r#type: error.type_word.as_deref().unwrap_or_else(|| type_of(error.kind)),
            param: error.param.as_deref(),
            code: error
                .code
                .as_deref()
                .or(code_of(error.kind))
                .map_or_else(|| error.status.to_string().into(), Cow::Borrowed),
            details: error.details.as_ref(),
        }
    }

    pub(crate) fn code(&self) -> &str {
        &self.code
    }
}

/// The body of an error answer.
pub fn write(error: &ErrorReply) -> Vec<u8> {
    // Strings and JSON that was parsed: there is nothing here that could fail to be written.
    serde_json::to_vec(&Body { error: Written::of(error) }).unwrap_or_default()
}

/// An error as the last frame of a stream. No `[DONE]` follows: the answer is not done.
pub fn write_frame(error: &ErrorReply, out: &mut Vec<u8>) {
    let body = write(error);
    out.extend_from_slice(b"data: ");
    // `details` is JSON as it came and may hold line ends, which would end the frame's line; outside strings they are only space.
    out.extend(body.into_iter().map(|byte| if matches!(byte, b'\n' | b'\r') { b' ' } else { byte }));
    out.extend_from_slice(b"\n\n");
}

/// The code where the provider gave none: agents that find this one shorten the conversation.
fn code_of(kind: ErrorKind) -> Option<&'static str> {
    (kind == ErrorKind::ContextWindow).then_some("context_length_exceeded")
}

/// The type's word where the provider gave none.
fn type_of(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::InvalidRequest | ErrorKind::ContextWindow | ErrorKind::ContentPolicy | ErrorKind::TooLarge => {
            "invalid_request_error"
        }
        ErrorKind::Authentication => "auth_error",
        ErrorKind::Permission => "permission_error",
        ErrorKind::Billing => "insufficient_quota",
        ErrorKind::BudgetExceeded => "budget_exceeded",
        ErrorKind::NotFound => "not_found_error",
        ErrorKind::RateLimited => "throttling_error",
        ErrorKind::Timeout => "timeout_error",
        ErrorKind::Overloaded => "overloaded_error",
        ErrorKind::BadUpstream | ErrorKind::Unavailable | ErrorKind::Internal => "internal_server_error",
    }
}
