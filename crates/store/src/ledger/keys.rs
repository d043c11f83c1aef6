//! What keys have spent: sums that move with the rows.

use std::collections::{BTreeMap, BTreeSet};

use super::spend::Posting;
use crate::db::{Sql, Tx};
use crate::{KeyHash, StoreError};

/// Each number of rows is a statement of its own in the connection's cache, so they are few.
const A_STATEMENT: usize = 32;

/// Adds amounts to what keys have spent, which never falls below nothing.
pub(super) async fn charge(tx: &mut Tx, postings: &[Posting<'_>]) -> Result<(), StoreError> {
    // Sorted, so that concurrent transactions lock keys in one order.
    let mut charges = BTreeMap::<&KeyHash, i64>::new();
    for posting in postings {
        if let Some(key) = posting.row.payer.key_hash.as_ref().filter(|_| posting.amount != 0) {
            let sum = charges.entry(key).or_default();
            *sum = sum.saturating_add(posting.amount);
        }
    }
    let charges: Vec<_> = charges.into_iter().collect();
    for some in charges.chunks(A_STATEMENT) {
        charge_some(tx, some).await?;
    }
    Ok(())
}

/// Charges keys, all in one statement. A key that was replaced meanwhile pays under its new hash, one that was deleted no more.
async fn charge_some(tx: &mut Tx, charges: &[(&KeyHash, i64)]) -> Result<(), StoreError> {
    if tx.has_row_locks() {
        let mut lock = Sql::new("SELECT hash FROM keys WHERE hash IN ");
        lock.push_list(charges.iter().map(|(key, _)| *key)).push(" ORDER BY hash FOR UPDATE");
        tx.execute(lock).await?;
    }
    if tx.execute(charge_known(charges)).await? == charges.len() as u64 {
        return Ok(());
    }
    let mut find = Sql::new("SELECT hash FROM keys WHERE hash IN ");
    find.push_list(charges.iter().map(|(key, _)| *key));
    let known = tx.fetch_all(find).await?;
    let known = known.iter().map(|row| row.get::<String>("hash")).collect::<Result<BTreeSet<_>, _>>()?;
    for (key, cost) in charges.iter().filter(|(key, _)| !known.contains(key.as_str())) {
        if tx.execute(charge_replaced(key, *cost)).await? == 0 {
            // PostgreSQL: a replacement that was committed while this waited for its row is seen by the next statement only
            tx.execute(charge_replaced(key, *cost)).await?;
        }
    }
    Ok(())
}

/// SQLite would turn an overflowing sum into a float, so it stops at the largest integer. Both engines call what `VALUES` lists
/// `column1`, `column2`.
fn charge_known<'a>(charges: &'a [(&'a KeyHash, i64)]) -> Sql<'a> {
    let mut update = Sql::new(
        "UPDATE keys
         SET spend = CASE WHEN spend > 9223372036854775807 - CASE WHEN column2 > 0 THEN column2 ELSE 0 END
             THEN 9223372036854775807 WHEN spend + column2 < 0 THEN 0 ELSE spend + column2 END
         FROM (VALUES ",
    );
    for (at, (key, cost)) in charges.iter().enumerate() {
        update.push(if at == 0 { "(" } else { ", (" });
        update.push_bind(*key).push(", ").push_bind(*cost).push(")");
    }
    update.push(") AS charges WHERE hash = column1");
    update
}

/// The same for one key by a hash that it had before.
fn charge_replaced(key: &KeyHash, cost: i64) -> Sql<'_> {
    Sql::new(
        "UPDATE keys
         SET spend = CASE WHEN spend > 9223372036854775807 - CASE WHEN $2 > 0 THEN $2 ELSE 0 END
             THEN 9223372036854775807 WHEN spend + $2 < 0 THEN 0 ELSE spend + $2 END
         WHERE hash = (SELECT replaced_by FROM replaced_keys WHERE hash = $1)",
    )
    .bind(key)
    .bind(cost)
}
