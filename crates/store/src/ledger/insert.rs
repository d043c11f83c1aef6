//! Adding rows: each (request, attempt) once, whatever is replayed, and a bad row stops no other.

use std::collections::HashSet;

use super::spend::Posting;
use super::{LedgerRow, Provenance, keys, quarantine, rollup, spend};
use crate::db::{Sql, Tx, Value, json};
use crate::{Db, StoreError};
use crate::{balances, intents};

/// Each number of rows is a statement of its own in the connection's cache, so they are few.
const ROWS_A_STATEMENT: usize = 32;
/// Where each statement is a way to a server and back: so many as long as there are so many.
const ROWS_A_LONG_STATEMENT: usize = 256;
const COLUMNS: usize = 30;
/// So many rows are looked for at once.
const LOOKED_UP_AT_ONCE: usize = 500;

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
    insert_behind(db, rows, None).await
}

/// The same behind a row that was committed before. Where that is gone nothing is added: [`StoreError::WentBack`].
pub(crate) async fn insert_behind(
    db: &Db,
    rows: &[LedgerRow],
    last: Option<&(String, u32)>,
) -> Result<Inserted, StoreError> {
    let mut done = Inserted::default();
    let mut parts = vec![rows];
    while let Some(part) = parts.pop() {
        match insert_part(db, part, last).await {
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

/// Adds what is missing of many rows that are there for the most part, and compares none of the others.
pub(crate) async fn insert_missing(db: &Db, rows: &[LedgerRow]) -> Result<Inserted, StoreError> {
    let mut done = Inserted::default();
    for some in rows.chunks(LOOKED_UP_AT_ONCE) {
        let mut select = Sql::new("SELECT request_id, attempt FROM ledger WHERE request_id IN ");
        select.push_list(some.iter().map(|row| row.request_id.as_str()));
        let known = match db.fetch_all(select).await {
            Ok(known) => known,
            // the row that is to blame goes its own way
            Err(error) if error.is_row_fault() => Vec::new(),
            Err(error) => return Err(error),
        };
        let known = known.iter().map(|row| Ok((row.get("request_id")?, row.get("attempt")?)));
        let known = known.collect::<Result<HashSet<(String, i64)>, StoreError>>()?;
        let is_missing = |row: &&LedgerRow| !known.contains(&(row.request_id.clone(), i64::from(row.attempt)));
        let missing: Vec<_> = some.iter().filter(is_missing).cloned().collect();
        done.duplicates += (some.len() - missing.len()) as u64;
        done.add(insert_batch(db, &missing).await?);
    }
    Ok(done)
}

/// Whether a row that was committed is still there ([`StoreError::WentBack`]).
pub(crate) async fn look_for(db: &Db, last: &(String, u32)) -> Result<(), StoreError> {
    let found = db.fetch_optional(select_one(last)).await?;
    found.map(drop).ok_or(StoreError::WentBack)
}

fn select_one((request_id, attempt): &(String, u32)) -> Sql<'_> {
    Sql::new("SELECT 1 FROM ledger WHERE request_id = $1 AND attempt = $2").bind(request_id).bind(*attempt)
}

async fn insert_part(db: &Db, rows: &[LedgerRow], last: Option<&(String, u32)>) -> Result<Inserted, StoreError> {
    if rows.is_empty() {
        return Ok(Inserted::default());
    }
    match insert_new(db, rows, last).await? {
        Some(done) => Ok(done),
        None => insert_each(db, rows, last).await,
    }
}

/// In the transaction that adds to them, so that both are asked of the same server.
async fn begin_behind(db: &Db, last: Option<&(String, u32)>) -> Result<Tx, StoreError> {
    let mut tx = db.begin().await?;
    if let Some(last) = last
        && tx.fetch_optional(select_one(last)).await?.is_none()
    {
        return Err(StoreError::WentBack);
    }
    Ok(tx)
}

/// Adds rows that are all new, many a statement: a statement for each costs three times as much. `None`, and nothing
/// added, when one of them was there already.
async fn insert_new(db: &Db, rows: &[LedgerRow], last: Option<&(String, u32)>) -> Result<Option<Inserted>, StoreError> {
    let mut tx = begin_behind(db, last).await?;
    let mut late = Vec::new();
    for some in pieces(rows, &tx) {
        let added = insert_rows(&mut tx, some).await?;
        if added.rows != some.len() {
            tx.rollback().await?;
            return Ok(None);
        }
        late.extend(some.iter().map(|row| row.started_at).filter(|at| *at < added.closed_until));
    }
    let new: Vec<_> = rows.iter().collect();
    follow(&mut tx, &new, &late).await?;
    tx.commit().await?;
    Ok(Some(Inserted { inserted: rows.len() as u64, ..Inserted::default() }))
}

/// Adds rows one by one, and says of those that were there already how they differ.
async fn insert_each(db: &Db, rows: &[LedgerRow], last: Option<&(String, u32)>) -> Result<Inserted, StoreError> {
    let mut done = Inserted::default();
    let (mut new, mut late) = (Vec::with_capacity(rows.len()), Vec::new());
    let mut tx = begin_behind(db, last).await?;
    for row in rows {
        let added = insert_rows(&mut tx, std::slice::from_ref(row)).await?;
        if added.rows == 1 {
            done.inserted += 1;
            new.push(row);
            late.extend(Some(row.started_at).filter(|at| *at < added.closed_until));
        } else {
            done.duplicates += 1;
            report_difference(&mut tx, row).await?;
        }
    }
    follow(&mut tx, &new, &late).await?;
    tx.commit().await?;
    Ok(done)
}

/// What else new rows change. `late` is when those began whose hours are closed.
async fn follow(tx: &mut Tx, new: &[&LedgerRow], late: &[i64]) -> Result<(), StoreError> {
    let postings: Vec<_> = new.iter().map(|row| Posting::new(row)).collect();
    keys::charge(tx, &postings).await?;
    spend::charge(tx, &postings).await?;
    balances::charge(tx, new).await?;
    let is_intended = |row: &&&LedgerRow| row.detail.as_ref().is_some_and(|detail| detail.is_intended);
    intents::forget(tx, &new.iter().filter(is_intended).copied().collect::<Vec<_>>()).await?;
    tag(tx, new).await?;
    rollup::mark(tx, late).await
}

/// Cuts rows into those of one statement each.
fn pieces<'r, T>(mut rows: &'r [T], tx: &Tx) -> impl Iterator<Item = &'r [T]> + use<'r, T> {
    let is_far = tx.has_row_locks();
    std::iter::from_fn(move || {
        let longest =
            if is_far && rows.len() >= ROWS_A_LONG_STATEMENT { ROWS_A_LONG_STATEMENT } else { ROWS_A_STATEMENT };
        let (piece, rest) = rows.split_at(longest.min(rows.len()));
        rows = rest;
        (!piece.is_empty()).then_some(piece)
    })
}

async fn tag(tx: &mut Tx, rows: &[&LedgerRow]) -> Result<(), StoreError> {
    let tagged = rows.iter().filter_map(|row| Some((row, row.detail.as_ref()?)));
    let tags: Vec<_> = tagged.flat_map(|(row, detail)| detail.tags.iter().map(move |tag| (row, tag))).collect();
    for some in pieces(&tags, tx) {
        let mut insert = Sql::new("INSERT INTO ledger_tags (tag, started_at, request_id, attempt) VALUES ");
        for (at, (row, tag)) in some.iter().enumerate() {
            insert.push(if at == 0 { "(" } else { ", (" }).push_bind(*tag).push(", ").push_bind(row.started_at);
            insert.push(", ").push_bind(&row.request_id).push(", ").push_bind(row.attempt).push(")");
        }
        insert.push(" ON CONFLICT (tag, started_at, request_id, attempt) DO NOTHING");
        tx.execute(insert).await?;
    }
    Ok(())
}

/// What became of rows.
struct Added {
    /// How many of them are new.
    rows: usize,
    /// Rows that began earlier are of hours that are closed.
    closed_until: i64,
}

/// Adds rows in one statement.
async fn insert_rows(tx: &mut Tx, rows: &[LedgerRow]) -> Result<Added, StoreError> {
    let mut statement = Sql::new(
        "INSERT INTO ledger (request_id, attempt, key_hash, user_id, team_id, organization_id,
             project_id, customer_id, call_type, model_group, model, deployment_id, provider, stream,
             started_at, first_byte_at, ended_at, input_tokens, cache_read_tokens, cache_write_5m_tokens,
             cache_write_1h_tokens, output_tokens, reasoning_tokens, cost, price_version, provenance, status, http_status,
             error_kind, detail) VALUES ",
    );
    for (at, row) in rows.iter().enumerate() {
        row.check()?;
        statement.push(if at == 0 { "(" } else { ", (" });
        push_values(&mut statement, row)?;
        statement.push(")");
    }
    statement.push(" ON CONFLICT (request_id, attempt) DO NOTHING").push(rollup::RETURNING);
    let added = tx.fetch_all(statement).await?;
    Ok(Added { rows: added.len(), closed_until: rollup::closed_until(&added)? })
}

fn push_values<'a>(statement: &mut Sql<'a>, row: &'a LedgerRow) -> Result<(), StoreError> {
    let count = |field, tokens: u64| i64::try_from(tokens).map_err(|_| StoreError::OutOfRange { field });
    let tokens = row.tokens;
    let values: [Value<'a>; COLUMNS] = [
        (&row.request_id).into(),
        row.attempt.into(),
        row.payer.key_hash.as_ref().into(),
        (&row.payer.user_id).into(),
        (&row.payer.team_id).into(),
        (&row.payer.organization_id).into(),
        (&row.payer.project_id).into(),
        (&row.payer.customer_id).into(),
        (&row.call_type).into(),
        (&row.model_group).into(),
        (&row.model).into(),
        (&row.deployment_id).into(),
        (&row.provider).into(),
        row.stream.into(),
        row.started_at.into(),
        row.first_byte_at.into(),
        row.ended_at.into(),
        count("input_tokens", tokens.input)?.into(),
        count("cache_read_tokens", tokens.cache_read)?.into(),
        count("cache_write_5m_tokens", tokens.cache_write_5m)?.into(),
        count("cache_write_1h_tokens", tokens.cache_write_1h)?.into(),
        count("output_tokens", tokens.output)?.into(),
        count("reasoning_tokens", tokens.reasoning)?.into(),
        row.cost.into(),
        (&row.price_version).into(),
        row.provenance.as_str().into(),
        row.status.as_str().into(),
        row.http_status.map(u32::from).into(),
        (&row.error_kind).into(),
        match &row.detail {
            Some(detail) => json(detail)?,
            None => Value::Text(None),
        },
    ];
    for (at, value) in values.into_iter().enumerate() {
        statement.push(if at == 0 { "" } else { ", " }).push_bind(value);
    }
    Ok(())
}

/// A replay brings the same row, or the upper bound of one that is settled. Anything else is a defect of ours.
async fn report_difference(tx: &mut Tx, row: &LedgerRow) -> Result<(), StoreError> {
    let find =
        Sql::new("SELECT * FROM ledger WHERE request_id = $1 AND attempt = $2").bind(&row.request_id).bind(row.attempt);
    let stored = tx.fetch_optional(find).await?;
    // A stored row that this release cannot read differs too; it must not hold up the batch.
    let same = stored.is_some_and(|stored| LedgerRow::read(&stored).is_ok_and(|stored| stored == *row));
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
