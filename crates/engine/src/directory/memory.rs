//! Rows of the store as the hot path sees them: remembered, and forgotten when somebody changes them.

use std::collections::HashMap;
use std::fmt;
use std::hash::Hash;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use futures_util::FutureExt as _;
use futures_util::future::{self, BoxFuture, WeakShared};
use parking_lot::Mutex;
use store::StoreError;
use tokio::time::timeout;

/// For so long what is remembered is believed without news from the store: longer ago nobody has said that it is still so.
const FRESH_MICROS: i64 = 4_000_000;
/// After so long it is read anew although nobody said that it changed.
const REREAD_MICROS: i64 = 60_000_000;
/// For so long it is believed when the store does not answer.
const STALE_MICROS: i64 = 60_000_000;
/// While one call asks the store for what is remembered, others take what is remembered for so long. With `FRESH_MICROS`
/// that is how late a change made by another instance may arrive when nobody brings news: five seconds.
const ASKING_MICROS: i64 = 1_000_000;
/// The longest that a call waits for the store: one that is frozen tells nobody. Where something is remembered that may be believed
/// without the store, it waits less.
const PATIENCE: Duration = Duration::from_secs(5);
const IMPATIENCE: Duration = Duration::from_secs(1);
/// Rows remembered, unknown ones included, so that guessing does not fill the memory.
const CAPACITY: usize = 100_000;
/// A full memory is swept this often at most: a flood of guesses must not make every call sweep it.
const SWEEP_MICROS: i64 = 1_000_000;

/// Rows by id. Looking up what is known takes no lock.
pub(super) struct Memory<K, V>(Arc<Shared<K, V>>);

struct Shared<K, V> {
    known: papaya::HashMap<K, Arc<Known<V>>>,
    /// What is not on the way of a call that finds what it looks for.
    cold: Mutex<Cold<K, V>>,
    /// Whether what was not there is believed not to be there, too, when the store does not answer.
    believes_absence: bool,
}

/// What a look at the store finds; an error is of everybody who waited for it.
pub(super) type Found<V> = Result<Option<Arc<V>>, Arc<StoreError>>;

type Look<V> = BoxFuture<'static, Result<Arc<Known<V>>, Arc<StoreError>>>;

#[derive(Debug)]
struct Known<V> {
    /// `None`: there is no such row.
    row: Option<Arc<V>>,
    read_at: i64,
    /// When a call last went to the store for it.
    asked_at: AtomicI64,
}

struct Cold<K, V> {
    /// The looks at the store that calls wait for, one for a row: a thousand calls at once for a row that is not known would
    /// take all of the store's connections.
    looks: HashMap<K, WeakShared<Look<V>>>,
    /// Counts changes, so that a look that began before one is not remembered behind it.
    changes: u64,
    swept_at: i64,
}

/// When it is, and when the store last told what had changed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Moment {
    pub(super) now: i64,
    /// Whatever was changed before this moment has been forgotten here.
    pub(super) confirmed_at: i64,
}

impl<K, V> Memory<K, V>
where
    K: Clone + Eq + Hash + Send + Sync + 'static,
    V: Send + Sync + 'static,
{
    pub(super) fn new() -> Self {
        Self::with(false)
    }

    /// Rows that callers name whether or not there are such: without the store it is believed for as long that there is none.
    pub(super) fn of_what_need_not_be() -> Self {
        Self::with(true)
    }

    fn with(believes_absence: bool) -> Self {
        let cold = Mutex::new(Cold { looks: HashMap::new(), changes: 0, swept_at: 0 });
        Self(Arc::new(Shared { known: papaya::HashMap::new(), cold, believes_absence }))
    }

    /// The row of that id, with `read` for a look at the store. An error means that nobody can say whether it exists.
    pub(super) async fn find<F>(&self, id: &K, at: Moment, read: impl FnOnce() -> F) -> Found<V>
    where
        F: Future<Output = Result<Option<V>, StoreError>> + Send + 'static,
    {
        let known = self.0.known.pin().get(id).map(Arc::clone);
        if let Some(known) = &known {
            if known.is_believed(at) {
                return Ok(known.row.clone());
            }
            known.asked_at.store(at.now, Ordering::Relaxed);
        }
        let is_answer = |known: &Arc<Known<V>>| known.row.is_some() || self.0.believes_absence;
        let known = known.filter(|known| is_answer(known) && within(STALE_MICROS, known.as_of(at), at.now));
        let patience = if known.is_some() { IMPATIENCE } else { PATIENCE };
        let found = timeout(patience, self.look(id, at.now, read)).await;
        match (found.unwrap_or_else(|late| Err(Arc::new(StoreError::Unavailable { source: late.into() }))), known) {
            (Ok(found), _) => Ok(found.row.clone()),
            (Err(_), Some(known)) => Ok(known.row.clone()),
            (Err(error), None) => Err(error),
        }
    }

    /// The row of that id as it is remembered.
    pub(super) fn known(&self, id: &K) -> Option<Arc<V>> {
        self.0.known.pin().get(id).and_then(|known| known.row.clone())
    }

    /// The look at the store that is under way for that row, or a new one.
    fn look<F>(&self, id: &K, now: i64, read: impl FnOnce() -> F) -> future::Shared<Look<V>>
    where
        F: Future<Output = Result<Option<V>, StoreError>> + Send + 'static,
    {
        let mut cold = self.0.cold.lock();
        if let Some(look) = cold.looks.get(id).and_then(WeakShared::upgrade) {
            return look;
        }
        let under_way = UnderWay { id: id.clone(), shared: Arc::clone(&self.0), changes: cold.changes };
        let read = read();
        let look = async move {
            let row = read.await?.map(Arc::new);
            let fresh = Arc::new(Known { row, read_at: now, asked_at: AtomicI64::new(now) });
            under_way.remember(&fresh);
            Ok(fresh)
        };
        let look = look.boxed().shared();
        cold.looks.extend(look.downgrade().map(|weak| (id.clone(), weak)));
        look
    }

    /// Reads the row anew at its next use.
    pub(super) fn forget(&self, id: &K) {
        let mut cold = self.0.cold.lock();
        cold.changes += 1;
        cold.looks.remove(id);
        self.0.known.pin().remove(id);
    }

    /// Reads every row anew at its next use.
    pub(super) fn forget_all(&self) {
        let mut cold = self.0.cold.lock();
        cold.changes += 1;
        cold.looks.clear();
        self.0.known.pin().clear();
    }
}

impl<K: Eq + Hash, V> fmt::Debug for Memory<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Memory({} rows)", self.0.known.len())
    }
}

impl<V> Known<V> {
    /// Whether a call may take it without asking.
    fn is_believed(&self, at: Moment) -> bool {
        let as_of = self.as_of(at);
        let is_fresh = within(FRESH_MICROS, as_of, at.now) && within(REREAD_MICROS, self.read_at, at.now);
        let is_being_asked = within(ASKING_MICROS, self.asked_at.load(Ordering::Relaxed), at.now);
        is_fresh || is_being_asked && within(STALE_MICROS, as_of, at.now)
    }

    /// The latest moment at which it was so.
    fn as_of(&self, at: Moment) -> i64 {
        self.read_at.max(at.confirmed_at)
    }
}

/// A look at the store, which ends when it has found something or nobody waits for it any more.
struct UnderWay<K: Eq + Hash, V> {
    id: K,
    shared: Arc<Shared<K, V>>,
    /// The changes before it.
    changes: u64,
}

impl<K: Clone + Eq + Hash, V> UnderWay<K, V> {
    fn remember(&self, fresh: &Arc<Known<V>>) {
        let mut cold = self.shared.cold.lock();
        if cold.changes != self.changes {
            return;
        }
        let known = self.shared.known.pin();
        if known.len() >= CAPACITY && !within(SWEEP_MICROS, cold.swept_at, fresh.read_at) {
            known.retain(|_, known| known.row.is_some() && within(STALE_MICROS, known.read_at, fresh.read_at));
            cold.swept_at = fresh.read_at;
        }
        if known.len() < CAPACITY {
            known.insert(self.id.clone(), Arc::clone(fresh));
        }
    }
}

impl<K: Eq + Hash, V> Drop for UnderWay<K, V> {
    fn drop(&mut self) {
        self.shared.cold.lock().looks.remove(&self.id);
    }
}

/// Whether `now` is less than `micros` behind `then`. A clock that was put back says nothing of how old a thing is.
fn within(micros: i64, then: i64, now: i64) -> bool {
    (0..micros).contains(&(now - then))
}

#[cfg(test)]
mod tests {
    use std::pin::Pin;

    use tokio::sync::oneshot::{Sender, channel};

    use super::*;

    type Rows = Memory<u8, &'static str>;
    type Read = Result<Option<&'static str>, StoreError>;
    type Call<'a> = Pin<Box<dyn Future<Output = Found<&'static str>> + 'a>>;

    fn at(now: i64, confirmed_at: i64) -> Moment {
        Moment { now, confirmed_at }
    }

    /// A call whose look ends when the sender says what was found.
    fn call(rows: &Rows, at: Moment) -> (Sender<Read>, Call<'_>) {
        let (found, read) = channel();
        (found, Box::pin(rows.find(&1, at, || async { read.await.unwrap() })))
    }

    /// What a call is told that asks the store, which answers this.
    async fn told(rows: &Rows, at: Moment, answer: Read) -> Result<Option<&'static str>, ()> {
        let found = rows.find(&1, at, || async { answer }).await;
        found.map(|row| row.map(|row| *row)).map_err(|_| ())
    }

    fn looks(rows: &Rows) -> usize {
        rows.0.cold.lock().looks.len()
    }

    #[tokio::test]
    async fn calls_at_once_share_a_look_and_what_it_finds() {
        let rows = Rows::new();
        for fails in [true, false] {
            let (found, mut first) = call(&rows, at(1, 0));
            assert!((&mut first).now_or_never().is_none());
            let mut others: Vec<_> = (0..1000).map(|_| call(&rows, at(1, 0)).1).collect();
            assert!(others.iter_mut().all(|other| other.now_or_never().is_none()));
            assert_eq!(looks(&rows), 1);
            found.send(if fails { Err(StoreError::WriterEnded) } else { Ok(None) }).unwrap();
            let found = first.await;
            for other in others {
                match (&found, other.await) {
                    (Ok(found), Ok(other)) => assert!(found.is_none() && other.is_none() && !fails),
                    (Err(found), Err(other)) => assert!(Arc::ptr_eq(found, &other) && fails),
                    different => panic!("{different:?}"),
                }
            }
            assert_eq!(looks(&rows), 0);
            assert_eq!(rows.0.known.pin().contains_key(&1), !fails);
        }
    }

    #[tokio::test]
    async fn a_look_that_nobody_waits_for_is_given_up_and_one_before_a_change_is_not_joined() {
        let rows = Rows::new();
        let ((found, mut first), (_, mut second)) = (call(&rows, at(1, 0)), call(&rows, at(1, 0)));
        assert!((&mut first).now_or_never().is_none() && (&mut second).now_or_never().is_none());
        drop(first);
        assert_eq!(looks(&rows), 1);
        drop(second);
        assert_eq!(looks(&rows), 0);
        assert!(found.is_closed());

        let (before, mut first) = call(&rows, at(1, 0));
        assert!((&mut first).now_or_never().is_none());
        rows.forget(&1);
        let (_behind, mut second) = call(&rows, at(1, 0));
        assert!((&mut second).now_or_never().is_none());
        before.send(Ok(None)).unwrap();
        assert!(first.await.unwrap().is_none());
        assert!((&mut second).now_or_never().is_none(), "it has a look of its own");
        assert!(!rows.0.known.pin().contains_key(&1), "what stood there before the change is not remembered");
    }

    #[tokio::test]
    async fn what_the_feed_confirms_is_not_asked_again_but_once_a_minute() {
        let rows = Rows::new();
        let second = 1_000_000;
        assert_eq!(told(&rows, at(0, 0), Ok(Some("first"))).await, Ok(Some("first")));
        assert_eq!(told(&rows, at(3 * second, 0), Ok(Some("other"))).await, Ok(Some("first")));
        assert_eq!(told(&rows, at(50 * second, 49 * second), Ok(Some("other"))).await, Ok(Some("first")));
        assert_eq!(told(&rows, at(61 * second, 60 * second), Ok(Some("second"))).await, Ok(Some("second")));
        assert_eq!(told(&rows, at(66 * second, 0), Ok(Some("third"))).await, Ok(Some("third")), "nobody confirms");
    }

    #[tokio::test]
    async fn a_store_that_is_gone_is_done_without_for_a_minute() {
        let rows = Rows::new();
        let second = 1_000_000;
        let gone = || Err(StoreError::WriterEnded);
        assert_eq!(told(&rows, at(0, 0), Ok(Some("row"))).await, Ok(Some("row")));
        for (now, confirmed_at, expected) in [
            (10, 0, Ok(Some("row"))),
            (59, 0, Ok(Some("row"))),
            (61, 0, Err(())),
            (61, 30, Ok(Some("row"))),
            (91, 30, Err(())),
        ] {
            let at = at(now * second, confirmed_at * second);
            assert_eq!(told(&rows, at, gone()).await, expected, "{now} {confirmed_at}");
        }
    }

    #[tokio::test]
    async fn what_need_not_be_there_is_done_without_when_the_store_is_gone() {
        let second = 1_000_000;
        for (rows, expected) in [(Rows::new(), Err(())), (Rows::of_what_need_not_be(), Ok(None))] {
            assert_eq!(told(&rows, at(0, 0), Ok(None)).await, Ok(None));
            assert_eq!(told(&rows, at(10 * second, 0), Err(StoreError::WriterEnded)).await, expected);
            assert_eq!(told(&rows, at(61 * second, 0), Err(StoreError::WriterEnded)).await, Err(()));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_store_that_is_frozen_is_waited_for_no_longer_than_a_call_can() {
        let rows = Rows::new();
        let second = 1_000_000;
        let frozen = |now| rows.find(&1, at(now, 0), std::future::pending::<Read>);
        let began = tokio::time::Instant::now();
        assert!(frozen(0).await.is_err());
        assert_eq!(began.elapsed(), PATIENCE);
        assert_eq!(told(&rows, at(0, 0), Ok(Some("row"))).await, Ok(Some("row")));
        let began = tokio::time::Instant::now();
        assert_eq!(frozen(10 * second).await.unwrap().as_deref(), Some(&"row"));
        assert_eq!(began.elapsed(), IMPATIENCE);
        assert!(frozen(61 * second).await.is_err(), "for too long nobody has said that it is still so");
        assert_eq!(looks(&rows), 0);
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
