//! Cohere's chat, version 2 of the API (`POST /v2/chat`), as its Python SDK 7.3.1 has it.
//!
//! An answer tells its id, not the model. Documents stand beside the messages, and citations tell where in the answer the text
//! stands that rests on them.

mod citation;
mod document;
mod echo;
pub mod error;
mod logprobs;
pub mod reply;
pub mod request;
mod stop;
pub mod stream;
mod thinking;
mod usage;
pub mod v1;

pub use echo::Echo;
