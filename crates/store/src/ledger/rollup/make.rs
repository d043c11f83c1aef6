//! Making the roll-ups of an hour.

use super::facts::{DIMENSIONS, Facts, HOUR, SUMS};
use crate::db::{Sql, Tx};
use crate::{Db, StoreError};

/// Makes all roll-ups that are stale, the newest hour first.
pub(super) async fn make_all(db: &Db) -> Result<(), StoreError> {
    while make_one(db).await? {}
    Ok(())
}

/// Makes those of one hour, if one is stale that nobody else is making or adds rows to. The mark goes in the same transaction:
/// a row that is added meanwhile sets another.
async fn make_one(db: &Db) -> Result<bool, StoreError> {
    let mut find = Sql::new("SELECT started_at FROM rollup_stale ORDER BY started_at DESC LIMIT 1");
    if db.fetch_optional(Sql::new("SELECT started_at FROM rollup_stale LIMIT 1")).await?.is_none() {
        return Ok(false);
    }
    let mut tx = db.begin().await?;
    if tx.has_row_locks() {
        find.push(" FOR UPDATE SKIP LOCKED");
        tx.execute(Sql::new("SET LOCAL statement_timeout = '10min'")).await?;
    }
    let Some(stale) = tx.fetch_optional(find).await? else { return Ok(false) };
    let hour: i64 = stale.get("started_at")?;
    for delete in [
        "DELETE FROM rollup_stale WHERE started_at = $1",
        "DELETE FROM rollups WHERE started_at = $1",
        "DELETE FROM rollup_tags WHERE started_at = $1",
    ] {
        tx.execute(Sql::new(delete).bind(hour)).await?;
    }
    for by_tag in [false, true] {
        insert(&mut tx, hour, by_tag).await?;
    }
    tx.commit().await?;
    Ok(true)
}

async fn insert(tx: &mut Tx, hour: i64, by_tag: bool) -> Result<(), StoreError> {
    let tag = if by_tag { "tag, " } else { "" };
    let mut insert = Sql::new("INSERT INTO ");
    insert.push(if by_tag { "rollup_tags" } else { "rollups" });
    insert.push(" (").push(tag).push("started_at, ").push(DIMENSIONS);
    insert.push(
        ", attempts, successes, unpriced, input_tokens, cache_read_tokens, cache_write_5m_tokens, cache_write_1h_tokens,
            output_tokens, reasoning_tokens, cost, took) SELECT ",
    );
    insert.push(tag).push_bind(hour).push(", ").push(DIMENSIONS).push(", ").push(SUMS).push(" FROM (");
    Facts::rows(hour, hour.saturating_add(HOUR), by_tag).push_all(&mut insert, &|_, _| {});
    insert.push(") AS spent GROUP BY ").push(tag).push(DIMENSIONS);
    tx.execute(insert).await.map(drop)
}
