//! Virtual keys as the hot path sees them: rows of the store, remembered for a short while.

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::Mutex;
use store::keys::KeyRow;
use store::{Db, KeyHash, Scope, StoreError};

use crate::clock::Clock;

/// For so long a row is believed without a look at the store. With `ASKING_MICROS` it is how late a change made by another
/// instance may arrive: five seconds.
const FRESH_MICROS: i64 = 4_000_000;
/// For so long a row is believed when the store does not answer.
const STALE_MICROS: i64 = 60_000_000;
/// While one call asks the store for a key that is remembered, others take what is remembered for so long.
const ASKING_MICROS: i64 = 1_000_000;
/// Rows remembered, unknown keys included, so that guessing does not fill the memory.
const CAPACITY: usize = 100_000;

/// A full memory is swept this often at most: a flood of guesses must not make every call sweep it.
const SWEEP_MICROS: i64 = 1_000_000;

/// Keys by hash. What this instance changes is forgotten here at once.
#[derive(Debug)]
pub struct Keys {
    db: Db,
    clock: Clock,
    known: Mutex<Remembered>,
}

#[derive(Debug, Default)]
struct Remembered {
    keys: HashMap<KeyHash, Known>,
    /// Counts changes, so that a read that began before one is not remembered behind it.
    changes: u64,
    swept_at: i64,
}

#[derive(Clone, Debug)]
struct Known {
    /// `None`: there is no such key.
    row: Option<Arc<KeyRow>>,
    read_at: i64,
    /// When a call last went to the store for it.
    asked_at: i64,
}

impl Keys {
    pub fn new(db: Db, clock: Clock) -> Self {
        Self { db, clock, known: Mutex::default() }
    }

    /// The key of that hash. An error means that nobody can say whether it exists.
    pub async fn find(&self, hash: &KeyHash) -> Result<Option<Arc<KeyRow>>, StoreError> {
        let now = self.clock.now();
        let (known, changes) = {
            let mut remembered = self.known.lock();
            let changes = remembered.changes;
            let known = remembered.keys.get_mut(hash);
            if let Some(known) = &known {
                let is_being_asked = within(ASKING_MICROS, known.asked_at, now);
                if within(FRESH_MICROS, known.read_at, now)
                    || within(STALE_MICROS, known.read_at, now) && is_being_asked
                {
                    return Ok(known.row.clone());
                }
            }
            let known = known.map(|known| {
                known.asked_at = now;
                known.clone()
            });
            (known, changes)
        };
        match store::keys::find(&self.db, &Scope::Gateway, hash).await {
            Ok(row) => {
                let row = row.map(Arc::new);
                self.remember(hash, Known { row: row.clone(), read_at: now, asked_at: now }, changes);
                Ok(row)
            }
            Err(error) => match known {
                Some(Known { row: Some(row), read_at, .. }) if within(STALE_MICROS, read_at, now) => Ok(Some(row)),
                _ => Err(error),
            },
        }
    }

    /// Reads the key anew at its next use: to be called behind every change.
    pub fn forget(&self, hash: &KeyHash) {
        let mut remembered = self.known.lock();
        remembered.changes += 1;
        remembered.keys.remove(hash);
    }

    fn remember(&self, hash: &KeyHash, fresh: Known, changes: u64) {
        let mut remembered = self.known.lock();
        if remembered.changes != changes {
            return;
        }
        if remembered.keys.len() >= CAPACITY && !within(SWEEP_MICROS, remembered.swept_at, fresh.read_at) {
            remembered
                .keys
                .retain(|_, known| known.row.is_some() && within(STALE_MICROS, known.read_at, fresh.read_at));
            remembered.swept_at = fresh.read_at;
        }
        if remembered.keys.len() < CAPACITY {
            remembered.keys.insert(hash.clone(), fresh);
        }
    }
}

/// Whether `now` is less than `micros` behind `then`. A clock that was put back says nothing of how old a thing is.
fn within(micros: i64, then: i64, now: i64) -> bool {
    (0..micros).contains(&(now - then))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_read_in_the_future_is_stale() {
        for (then, now, expected) in
            [(10, 10, true), (10, 14, true), (10, 15, false), (10, 9, false), (0, i64::MAX, false)]
        {
            assert_eq!(within(5, then, now), expected, "{then} {now}");
        }
    }
}
