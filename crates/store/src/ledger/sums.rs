//! Sums over rows. Roll-ups are always derived, never kept beside the rows.

use money::{Nanos, Tokens};

use super::{LedgerFilter, row};
use crate::db::{Row, Sql};
use crate::{Db, KeyHash, Scope, StoreError};

/// By what rows are grouped; with none of them there is one group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SumBy {
    /// The UTC day of the start.
    pub day: bool,
    /// The key.
    pub key: bool,
    /// The public model name.
    pub model_group: bool,
}

/// The sum of a group of rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sum {
    /// Days since 1970-01-01 UTC, when grouped by day.
    pub day: Option<i64>,
    /// The key, when grouped by key; none is the master key then.
    pub key_hash: Option<KeyHash>,
    /// The public model name, when grouped by it.
    pub model_group: Option<String>,
    /// Rows.
    pub attempts: u64,
    /// Rows that ended in success.
    pub successes: u64,
    /// Rows without a price.
    pub unpriced: u64,
    /// Tokens by class.
    pub tokens: Tokens,
    /// Cost of the rows that have one.
    pub cost: Nanos,
}

/// A sum a day, oldest first.
pub async fn daily_sums(db: &Db, scope: &Scope, filter: &LedgerFilter) -> Result<Vec<Sum>, StoreError> {
    sums(db, scope, filter, SumBy { day: true, ..SumBy::default() }).await
}

/// A sum a key.
pub async fn key_sums(db: &Db, scope: &Scope, filter: &LedgerFilter) -> Result<Vec<Sum>, StoreError> {
    sums(db, scope, filter, SumBy { key: true, ..SumBy::default() }).await
}

/// A sum a group, in the order of day, key and model name. Without rows there is no group.
pub async fn sums(db: &Db, scope: &Scope, filter: &LedgerFilter, by: SumBy) -> Result<Vec<Sum>, StoreError> {
    let mut query = Sql::new("SELECT ");
    query.push(if by.day { "started_at / 86400000000" } else { "CAST(NULL AS BIGINT)" });
    query.push(if by.key { " AS day, key_hash" } else { " AS day, CAST(NULL AS TEXT)" });
    query.push(if by.model_group { " AS key_hash, model_group" } else { " AS key_hash, CAST(NULL AS TEXT)" });
    query.push(
        " AS model_group,
         COUNT(*) AS attempts,
         CAST(SUM(CASE WHEN status = 'success' THEN 1 ELSE 0 END) AS BIGINT) AS successes,
         CAST(SUM(CASE WHEN cost IS NULL THEN 1 ELSE 0 END) AS BIGINT) AS unpriced,
         CAST(SUM(input_tokens) AS BIGINT) AS input_tokens,
         CAST(SUM(cache_read_tokens) AS BIGINT) AS cache_read_tokens,
         CAST(SUM(cache_write_5m_tokens) AS BIGINT) AS cache_write_5m_tokens,
         CAST(SUM(cache_write_1h_tokens) AS BIGINT) AS cache_write_1h_tokens,
         CAST(SUM(output_tokens) AS BIGINT) AS output_tokens,
         CAST(SUM(reasoning_tokens) AS BIGINT) AS reasoning_tokens,
         CAST(COALESCE(SUM(cost), 0) AS BIGINT) AS cost
         FROM ledger",
    );
    filter.push_where(&mut query, scope);
    query.push(" GROUP BY 1, 2, 3 ORDER BY 1 NULLS FIRST, 2 NULLS FIRST, 3 NULLS FIRST");
    let rows = db.ledger_report().await?.fetch_all(query).await?;
    rows.iter().map(read).collect()
}

fn read(row: &Row) -> Result<Sum, StoreError> {
    let count = |column: &str| row.get::<i64>(column).map(i64::unsigned_abs);
    Ok(Sum {
        day: row.get("day")?,
        key_hash: row::key_hash(row.get("key_hash")?)?,
        model_group: row.get("model_group")?,
        attempts: count("attempts")?,
        successes: count("successes")?,
        unpriced: count("unpriced")?,
        tokens: row::tokens(row)?,
        cost: Nanos::new(row.get("cost")?),
    })
}
