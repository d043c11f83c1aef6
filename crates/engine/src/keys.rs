//! Virtual keys as the hot path sees them: rows of the store, remembered for a short while.

use std::collections::HashMap;
use std::sync::Arc;

use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, Shared, WeakShared};
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
    known: Arc<Mutex<Remembered>>,
}

/// What a look at the store finds; an error is of everybody who waited for it.
type Found = Result<Option<Arc<KeyRow>>, Arc<StoreError>>;

#[derive(Debug, Default)]
struct Remembered {
    keys: HashMap<KeyHash, Known>,
    /// The looks at the store that calls wait for, one for a key: a thousand calls at once with a key that is not known
    /// would take all of the store's connections.
    looks: HashMap<KeyHash, WeakShared<BoxFuture<'static, Found>>>,
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
        Self { db, clock, known: Arc::default() }
    }

    /// The key of that hash. An error means that nobody can say whether it exists.
    pub async fn find(&self, hash: &KeyHash) -> Found {
        let (db, wanted) = (self.db.clone(), hash.clone());
        self.find_by(hash, async move { store::keys::find(&db, &Scope::Gateway, &wanted).await }).await
    }

    /// The same with `read` for a look at the store.
    async fn find_by<F>(&self, hash: &KeyHash, read: F) -> Found
    where
        F: Future<Output = Result<Option<KeyRow>, StoreError>> + Send + 'static,
    {
        let now = self.clock.now();
        let (known, look) = {
            let mut remembered = self.known.lock();
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
            (known, self.look(&mut remembered, hash, now, read))
        };
        match (look.await, known) {
            (Err(_), Some(Known { row: Some(row), read_at, .. })) if within(STALE_MICROS, read_at, now) => {
                Ok(Some(row))
            }
            (found, _) => found,
        }
    }

    /// The look at the store that is under way for that key, or a new one.
    fn look<F>(
        &self,
        remembered: &mut Remembered,
        hash: &KeyHash,
        now: i64,
        read: F,
    ) -> Shared<BoxFuture<'static, Found>>
    where
        F: Future<Output = Result<Option<KeyRow>, StoreError>> + Send + 'static,
    {
        if let Some(look) = remembered.looks.get(hash).and_then(WeakShared::upgrade) {
            return look;
        }
        let under_way = UnderWay { hash: hash.clone(), known: Arc::clone(&self.known), changes: remembered.changes };
        let look = async move {
            let row = read.await?.map(Arc::new);
            under_way.known.lock().remember(
                &under_way.hash,
                Known { row: row.clone(), read_at: now, asked_at: now },
                under_way.changes,
            );
            Ok(row)
        };
        let look = look.boxed().shared();
        remembered.looks.extend(look.downgrade().map(|weak| (hash.clone(), weak)));
        look
    }

    /// Reads the key anew at its next use: to be called behind every change.
    pub fn forget(&self, hash: &KeyHash) {
        let mut remembered = self.known.lock();
        remembered.changes += 1;
        remembered.keys.remove(hash);
        remembered.looks.remove(hash);
    }
}

impl Remembered {
    fn remember(&mut self, hash: &KeyHash, fresh: Known, changes: u64) {
        if self.changes != changes {
            return;
        }
        if self.keys.len() >= CAPACITY && !within(SWEEP_MICROS, self.swept_at, fresh.read_at) {
            self.keys.retain(|_, known| known.row.is_some() && within(STALE_MICROS, known.read_at, fresh.read_at));
            self.swept_at = fresh.read_at;
        }
        if self.keys.len() < CAPACITY {
            self.keys.insert(hash.clone(), fresh);
        }
    }
}

/// A look at the store, which ends when it has found something or nobody waits for it any more.
struct UnderWay {
    hash: KeyHash,
    known: Arc<Mutex<Remembered>>,
    /// The changes before it.
    changes: u64,
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.known.lock().looks.remove(&self.hash);
    }
}

/// Whether `now` is less than `micros` behind `then`. A clock that was put back says nothing of how old a thing is.
fn within(micros: i64, then: i64, now: i64) -> bool {
    (0..micros).contains(&(now - then))
}

#[cfg(test)]
mod tests {
    use std::pin::Pin;

    use tempfile::TempDir;
    use tokio::sync::oneshot::{Sender, channel};

    use super::*;

    const HASH: &str = "0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f";

    async fn keys(folder: &TempDir) -> (Keys, KeyHash) {
        let db = Db::open_path(&folder.path().join("keys.db")).await.unwrap();
        (Keys::new(db, Clock::manual(1)), KeyHash::parse(HASH).unwrap())
    }

    /// A call whose look ends when the sender says what was found.
    fn call<'a>(keys: &'a Keys, hash: &'a KeyHash) -> (Sender<Result<Option<KeyRow>, StoreError>>, Call<'a>) {
        let (found, read) = channel();
        (found, Box::pin(keys.find_by(hash, async { read.await.unwrap() })))
    }

    type Call<'a> = Pin<Box<dyn Future<Output = Found> + 'a>>;

    fn looks(keys: &Keys) -> usize {
        keys.known.lock().looks.len()
    }

    #[tokio::test]
    async fn calls_at_once_share_a_look_and_what_it_finds() {
        let folder = TempDir::new().unwrap();
        let (keys, hash) = keys(&folder).await;
        for fails in [true, false] {
            let (found, mut first) = call(&keys, &hash);
            assert!((&mut first).now_or_never().is_none());
            let mut others: Vec<_> = (0..1000).map(|_| call(&keys, &hash).1).collect();
            assert!(others.iter_mut().all(|other| other.now_or_never().is_none()));
            assert_eq!(looks(&keys), 1);
            found.send(if fails { Err(StoreError::WriterEnded) } else { Ok(None) }).unwrap();
            let found = first.await;
            for other in others {
                match (&found, other.await) {
                    (Ok(found), Ok(other)) => assert!(found.is_none() && other.is_none() && !fails),
                    (Err(found), Err(other)) => assert!(Arc::ptr_eq(found, &other) && fails),
                    different => panic!("{different:?}"),
                }
            }
            assert_eq!(looks(&keys), 0);
            assert_eq!(keys.known.lock().keys.contains_key(&hash), !fails);
        }
    }

    #[tokio::test]
    async fn a_look_that_nobody_waits_for_is_given_up_and_one_before_a_change_is_not_joined() {
        let folder = TempDir::new().unwrap();
        let (keys, hash) = keys(&folder).await;
        let ((found, mut first), (_, mut second)) = (call(&keys, &hash), call(&keys, &hash));
        assert!((&mut first).now_or_never().is_none() && (&mut second).now_or_never().is_none());
        drop(first);
        assert_eq!(looks(&keys), 1);
        drop(second);
        assert_eq!(looks(&keys), 0);
        assert!(found.is_closed());

        let (before, mut first) = call(&keys, &hash);
        assert!((&mut first).now_or_never().is_none());
        keys.forget(&hash);
        let (_behind, mut second) = call(&keys, &hash);
        assert!((&mut second).now_or_never().is_none());
        before.send(Ok(None)).unwrap();
        assert!(first.await.unwrap().is_none());
        assert!((&mut second).now_or_never().is_none(), "it has a look of its own");
        assert!(!keys.known.lock().keys.contains_key(&hash), "what stood there before the change is not remembered");
    }

    #[test]
    fn what_was_read_in_the_future_is_stale() {
        for (then, now, expected) in
            [(10, 10, true), (10, 14, true), (10, 15, false), (10, 9, false), (0, i64::MAX, false)]
        {
            assert_eq!(within(5, then, now), expected, "{then} {now}");
        }
    }
}
