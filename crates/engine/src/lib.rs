//! What happens to a call, from credential to ledger row. No HTTP server in it: a test runs a call without a socket.
//!
//! Start at `pipeline`: it is the life of a call, top to bottom. `call` is what goes in and comes out.

pub mod alerts;
pub mod budgets;
pub mod call;
pub mod clock;
pub mod cloud;
pub mod directory;
mod endings;
mod engine;
pub mod ids;
mod intents;
pub mod limits;
pub mod models;
mod pipeline;
pub mod pricing;
mod principal;
pub mod rights;
mod rollups;
mod routing;
pub mod secret;
pub mod settings;
pub mod tasks;
pub mod telemetry;
mod upstream;
pub mod vault;

pub use engine::{Engine, GIVEN_UP_AFTER, Instance, Parts};
pub use pipeline::{AccessGroupNames, Wanted};
pub use principal::Principal;
pub use upstream::{Unanswered, Upstream};
