//! Which balances were charged lately, for whoever looks what they have reached.

use std::collections::BTreeSet;
use std::sync::Arc;

use money::Nanos;
use parking_lot::Mutex;

use super::BalanceId;
use crate::ledger::LedgerRow;

/// So many are noted between two looks; what else moved is found when all are looked over.
const MOST: usize = 65_536;

/// Balances that rows of this process were charged to, each once. Clones are one.
#[derive(Debug, Clone, Default)]
pub struct Moved(Arc<Mutex<BTreeSet<BalanceId>>>);

impl Moved {
    /// These rows are in the ledger now.
    pub(crate) fn note(&self, rows: &[LedgerRow]) {
        let charged = rows.iter().filter(|row| row.cost.is_some_and(Nanos::is_positive));
        let charged = charged.filter_map(|row| row.detail.as_ref()).flat_map(|detail| &detail.charged);
        let mut moved = self.0.lock();
        for balance in charged {
            // most calls are charged to what others were charged to as well
            if !moved.contains(balance) && moved.len() < MOST {
                moved.insert(balance.clone());
            }
        }
    }

    /// All that moved since this was asked last.
    pub fn take(&self) -> BTreeSet<BalanceId> {
        std::mem::take(&mut *self.0.lock())
    }

    /// These are to be looked at again.
    pub fn put_back(&self, balances: BTreeSet<BalanceId>) {
        self.0.lock().extend(balances);
    }
}
