//! Rows that the ledger refused: kept whole, shown to administrators, never retried by themselves.

use super::LedgerRow;
use crate::db::Sql;
use crate::{Db, Page, Scope, StoreError};

/// A refused row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuarantinedRow {
    /// The call, with characters that cannot be stored escaped.
    pub request_id: String,
    /// Which try of the call.
    pub attempt: i64,
    /// When the attempt ended, microseconds UTC.
    pub at: i64,
    /// Why it was refused.
    pub reason: String,
    /// The row as JSON.
    pub payload: String,
}

/// Keeps the row and says so once, also when it is replayed.
pub(super) async fn put(db: &Db, row: &LedgerRow, error: &StoreError) -> Result<(), StoreError> {
    // JSON escapes control characters, so the payload can be stored whatever the row holds.
    let payload = serde_json::to_string(row).map_err(|error| StoreError::Statement { source: error.into() })?;
    let request_id: String = row.request_id.escape_default().take(200).collect();
    let reason = reason(error);
    let mut tx = db.begin().await?;
    let insert = Sql::new(
        "INSERT INTO ledger_quarantine (request_id, attempt, checksum, at, reason, payload) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (request_id, attempt, checksum) DO NOTHING",
    )
    .bind(&request_id)
    .bind(i64::from(row.attempt))
    .bind(i64::from(crc32fast::hash(payload.as_bytes())))
    .bind(row.ended_at)
    .bind(&reason)
    .bind(payload);
    let is_new = tx.execute(insert).await? == 1;
    tx.commit().await?;
    if is_new {
        tracing::error!(
            request.id = request_id,
            attempt = row.attempt,
            reason,
            "ledger row of request {request_id} went to ledger_quarantine and is not charged: {reason}",
        );
    }
    Ok(())
}

/// A page of refused rows, newest first, and how many there are. For administrators only.
pub async fn quarantined(db: &Db, scope: &Scope, page: Page) -> Result<(Vec<QuarantinedRow>, u64), StoreError> {
    scope.require_gateway()?;
    let mut tx = db.ledger_report().await?;
    let total = tx.fetch_number(Sql::new("SELECT COUNT(*) FROM ledger_quarantine")).await?;
    let page =
        Sql::new("SELECT * FROM ledger_quarantine ORDER BY at DESC, request_id, attempt, checksum LIMIT $1 OFFSET $2")
            .bind(page.limit())
            .bind(page.offset());
    let rows = tx.fetch_all(page).await?;
    let rows = rows.iter().map(|row| {
        Ok(QuarantinedRow {
            request_id: row.get("request_id")?,
            attempt: row.get("attempt")?,
            at: row.get("at")?,
            reason: row.get("reason")?,
            payload: row.get("payload")?,
        })
    });
    Ok((rows.collect::<Result<_, StoreError>>()?, total.unsigned_abs()))
}

fn reason(error: &StoreError) -> String {
    let source = std::error::Error::source(error).map(|source| format!(": {source}"));
    format!("{error}{}", source.unwrap_or_default()).replace('\0', "\\0")
}
