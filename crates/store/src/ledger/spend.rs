//! What everybody who stands above a key has spent since there is him: sums that move with the rows.

use std::collections::BTreeMap;

use money::Nanos;

use super::{LedgerRow, Payer};
use crate::StoreError;
use crate::db::{Sql, Tx};

/// Each number of rows is a statement of its own in the connection's cache.
const A_STATEMENT: usize = 32;

/// A table with a column `spend`, and who of a payer it is about.
struct Spender {
    table: &'static str,
    /// Its key, and the condition that `v` lists it.
    key: &'static [&'static str],
    is_listed: &'static str,
    of: fn(&Payer) -> Option<[Option<&str>; 2]>,
}

/// In the order in which their rows are locked.
const SPENDERS: [Spender; 7] = [
    Spender {
        table: "organizations",
        key: &["organization_id"],
        is_listed: "organization_id = v.column1",
        of: |payer| payer.organization_id.as_deref().map(|id| [Some(id), None]),
    },
    Spender {
        table: "organization_members",
        key: &["organization_id", "user_id"],
        is_listed: "organization_id = v.column1 AND user_id = v.column2",
        of: |payer| Some([Some(payer.organization_id.as_deref()?), Some(payer.user_id.as_deref()?)]),
    },
    Spender {
        table: "teams",
        key: &["team_id"],
        is_listed: "team_id = v.column1",
        of: |payer| payer.team_id.as_deref().map(|id| [Some(id), None]),
    },
    Spender {
        table: "team_members",
        key: &["team_id", "user_id"],
        is_listed: "team_id = v.column1 AND user_id = v.column2",
        of: |payer| Some([Some(payer.team_id.as_deref()?), Some(payer.user_id.as_deref()?)]),
    },
    Spender {
        table: "projects",
        key: &["project_id"],
        is_listed: "project_id = v.column1",
        of: |payer| payer.project_id.as_deref().map(|id| [Some(id), None]),
    },
    Spender {
        table: "users",
        key: &["user_id"],
        is_listed: "user_id = v.column1",
        of: |payer| payer.user_id.as_deref().map(|id| [Some(id), None]),
    },
    Spender {
        table: "customers",
        key: &["user_id"],
        is_listed: "user_id = v.column1",
        of: |payer| payer.customer_id.as_deref().map(|id| [Some(id), None]),
    },
];

const TAGS: Spender = Spender { table: "tags", key: &["name"], is_listed: "name = v.column1", of: |_| None };

/// What somebody pays more, or less.
pub(super) struct Posting<'a> {
    /// Whose attempt it is, and what it was tagged with.
    pub(super) row: &'a LedgerRow,
    /// Nano-dollars.
    pub(super) amount: i64,
}

impl<'a> Posting<'a> {
    /// What a new row costs.
    pub(super) fn new(row: &'a LedgerRow) -> Self {
        Self { row, amount: row.cost.map_or(0, Nanos::get) }
    }
}

/// Adds amounts to what those above the keys have spent, which never falls below nothing.
pub(super) async fn charge(tx: &mut Tx, postings: &[Posting<'_>]) -> Result<(), StoreError> {
    for spender in &SPENDERS {
        let mut sums = BTreeMap::new();
        for posting in postings {
            add(&mut sums, (spender.of)(&posting.row.payer), posting);
        }
        spender.charge(tx, sums).await?;
    }
    let mut sums = BTreeMap::new();
    for posting in postings {
        for tag in posting.row.detail.iter().flat_map(|detail| &detail.tags) {
            add(&mut sums, Some([Some(tag.as_str()), None]), posting);
        }
    }
    TAGS.charge(tx, sums).await
}

type Sums<'a> = BTreeMap<[Option<&'a str>; 2], i64>;

fn add<'a>(sums: &mut Sums<'a>, id: Option<[Option<&'a str>; 2]>, posting: &Posting<'_>) {
    if let Some(id) = id.filter(|_| posting.amount != 0) {
        let sum = sums.entry(id).or_default();
        *sum = sum.saturating_add(posting.amount);
    }
}

impl Spender {
    async fn charge(&self, tx: &mut Tx, sums: Sums<'_>) -> Result<(), StoreError> {
        let sums: Vec<_> = sums.into_iter().collect();
        for some in sums.chunks(A_STATEMENT) {
            if tx.has_row_locks() {
                // in the order that Rust gives ids: an engine orders text in its own way
                let mut lock = Sql::new("SELECT 1 FROM (");
                self.push_values(&mut lock, (0_i64..).zip(some).map(|(place, (id, _))| (id, place)));
                lock.push(") AS v JOIN ").push(self.table).push(" ON ").push(self.is_listed);
                lock.push(" ORDER BY v.").push(self.last()).push(" FOR NO KEY UPDATE OF ").push(self.table);
                tx.execute(lock).await?;
            }
            // SQLite would turn an overflowing sum into a float
            let mut update = Sql::new("UPDATE ");
            update.push(self.table).push(if self.key.len() == 1 {
                " SET spend = CASE WHEN spend > 9223372036854775807 - CASE WHEN v.column2 > 0 THEN v.column2 ELSE 0 END
                     THEN 9223372036854775807 WHEN spend + v.column2 < 0 THEN 0 ELSE spend + v.column2 END FROM ("
            } else {
                " SET spend = CASE WHEN spend > 9223372036854775807 - CASE WHEN v.column3 > 0 THEN v.column3 ELSE 0 END
                     THEN 9223372036854775807 WHEN spend + v.column3 < 0 THEN 0 ELSE spend + v.column3 END FROM ("
            });
            self.push_values(&mut update, some.iter().map(|(id, amount)| (id, *amount)));
            update.push(") AS v WHERE ").push(self.is_listed);
            tx.execute(update).await?;
        }
        Ok(())
    }

    /// What follows the key in the values.
    fn last(&self) -> &'static str {
        if self.key.len() == 1 { "column2" } else { "column3" }
    }

    /// `VALUES` of ids, each with a number.
    fn push_values<'a: 'i, 'i>(&self, sql: &mut Sql<'a>, rows: impl Iterator<Item = (&'i [Option<&'a str>; 2], i64)>) {
        sql.push("VALUES ");
        for (at, (id, number)) in rows.enumerate() {
            sql.push(if at == 0 { "(" } else { ", (" });
            for part in id.iter().take(self.key.len()) {
                sql.push_bind(*part).push(", ");
            }
            sql.push_bind(number).push(")");
        }
    }
}
