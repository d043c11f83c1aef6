//! How balances stand, for whoever looks what they have reached.

use money::Nanos;

use super::{A_STATEMENT, BalanceId, count, push_values};
use crate::db::{Row, Sql};
use crate::{Db, StoreError};

/// What was spent of a balance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Which.
    pub id: BalanceId,
    /// What the ledger has.
    pub posted: Nanos,
    /// What of that does not count.
    pub forgiven: Nanos,
}

impl Standing {
    /// What counts as spent.
    pub fn spent(&self) -> Nanos {
        self.posted.saturating_sub(self.forgiven).max(Nanos::ZERO)
    }

    fn read(row: &Row) -> Result<Self, StoreError> {
        let (posted, forgiven) = (Nanos::new(row.get("spent")?), Nanos::new(row.get("forgiven")?));
        Ok(Self { id: BalanceId::read(row)?, posted, forgiven })
    }
}

/// How these stand; one that there is not has nothing spent, and is left out.
pub async fn standing(db: &Db, ids: &[&BalanceId]) -> Result<Vec<Standing>, StoreError> {
    let mut found = Vec::with_capacity(ids.len());
    for some in ids.chunks(A_STATEMENT) {
        let mut select = Sql::new(
            "SELECT account, starts_at, ends_at, spent, forgiven FROM balances WHERE (account, starts_at, ends_at) IN ",
        );
        push_values(&mut select, some.iter().map(|id| (*id, [])));
        for row in db.fetch_all(select).await? {
            found.push(Standing::read(&row)?);
        }
    }
    Ok(found)
}

/// The balances of windows that are not over at `now` and of which something is spent, `most` of them from behind `after`.
pub async fn all_standing(
    db: &Db,
    now: i64,
    after: Option<&BalanceId>,
    most: u32,
) -> Result<Vec<Standing>, StoreError> {
    let mut select = Sql::new("SELECT account, starts_at, ends_at, spent, forgiven FROM balances WHERE ends_at > ");
    select.push_bind(now).push(" AND spent > forgiven");
    if let Some(after) = after {
        select.push(" AND (account, starts_at, ends_at) > (");
        after.push(&mut select);
        select.push(")");
    }
    select.push(" ORDER BY account, starts_at, ends_at LIMIT ").push_bind(most);
    db.fetch_all(select).await?.iter().map(Standing::read).collect()
}

/// Makes the balances that there are not yet, with what the ledger has of them: from then on what is charged is added.
pub async fn open(db: &Db, ids: &[&BalanceId], now: i64) -> Result<(), StoreError> {
    let mut ids = ids.to_vec();
    ids.sort_unstable();
    ids.dedup();
    count::open_all(db, &ids, now).await
}
