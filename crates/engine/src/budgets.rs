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
    counts: Mutex<Counts>,
}

#[derive(Debug, Default)]
struct Counts {
    balances: HashMap<KeyHash, Balance>,
    /// The name that came after a name: calls that began under the older one end under the balance of the newer.
    replaced: HashMap<KeyHash, KeyHash>,
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
        self.counted(key).unwrap_or(key.spend)
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
        let mut counts = self.counts.lock();
        let hash = counts.current(hash).clone();
        if counts.balances.get(&hash).is_some_and(|balance| balance.held() == Nanos::ZERO) {
            counts.balances.remove(&hash);
        }
    }

    /// The key has another hash from now on; calls under way, which know the older one, go on to count. To be told before
    /// anybody can have read the newer one from the store, when it is certain that no other key has it.
    pub fn rename(&self, before: &KeyHash, after: &KeyHash) {
        let mut counts = self.counts.lock();
        let before = counts.current(before).clone();
        if before == *after {
            return;
        }
        if let Some(balance) = counts.balances.remove(&before) {
            counts.balances.insert(after.clone(), balance);
        }
        counts.replaced.insert(before, after.clone());
    }

    /// What the key has spent, if it was used here since the start.
    pub fn counted(&self, key: &KeyRow) -> Option<Nanos> {
        let counts = self.counts.lock();
        counts.balances.get(counts.current(&key.hash)).map(Balance::spent)
    }

    /// Takes back so much of what was counted; what was spent since it was asked for stays counted.
    pub fn forgive(&self, key: &KeyRow, amount: Nanos) {
        self.with(key, |balance| balance.forgive(amount));
    }

    fn with<T>(&self, key: &KeyRow, act: impl FnOnce(&mut Balance) -> T) -> T {
        let mut counts = self.counts.lock();
        let hash = counts.current(&key.hash).clone();
        let balance = counts.balances.entry(hash).or_insert_with(|| Balance::new(key.limits.max_budget, key.spend));
        act(balance)
    }
}

impl Counts {
    /// The name of a key now. Names are never used again, so this ends.
    fn current<'a>(&'a self, hash: &'a KeyHash) -> &'a KeyHash {
        let mut hash = hash;
        while let Some(after) = self.replaced.get(hash) {
            hash = after;
        }
        hash
    }
}

#[cfg(test)]
mod tests {
    use store::{Actor, Limits, Stamps};

    use super::*;

    fn key(digit: &str) -> KeyRow {
        let actor = Actor { id: "admin".to_owned(), changed_by: None, at: 0 };
        let hash = KeyHash::parse(&digit.repeat(64)).unwrap();
        let limits = Limits { max_budget: Some(Nanos::new(1_000)), ..Limits::default() };
        KeyRow { limits, ..KeyRow::new(hash, "sk-...abcd", Stamps::new(&actor)) }
    }

    #[test]
    fn a_call_that_began_under_an_older_name_ends_under_the_same_balance() {
        let budgets = Budgets::default();
        let (first, second, third) = (key("1"), key("2"), key("3"));
        let early = budgets.reserve(&first, Nanos::new(600)).unwrap();
        budgets.rename(&first.hash, &second.hash);
        assert_eq!(budgets.available(&second), Some(Nanos::new(400)));
        // a caller that was identified before
        let late = budgets.reserve(&first, Nanos::new(300)).unwrap();
        budgets.rename(&first.hash, &third.hash);
        assert_eq!(budgets.available(&third), Some(Nanos::new(100)));
        assert_eq!(budgets.settle(&first, early, Nanos::new(500)), Nanos::ZERO);
        budgets.release(&first, late);
        for key in [&first, &second, &third] {
            assert_eq!((budgets.spent(key), budgets.available(key)), (Nanos::new(500), Some(Nanos::new(500))));
        }
        budgets.rename(&third.hash, &third.hash);
        budgets.forget(&first.hash);
        assert_eq!(budgets.spent(&third), Nanos::ZERO);
    }

    #[test]
    fn what_was_spent_can_be_forgiven_while_calls_are_under_way() {
        let budgets = Budgets::default();
        let key = key("1");
        let hold = budgets.reserve(&key, Nanos::new(600)).unwrap();
        let early = budgets.reserve(&key, Nanos::new(300)).unwrap();
        assert_eq!(budgets.settle(&key, early, Nanos::new(300)), Nanos::ZERO);
        budgets.forgive(&key, Nanos::new(200));
        assert_eq!((budgets.spent(&key), budgets.available(&key)), (Nanos::new(100), Some(Nanos::new(300))));
        assert_eq!(budgets.settle(&key, hold, Nanos::new(600)), Nanos::ZERO);
        assert_eq!(budgets.counted(&key), Some(Nanos::new(700)));
    }

    #[test]
    fn asking_counts_nothing() {
        let budgets = Budgets::default();
        let row = KeyRow { spend: Nanos::new(7), ..key("1") };
        assert_eq!(budgets.spent(&row), Nanos::new(7));
        assert_eq!(budgets.counted(&row), None, "no balance was made of the row");
    }
}
