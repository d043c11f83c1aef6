//! Taking out of balances, and putting back.

use money::Nanos;

use super::instances::Sign;
use super::lock::{self, State};
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
    /// What calls cost above their holds: it is spent already, and is taken whatever is left. Below zero: what is put back
    /// before anything is taken.
    pub settled: Nanos,
    /// What would do; less is not taken.
    pub least: Nanos,
    /// What all calls that wait need: it is taken as far as there is something.
    pub needed: Nanos,
    /// What calls that are likely to come will need,
    pub likely: Nanos,
    /// as long as that is at most one part of so many of what is left.
    pub part: i64,
}

/// What a balance gave, and how it stands then.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Granted {
    /// What was taken out now; below zero what was put back.
    pub amount: Nanos,
    /// What the lease has in all.
    pub lease: Nanos,
    /// What of that is in the ledger.
    pub used: Nanos,
    /// What the ledger has, less what was forgiven.
    pub spent: Nanos,
    /// What could still be taken out.
    pub left: Nanos,
}

/// Takes what is wanted, as far as there is something: the beat, and one answer a want, in their order. An instance that was given
/// up by the others is refused ([`StoreError::Fenced`]), and so is one that was granted more than the database remembers
/// ([`StoreError::WentBack`]). After any other error than [`StoreError::Unconfirmed`] nothing was taken or put back.
pub async fn take(db: &Db, sign: Sign<'_>, wants: &[Want], now: i64) -> Result<(i64, Vec<Granted>), StoreError> {
    let instance = sign.instance;
    let mut ids: Vec<_> = wants.iter().map(|want| &want.balance).collect();
    // in one order, so that transactions never wait for each other in a circle
    ids.sort_unstable();
    ids.dedup();
    count::open_all(db, &ids, now).await?;
    let mut tx = db.begin().await?;
    let beat = instances::require(&mut tx, sign).await?;
    let mut states = lock::lock(&mut tx, Some(instance), &ids).await?;
    let mut granted = Vec::with_capacity(wants.len());
    let mut taken: Vec<(&BalanceId, i64)> = Vec::with_capacity(wants.len());
    for want in wants {
        let Some(state) = states.get_mut(&want.balance) else {
            granted.push(Granted::default());
            continue;
        };
        let grant = state.grant(want);
        if grant.amount != Nanos::ZERO {
            taken.push((&want.balance, grant.amount.get()));
        }
        granted.push(grant);
    }
    for some in taken.chunks(A_STATEMENT) {
        move_out(&mut tx, instance, some).await?;
    }
    tx.commit().await.map_err(|error| StoreError::Unconfirmed { source: error.into() })?;
    Ok((beat, granted))
}

impl State {
    fn grant(&mut self, want: &Want) -> Granted {
        self.debited = self.debited.saturating_add(want.settled.get());
        let left = want.cap.get().saturating_add(self.forgiven).saturating_sub(self.debited).max(0);
        let [least, needed, likely] = [want.least, want.needed, want.likely].map(|amount| amount.get().max(0));
        let amount = if least > left {
            0
        } else {
            let needed = needed.max(least).min(left);
            needed + likely.min((left - needed) / want.part.max(1))
        };
        self.debited = self.debited.saturating_add(amount);
        let taken = want.settled.saturating_add(Nanos::new(amount));
        self.lease = self.lease.saturating_add(taken.get());
        Granted {
            amount: taken,
            lease: Nanos::new(self.lease),
            used: Nanos::new(self.used),
            spent: Nanos::new(self.spent.saturating_sub(self.forgiven).max(0)),
            left: Nanos::new(left - amount),
        }
    }
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
