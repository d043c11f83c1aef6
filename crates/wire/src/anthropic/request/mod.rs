//! Requests: `POST /v1/messages`, both directions.

mod read;
mod write;

pub use read::read;
pub(crate) use write::Thinking;
pub use write::write;

#[cfg(test)]
mod tests;
