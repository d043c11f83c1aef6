//! Errors, read from whatever a provider answers and written in the shape that OpenAI's SDKs unwrap.

mod kind;
mod read;
#[cfg(test)]
mod tests;
mod write;

pub use read::{read, read_late};
pub(crate) use write::Written;
pub use write::{write, write_frame};
