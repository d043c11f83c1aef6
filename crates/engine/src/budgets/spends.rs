//! What keys have spent, as far as this instance knows: what the database said, and what has ended here since.

use std::collections::HashMap;

use money::{Account, Nanos};
use parking_lot::Mutex;
use store::keys::KeyRow;

/// More keys than these are not remembered: what the database says of them is at most some seconds old.
const CAPACITY: usize = 100_000;

#[derive(Debug, Default)]
pub(super) struct Spends(Mutex<HashMap<Account, Nanos>>);

impl Spends {
    /// The row follows what ends here within milliseconds, and knows what ends elsewhere.
    pub(super) fn of(&self, key: &KeyRow) -> Nanos {
        self.0.lock().get(&key.account()).map_or(key.spend, |spent| (*spent).max(key.spend))
    }

    pub(super) fn add(&self, key: &KeyRow, cost: Nanos) -> Nanos {
        let mut spends = self.0.lock();
        if spends.len() >= CAPACITY {
            spends.clear();
        }
        let spent = spends.entry(key.account()).or_insert(key.spend);
        *spent = (*spent).max(key.spend).saturating_add(cost.max(Nanos::ZERO));
        *spent
    }

    pub(super) fn forget(&self, key: &KeyRow) {
        self.0.lock().remove(&key.account());
    }

    pub(super) fn forget_all(&self) {
        self.0.lock().clear();
    }
}
