//! The binary as a process: started, killed, stopped, reloaded, and asked for its opinion.

mod alerts;
mod aws;
mod books;
mod calls;
mod check;
mod client;
mod crowd;
mod database_tls;
mod everyday;
mod fleet;
pub(crate) mod gateway;
mod heard;
mod iam;
mod instances;
mod kill;
mod lost;
mod multiplexed;
mod outcome;
mod reload;
mod start;
mod stop;
mod stores;
mod streams;
