//! Anthropic's Messages API, version 2023-06-01 and later, in both directions.
//!
//! The version header is not the codec's: what a version refuses (`temperature` from 2026-10-21 on) is the gateway's to know.

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
