//! The engine between a client and a scripted upstream: real pipeline, real SQLite, real sockets towards the provider, no
//! HTTP server. The upstream's own log is what the ledger is checked against.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that fails may panic, in its helpers too"
)]

mod aws;
mod broken;
mod budgets;
mod classified;
mod client;
mod cohere_v1;
mod completions;
mod contents;
mod converse;
mod corpus;
mod counting;
mod embeddings;
mod emptied;
mod endings;
mod events;
mod faults;
mod frames;
mod functions;
mod generate;
mod guests;
mod invoke;
mod kept;
mod kit;
mod leaving;
mod limits;
mod lines;
mod long;
mod money;
mod pairs;
mod panics;
mod pieces;
mod refusals;
mod responses;
mod same_dialect;
mod secrets;
mod seen;
mod signed;
mod spends;
mod square;
mod stop;
mod tags;
mod tiers;
mod usage;
