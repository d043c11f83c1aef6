//! The wire languages of clients and providers, and the common conversation between them.
//!
//! Pure: bytes in, values out. Nothing here does I/O, reads a clock or knows a provider.
//! `chat` is the conversation, each dialect folder reads its language into it and writes it from it,
//! `frame` cuts streams into frames, `envelope` reads the few fields that the gateway itself needs.

pub mod anthropic;
pub mod bedrock;
pub mod bedrock_invoke;
pub mod chat;
pub mod cohere;
pub mod dialect;
pub mod edit;
pub mod embeddings;
pub mod envelope;
pub mod error;
pub mod foreign;
pub mod frame;
pub mod gemini;
mod harmless;
pub mod json;
pub mod note;
pub mod openai_chat;
pub mod openai_completions;
pub mod openai_responses;
pub mod stand_in;
mod strict;
mod user_location;

pub use dialect::Dialect;
pub use error::{ErrorKind, ErrorReply};
pub use json::{Invalid, Raw};
