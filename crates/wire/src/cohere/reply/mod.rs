//! Whole answers, both directions.

mod read;
mod write;

pub use read::{is_error, read, scan_usage};
pub use write::write;
pub(super) use write::{Call, planned};

#[cfg(test)]
mod tests;
