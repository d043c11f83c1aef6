//! What rows of the ledger do to balances, in the transaction that adds them.

use std::collections::BTreeMap;

use super::{A_STATEMENT, BalanceId, IS_LISTED, lock, push_values};
use crate::StoreError;
use crate::db::{Sql, Tx};
use crate::ledger::LedgerRow;

/// What is charged to one balance.
#[derive(Default)]
struct Charge {
    /// All of it.
    spent: i64,
    /// By the instance whose lease it was held of.
    leased: BTreeMap<String, i64>,
    /// What is of no lease that there still is: it was not taken out before.
    unleased: i64,
}

/// Charges the balances that new rows were held of. What costs nothing changes nothing.
pub(crate) async fn charge(tx: &mut Tx, rows: &[&LedgerRow]) -> Result<(), StoreError> {
    let mut charges = BTreeMap::<&BalanceId, Charge>::new();
    for row in rows {
        let (Some(detail), Some(cost)) = (&row.detail, row.cost) else { continue };
        for balance in detail.charged.iter().filter(|_| cost.is_positive()) {
            let charge = charges.entry(balance).or_default();
            charge.spent = charge.spent.saturating_add(cost.get());
            let leased = match &detail.instance {
                Some(instance) => charge.leased.entry(instance.to_string()).or_default(),
                None => &mut charge.unleased,
            };
            *leased = leased.saturating_add(cost.get());
        }
    }
    let mut charges: Vec<_> = charges.into_iter().collect();
    for some in charges.chunks_mut(A_STATEMENT) {
        charge_some(tx, some).await?;
    }
    Ok(())
}

/// Moves balances by what was corrected later, so far as there still are such.
pub(crate) async fn adjust(tx: &mut Tx, amounts: &BTreeMap<&BalanceId, i64>) -> Result<(), StoreError> {
    let charge = |amount: i64| Charge { spent: amount, unleased: amount, ..Charge::default() };
    let mut charges: Vec<_> = amounts.iter().map(|(id, amount)| (*id, charge(*amount))).collect();
    for some in charges.chunks_mut(A_STATEMENT) {
        charge_some(tx, some).await?;
    }
    Ok(())
}

/// `some` are sorted.
async fn charge_some(tx: &mut Tx, some: &mut [(&BalanceId, Charge)]) -> Result<(), StoreError> {
    if tx.has_row_locks() {
        let ids: Vec<_> = some.iter().map(|(id, _)| *id).collect();
        lock::lock(tx, None, &ids).await?;
    }
    use_leases(tx, some).await?;
    let mut spend = Sql::new("UPDATE balances SET spent = spent + v.column4, debited = debited + v.column5 FROM ");
    push_values(&mut spend, some.iter().map(|(id, charge)| (*id, [charge.spent, charge.unleased])));
    spend.push(" AS v WHERE ").push(IS_LISTED);
    tx.execute(spend).await.map(drop)
}

/// Notes in the leases how much of them is in the ledger. What was held of a lease that is gone becomes unleased.
async fn use_leases(tx: &mut Tx, some: &mut [(&BalanceId, Charge)]) -> Result<(), StoreError> {
    let mut instances: Vec<_> = some.iter().flat_map(|(_, charge)| charge.leased.keys().cloned()).collect();
    instances.sort_unstable();
    instances.dedup();
    for instance in instances {
        let of_instance = some.iter().filter_map(|(id, charge)| Some((*id, [*charge.leased.get(&instance)?])));
        let expected = of_instance.clone().count() as u64;
        let mut lease = Sql::new("UPDATE leases SET used = used + v.column4 FROM ");
        push_values(&mut lease, of_instance);
        lease.push(" AS v WHERE instance_id = ").push_bind(&instance).push(" AND ").push(IS_LISTED);
        if tx.execute(lease).await? == expected {
            continue;
        }
        let mut known =
            Sql::new("SELECT account, starts_at, ends_at FROM leases WHERE (account, starts_at, ends_at) IN ");
        push_values(&mut known, some.iter().map(|(id, _)| (*id, [])));
        known.push(" AND instance_id = ").push_bind(&instance);
        let known = tx.fetch_all(known).await?;
        let known = known.iter().map(BalanceId::read).collect::<Result<Vec<_>, _>>()?;
        for (_, charge) in some.iter_mut().filter(|(id, _)| !known.contains(id)) {
            charge.unleased = charge.unleased.saturating_add(charge.leased.remove(&instance).unwrap_or_default());
        }
    }
    Ok(())
}
