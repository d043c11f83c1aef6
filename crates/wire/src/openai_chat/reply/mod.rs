//! A whole answer, read from a provider of this dialect and written for a client of it.

mod read;
#[cfg(test)]
mod tests;
mod write;

pub(crate) use read::text;
pub use read::{is_error, read, scan_usage};
pub use write::write;
