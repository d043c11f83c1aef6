//! The real router on a real store, mostly without a socket. The folders are those of the URLs.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that fails may panic, in its helpers too"
)]

mod app;
mod edge;
mod manage;
mod money;
mod process;
mod surfaces;
mod tenants;
