//! Anthropic's Messages API, version 2023-06-01 and later, in both directions.
//!
//! The version header is not the codec's: a client's goes to Anthropic as it came, others are spoken for by the header in the row of
//! `catalog/providers.toml`.

mod block;
pub(crate) mod citation;
pub mod error;
pub(crate) mod model;
pub mod reply;
pub mod request;
mod search;
mod stop;
pub mod stream;
mod usage;
