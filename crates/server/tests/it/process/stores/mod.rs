//! Databases and Redis that are killed, frozen, cut off and put back while money runs: nobody is told anything but an answer or a 503
//! that says when to come back, and in the end the ledger has what the upstream has, once, and balances say so.

mod back;
mod commits;
mod locked;
mod redis;
mod sql;
mod world;

use world::World;
