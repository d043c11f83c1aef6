//! Intents in the database: what was dispatched is on record there before, for those who cannot keep their disks.
//!
//! The journal has them in any case. Of an instance that died with its disk these are left: each is posted at its upper bound,
//! and what its leases have beyond them goes back.

use crate::db::{Sql, Tx, json};
use crate::journal::Intent;
use crate::ledger::LedgerRow;
use crate::{Db, StoreError};

/// Each number of rows is a statement of its own in the connection's cache.
const A_STATEMENT: usize = 32;

/// Puts intents of an instance on record, all in one transaction.
pub async fn put(db: &Db, instance: &str, intents: &[Intent]) -> Result<(), StoreError> {
    let mut tx = db.begin().await?;
    for some in intents.chunks(A_STATEMENT) {
        let mut insert = Sql::new("INSERT INTO intents (request_id, attempt, instance_id, content) VALUES ");
        for (at, intent) in some.iter().enumerate() {
            insert.push(if at == 0 { "(" } else { ", (" }).push_bind(&intent.request_id).push(", ");
            insert.push_bind(intent.attempt).push(", ").push_bind(instance).push(", ");
            insert.push_bind(json(intent)?).push(")");
        }
        insert.push(" ON CONFLICT (request_id, attempt) DO NOTHING");
        tx.execute(insert).await?;
    }
    tx.commit().await
}

/// The intents of an instance that are not in the ledger yet. One that a newer release wrote and this one cannot read is left out.
pub async fn of(db: &Db, instance: &str) -> Result<Vec<Intent>, StoreError> {
    let rows =
        Sql::new("SELECT content FROM intents WHERE instance_id = $1 ORDER BY request_id, attempt").bind(instance);
    let rows = db.fetch_all(rows).await?;
    let contents = rows.iter().map(|row| row.get::<String>("content")).collect::<Result<Vec<_>, _>>()?;
    Ok(contents.iter().filter_map(|content| serde_json::from_str(content).ok()).collect())
}

/// Instances that are no more and have left intents here.
pub async fn orphans(db: &Db) -> Result<Vec<String>, StoreError> {
    let rows = Sql::new(
        "SELECT DISTINCT instance_id FROM intents WHERE instance_id NOT IN (SELECT instance_id FROM instances)
         ORDER BY instance_id",
    );
    db.fetch_all(rows).await?.iter().map(|row| row.get("instance_id")).collect()
}

/// One that was put on record and not dispatched.
pub async fn withdraw(db: &Db, request_id: &str, attempt: u32) -> Result<(), StoreError> {
    let mut tx = db.begin().await?;
    let delete = Sql::new("DELETE FROM intents WHERE request_id = $1 AND attempt = $2");
    tx.execute(delete.bind(request_id).bind(attempt)).await?;
    tx.commit().await
}

/// What is in the ledger needs no intent any more.
pub(crate) async fn forget(tx: &mut Tx, rows: &[&LedgerRow]) -> Result<(), StoreError> {
    for some in rows.chunks(A_STATEMENT) {
        let mut delete = Sql::new("DELETE FROM intents WHERE (request_id, attempt) IN (");
        for (at, row) in some.iter().enumerate() {
            delete.push(if at == 0 { "(" } else { ", (" }).push_bind(&row.request_id).push(", ");
            delete.push_bind(row.attempt).push(")");
        }
        delete.push(")");
        tx.execute(delete).await?;
    }
    Ok(())
}
