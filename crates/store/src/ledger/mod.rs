//! The ledger: one row an attempt, never changed. What a key has spent is moved in the transaction that adds the row. All
//! sums are made in one place, of rows and roll-ups together.

mod activity;
mod adjust;
mod detail;
mod insert;
mod keys;
mod list;
mod payer;
mod quarantine;
mod rollup;
mod row;
mod since;
mod spend;
mod sums;
mod walk;

pub use activity::{Activity, ActivityFilter, Entity, KeyOfActivity, activity};
pub use adjust::{Adjustment, Correction, Reason, adjust, adjustments};
pub use detail::Detail;
pub use insert::{Inserted, insert_batch};
pub(crate) use insert::{insert_behind, insert_missing, look_for};
pub use list::{LedgerFilter, LedgerOrder, count, list, list_by};
pub use payer::Payer;
pub use quarantine::{QuarantinedRow, quarantined};
pub use rollup::{CLOSED_AFTER, roll_up};
pub use row::{AttemptStatus, LedgerRow, Provenance};
pub use sums::{By, Sum, sums};
pub use walk::{Place, Told, tell, walk, walk_in};
