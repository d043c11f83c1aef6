//! Taking out of balances, and putting back.

use std::collections::HashMap;

use money::Nanos;

use super::{A_STATEMENT, BalanceId, IS_LISTED, count, instances, push_values};
use crate::db::{Sql, Tx};
use crate::{Db, StoreError};

/// What an instance asks of one balance.
#[derive(Debug, Clone)]
pub struct Want {
    /// Of which.
    pub balance: BalanceId,
    /// What may be spent in all.
    pub cap: Nanos,
    /// What would do; less is not taken.
    pub least: Nanos,
    /// What is asked.
    pub most: Nanos,
    /// Of what is left for everybody at most one part of so many is taken beyond `least`.
    pub part: i64,
    /// What calls cost above their holds: it is spent already, and is taken whatever is left.
    pub overdrawn: Nanos,
}

/// What a balance gave, and how it stands then.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Granted {
    /// What the lease has more; what was overdrawn is not in it.
    pub amount: Nanos,
    /// What the ledger has, less what was forgiven.
    pub spent: Nanos,
    /// What could still be taken out.
    pub left: Nanos,
}

/// Takes what is wanted, as far as there is something: one answer a want, in their order. An instance that was given up
/// by the others is refused ([`StoreError::Fenced`]).
pub async fn take(db: &Db, instance: &str, wants: &[Want], now: i64) -> Result<Vec<Granted>, StoreError> {
    let mut ids: Vec<_> = wants.iter().map(|want| &want.balance).collect();
    // in one order, so that transactions never wait for each other in a circle
    ids.sort_unstable();
    ids.dedup();
    count::open_all(db, &ids, now).await?;
    let mut tx = db.begin().await?;
    instances::require(&mut tx, instance).await?;
    let mut states = lock(&mut tx, &ids).await?;
    let mut granted = Vec::with_capacity(wants.len());
    let mut taken: Vec<(&BalanceId, i64)> = Vec::with_capacity(wants.len());
    for want in wants {
        let Some(state) = states.get_mut(&want.balance) else {
            granted.push(Granted::default());
            continue;
        };
        let (grant, debit) = state.grant(want);
        if debit > 0 {
            taken.push((&want.balance, debit));
        }
        granted.push(grant);
    }
    for some in taken.chunks(A_STATEMENT) {
        move_out(&mut tx, instance, some).await?;
    }
    tx.commit().await?;
    Ok(granted)
}

/// Puts back what was not used. Nothing happens for leases that are gone.
pub async fn give_back(db: &Db, instance: &str, unused: &[(BalanceId, Nanos)]) -> Result<(), StoreError> {
    let mut tx = db.begin().await?;
    instances::require(&mut tx, instance).await?;
    let mut unused: Vec<_> = unused.iter().map(|(id, amount)| (id, amount.get())).collect();
    unused.sort_unstable();
    let ids: Vec<_> = unused.iter().map(|(id, _)| *id).collect();
    lock(&mut tx, &ids).await?;
    for some in unused.chunks(A_STATEMENT) {
        let some: Vec<_> = some.iter().map(|(id, amount)| (*id, -amount)).collect();
        move_out(&mut tx, instance, &some).await?;
    }
    tx.commit().await
}

/// What stands in a balance.
struct State {
    spent: i64,
    debited: i64,
    forgiven: i64,
}

impl State {
    /// What the want gets, and what is taken out for it.
    fn grant(&mut self, want: &Want) -> (Granted, i64) {
        let overdrawn = want.overdrawn.get().max(0);
        self.debited = self.debited.saturating_add(overdrawn);
        let left = want.cap.get().saturating_add(self.forgiven).saturating_sub(self.debited).max(0);
        let (least, most) = (want.least.get().max(0), want.most.get().max(0));
        let amount = if least > left { 0 } else { most.min(left / want.part.max(1)).max(least) };
        self.debited = self.debited.saturating_add(amount);
        let granted = Granted {
            amount: Nanos::new(amount),
            spent: Nanos::new(self.spent.saturating_sub(self.forgiven).max(0)),
            left: Nanos::new(left - amount),
        };
        (granted, overdrawn.saturating_add(amount))
    }
}

/// Reads balances, which nobody else changes until the transaction ends. `ids` are sorted.
async fn lock(tx: &mut Tx, ids: &[&BalanceId]) -> Result<HashMap<BalanceId, State>, StoreError> {
    let mut states = HashMap::with_capacity(ids.len());
    for some in ids.chunks(A_STATEMENT) {
        let mut read = Sql::new(
            "SELECT account, starts_at, ends_at, spent, debited, forgiven FROM balances
             WHERE (account, starts_at, ends_at) IN ",
        );
        push_values(&mut read, some.iter().map(|id| (*id, [])));
        read.push(" ORDER BY account, starts_at, ends_at");
        if tx.has_row_locks() {
            read.push(" FOR UPDATE");
        }
        for row in tx.fetch_all(read).await? {
            let state =
                State { spent: row.get("spent")?, debited: row.get("debited")?, forgiven: row.get("forgiven")? };
            states.insert(BalanceId::read(&row)?, state);
        }
    }
    Ok(states)
}

/// Moves amounts out of locked balances into leases; negative ones back.
async fn move_out(tx: &mut Tx, instance: &str, amounts: &[(&BalanceId, i64)]) -> Result<(), StoreError> {
    let mut debit = Sql::new("UPDATE balances SET debited = debited + v.column4 FROM ");
    push_values(&mut debit, amounts.iter().map(|(id, amount)| (*id, [*amount])));
    debit.push(" AS v WHERE ").push(IS_LISTED);
    tx.execute(debit).await?;
    let mut lease = Sql::new(
        "INSERT INTO leases (instance_id, account, starts_at, ends_at, granted, used, is_written_off) VALUES ",
    );
    for (at, (id, amount)) in amounts.iter().enumerate() {
        lease.push(if at == 0 { "(" } else { ", (" }).push_bind(instance).push(", ");
        id.push(&mut lease);
        lease.push(", ").push_bind(*amount).push(", 0, FALSE)");
    }
    lease.push(
        " ON CONFLICT (instance_id, account, starts_at, ends_at) DO UPDATE SET granted = leases.granted + excluded.granted",
    );
    tx.execute(lease).await.map(drop)
}
