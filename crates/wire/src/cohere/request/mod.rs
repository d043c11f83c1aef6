//! Requests: the body of `POST /v2/chat`, both directions.

mod harmless;
mod read;
mod write;

pub use read::read;
pub(super) use read::{attach, sampling};
pub use write::write;

#[cfg(test)]
mod tests;
