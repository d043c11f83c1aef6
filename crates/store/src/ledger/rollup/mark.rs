//! What those who add rows tell of hours that are closed.

use std::collections::BTreeSet;

use super::hour_of;
use crate::StoreError;
use crate::db::{Row, Sql, Tx};

/// Behind an `INSERT`: tells what [`closed_until`] reads, without a statement of its own.
pub(in crate::ledger) const RETURNING: &str = " RETURNING (SELECT MAX(closed_until) FROM rollup_state) AS closed_until";

/// Until when hours were closed when these rows were added.
pub(in crate::ledger) fn closed_until(added: &[Row]) -> Result<i64, StoreError> {
    added.first().map_or(Ok(i64::MIN), |row| row.get("closed_until"))
}

/// Says that the hours of these moments have rows that their roll-ups do not have.
pub(in crate::ledger) async fn mark(tx: &mut Tx, moments: &[i64]) -> Result<(), StoreError> {
    // in one order, so that transactions never wait for each other in a circle
    let hours: BTreeSet<_> = moments.iter().map(|moment| hour_of(*moment)).collect();
    for hour in hours {
        // counts up rather than nothing: whoever makes this hour waits until the rows are there
        let mark = Sql::new(
            "INSERT INTO rollup_stale (started_at, marks) VALUES ($1, 1)
             ON CONFLICT (started_at) DO UPDATE SET marks = rollup_stale.marks + 1",
        );
        tx.execute(mark.bind(hour)).await?;
    }
    Ok(())
}
