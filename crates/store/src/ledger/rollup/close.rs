//! Closing hours: from then on each row that comes late is told of.

use std::collections::BTreeSet;
use std::time::Duration;

use super::facts::{DAY, hour_of};
use crate::db::{Sql, Tx};
use crate::{Db, StoreError};

/// How often one looks whether somebody still writes.
const LOOK: Duration = Duration::from_millis(20);
/// For so long those are waited for who write. Their statements may take half a minute.
const PATIENCE: Duration = Duration::from_mins(1);

/// Closes the hours before `until`, and says of those which have rows that their roll-ups are to be made: those of one day at
/// a time. Whether that were all.
pub(super) async fn close(db: &Db, until: i64) -> Result<bool, StoreError> {
    let mut tx = db.snapshot().await?;
    let state = state(&mut tx, "").await?;
    drop(tx);
    if state.closed_until < until {
        let mut tx = db.begin().await?;
        let close = Sql::new("UPDATE rollup_state SET closed_until = $1 WHERE closed_until < $1").bind(until);
        tx.execute(close).await?;
        tx.commit().await?;
    }
    let until = state.closed_until.max(until);
    if state.rolled_until >= until {
        return Ok(true);
    }
    wait_for_writers(db).await?;
    move_on(db, until).await
}

struct State {
    closed_until: i64,
    rolled_until: i64,
}

async fn state(tx: &mut Tx, lock: &'static str) -> Result<State, StoreError> {
    let mut read = Sql::new("SELECT closed_until, rolled_until FROM rollup_state");
    read.push(lock);
    let row = tx.fetch_optional(read).await?.ok_or(StoreError::Unreadable { column: "rollup_state" })?;
    Ok(State { closed_until: row.get("closed_until")?, rolled_until: row.get("rolled_until")? })
}

/// Waits until all have ended who were writing to the ledger: they may not have seen yet what is closed. Whoever begins later
/// sees it, since a statement locks its table before it looks. In SQLite nobody writes beside another.
async fn wait_for_writers(db: &Db) -> Result<(), StoreError> {
    if !db.is_shared() {
        return Ok(());
    }
    let before = writers(db).await?;
    let gone = async {
        while !before.is_disjoint(&writers(db).await?) {
            tokio::time::sleep(LOOK).await;
        }
        Ok(())
    };
    let late = |late: tokio::time::error::Elapsed| StoreError::Unavailable { source: late.into() };
    tokio::time::timeout(PATIENCE, gone).await.map_err(late)?
}

/// The transactions that hold the lock that writing to a table takes. One that was prepared has no other name than its lock.
async fn writers(db: &Db) -> Result<BTreeSet<String>, StoreError> {
    let locks = Sql::new(
        "SELECT virtualtransaction FROM pg_locks JOIN pg_class ON pg_class.oid = pg_locks.relation
         WHERE locktype = 'relation' AND relname IN ('ledger', 'adjustments') AND mode = 'RowExclusiveLock' AND granted
         AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
    );
    let rows = db.fetch_all(locks).await?;
    rows.iter().map(|row| row.get("virtualtransaction")).collect()
}

/// Lets reports take roll-ups of a further day. The hours in it that have rows become stale, and so do those of the day before
/// whose roll-ups lack rows: an instance of an earlier release, which tells nobody, may have added some.
async fn move_on(db: &Db, until: i64) -> Result<bool, StoreError> {
    let mut tx = db.begin().await?;
    let lock = if tx.has_row_locks() { " FOR UPDATE" } else { "" };
    let State { rolled_until, .. } = state(&mut tx, lock).await?;
    if rolled_until >= until {
        return Ok(true);
    }
    let first = Sql::new(
        "SELECT CAST(COALESCE(MIN(started_at), $2) AS BIGINT) FROM ledger WHERE started_at >= $1 AND started_at < $2",
    );
    let first = hour_of(tx.fetch_number(first.bind(rolled_until).bind(until)).await?).max(rolled_until);
    let to = until.min(first.saturating_add(DAY));
    let mut stale = Sql::new(
        "INSERT INTO rollup_stale (started_at, marks)
         SELECT hour, 1 FROM (SELECT started_at / 3600000000 * 3600000000 AS hour, COUNT(*) AS attempts FROM ledger
             WHERE started_at >= ",
    );
    stale.push_bind(first.saturating_sub(DAY).max(0)).push(" AND started_at < ").push_bind(to);
    stale.push(
        " GROUP BY 1) AS seen
         WHERE attempts <> (SELECT COALESCE(SUM(rollups.attempts), 0) FROM rollups WHERE rollups.started_at = seen.hour)
         ON CONFLICT (started_at) DO NOTHING",
    );
    tx.execute(stale).await?;
    tx.execute(Sql::new("UPDATE rollup_state SET rolled_until = $1").bind(to)).await?;
    tx.commit().await?;
    Ok(to >= until)
}
