//! A whole answer, read from a provider and written for a client. Its usage, and what is an error in its place, are the chat's.

mod read;
#[cfg(test)]
mod tests;
mod write;

pub use read::read;
pub(super) use write::words;
pub use write::write;

pub use crate::openai_chat::reply::{is_error, scan_usage};
