//! Requests: `POST /v1/messages`, both directions.

mod harmless;
mod read;
mod write;

pub use read::{read, read_counted, read_invoked};
pub(crate) use write::{Reasoning, Sampling, Thinking, check_budget, name_settings, reasoning};
pub use write::{write, write_invoked};

#[cfg(test)]
mod tests;
