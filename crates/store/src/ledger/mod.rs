//! The ledger: one row an attempt, never changed. What a key has spent is moved in the transaction that adds the row.

mod activity;
mod detail;
mod insert;
mod list;
mod payer;
mod quarantine;
mod row;
mod since;
mod spend;
mod sums;

pub use activity::{Activity, ActivityFilter, Entity, KeyOfActivity, activity};
pub use detail::Detail;
pub use insert::{Inserted, insert_batch};
pub use list::{LedgerFilter, count, list};
pub use payer::Payer;
pub use quarantine::{QuarantinedRow, quarantined};
pub use row::{AttemptStatus, LedgerRow, Provenance};
pub use sums::{Sum, SumBy, daily_sums, key_sums, sums};
