//! Changing keys. Each change and its audit row are one transaction.

use super::row::to_json;
use super::{KeyChanges, KeyHash, KeyRow};
use crate::audit::{self, Change};
use crate::db::{Sql, Tx};
use crate::{Actor, Db, Scope, StoreError};

/// Keys named by hash or by alias.
#[derive(Debug, Clone, Default)]
pub struct KeySelector {
    /// These keys,
    pub hashes: Vec<KeyHash>,
    /// and the keys with these aliases.
    pub aliases: Vec<String>,
}

/// Stores a new key. A key or alias that exists is a [`StoreError::Conflict`].
pub async fn insert(db: &Db, scope: &Scope, row: &KeyRow, actor: &Actor) -> Result<(), StoreError> {
    scope.require_gateway()?;
    row.check()?;
    let mut tx = db.begin_change().await?;
    let insert = Sql::new(
        "INSERT INTO keys (hash, key_name, key_alias, models, max_budget, spend, expires_at, blocked, metadata, user_id,
             created_at, created_by, updated_at, updated_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
    )
    .bind(&row.hash)
    .bind(&row.key_name)
    .bind(&row.key_alias)
    .bind(to_json(&row.models)?)
    .bind(row.max_budget)
    .bind(row.spend)
    .bind(row.expires_at)
    .bind(row.blocked)
    .bind(to_json(&row.metadata)?)
    .bind(&row.user_id)
    .bind(row.created_at)
    .bind(&row.created_by)
    .bind(row.updated_at)
    .bind(&row.updated_by);
    tx.execute(insert).await?;
    note(&mut tx, actor, "created", None, Some(row)).await?;
    tx.commit().await
}

/// Changes the named fields and returns the key as it is now.
pub async fn update(
    db: &Db,
    scope: &Scope,
    hash: &KeyHash,
    changes: KeyChanges,
    actor: &Actor,
) -> Result<KeyRow, StoreError> {
    change(db, scope, hash, changes, "updated", actor).await
}

/// Blocks or unblocks a key and returns it as it is now.
pub async fn set_blocked(
    db: &Db,
    scope: &Scope,
    hash: &KeyHash,
    blocked: bool,
    actor: &Actor,
) -> Result<KeyRow, StoreError> {
    let action = if blocked { "blocked" } else { "unblocked" };
    let changes = KeyChanges { blocked: Some(blocked), ..KeyChanges::default() };
    change(db, scope, hash, changes, action, actor).await
}

/// Deletes the keys that exist and are in scope, and returns their hashes. Their rows go to `deleted_keys`, their ledger
/// rows stay.
pub async fn delete(db: &Db, scope: &Scope, selector: &KeySelector, actor: &Actor) -> Result<Vec<KeyHash>, StoreError> {
    let mut tx = db.begin_change().await?;
    let mut deleted = Vec::new();
    for hash in &selector.hashes {
        let row = by_hash(&mut tx, hash).await?;
        deleted.extend(archive(&mut tx, scope, row, actor).await?);
    }
    for alias in &selector.aliases {
        let row = tx.fetch_optional(Sql::new("SELECT * FROM keys WHERE key_alias = $1").bind(alias)).await?;
        let row = row.as_ref().map(KeyRow::read).transpose()?;
        deleted.extend(archive(&mut tx, scope, row, actor).await?);
    }
    tx.commit().await?;
    Ok(deleted)
}

async fn change(
    db: &Db,
    scope: &Scope,
    hash: &KeyHash,
    changes: KeyChanges,
    action: &'static str,
    actor: &Actor,
) -> Result<KeyRow, StoreError> {
    let missing = StoreError::NotFound { what: "key" };
    if !scope.admits(hash) {
        return Err(missing);
    }
    let mut tx = db.begin_change().await?;
    let before = by_hash(&mut tx, hash).await?.ok_or(missing)?;
    let mut after = before.clone();
    changes.apply(&mut after, actor);
    after.check()?;
    let update = Sql::new(
        "UPDATE keys SET key_alias = $2, models = $3, max_budget = $4, expires_at = $5, blocked = $6, metadata = $7,
             user_id = $8, updated_at = $9, updated_by = $10
         WHERE hash = $1",
    )
    .bind(hash)
    .bind(&after.key_alias)
    .bind(to_json(&after.models)?)
    .bind(after.max_budget)
    .bind(after.expires_at)
    .bind(after.blocked)
    .bind(to_json(&after.metadata)?)
    .bind(&after.user_id)
    .bind(after.updated_at)
    .bind(&after.updated_by);
    tx.execute(update).await?;
    note(&mut tx, actor, action, Some(&before), Some(&after)).await?;
    tx.commit().await?;
    Ok(after)
}

async fn archive(
    tx: &mut Tx,
    scope: &Scope,
    row: Option<KeyRow>,
    actor: &Actor,
) -> Result<Option<KeyHash>, StoreError> {
    let Some(row) = row.filter(|row| scope.admits(&row.hash)) else { return Ok(None) };
    let seq = note(tx, actor, "deleted", Some(&row), None).await?;
    let keep = Sql::new(
        "INSERT INTO deleted_keys (audit_seq, deleted_at, deleted_by, hash, key_name, key_alias, models, max_budget, spend,
             expires_at, blocked, metadata, user_id, created_at, created_by, updated_at, updated_by)
         SELECT $2, $3, $4, hash, key_name, key_alias, models, max_budget, spend,
             expires_at, blocked, metadata, user_id, created_at, created_by, updated_at, updated_by
         FROM keys WHERE hash = $1",
    )
    .bind(&row.hash)
    .bind(seq)
    .bind(actor.at)
    .bind(&actor.id);
    tx.execute(keep).await?;
    tx.execute(Sql::new("DELETE FROM keys WHERE hash = $1").bind(&row.hash)).await?;
    Ok(Some(row.hash))
}

/// Inside a writing transaction: the row cannot change before it is written.
async fn by_hash(tx: &mut Tx, hash: &KeyHash) -> Result<Option<KeyRow>, StoreError> {
    let row = tx.fetch_optional(Sql::new("SELECT * FROM keys WHERE hash = $1").bind(hash)).await?;
    row.as_ref().map(KeyRow::read).transpose()
}

async fn note(
    tx: &mut Tx,
    actor: &Actor,
    action: &'static str,
    before: Option<&KeyRow>,
    after: Option<&KeyRow>,
) -> Result<i64, StoreError> {
    let object_id = before.or(after).map_or("", |row| row.hash.as_str());
    audit::record(tx, actor, Change { action, object_table: "keys", object_id, before, after }).await
}
