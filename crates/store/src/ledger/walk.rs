//! Going through the ledger, however long it is: in the order in which attempts began, some at a time.

use std::collections::HashMap;

use money::Nanos;

use super::{LedgerFilter, LedgerRow};
use crate::db::{Sql, Tx};
use crate::{Db, Scope, StoreError, Transaction};

/// A row, and what was corrected of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// As it was written.
    pub row: LedgerRow,
    /// What it costs more since.
    pub adjusted: Nanos,
    /// How often it was corrected.
    pub adjustments: u32,
}

impl Told {
    /// What it costs by now; none when no price was ever known.
    pub fn cost(&self) -> Option<Nanos> {
        match self.row.cost {
            None if self.adjustments == 0 => None,
            cost => Some(cost.unwrap_or_default().saturating_add(self.adjusted)),
        }
    }

    /// Where it stands, to go on behind it.
    pub fn place(&self) -> Place {
        let LedgerRow { started_at, request_id, attempt, .. } = &self.row;
        Place { started_at: *started_at, request_id: request_id.clone(), attempt: *attempt }
    }
}

/// Where one stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    started_at: i64,
    request_id: String,
    attempt: u32,
}

/// The next rows behind a place, the oldest first.
pub async fn walk(
    db: &Db,
    scope: &Scope,
    filter: &LedgerFilter,
    behind: Option<&Place>,
    most: u32,
) -> Result<Vec<Told>, StoreError> {
    let mut tx = db.ledger_report().await?;
    read_on(&mut tx, scope, filter, behind, most).await
}

/// The same within a change: nobody corrects them meanwhile.
pub async fn walk_in(
    change: &mut Transaction,
    filter: &LedgerFilter,
    behind: Option<&Place>,
    most: u32,
) -> Result<Vec<Told>, StoreError> {
    read_on(change.tx(), &Scope::Gateway, filter, behind, most).await
}

/// What was corrected of these rows.
pub async fn tell(db: &Db, rows: Vec<LedgerRow>) -> Result<Vec<Told>, StoreError> {
    let mut tx = db.ledger_report().await?;
    corrected(&mut tx, rows).await
}

async fn read_on(
    tx: &mut Tx,
    scope: &Scope,
    filter: &LedgerFilter,
    behind: Option<&Place>,
    most: u32,
) -> Result<Vec<Told>, StoreError> {
    let mut select = Sql::new("SELECT * FROM ledger AS facts");
    filter.push_where(&mut select, scope);
    if let Some(Place { started_at, request_id, attempt }) = behind {
        select.push(" AND facts.started_at >= ").push_bind(*started_at);
        select.push(" AND (facts.started_at, facts.request_id, facts.attempt) > (").push_bind(*started_at);
        select.push(", ").push_bind(request_id).push(", ").push_bind(*attempt).push(")");
    }
    select.push(" ORDER BY started_at, request_id, attempt LIMIT ").push_bind(most);
    let rows = tx.fetch_all(select).await?;
    let rows = rows.iter().map(LedgerRow::read).collect::<Result<_, _>>()?;
    corrected(tx, rows).await
}

async fn corrected(tx: &mut Tx, rows: Vec<LedgerRow>) -> Result<Vec<Told>, StoreError> {
    let mut corrected = HashMap::<(String, i64), (i64, i64)>::new();
    for some in rows.chunks(500) {
        let mut sums = Sql::new(
            "SELECT request_id, attempt, CAST(SUM(cost) AS BIGINT) AS cost, COUNT(*) AS number FROM adjustments
             WHERE request_id IN ",
        );
        sums.push_list(some.iter().map(|row| &row.request_id)).push(" GROUP BY request_id, attempt");
        for row in tx.fetch_all(sums).await? {
            corrected.insert((row.get("request_id")?, row.get("attempt")?), (row.get("cost")?, row.get("number")?));
        }
    }
    let tell = |row: LedgerRow| {
        let key = (row.request_id.clone(), i64::from(row.attempt));
        let (cost, number) = corrected.get(&key).copied().unwrap_or_default();
        Told { row, adjusted: Nanos::new(cost), adjustments: u32::try_from(number).unwrap_or(u32::MAX) }
    };
    Ok(rows.into_iter().map(tell).collect())
}
