//! Requests: `POST /v1/messages`, both directions.

mod harmless;
mod read;
mod write;

pub use read::{read, read_counted};
pub use write::write;
pub(crate) use write::{Reasoning, Thinking, name_settings, reasoning};

#[cfg(test)]
mod tests;
