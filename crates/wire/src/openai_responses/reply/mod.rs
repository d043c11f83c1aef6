//! A whole answer, `{"object":"response", …}`, read from a provider of this dialect and written for a client of it.

mod read;
#[cfg(test)]
mod tests;
mod write;

pub(super) use read::seconds;
pub use read::{is_error, read, scan_usage};
pub use write::write;
