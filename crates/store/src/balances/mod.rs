//! What was spent of each budget in each of its windows, and what instances have taken out to spend.
//!
//! A balance is an account in a window. What a call may cost is not asked of it, but of a lease: a part that an instance took
//! out before, with one conditional update, and spends from in memory. Taken out counts as spent, so no two instances spend
//! the same money, and one that dies takes at most its leases along.
//!
//! `spent` is the sum of what the ledger has; `debited` what was taken out: `spent` and what leases have left.

mod charge;
mod charges;
mod count;
mod instances;
mod lease;
mod lock;
mod moved;
mod show;
mod standing;

use money::Account;

pub(crate) use charge::{adjust, charge};
pub use charges::Charges;
pub use count::recount;
pub use instances::{
    Instance, Sign, beat, close, close_all, close_inherited, end_leases, instances, register, write_off,
};
pub use lease::{Granted, Want, take};
pub use moved::Moved;
pub(crate) use show::forget;
pub use show::{Shown, forgive, forgive_keys_and_teams, show, spent};
pub use standing::{Standing, all_standing, open, standing};

use crate::StoreError;
use crate::db::{Row, Sql};

/// A budget in one of its windows.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BalanceId {
    /// Whose it is.
    pub account: Account,
    /// From when, microseconds UTC.
    pub starts_at: i64,
    /// Until before when.
    pub ends_at: i64,
}

/// So many balances a statement: each number is a statement of its own in the connection's cache.
pub(crate) const A_STATEMENT: usize = 64;

impl BalanceId {
    /// Whether it is of a budget without windows.
    pub fn is_for_ever(&self) -> bool {
        self.ends_at == i64::MAX
    }

    pub(crate) fn read(row: &Row) -> Result<Self, StoreError> {
        let account: String = row.get("account")?;
        Ok(Self {
            account: Account::parse(&account).map_err(|_| StoreError::Unreadable { column: "balances.account" })?,
            starts_at: row.get("starts_at")?,
            ends_at: row.get("ends_at")?,
        })
    }

    fn push<'a>(&'a self, sql: &mut Sql<'a>) {
        sql.push_bind(self.account.as_str()).push(", ").push_bind(self.starts_at).push(", ").push_bind(self.ends_at);
    }
}

/// Adds `(VALUES (account, starts_at, ends_at, …), …)`; both engines call the columns `column1`, `column2`, ….
pub(crate) fn push_values<'a, const N: usize>(
    sql: &mut Sql<'a>,
    rows: impl IntoIterator<Item = (&'a BalanceId, [i64; N])>,
) {
    sql.push("(VALUES ");
    for (at, (id, numbers)) in rows.into_iter().enumerate() {
        sql.push(if at == 0 { "(" } else { ", (" });
        id.push(sql);
        for number in numbers {
            sql.push(", ").push_bind(number);
        }
        sql.push(")");
    }
    sql.push(")");
}

/// That a row is one of those that [`push_values`] listed under the name `v`.
const IS_LISTED: &str = "account = v.column1 AND starts_at = v.column2 AND ends_at = v.column3";
