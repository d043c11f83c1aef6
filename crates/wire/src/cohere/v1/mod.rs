//! The first version of the API (`POST /v1/chat`), for clients only: requests are read, answers, streams and errors written.
//! The body of an error is that of the second version.
//!
//! The last message stands beside the history, calls of tools have no ids and results of tools say the call again. A stream is
//! lines of JSON, the last of which has the whole answer.

mod citation;
mod echo;
pub mod reply;
pub mod request;
pub mod stream;

pub use echo::Echo;

use crate::error::{ErrorKind, ErrorReply};

/// What a client is told that relies on a history which Cohere keeps: the call would be another one without it.
pub fn no_history() -> ErrorReply {
    let message = "conversation_id refers to a history that the provider keeps, and this gateway keeps none yet: send all of it \
                   in chat_history";
    ErrorReply::new(ErrorKind::InvalidRequest, message).with_param("conversation_id")
}

#[cfg(test)]
mod tests;
