//! Keys that were replaced and stay valid for a while, so that those who hold them can change over.

use super::{KeyHash, KeyRow};
use crate::balances;
use crate::db::Sql;
use crate::record::{self, Record as _, Stored as _};
use crate::transaction::Transaction;
use crate::{Db, StoreError, UPDATED};

/// See [`crate::CREATED`].
const ROTATED: &str = "rotated";
/// What the trail says was touched when keys were replaced: each of the old names may open another key now.
pub const REPLACED_KEYS: &str = "replaced_keys";

/// Refuses the hash of a key that was replaced: what calls under that name cost is charged to its successor, and must not
/// be taken for another's.
pub async fn require_unused(transaction: &mut Transaction, hash: &KeyHash) -> Result<(), StoreError> {
    let used = Sql::new("SELECT hash FROM replaced_keys WHERE hash = $1").bind(hash);
    match transaction.fetch_optional(used).await? {
        Some(_) => Err(StoreError::Conflict),
        None => Ok(()),
    }
}

/// Gives the row another hash, under which it is found from now on. The old one opens it until `valid_until` (microseconds
/// UTC), if that is in the future. A hash that is or was a key's is a [`StoreError::Conflict`].
pub async fn replace(
    transaction: &mut Transaction,
    before: &KeyRow,
    after: &KeyRow,
    valid_until: i64,
) -> Result<(), StoreError> {
    if before.hash == after.hash {
        return Err(StoreError::Conflict);
    }
    require_unused(transaction, &after.hash).await?;
    let at = transaction.actor().at;
    // who was given time by an earlier replacement has it no longer than this one gives
    let follow = Sql::new(
        "UPDATE replaced_keys
         SET replaced_by = $1, valid_until = CASE WHEN valid_until > $3 THEN $3 ELSE valid_until END WHERE replaced_by = $2",
    );
    transaction.execute(follow.bind(&after.hash).bind(&before.hash).bind(valid_until)).await?;
    let rename = Sql::new("UPDATE keys SET hash = $1 WHERE hash = $2").bind(&after.hash).bind(&before.hash);
    transaction.execute(rename).await?;
    // calls that are under way are charged to the old name, so it is kept in any case
    let keep =
        Sql::new("INSERT INTO replaced_keys (hash, replaced_by, valid_until, replaced_at) VALUES ($1, $2, $3, $4)");
    transaction.execute(keep.bind(&before.hash).bind(&after.hash).bind(valid_until).bind(at)).await?;
    let mut after = after.clone();
    after.settings.account = Some(before.settings.account.clone().unwrap_or_else(|| before.hash.clone()));
    let after = &after;
    transaction.execute(record::update(after)?).await?;
    let seq = transaction.note(ROTATED, Some(before), Some(after)).await?;
    transaction.archive(seq, before).await?;
    transaction.touch(REPLACED_KEYS, before).await
}

/// Ends the calls under way of a key, also those that began under a name which was replaced since: they are charged to that.
pub async fn end_calls(transaction: &mut Transaction, key: &KeyRow) -> Result<(), StoreError> {
    let earlier =
        Sql::new("SELECT hash FROM replaced_keys WHERE replaced_by = $1 ORDER BY replaced_at").bind(&key.hash);
    for row in transaction.tx().fetch_all(earlier).await? {
        transaction.end_calls_of::<KeyRow>(&row.get::<String>("hash")?).await?;
    }
    transaction.end_calls(key).await
}

/// The key that opens for this hash: its own, or the one that replaced it and has not yet closed the old door.
pub async fn find_current(db: &Db, hash: &KeyHash, now: i64) -> Result<Option<(KeyRow, Option<i64>)>, StoreError> {
    let own = Sql::new("SELECT * FROM keys WHERE hash = $1").bind(hash);
    if let Some(row) = db.fetch_optional(own).await? {
        return Ok(Some((KeyRow::read(&row)?, None)));
    }
    let replaced = Sql::new(
        "SELECT keys.*, replaced_keys.valid_until FROM replaced_keys JOIN keys ON keys.hash = replaced_keys.replaced_by
         WHERE replaced_keys.hash = $1 AND replaced_keys.valid_until > $2",
    );
    let Some(row) = db.fetch_optional(replaced.bind(hash).bind(now)).await? else { return Ok(None) };
    Ok(Some((KeyRow::read(&row)?, Some(row.get("valid_until")?))))
}

/// The key whose budgets are counted under this hash, the first that it had.
pub async fn find_by_account(db: &Db, first: &KeyHash) -> Result<Option<KeyRow>, StoreError> {
    let select = Sql::new(
        "SELECT * FROM keys WHERE hash = COALESCE((SELECT replaced_by FROM replaced_keys WHERE hash = $1), $1)",
    );
    db.fetch_optional(select.bind(first)).await?.map(|row| KeyRow::read(&row)).transpose()
}

/// Sets what a key has spent; the rest is forgiven.
pub async fn reset_spend(transaction: &mut Transaction, before: &KeyRow, after: &KeyRow) -> Result<(), StoreError> {
    let set = Sql::new("UPDATE keys SET forgiven = forgiven + spend - $1, spend = $1 WHERE hash = $2");
    transaction.execute(set.bind(after.spend).bind(&before.hash)).await?;
    let now = transaction.actor().at;
    balances::forgive(transaction, &before.account(), after.spend, now).await?;
    debug_assert_eq!(before.id(), after.id());
    transaction.update(UPDATED, before, after).await
}
