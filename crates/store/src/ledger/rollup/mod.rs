//! Roll-ups: sums of hours that are over, by everything that reports ask for. They are made from rows of the ledger and from
//! adjustments, never beside them, and an hour is always made whole.
//!
//! Two moments divide time. Before `closed_until`, whoever adds a row says in the same transaction that its hour is stale.
//! Before `rolled_until`, reports take roll-ups, but for hours that are stale. The first moves on before the second does, and
//! between the two everybody is waited for who may have added a row without knowing of the first. So reports are right
//! whatever ends in the middle, and any number of instances may do this at once.

mod close;
mod facts;
mod make;
mod mark;

use facts::hour_of;
pub(super) use facts::{Facts, From, SUMS};
pub(super) use mark::{RETURNING, closed_until, mark};

use crate::{Db, StoreError};

/// Hours are closed so long after their end, since most calls that begin in one have ended by then.
pub const CLOSED_AFTER: i64 = 10 * 60_000_000;

/// Closes hours that are over, and makes the roll-ups that are missing or stale. To be done again every minute or so.
pub async fn roll_up(db: &Db, now: i64) -> Result<(), StoreError> {
    let until = hour_of(now.saturating_sub(CLOSED_AFTER));
    while !close::close(db, until).await? {
        make::make_all(db).await?;
    }
    make::make_all(db).await
}
