//! Locking balances. Everybody locks the row of an instance first, then balances, then leases; and balances in the order that
//! Rust gives their ids: the engines order text each in its own way, and transactions that lock in two orders wait for each other
//! for ever.

use std::collections::HashMap;

use super::{A_STATEMENT, BalanceId, push_values};
use crate::StoreError;
use crate::db::{Sql, Tx};

/// What stands in a balance.
pub(super) struct State {
    pub(super) spent: i64,
    pub(super) debited: i64,
    pub(super) forgiven: i64,
    /// What the instance has taken out of it.
    pub(super) lease: i64,
    /// What of that is in the ledger.
    pub(super) used: i64,
}

/// Reads balances, which nobody else changes until the transaction ends. `ids` are sorted.
pub(super) async fn lock(
    tx: &mut Tx,
    instance: Option<&str>,
    ids: &[&BalanceId],
) -> Result<HashMap<BalanceId, State>, StoreError> {
    debug_assert!(ids.is_sorted(), "in one order");
    let mut states = HashMap::with_capacity(ids.len());
    for some in ids.chunks(A_STATEMENT) {
        let mut read = Sql::new(
            "SELECT b.account, b.starts_at, b.ends_at, b.spent, b.debited, b.forgiven, COALESCE(l.granted, 0) AS lease,
                 COALESCE(l.used, 0) AS used FROM ",
        );
        let places = (0_i64..).zip(some).map(|(place, id)| (*id, [place]));
        push_values(&mut read, places);
        read.push(
            " AS v JOIN balances b ON b.account = v.column1 AND b.starts_at = v.column2 AND b.ends_at = v.column3
             LEFT JOIN leases l
                 ON l.account = b.account AND l.starts_at = b.starts_at AND l.ends_at = b.ends_at AND l.instance_id = ",
        );
        read.push_bind(instance).push(" ORDER BY v.column4");
        if tx.has_row_locks() {
            read.push(" FOR UPDATE OF b");
        }
        for row in tx.fetch_all(read).await? {
            let state = State {
                spent: row.get("spent")?,
                debited: row.get("debited")?,
                forgiven: row.get("forgiven")?,
                lease: row.get("lease")?,
                used: row.get("used")?,
            };
            states.insert(BalanceId::read(&row)?, state);
        }
    }
    Ok(states)
}
