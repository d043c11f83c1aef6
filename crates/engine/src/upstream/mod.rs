//! The only HTTP client: requests out to providers, answers in, each phase under a deadline.

mod body;
mod client;
mod connect;
mod request;

pub use client::Upstream;

pub(crate) use body::Inbound;
pub(crate) use request::{Outbound, Prepared, across, same};
