//! OpenAI's text completions (`POST /v1/completions`), both ways. OpenAI calls them legacy; servers of base models have nothing else.
//!
//! A client's prompt is one message of a user. A conversation for a provider is a transcript, unless it is one such message.
//! Errors are those of the chat, and so is all that both APIs say alike.

pub mod reply;
pub mod request;
pub mod stream;

mod finish;
mod logprobs;
