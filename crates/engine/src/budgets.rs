//! What each key may still spend, counted in memory: holds of calls under way beside what was posted.

use std::collections::HashMap;

use money::{Balance, BudgetExceeded, Hold, Nanos};
use parking_lot::Mutex;
use store::KeyHash;
use store::keys::KeyRow;

/// Balances by key. One is made from the key's row when the key is first used and counts from then on by itself: the
/// row's `spend` follows it, in batches. The cap is the row's at each call. A balance is kept for as long as the process runs, so nothing posted is counted twice.
#[derive(Debug, Default)]
pub struct Budgets {
    balances: Mutex<HashMap<KeyHash, Balance>>,
}

impl Budgets {
    /// Holds `amount` of the key's budget, all or none.
    pub fn reserve(&self, key: &KeyRow, amount: Nanos) -> Result<Hold, BudgetExceeded> {
        self.with(key, |balance| {
            balance.set_cap(key.limits.max_budget);
            balance.reserve(amount)
        })
    }

    /// What the key may still hold; `None` is without limit.
    pub fn available(&self, key: &KeyRow) -> Option<Nanos> {
        self.with(key, |balance| {
            balance.set_cap(key.limits.max_budget);
            balance.available()
        })
    }

    /// What the key has spent, calls that ended a moment ago included.
    pub fn spent(&self, key: &KeyRow) -> Nanos {
        self.with(key, |balance| balance.spent())
    }

    /// Ends a hold with what the call cost; returns how far that was above the hold.
    pub fn settle(&self, key: &KeyRow, hold: Hold, actual: Nanos) -> Nanos {
        self.with(key, |balance| balance.settle(hold, actual))
    }

    /// Ends a hold of a call that was never made.
    pub fn release(&self, key: &KeyRow, hold: Hold) {
        self.with(key, |balance| balance.release(hold));
    }

    /// A deleted key's count ends, unless calls are under way that must still be counted.
    pub fn forget(&self, hash: &KeyHash) {
        let mut balances = self.balances.lock();
        if balances.get(hash).is_some_and(|balance| balance.held() == Nanos::ZERO) {
            balances.remove(hash);
        }
    }

    fn with<T>(&self, key: &KeyRow, act: impl FnOnce(&mut Balance) -> T) -> T {
        let mut balances = self.balances.lock();
        let balance =
            balances.entry(key.hash.clone()).or_insert_with(|| Balance::new(key.limits.max_budget, key.spend));
        act(balance)
    }
}
