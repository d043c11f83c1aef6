//! The real router on a real store, without a socket. The folders are those of the URLs.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that fails may panic, in its helpers too"
)]

mod app;
mod manage;
mod process;
