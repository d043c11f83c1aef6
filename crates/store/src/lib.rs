//! All that is kept: SQL and the journal of intents; and Redis, where instances tell each other what has changed.
//!
//! One file or folder a noun, types and queries together. No other crate speaks SQL. Nothing here reads a clock, makes an
//! id or spawns a task: time, ids and actors are arguments, and the one long-running future ([`LedgerWriter::run`]) is
//! handed to the caller.
#![warn(missing_docs)]

pub mod access_groups;
pub mod alerts;
pub mod audit;
pub mod balances;
mod blocked;
pub mod budgets;
pub mod credentials;
pub mod customers;
mod db;
mod error;
pub mod intents;
pub mod invitations;
pub mod journal;
pub mod keys;
pub mod ledger;
mod limits;
pub mod migrate;
pub mod models;
pub mod organizations;
mod page;
pub mod projects;
mod record;
mod redis;
mod scope;
pub mod settings;
mod stamps;
pub mod tags;
pub mod teams;
mod text;
mod transaction;
pub mod users;
mod writer;

pub use audit::Actor;
pub use blocked::BlockedFrom;
pub use db::{Db, OwnConnection, PostgresOptions};
pub use error::StoreError;
pub use keys::KeyHash;
pub use limits::{BudgetWindow, Limits, ModelLimits};
pub use page::{Direction, Page};
pub use record::{Filter, Order, Record, Sort, all, count, find, list, require};
pub use redis::{LimitAnswer, LimitAsk, LimitAskOf, LimitGrant, LimitRound, News, Redis};
pub use scope::{Scope, Tenancy};
pub use stamps::Stamps;
pub use transaction::{ADJUSTMENTS, BLOCKED, CALLS, CREATED, DELETED, Touched, Transaction, UNBLOCKED, UPDATED};
pub use writer::{LedgerPoster, LedgerWriter, WriterHealth, commit_recovery};
