//! Showing the others that this instance is alive, and giving up those that are not.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use money::Nanos;
use store::balances::{self, BalanceId, Instance};
use store::journal::Intent;
use store::{StoreError, ledger};
use tokio::time::{Instant, sleep};

use super::broker::is_done;
use super::{Budgets, Own, UNUSED_MICROS};
use crate::telemetry::events;

/// Between looks at leases.
const TICK: Duration = Duration::from_secs(1);
/// So many signs of life are due until an instance is given up.
const BEATS: u32 = 24;
/// So long after a balance was first seen here it is counted again: calls that began before everybody knew of it are in the
/// ledger then.
const COUNTED_AGAIN: [Duration; 2] = [Duration::from_secs(10), Duration::from_secs(75)];

/// How many instances share the database, this one included.
#[derive(Clone, Debug)]
pub struct Instances(Arc<AtomicU32>);

impl Default for Instances {
    fn default() -> Self {
        Self(Arc::new(AtomicU32::new(1)))
    }
}

impl Instances {
    #[cfg(test)]
    pub(crate) fn of(number: u32) -> Self {
        Self(Arc::new(AtomicU32::new(number)))
    }

    /// At least one.
    pub fn number(&self) -> u32 {
        self.0.load(Ordering::Relaxed).max(1)
    }
}

/// The beats of the others, and since when they have been these.
#[derive(Default)]
struct Seen {
    beats: HashMap<String, (i64, Instant)>,
    looked_at: Option<Instant>,
}

impl Budgets {
    /// Looks after leases for as long as the gateway runs.
    pub(crate) async fn look_after(self: Arc<Self>) {
        let is_shared = self.leases.lock().alive_until.is_some();
        let mut seen = Seen::default();
        let mut counted = HashMap::<BalanceId, (Instant, usize)>::new();
        let mut beaten_at = None;
        loop {
            if is_shared && beaten_at.is_none_or(|at: Instant| at.elapsed() >= self.given_up_after / BEATS) {
                beaten_at = Some(Instant::now());
                self.live_on(&mut seen).await;
                self.ledger.check();
            }
            self.tend();
            self.count_again(&mut counted).await;
            self.wake();
            sleep(TICK).await;
        }
    }

    async fn live_on(&self, seen: &mut Seen) {
        let own = self.begun().await;
        let alive_until = Instant::now() + self.given_up_after / 2;
        match balances::beat(&self.db, own.sign()).await {
            Ok(beat) => {
                let mut leases = self.leases.lock();
                leases.note_beat(&own, beat);
                leases.alive_until = Some(alive_until);
                drop(leases);
                self.note_success();
            }
            Err(error @ (StoreError::Fenced | StoreError::WentBack)) => {
                return self.begin_anew(&own.name, &error).await;
            }
            Err(error) => return self.note_failure(&error),
        }
        self.bury_former().await;
        match balances::instances(&self.db).await {
            Ok(all) => self.watch(all, seen).await,
            Err(error) => self.note_failure(&error),
        }
        if let Err(error) = self.adopt_orphans().await {
            self.note_failure(&error);
        }
    }

    /// Whoever gave an instance up may have died before it had posted what that one left.
    async fn adopt_orphans(&self) -> Result<(), StoreError> {
        for orphan in store::intents::orphans(&self.db).await? {
            self.inherit(&orphan).await?;
        }
        Ok(())
    }

    async fn watch(&self, all: Vec<Instance>, seen: &mut Seen) {
        let number = u32::try_from(all.len()).unwrap_or(u32::MAX).max(1);
        self.instances.0.store(number, Ordering::Relaxed);
        self.leases.lock().instances = i64::from(number);
        // while nobody could look, nobody could be seen
        if seen.looked_at.replace(Instant::now()).is_none_or(|at| at.elapsed() >= self.given_up_after / 2) {
            seen.beats.clear();
        }
        seen.beats.retain(|id, _| all.iter().any(|one| one.instance_id == *id));
        for one in all {
            let (beat, since) = seen.beats.entry(one.instance_id.clone()).or_insert((one.beat, Instant::now()));
            if *beat != one.beat {
                (*beat, *since) = (one.beat, Instant::now());
            } else if since.elapsed() >= self.given_up_after {
                self.give_up(&one).await;
            }
        }
    }

    async fn give_up(&self, dead: &Instance) {
        let leases = match balances::write_off(&self.db, dead).await {
            Ok(Some(leases)) => leases,
            Ok(None) => return,
            Err(error) => return self.note_failure(&error),
        };
        events::instance_given_up();
        tracing::error!(
            instance = dead.instance_id,
            leases,
            "an instance shows no sign of life: what it had taken out of budgets counts as spent until it comes back with its data folder"
        );
        if dead.keeps_intents
            && let Err(error) = self.inherit(&dead.instance_id).await
        {
            self.note_failure(&error);
        }
    }

    /// Whatever an instance that is no more had dispatched stands in the database: it is posted at its upper bound, and the rest
    /// of its leases goes back.
    async fn inherit(&self, dead: &str) -> Result<(), StoreError> {
        let intents = store::intents::of(&self.db, dead).await?;
        let rows: Vec<_> = intents.into_iter().map(Intent::into_unknown).collect();
        let posted = ledger::insert_batch(&self.db, &rows).await?;
        balances::close_inherited(&self.db, dead).await?;
        tracing::warn!(
            instance = dead,
            rows = posted.inserted,
            "what it had dispatched last is in the ledger, at its upper bound"
        );
        Ok(())
    }

    /// The others have given this instance up, or the database does not know any more what it granted: it goes on under another
    /// name. What it had taken out stays so, as far as the database knows of it, until all that it had under way is in the ledger.
    pub(super) async fn begin_anew(&self, former: &Arc<str>, why: &StoreError) {
        let _turn = self.beginning.lock().await;
        let (base, times) = former.split_once('/').unwrap_or((former, "1"));
        let times: u32 = times.parse().unwrap_or(1);
        let next: Arc<str> = format!("{base}/{}", times.saturating_add(1)).into();
        {
            let mut leases = self.leases.lock();
            if leases.instance != *former {
                return;
            }
            leases.by_balance.clear();
            leases.instance = Arc::clone(&next);
            leases.beat = 0;
            leases.former.push(Arc::clone(former));
            leases.alive_until = Some(Instant::now());
        }
        let is_forgotten = matches!(why, StoreError::WentBack);
        if is_forgotten {
            tracing::error!(instance = %former, "the database has forgotten what this instance had taken out of budgets: it begins anew");
        } else {
            tracing::error!(instance = %former, "the other instances have given this one up: it begins anew");
        }
        // what was spent is to be known before more is taken out; the row of an instance may be gone for the same reason
        if self.ledger.post_again().await.is_ok() && is_forgotten {
            // a writer that has ended is one of a process that ends
            self.ledger.flushed().await.ok();
        }
        match balances::register(&self.db, &next, self.keeps_intents, self.clock.now()).await {
            Ok(()) | Err(StoreError::Conflict) => {}
            Err(error) => self.note_failure(&error),
        }
    }

    /// This instance under a name that the database knows, unless it has never heard of it.
    pub(super) async fn begun(&self) -> Own {
        let _turn = self.beginning.lock().await;
        self.leases.lock().own()
    }

    /// Gives back what former names had taken out, once nothing of theirs is under way: each hold and each row has a share in
    /// the name.
    async fn bury_former(&self) {
        let former: Vec<_> = {
            let mut leases = self.leases.lock();
            let (done, open) = leases.former.drain(..).partition(|name| Arc::strong_count(name) == 1);
            leases.former = open;
            done
        };
        for name in former {
            if let Err(error) = balances::close(&self.db, &name).await {
                self.note_failure(&error);
                self.leases.lock().former.push(name);
            }
        }
    }

    /// Notices leases that nobody uses, and those whose window is over.
    pub(super) fn tend(&self) {
        let now = self.clock.now();
        let mut leases = self.leases.lock();
        let is_shared = leases.alive_until.is_some();
        for (balance, lease) in &mut leases.by_balance {
            let is_unused = lease.is_unused_for(UNUSED_MICROS, now);
            // what cannot be put back is better spent
            let gives_back = (is_shared || is_unused) && !self.is_failing.load(Ordering::Relaxed);
            if gives_back && lease.surplus(now) > Nanos::ZERO || lease.free() < Nanos::ZERO {
                self.asks.notice(balance);
            } else if is_done(balance, lease, now) {
                self.asks.notice_unused(balance);
            } else if is_unused && !lease.is_posted() {
                // what the ledger has of it is asked once in a while
                lease.touch(now);
                self.asks.notice(balance);
            }
        }
    }

    async fn count_again(&self, counted: &mut HashMap<BalanceId, (Instant, usize)>) {
        let known: Vec<_> = {
            let leases = self.leases.lock();
            counted.retain(|balance, _| leases.by_balance.contains_key(balance));
            leases.by_balance.keys().cloned().collect()
        };
        for balance in known {
            let (since, times) = counted.entry(balance.clone()).or_insert((Instant::now(), 0));
            if COUNTED_AGAIN.get(*times).is_none_or(|after| since.elapsed() < *after) {
                continue;
            }
            match balances::recount(&self.db, &balance, self.clock.now()).await {
                Ok(0) => *times += 1,
                Ok(off) => {
                    *times += 1;
                    tracing::info!(balance.of = %balance.account, off, "calls that began before their budget was known are charged to it");
                    self.distrust(&balance);
                }
                Err(error) => return self.note_failure(&error),
            }
        }
    }

    /// Less is left than was believed: the next call asks again.
    fn distrust(&self, balance: &BalanceId) {
        if let Some(lease) = self.leases.lock().by_balance.get_mut(balance) {
            lease.distrust();
        }
    }

    pub(super) fn note_success(&self) {
        if self.is_failing.swap(false, Ordering::Relaxed) {
            tracing::info!("budgets can be asked again");
        }
    }

    /// One line when it begins, not one a try.
    pub(super) fn note_failure(&self, error: &StoreError) {
        let was = self.is_failing.swap(true, Ordering::Relaxed);
        if !was {
            let cause = std::error::Error::source(error).map(ToString::to_string);
            tracing::error!(%error, cause, "budgets cannot be asked: calls go on with what was taken out before, for a minute at most");
        }
    }
}
