//! The only HTTP client: requests out to providers, answers in, each phase under a deadline.

mod body;
mod client;
mod connect;
mod embedding;
mod left;
mod request;

pub use client::{Unanswered, Upstream};

pub(crate) use body::Inbound;
pub(crate) use connect::Connector;
pub(crate) use embedding::{embedding_across, same_embedding};
pub(crate) use left::nothing_was_read;
pub(crate) use request::{Outbound, Prepared, across, same};
