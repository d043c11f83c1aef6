//! All that is kept: SQL and the journal of intents.
//!
//! One file or folder a noun, types and queries together. No other crate speaks SQL. Nothing here reads a clock, makes an
//! id or spawns a task: time, ids and actors are arguments, and the one long-running future ([`LedgerWriter::run`]) is
//! handed to the caller.
#![warn(missing_docs)]

pub mod audit;
mod db;
mod error;
pub mod journal;
pub mod keys;
pub mod ledger;
pub mod migrate;
mod page;
mod scope;
mod text;
mod writer;

pub use audit::Actor;
pub use db::{Db, PostgresOptions};
pub use error::{StoreError, Unique};
pub use keys::KeyHash;
pub use page::{Direction, Page};
pub use scope::Scope;
pub use writer::{LedgerPoster, LedgerWriter, WriterHealth, commit_recovery};
