//! The store against a fresh database and a fresh journal folder a test.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that fails may panic, in its helpers too")]

mod alerts;
mod balances;
mod journal;
mod keys;
mod ledger;
mod migrate;
mod prefixes;
mod rollups;
mod support;
mod turns;
mod writer;
