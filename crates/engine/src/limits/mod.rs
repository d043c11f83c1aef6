//! Limits of calls and tokens in a time, and of calls at once.
//!
//! A call has a list of lines, one a limit that holds for it (`stated` makes it). All are looked at before anything is taken of one, under
//! the locks of their accounts. Tokens are taken by an estimate; when the call has ended, `Taken` gives back what was not used, or
//! owes the rest. What is counted how stands in `window`.
//!
//! Where several instances share limits over Redis, each takes from slices that Redis has lent it (`lent`), and asks there
//! (`remote`) when a slice is used up, or for each call where a limit is small. Without Redis, and while it does not answer, each
//! holds its part of a limit: the limit by the number of instances, one at least.

mod gauge;
mod learned;
mod lent;
mod line;
mod refused;
mod remote;
mod rule;
mod settings;
pub(crate) mod stated;
mod taken;
mod told;
mod window;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use parking_lot::Mutex;
use store::Redis;

use self::gauge::Gauge;
use self::learned::Lengths;
pub(crate) use self::line::{Line, Needs};
pub(crate) use self::refused::{Refused, utc};
use self::remote::Remote;
pub(crate) use self::rule::{Kind, Measure};
pub use self::settings::{Capacity, LimitSettings, Priorities, TokensCounted, UsualOfKey};
pub(crate) use self::taken::Taken;
pub(crate) use self::told::{Headers, headers};
pub use self::window::Span;
use crate::budgets::Instances;
use crate::clock::Clock;

/// Accounts and models remembered; with more, those are forgotten of which nothing counts any more.
const CAPACITY: usize = 100_000;
/// A full memory is swept this often at most.
const SWEEP_MICROS: i64 = 1_000_000;

/// All limits of a gateway, as this instance knows them.
#[derive(Debug)]
pub struct Limits {
    gauges: papaya::HashMap<String, Arc<Gauge>>,
    lengths: papaya::HashMap<String, Arc<Mutex<Lengths>>>,
    swept_at: AtomicI64,
    /// How many instances share the limits.
    instances: Instances,
    remote: Option<Arc<Remote>>,
}

impl Limits {
    /// `instances` is how many share the limits. `name` is this one's, of which there must be no other.
    pub fn new(redis: Option<Redis>, instances: Instances, name: String, clock: &Clock) -> Self {
        let remote = redis.map(|redis| Arc::new(Remote::new(redis, name, clock)));
        let (gauges, lengths) = (papaya::HashMap::new(), papaya::HashMap::new());
        Self { gauges, lengths, swept_at: AtomicI64::new(0), instances, remote }
    }

    /// Takes all that `lines` need, or nothing.
    pub(crate) async fn admit(
        &self,
        mut lines: Vec<Line>,
        needs: &Needs,
        fail_closed: bool,
        now: i64,
    ) -> Result<Taken, Refused> {
        lines.sort_by_key(Line::place);
        let Some(remote) = self.remote.as_ref().filter(|remote| remote.is_up() && lines.iter().any(Line::is_shared))
        else {
            let is_deaf = self.remote.is_some() && lines.iter().any(Line::is_shared);
            return self.admit_here(lines, needs, fail_closed && is_deaf, now);
        };
        let short = line::draw(&mut lines, needs, self.instances(), now)?;
        if short.is_empty() {
            return Ok(self.taken(lines));
        }
        match remote.ask(&mut lines, &short, self.instances(), now).await {
            Ok(Ok(())) => Ok(self.taken(lines)),
            Ok(Err(refused)) => {
                line::undo(&mut lines, now);
                Err(refused)
            }
            Err(_gone) => {
                line::undo(&mut lines, now);
                self.admit_here(lines, needs, fail_closed, now)
            }
        }
    }

    /// The same without Redis: of each limit this instance's part is there.
    fn admit_here(&self, mut lines: Vec<Line>, needs: &Needs, is_closed: bool, now: i64) -> Result<Taken, Refused> {
        if is_closed {
            return Err(Refused::Unknown);
        }
        line::take_here(&mut lines, needs, self.instances(), now)?;
        Ok(self.taken(lines))
    }

    /// The same at once: for limits that every instance counts for itself.
    pub(crate) fn admit_local(&self, mut lines: Vec<Line>, needs: &Needs, now: i64) -> Result<Taken, Refused> {
        lines.sort_by_key(Line::place);
        self.admit_here(lines, needs, false, now)
    }

    fn taken(&self, lines: Vec<Line>) -> Taken {
        if let Some(remote) = &self.remote {
            remote.list(&lines);
        }
        Taken::new(lines, self.remote.clone())
    }

    /// How many instances share the limits; more than none.
    fn instances(&self) -> u64 {
        u64::from(self.instances.number())
    }

    /// What is counted of the account of that name.
    fn gauge(&self, name: &str, now: i64) -> Arc<Gauge> {
        let known = self.gauges.pin();
        if let Some(gauge) = known.get(name) {
            return Arc::clone(gauge);
        }
        if known.len() >= CAPACITY && now - self.swept_at.load(Ordering::Relaxed) >= SWEEP_MICROS {
            self.swept_at.store(now, Ordering::Relaxed);
            known.retain(|_, gauge| Arc::strong_count(gauge) > 1 || !gauge.is_idle(now));
        }
        let new = || Arc::new(Gauge::new(name.to_owned()));
        Arc::clone(known.get_or_insert_with(name.to_owned(), new))
    }

    /// What answers to `key` at `model` usually are long. `None` while little is known.
    pub(crate) fn usual_length(&self, key: &str, model: &str) -> Option<u64> {
        let name = format!("{key}\n{model}");
        self.lengths.pin().get(&name).and_then(|lengths| lengths.lock().usual())
    }

    /// An answer of so many tokens.
    pub(crate) fn learn(&self, key: &str, model: &str, tokens: u64) {
        let (name, lengths) = (format!("{key}\n{model}"), self.lengths.pin());
        if lengths.len() >= CAPACITY && !lengths.contains_key(&name) {
            // whom it is forgotten of is learned anew
            lengths.clear();
        }
        lengths.get_or_insert_with(name, Arc::default).lock().add(tokens);
    }

    /// One step of what is done with Redis beside calls: slices are filled up or given back, places are renewed. Nothing without Redis.
    pub async fn sync(&self, now: i64) {
        if let Some(remote) = &self.remote {
            remote.sync(self.instances(), now).await;
        }
    }

    /// Keeps in step with Redis for as long as the gateway runs.
    pub async fn follow(self: Arc<Self>, clock: Clock) {
        let Some(remote) = &self.remote else { return };
        loop {
            remote.pause().await;
            self.sync(clock.steady()).await;
        }
    }
}

#[cfg(test)]
mod tests;
