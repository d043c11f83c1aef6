//! Takes more out of balances, for all calls that wait, and puts back what is not needed: one transaction at a time, whatever
//! the number of calls.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use money::{Lease, Nanos, Told};
use parking_lot::Mutex;
use store::StoreError;
use store::balances::{self, BalanceId, Granted, Want};
use tokio::sync::oneshot;
use tokio::time::{Instant, timeout};

use super::claims::{Claim, Claims};
use super::{Budgets, Hold, OVER_MICROS, Own, Refused, Tried, UNUSED_MICROS};
use crate::tasks::Tasks;
use crate::telemetry::events;

/// The longest that a call waits for an answer: a database that is frozen tells nobody.
const PATIENCE: Duration = Duration::from_secs(5);
/// The same once the database has failed.
const IMPATIENCE: Duration = Duration::from_secs(1);

/// What a call misses of one budget.
#[derive(Debug)]
pub(super) struct Short {
    pub(super) claim: Claim,
    pub(super) missing: Nanos,
}

/// Nobody answered.
#[derive(Clone, Copy, Debug)]
struct Unanswered;

/// What is to be asked next.
#[derive(Debug, Default)]
pub(super) struct Asks(Mutex<Queue>);

#[derive(Debug, Default)]
struct Queue {
    waiting: Vec<Ask>,
    /// Leases that calls have left in debt, or with more than they need.
    noticed: BTreeSet<BalanceId>,
    /// Leases of which nothing is left, for calls that do not come.
    unused: BTreeSet<BalanceId>,
    is_running: bool,
}

#[derive(Debug)]
struct Ask {
    claims: Claims,
    amount: Nanos,
    short: Vec<Short>,
    answer: oneshot::Sender<Result<Hold, Tried>>,
}

/// What all who wait want of one balance.
struct Wanted {
    cap: Nanos,
    least: Nanos,
    needed: Nanos,
}

impl Queue {
    fn is_empty(&self) -> bool {
        self.waiting.is_empty() && self.noticed.is_empty() && self.unused.is_empty()
    }
}

impl Asks {
    /// Notices a lease that needs to be looked at. `leases` are locked meanwhile, so it only takes a note.
    pub(super) fn notice(&self, balance: &BalanceId) {
        self.0.lock().noticed.insert(balance.clone());
    }

    #[cfg(test)]
    pub(super) fn is_running(&self) -> bool {
        self.0.lock().is_running
    }

    /// Notices a lease that is to be ended.
    pub(super) fn notice_unused(&self, balance: &BalanceId) {
        self.0.lock().unused.insert(balance.clone());
    }
}

impl Budgets {
    /// Has more taken out, and holds the amount then.
    pub(super) async fn ask(
        self: &Arc<Self>,
        claims: &Claims,
        amount: Nanos,
        short: Vec<Short>,
    ) -> Result<Hold, Tried> {
        let (answer, mut answered) = oneshot::channel();
        self.asks.0.lock().waiting.push(Ask { claims: claims.clone(), amount, short, answer });
        self.wake();
        let patience = if self.is_failing.load(Ordering::Relaxed) { IMPATIENCE } else { PATIENCE };
        let answered = match timeout(patience, &mut answered).await {
            Ok(answered) => answered.ok(),
            Err(_late) => {
                // an answer that came in this moment holds something; a later one finds nobody
                answered.close();
                answered.try_recv().ok()
            }
        };
        answered.unwrap_or_else(|| self.hold_unheard(claims, amount))
    }

    /// Nobody can say what is left: only budgets that are soft go on.
    fn hold_unheard(&self, claims: &Claims, amount: Nanos) -> Result<Hold, Tried> {
        if claims.iter().any(|claim| !claim.is_soft) {
            return Err(Tried::Refused(Refused::Unknown));
        }
        self.try_hold(claims, amount, Some(false))
    }

    /// Sees to it that what is to be asked is asked.
    pub(super) fn wake(self: &Arc<Self>) {
        let mut queue = self.asks.0.lock();
        if queue.is_running || queue.is_empty() {
            return;
        }
        queue.is_running = true;
        // not among the tasks that a shutdown waits for
        Tasks::default().spawn("budgets", Arc::clone(self).ask_on());
    }

    /// Rounds, until nobody wants anything.
    async fn ask_on(self: Arc<Self>) {
        loop {
            let Queue { waiting, noticed, unused, .. } = {
                let mut queue = self.asks.0.lock();
                if queue.is_empty() {
                    queue.is_running = false;
                    return;
                }
                std::mem::replace(&mut *queue, Queue { is_running: true, ..Queue::default() })
            };
            let asked = self.round(&waiting, noticed.into_iter()).await;
            for Ask { claims, amount, answer, .. } in waiting {
                // here and not by who asked: in between, what was taken out could be put back again
                let held = match asked {
                    Ok(()) => self.try_hold(&claims, amount, Some(true)),
                    Err(Unanswered) => self.hold_unheard(&claims, amount),
                };
                if let Err(Ok(hold)) = answer.send(held) {
                    // whoever asked has left
                    self.release(hold);
                }
            }
            self.end_unused(unused).await;
        }
    }

    /// Ends leases in the database, and only then forgets them: what was used of one must not be free again when somebody comes.
    async fn end_unused(&self, mut unused: BTreeSet<BalanceId>) {
        let now = self.clock.now();
        let own = {
            let leases = self.leases.lock();
            unused.retain(|balance| leases.by_balance.get(balance).is_some_and(|lease| is_done(balance, lease, now)));
            leases.own()
        };
        if unused.is_empty() {
            return;
        }
        match balances::end_leases(&self.db, own.sign(), &unused).await {
            Ok(beat) => {
                let mut leases = self.leases.lock();
                leases.note_beat(&own, beat);
                if leases.instance == own.name {
                    leases.by_balance.retain(|balance, _| !unused.contains(balance));
                }
            }
            Err(error @ (StoreError::Fenced | StoreError::WentBack)) => self.begin_anew(&own.name, &error).await,
            Err(error) => self.note_failure(&error),
        }
    }

    async fn round(
        self: &Arc<Self>,
        waiting: &[Ask],
        noticed: impl Iterator<Item = BalanceId>,
    ) -> Result<(), Unanswered> {
        let mut wanted = BTreeMap::<BalanceId, Option<Wanted>>::new();
        wanted.extend(noticed.map(|balance| (balance, None)));
        for Short { claim, missing } in waiting.iter().flat_map(|ask| &ask.short) {
            let all = wanted.entry(claim.balance.clone()).or_default();
            let all = all.get_or_insert(Wanted { cap: claim.cap, least: *missing, needed: Nanos::ZERO });
            all.cap = claim.cap;
            all.least = all.least.min(*missing);
            all.needed = all.needed.saturating_add(*missing);
        }
        self.begun().await;
        let (own, wants) = self.prepare(wanted);
        if wants.is_empty() {
            return Ok(());
        }
        match balances::take(&self.db, own.sign(), &wants, self.clock.now()).await {
            Ok((beat, granted)) => {
                events::budgets_asked("answered");
                self.note_granted(&own, beat, &wants, &granted);
                self.note_success();
                Ok(())
            }
            // under the new name they ask again
            Err(error @ (StoreError::Fenced | StoreError::WentBack)) => {
                events::budgets_asked("fenced");
                self.note_ungranted(&wants, false);
                self.begin_anew(&own.name, &error).await;
                Ok(())
            }
            Err(error) => {
                events::budgets_asked("unanswered");
                self.note_ungranted(&wants, matches!(error, StoreError::Unconfirmed { .. }));
                self.note_failure(&error);
                Err(Unanswered)
            }
        }
    }

    /// What to say to the database. What is to be put back is held meanwhile, so that no call takes it.
    fn prepare(&self, wanted: BTreeMap<BalanceId, Option<Wanted>>) -> (Own, Vec<Want>) {
        let now = self.clock.now();
        let mut leases = self.leases.lock();
        let (is_shared, part) = (leases.alive_until.is_some(), leases.instances.saturating_mul(2));
        let mut wants = Vec::with_capacity(wanted.len());
        for (balance, wanted) in wanted {
            let lease = leases.by_balance.entry(balance.clone()).or_insert_with(|| Lease::new(now));
            let Some(want) = want(balance, lease, wanted.as_ref(), is_shared, now) else { continue };
            if want.settled < Nanos::ZERO {
                lease.hold(Nanos::ZERO.saturating_sub(want.settled));
            }
            wants.push(Want { part: if is_shared { part } else { 1 }, ..want });
        }
        (leases.own(), wants)
    }

    fn note_granted(&self, own: &Own, beat: i64, wants: &[Want], granted: &[Granted]) {
        let mut leases = self.leases.lock();
        if leases.instance != own.name {
            // it was begun anew meanwhile: what was granted is the former's
            return;
        }
        leases.note_beat(own, beat);
        if leases.alive_until.is_some() {
            leases.alive_until = Some(Instant::now() + self.given_up_after / 2);
        }
        for (want, granted) in wants.iter().zip(granted) {
            let Some(lease) = leases.by_balance.get_mut(&want.balance) else { continue };
            lease.release(put_back(want));
            lease.grant(
                granted.lease.saturating_sub(granted.amount),
                granted.lease,
                Told { cap: want.cap, spent: granted.spent, left: granted.left, used: granted.used },
            );
        }
    }

    /// Where it may have happened all the same, what was to be put back is not spent any more. The next answer tells what the lease
    /// has.
    fn note_ungranted(&self, wants: &[Want], may_have_happened: bool) {
        let mut leases = self.leases.lock();
        for want in wants {
            let Some(lease) = leases.by_balance.get_mut(&want.balance) else { continue };
            lease.release(put_back(want));
            if may_have_happened {
                lease.lose(put_back(want));
            }
        }
    }
}

/// Whether a lease has nothing left, no call that could use it, and nothing that the ledger does not know yet.
pub(super) fn is_done(balance: &BalanceId, lease: &Lease, now: i64) -> bool {
    let is_over = balance.ends_at.saturating_add(OVER_MICROS) < now && lease.is_idle();
    lease.free() == Nanos::ZERO && (is_over || lease.is_unused_for(UNUSED_MICROS, now) && lease.is_posted())
}

fn put_back(want: &Want) -> Nanos {
    Nanos::ZERO.saturating_sub(want.settled).max(Nanos::ZERO)
}

/// What to ask for a lease; none if there is nothing to ask.
fn want(balance: BalanceId, lease: &Lease, wanted: Option<&Wanted>, is_shared: bool, now: i64) -> Option<Want> {
    let (free, told) = (lease.free(), lease.told());
    let is_surplus = is_shared || lease.is_unused_for(UNUSED_MICROS, now);
    let surplus = if is_surplus { lease.surplus(now) } else { Nanos::ZERO };
    let Some(&Wanted { cap, least, needed }) = wanted else {
        // what calls cost above their holds, or what others need more
        let settled =
            if free < Nanos::ZERO { Nanos::ZERO.saturating_sub(free) } else { Nanos::ZERO.saturating_sub(surplus) };
        let want = Want {
            balance,
            cap: told.cap,
            settled,
            least: Nanos::ZERO,
            needed: Nanos::ZERO,
            likely: Nanos::ZERO,
            part: 1,
        };
        return (settled != Nanos::ZERO || !lease.is_posted()).then_some(want);
    };
    let is_lowered = cap < told.cap && free > Nanos::ZERO;
    let settled = if is_lowered || free < Nanos::ZERO { Nanos::ZERO.saturating_sub(free) } else { Nanos::ZERO };
    // what is put back is asked for again, under the cap that holds now; a debt is paid beside what is missing
    let again = if is_lowered { free } else { free.min(Nanos::ZERO) };
    let likely = if is_shared {
        let burn = lease.burn(now);
        burn.saturating_add(burn).max(needed.saturating_add(needed))
    } else {
        Nanos::MAX
    };
    Some(Want {
        balance,
        cap,
        settled,
        least: least.saturating_add(again),
        needed: needed.saturating_add(again),
        likely,
        part: 1,
    })
}
