//! Who speaks which language, where, and how they want to be addressed. No I/O: credentials are declared here and applied elsewhere.
//!
//! A provider that speaks a dialect of ours by base URL is a row in `catalog/providers.toml`. One that needs more is a
//! folder here and a line in `registry.rs`. Nothing outside this crate names a provider.

mod echo;
mod failure;
mod located;
mod provider;
mod registry;
mod row;

pub use failure::{Fault, Retry, UpstreamError};
pub use located::{Located, NoRoute, in_region, locate};
pub use provider::{Auth, OnDisconnect, Operation, Provider, Transport};
pub use registry::Registry;
pub use row::CatalogueError;
