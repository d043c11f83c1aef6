//! Balances as people see and change them.

use std::collections::HashMap;

use money::{Account, Nanos};

use super::BalanceId;
use crate::db::{Row, Sql};
use crate::{Db, StoreError, Transaction, alerts};

/// How a balance stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// Which.
    pub id: BalanceId,
    /// What the ledger has, less what was forgiven.
    pub spent: Nanos,
    /// What is taken out beyond that: held by calls under way, and at hand for the next ones.
    pub held: Nanos,
    /// What of that no instance that is alive has: one died with it, and it may have been spent.
    pub written_off: Nanos,
}

/// The balances of these accounts, in all windows.
pub async fn show(db: &Db, accounts: &[Account]) -> Result<Vec<Shown>, StoreError> {
    let mut select = Sql::new(
        "SELECT balances.account, balances.starts_at, balances.ends_at, spent, debited, forgiven,
             CAST(COALESCE((SELECT SUM(granted - used) FROM leases WHERE leases.account = balances.account
                 AND leases.starts_at = balances.starts_at AND leases.ends_at = balances.ends_at AND is_written_off), 0) AS BIGINT)
                 AS written_off
         FROM balances WHERE account IN ",
    );
    select.push_list(accounts.iter().map(Account::as_str)).push(" ORDER BY account, starts_at, ends_at");
    db.fetch_all(select).await?.iter().map(read).collect()
}

/// What was spent of these accounts, less what was forgiven, in each window that `at` lies in and has a balance.
pub async fn spent(db: &Db, accounts: &[Account], at: i64) -> Result<HashMap<BalanceId, Nanos>, StoreError> {
    let mut spent = HashMap::with_capacity(accounts.len());
    for some in accounts.chunks(AT_ONCE) {
        let mut select =
            Sql::new("SELECT account, starts_at, ends_at, spent, forgiven FROM balances WHERE starts_at <= ");
        select.push_bind(at).push(" AND ends_at > ").push_bind(at).push(" AND account IN ");
        select.push_list(some.iter().map(Account::as_str));
        for row in db.fetch_all(select).await? {
            let left: i64 = row.get::<i64>("spent")?.saturating_sub(row.get("forgiven")?);
            spent.insert(BalanceId::read(&row)?, Nanos::new(left.max(0)));
        }
    }
    Ok(spent)
}

/// So many accounts are asked for at once: databases take no more than some thousand values in a statement.
const AT_ONCE: usize = 4_000;

fn read(row: &Row) -> Result<Shown, StoreError> {
    let (spent, debited, forgiven): (i64, i64, i64) = (row.get("spent")?, row.get("debited")?, row.get("forgiven")?);
    Ok(Shown {
        id: BalanceId::read(row)?,
        spent: Nanos::new(spent.saturating_sub(forgiven).max(0)),
        held: Nanos::new(debited.saturating_sub(spent).max(0)),
        written_off: Nanos::new(row.get("written_off")?),
    })
}

/// Sets what counts as spent of an account in the windows that `now` lies in: the rest is forgiven.
pub async fn forgive(change: &mut Transaction, account: &Account, spent: Nanos, now: i64) -> Result<(), StoreError> {
    let forgive = Sql::new(
        "UPDATE balances SET forgiven = CASE WHEN spent > $2 THEN spent - $2 ELSE 0 END
         WHERE account = $1 AND starts_at <= $3 AND ends_at > $3",
    );
    change.execute(forgive.bind(account.as_str()).bind(spent).bind(now)).await.map(drop)
}

/// Sets what all keys and all teams have spent to nothing, in the windows that the change lies in.
pub async fn forgive_keys_and_teams(change: &mut Transaction) -> Result<(), StoreError> {
    let now = change.actor().at;
    let forgive = Sql::new(
        "UPDATE balances SET forgiven = spent
         WHERE (account LIKE 'key:%' OR account LIKE 'team:%') AND starts_at <= $1 AND ends_at > $1",
    );
    for reset in [
        "UPDATE keys SET forgiven = forgiven + spend, spend = 0 WHERE spend <> 0",
        "UPDATE teams SET spend = 0 WHERE spend <> 0",
    ] {
        change.execute(Sql::new(reset)).await?;
    }
    change.execute(forgive.bind(now)).await?;
    for table in ["keys", "teams"] {
        change.note_many((table, "*"), &serde_json::json!({"spend": 0})).await?;
    }
    Ok(())
}

/// Deletes the balances of an account whose owner is deleted, those of single models too: who gets its id next begins anew.
pub(crate) async fn forget(change: &mut Transaction, account: &Account) -> Result<(), StoreError> {
    let model = account.on_model("");
    // up to where the name of the model begins
    let models = model.as_str().strip_suffix("\"]").unwrap_or_default();
    for delete in [
        "DELETE FROM balances WHERE account = $1 OR SUBSTR(account, 1, LENGTH($2)) = $2",
        "DELETE FROM leases WHERE account = $1 OR SUBSTR(account, 1, LENGTH($2)) = $2",
    ] {
        change.execute(Sql::new(delete).bind(account.as_str()).bind(models)).await?;
    }
    alerts::forget(change, account, models).await
}
