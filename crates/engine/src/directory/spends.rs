//! What keys have spent, as far as this instance knows: what the database said, and what has ended here since.

use std::collections::HashMap;

use money::Nanos;
use parking_lot::Mutex;
use store::KeyHash;
use store::keys::KeyRow;

/// More keys than these are not remembered: what the database says of them is at most some seconds old.
const CAPACITY: usize = 100_000;

#[derive(Debug, Default)]
pub(super) struct Spends(Mutex<HashMap<KeyHash, Nanos>>);

impl Spends {
    /// The row follows what ends here within milliseconds, and knows what ends elsewhere.
    pub(super) fn of(&self, key: &KeyRow) -> Nanos {
        self.0.lock().get(&key.hash).map_or(key.spend, |spent| (*spent).max(key.spend))
    }

    /// A call has ended that found `key` when it began. Whether that is the row as it is now, `is_current` says: a sum that was
    /// set to less meanwhile must not come back.
    pub(super) fn add(&self, key: &KeyRow, cost: Nanos, is_current: impl FnOnce() -> bool) -> Nanos {
        let mut spends = self.0.lock();
        let cost = cost.max(Nanos::ZERO);
        let is_current = is_current();
        if let Some(spent) = spends.get_mut(&key.hash) {
            let known = if is_current { (*spent).max(key.spend) } else { *spent };
            *spent = known.saturating_add(cost);
            return *spent;
        }
        let spent = key.spend.saturating_add(cost);
        if is_current {
            if spends.len() >= CAPACITY {
                spends.clear();
            }
            spends.insert(key.hash.clone(), spent);
        }
        spent
    }

    pub(super) fn forget(&self, key: &KeyHash) {
        self.0.lock().remove(key);
    }

    pub(super) fn forget_all(&self) {
        self.0.lock().clear();
    }
}

#[cfg(test)]
mod tests {
    use store::{Actor, Stamps};

    use super::*;

    #[test]
    fn what_was_set_to_less_does_not_come_back() {
        let actor = Actor { id: "test".to_owned(), changed_by: None, at: 1 };
        let hash = KeyHash::parse(&"a".repeat(64)).unwrap();
        let row = |spend| KeyRow { spend: Nanos::new(spend), ..KeyRow::new(hash.clone(), "k", Stamps::new(&actor)) };
        let (before, after, spends) = (row(100), row(10), Spends::default());
        let add = |key: &KeyRow, cost, is_current| spends.add(key, Nanos::new(cost), || is_current).get();
        assert_eq!((add(&before, 5, true), spends.of(&before).get()), (105, 105));
        spends.forget(&hash);
        assert_eq!((add(&before, 5, false), spends.of(&after).get()), (105, 10));
        assert_eq!((add(&after, 1, true), add(&before, 5, false), spends.of(&after).get()), (11, 16, 16));
        spends.forget_all();
        assert_eq!(spends.of(&after).get(), 10);
    }
}
