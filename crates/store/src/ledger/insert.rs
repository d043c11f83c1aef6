//! Adding rows: each (request, attempt) once, whatever is replayed, and a bad row stops no other.

use std::collections::BTreeMap;

use sqlx::SqliteConnection;

use super::{LedgerRow, Provenance, quarantine};
use crate::{Db, KeyHash, StoreError};

/// What became of a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Inserted {
    /// Rows that are new in the ledger.
    pub inserted: u64,
    /// Rows that were there already; nothing was charged for them again.
    pub duplicates: u64,
    /// Rows that the database refused.
    pub quarantined: u64,
}

impl Inserted {
    pub(crate) fn add(&mut self, other: Self) {
        self.inserted += other.inserted;
        self.duplicates += other.duplicates;
        self.quarantined += other.quarantined;
    }
}

/// Adds the rows and charges their keys, in one transaction. When the database refuses a row, the batch is halved until
/// that row stands alone in quarantine. On any other error the caller keeps the rows and tries again: a row counts once.
/// Only the gateway itself posts rows, so there is no scope.
pub async fn insert_batch(db: &Db, rows: &[LedgerRow]) -> Result<Inserted, StoreError> {
    let mut done = Inserted::default();
    let mut parts = vec![rows];
    while let Some(part) = parts.pop() {
        match insert_part(db, part).await {
            Ok(inserted) => done.add(inserted),
            Err(error) if error.is_row_fault() => {
                if let [row] = part {
                    quarantine::put(db, row, &error).await?;
                    done.quarantined += 1;
                } else {
                    let (first, second) = part.split_at(part.len() / 2);
                    parts.extend([second, first]);
                }
            }
            Err(error) => return Err(error),
        }
    }
    Ok(done)
}

async fn insert_part(db: &Db, rows: &[LedgerRow]) -> Result<Inserted, StoreError> {
    let mut done = Inserted::default();
    // Sorted, so that concurrent transactions lock keys in one order.
    let mut charges = BTreeMap::<&KeyHash, i64>::new();
    let mut tx = db.begin().await?;
    for row in rows {
        row.check()?;
        if insert_row(&mut tx, row).await? {
            done.inserted += 1;
            if let (Some(key), Some(cost)) = (&row.key_hash, row.cost) {
                let sum = charges.entry(key).or_default();
                *sum = sum.saturating_add(cost.get());
            }
        } else {
            done.duplicates += 1;
            report_difference(&mut tx, row).await?;
        }
    }
    for (key, cost) in charges {
        charge(&mut tx, key, cost).await?;
    }
    tx.commit().await?;
    Ok(done)
}

async fn insert_row(conn: &mut SqliteConnection, row: &LedgerRow) -> Result<bool, StoreError> {
    let count = |field, tokens: u64| i64::try_from(tokens).map_err(|_| StoreError::OutOfRange { field });
    let tokens = row.tokens;
    let done = sqlx::query(
        "INSERT INTO ledger (request_id, attempt, key_hash, call_type, model_group, model, deployment_id, provider, stream,
             started_at, first_byte_at, ended_at, input_tokens, cache_read_tokens, cache_write_5m_tokens,
             cache_write_1h_tokens, output_tokens, reasoning_tokens, cost, price_version, provenance, status, http_status,
             error_kind)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23,
             $24)
         ON CONFLICT (request_id, attempt) DO NOTHING",
    )
    .bind(&row.request_id)
    .bind(i64::from(row.attempt))
    .bind(row.key_hash.as_ref().map(KeyHash::as_str))
    .bind(&row.call_type)
    .bind(&row.model_group)
    .bind(&row.model)
    .bind(&row.deployment_id)
    .bind(&row.provider)
    .bind(row.stream)
    .bind(row.started_at)
    .bind(row.first_byte_at)
    .bind(row.ended_at)
    .bind(count("input_tokens", tokens.input)?)
    .bind(count("cache_read_tokens", tokens.cache_read)?)
    .bind(count("cache_write_5m_tokens", tokens.cache_write_5m)?)
    .bind(count("cache_write_1h_tokens", tokens.cache_write_1h)?)
    .bind(count("output_tokens", tokens.output)?)
    .bind(count("reasoning_tokens", tokens.reasoning)?)
    .bind(row.cost.map(money::Nanos::get))
    .bind(&row.price_version)
    .bind(row.provenance.as_str())
    .bind(row.status.as_str())
    .bind(row.http_status.map(i64::from))
    .bind(&row.error_kind)
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// A replay brings the same row, or the upper bound of one that is settled. Anything else is a defect of ours.
async fn report_difference(conn: &mut SqliteConnection, row: &LedgerRow) -> Result<(), StoreError> {
    let stored = sqlx::query("SELECT * FROM ledger WHERE request_id = $1 AND attempt = $2")
        .bind(&row.request_id)
        .bind(i64::from(row.attempt))
        .fetch_one(conn)
        .await?;
    // A stored row that this release cannot read differs too; it must not hold up the batch.
    let same = LedgerRow::read(&stored).is_ok_and(|stored| stored == *row);
    if !same && row.provenance != Provenance::UpperBound {
        tracing::error!(
            request.id = row.request_id,
            attempt = row.attempt,
            "ledger row of request {} attempt {} is there already with other content; the first one stands",
            row.request_id,
            row.attempt,
        );
    }
    Ok(())
}

/// SQLite would turn an overflowing sum into a float, so it stops at the largest integer.
async fn charge(conn: &mut SqliteConnection, key: &KeyHash, cost: i64) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE keys
         SET spend = CASE WHEN spend > 9223372036854775807 - $2 THEN 9223372036854775807 ELSE spend + $2 END
         WHERE hash = $1",
    )
    .bind(key.as_str())
    .bind(cost)
    .execute(conn)
    .await?;
    Ok(())
}
