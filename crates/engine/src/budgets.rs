//! What each key may still spend, counted in memory: holds of calls under way beside what was posted.

use std::collections::HashMap;

use money::{Balance, BudgetExceeded, Hold, Nanos};
use parking_lot::Mutex;
use store::KeyHash;
use store::keys::KeyRow;

/// Balances by key. One is made from the key's row when the key is first used and counts from then on by itself: the
/// row's `spend` follows it, in batches. It is kept for as long as the process runs, so nothing posted is counted twice.
#[derive(Debug, Default)]
pub struct Budgets {
    balances: Mutex<HashMap<KeyHash, Balance>>,
}

impl Budgets {
    /// Holds `amount` of the key's budget, all or none.
    pub fn reserve(&self, key: &KeyRow, amount: Nanos) -> Result<Hold, BudgetExceeded> {
        self.with(key, |balance| balance.reserve(amount))
    }

    /// What the key may still hold; `None` is without limit.
    pub fn available(&self, key: &KeyRow) -> Option<Nanos> {
        self.with(key, |balance| balance.available())
    }

    /// What the key has spent, calls that ended a moment ago included.
    pub fn spent(&self, key: &KeyRow) -> Nanos {
        self.with(key, |balance| balance.spent())
    }

    /// Ends a hold with what the call cost; returns how far that was above the hold.
    pub fn settle(&self, key: &KeyRow, hold: Hold, actual: Nanos) -> Nanos {
        self.with(key, |balance| balance.settle(hold, actual))
    }

    /// Counts from now on against another cap.
    pub fn set_cap(&self, hash: &KeyHash, cap: Option<Nanos>) {
        if let Some(balance) = self.balances.lock().get_mut(hash) {
            balance.set_cap(cap);
        }
    }

    fn with<T>(&self, key: &KeyRow, act: impl FnOnce(&mut Balance) -> T) -> T {
        let mut balances = self.balances.lock();
        let balance = balances.entry(key.hash.clone()).or_insert_with(|| Balance::new(key.max_budget, key.spend));
        act(balance)
    }
}
