//! Intents in the database: what was dispatched is on record there before, for those who cannot keep their disks.
//!
//! The journal has them in any case. Of an instance that died with its disk these are left: each is posted at its upper bound,
//! and what its leases have beyond them goes back.

use std::sync::Arc;

use crate::db::{Sql, Tx, json};
use crate::journal::Intent;
use crate::ledger::LedgerRow;
use crate::{Db, StoreError};

/// Each number of rows is a statement of its own in the connection's cache.
const A_STATEMENT: usize = 32;

/// An intent, and whose it is.
#[derive(Debug, Clone)]
pub struct Intended {
    /// The instance that is about to dispatch it.
    pub instance: Arc<str>,
    /// What it is about to dispatch.
    pub intent: Intent,
}

/// Puts intents on record and takes others back, by call and attempt, all in one transaction. One that is in both lists is not on
/// record then.
pub async fn change(db: &Db, put: &[Intended], withdrawn: &[(String, u32)]) -> Result<(), StoreError> {
    let mut tx = db.begin().await?;
    for some in put.chunks(A_STATEMENT) {
        let mut insert = Sql::new("INSERT INTO intents (request_id, attempt, instance_id, content) VALUES ");
        for (at, Intended { instance, intent }) in some.iter().enumerate() {
            insert.push(if at == 0 { "(" } else { ", (" }).push_bind(&intent.request_id).push(", ");
            insert.push_bind(intent.attempt).push(", ").push_bind(&**instance).push(", ");
            insert.push_bind(json(intent)?).push(")");
        }
        insert.push(" ON CONFLICT (request_id, attempt) DO NOTHING");
        tx.execute(insert).await?;
    }
    let withdrawn: Vec<_> = withdrawn.iter().map(|(request_id, attempt)| (request_id.as_str(), *attempt)).collect();
    delete(&mut tx, &withdrawn).await?;
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

/// What is in the ledger needs no intent any more.
pub(crate) async fn forget(tx: &mut Tx, rows: &[&LedgerRow]) -> Result<(), StoreError> {
    let posted: Vec<_> = rows.iter().map(|row| (row.request_id.as_str(), row.attempt)).collect();
    delete(tx, &posted).await
}

async fn delete(tx: &mut Tx, attempts: &[(&str, u32)]) -> Result<(), StoreError> {
    for some in attempts.chunks(A_STATEMENT) {
        let mut delete = Sql::new("DELETE FROM intents WHERE (request_id, attempt) IN (");
        for (at, (request_id, attempt)) in some.iter().enumerate() {
            delete.push(if at == 0 { "(" } else { ", (" }).push_bind(*request_id).push(", ");
            delete.push_bind(*attempt).push(")");
        }
        delete.push(")");
        tx.execute(delete).await?;
    }
    Ok(())
}
