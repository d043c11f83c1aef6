//! OpenAI Chat Completions, both ways: what OpenAI says, and what the many servers that imitate it say instead.

pub mod error;
pub mod reply;
pub mod request;
pub mod stream;

mod call;
mod citation;
pub(crate) mod finish;
pub(crate) mod logprobs;
mod thinking;
pub(crate) mod usage;
