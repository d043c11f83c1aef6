//! What each budget still allows: leases that this instance has taken out of balances, and what calls under way hold of them.
//!
//! A call holds its worst case of all its budgets at once or of none (`Budgets::try_hold`). Where a lease has too little, more is
//! taken out by the broker (`broker.rs`), which speaks for all calls that wait; where nothing is left, the call is refused with figures.

pub(crate) mod broker;
pub mod claims;
mod instance;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use money::{Lease, Nanos};
use parking_lot::Mutex;
use store::balances::{BalanceId, Charges, Sign};
use store::{Db, LedgerPoster};
use tokio::time::Instant;

use self::broker::{Asks, Short};
use self::claims::{Claim, Claims, Windows};
pub use self::instance::Instances;
use crate::clock::Clock;
use crate::engine::Instance;

/// Leases by balance. Shared by calls, the broker and the tasks that look after them.
#[derive(Debug)]
pub struct Budgets {
    db: Db,
    clock: Clock,
    ledger: LedgerPoster,
    keeps_intents: bool,
    /// Whoever has shown no sign of life for so long is given up; half as long leases are good without a word from the database.
    given_up_after: Duration,
    pub windows: Windows,
    /// How many instances share the database.
    pub instances: Instances,
    /// Whether the database did not answer when it was last asked.
    is_failing: AtomicBool,
    leases: Mutex<Leases>,
    /// Held while this instance begins anew.
    beginning: tokio::sync::Mutex<()>,
    asks: Asks,
}

#[derive(Debug)]
struct Leases {
    by_balance: HashMap<BalanceId, Lease>,
    /// Whose they are; each start, and each return from the dead, has a name of its own.
    instance: Arc<str>,
    /// The highest beat under that name that the database has committed.
    beat: i64,
    /// Names under which something may still be under way, after this instance had to begin anew.
    former: Vec<Arc<str>>,
    /// Until when they are good; none: nobody else can take this instance for dead.
    alive_until: Option<Instant>,
    /// How many instances there are.
    instances: i64,
}

/// What a call holds of its budgets. It ends in [`Budgets::settle`] or [`Budgets::release`]; dropped instead, it stays held,
/// since an error must block rather than give away.
#[must_use = "a hold that is neither settled nor released stays held"]
#[derive(Debug, Default)]
pub struct Hold {
    amount: Nanos,
    /// What is held of each balance.
    parts: Vec<Nanos>,
    charges: Charges,
    instance: Option<Arc<str>>,
}

/// Why a budget refuses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exceeded {
    pub balance: BalanceId,
    pub cap: Nanos,
    /// What was spent in the window.
    pub spent: Nanos,
    /// What calls under way hold, as far as anybody here knows.
    pub held: Nanos,
    /// What the refused call would hold.
    pub asked: Nanos,
    /// What it could hold instead.
    pub left: Nanos,
}

/// Why a call holds nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    Exceeded(Box<Exceeded>),
    /// Nobody can say what is left.
    Unknown,
}

/// A lease that nobody used for so long goes back whole, and is forgotten: the balance is counted again when somebody comes, as
/// there may have been no cap in the meantime.
const UNUSED_MICROS: i64 = 60_000_000;
/// For so long a window that is over is remembered: calls that began in it may still run.
const OVER_MICROS: i64 = 3_600_000_000;
/// So often more is taken out for one call; others are quicker each time only where there is hardly anything left.
const TRIES: u32 = 8;

impl Budgets {
    /// Nothing is leased yet. Others that share the database may take this instance for dead, so it must show that it is alive.
    pub(crate) fn new(db: Db, ledger: LedgerPoster, clock: Clock, instance: &Instance) -> Self {
        let leases = Leases {
            by_balance: HashMap::new(),
            instance: instance.name.as_str().into(),
            beat: 0,
            former: Vec::new(),
            alive_until: db.is_shared().then(|| Instant::now() + instance.given_up_after / 2),
            instances: 1,
        };
        Self {
            db,
            clock,
            ledger,
            keeps_intents: instance.keeps_intents,
            given_up_after: instance.given_up_after,
            windows: Windows::default(),
            instances: Instances::default(),
            is_failing: AtomicBool::new(false),
            leases: Mutex::new(leases),
            beginning: tokio::sync::Mutex::default(),
            asks: Asks::default(),
        }
    }

    /// Holds `amount` of all budgets, or of none.
    pub async fn hold(self: &Arc<Self>, claims: &Claims, amount: Nanos) -> Result<Hold, Refused> {
        if claims.is_empty() {
            return Ok(Hold::default());
        }
        let amount = amount.max(Nanos::ZERO);
        let mut tried = self.try_hold(claims, amount, None);
        for _ in 0..TRIES {
            let short = match tried {
                Ok(hold) => return Ok(hold),
                Err(Tried::Short(short)) => short,
                Err(Tried::Refused(refused)) => return Err(refused),
            };
            tried = self.ask(claims, amount, short).await;
        }
        Err(Refused::Unknown)
    }

    /// The same with what is leased. `asked`: more was just asked for, and whether somebody answered.
    fn try_hold(&self, claims: &Claims, amount: Nanos, asked: Option<bool>) -> Result<Hold, Tried> {
        let mut leases = self.leases.lock();
        let is_alive = leases.alive_until.is_none_or(|until| Instant::now() < until);
        let mut parts = Vec::with_capacity(claims.len());
        let mut short = Vec::new();
        for claim in &**claims {
            match leases.part(claim, amount, asked, is_alive) {
                Part::Holds(part) => parts.push(part),
                Part::Short(missing) => short.push(Short { claim: claim.clone(), missing }),
                Part::Refused(refused) => return Err(Tried::Refused(refused)),
            }
        }
        if !short.is_empty() {
            return Err(Tried::Short(short));
        }
        let charges = claims.charges();
        for (balance, part) in charges.iter().zip(&parts) {
            if let Some(lease) = leases.by_balance.get_mut(balance) {
                lease.hold(*part);
            }
        }
        let instance = (!parts.is_empty()).then(|| Arc::clone(&leases.instance));
        Ok(Hold { amount, parts, charges, instance })
    }

    /// Holds nothing, and charges what the call will cost all the same.
    pub(crate) fn charge(&self, claims: &Claims) -> Hold {
        let leases = self.leases.lock();
        Hold {
            amount: Nanos::MAX,
            parts: vec![Nanos::ZERO; claims.len()],
            charges: claims.charges(),
            instance: Some(Arc::clone(&leases.instance)),
        }
    }

    /// Ends a hold with what the call cost; returns how far that was above the hold.
    #[expect(clippy::needless_pass_by_value, reason = "a hold ends once: it is consumed")]
    pub fn settle(self: &Arc<Self>, hold: Hold, cost: Nanos) -> Nanos {
        let cost = cost.max(Nanos::ZERO);
        let now = self.clock.now();
        self.end(&hold, |lease, part| lease.settle(part, cost, now));
        if hold.parts.is_empty() { Nanos::ZERO } else { cost.saturating_sub(hold.amount).max(Nanos::ZERO) }
    }

    /// Ends a hold of a call that was never made.
    #[expect(clippy::needless_pass_by_value, reason = "a hold ends once: it is consumed")]
    pub fn release(self: &Arc<Self>, hold: Hold) {
        self.end(&hold, Lease::release);
    }

    fn end(self: &Arc<Self>, hold: &Hold, end: impl Fn(&mut Lease, Nanos)) {
        if hold.parts.is_empty() {
            return;
        }
        let now = self.clock.now();
        let mut is_to_be_told = false;
        {
            let mut leases = self.leases.lock();
            let is_own = hold.instance.as_ref() == Some(&leases.instance);
            let is_shared = leases.alive_until.is_some();
            for (balance, part) in hold.charges.iter().zip(&hold.parts) {
                let Some(lease) = leases.by_balance.get_mut(balance).filter(|_| is_own) else { continue };
                end(lease, *part);
                // a debt is paid at once; what others may be refused for is put back at once
                if lease.free() < Nanos::ZERO || is_shared && lease.surplus(now) > lease.told().left {
                    self.asks.notice(balance);
                    is_to_be_told = true;
                }
            }
        }
        if is_to_be_told {
            self.wake();
        }
    }

    /// What calls under way hold here of a balance.
    pub fn held(&self, balance: &BalanceId) -> Nanos {
        self.leases.lock().by_balance.get(balance).map_or(Nanos::ZERO, Lease::held)
    }

    /// Whether this instance has, or believes that it has, something of a balance.
    pub fn knows(&self, balance: &BalanceId) -> bool {
        self.leases.lock().by_balance.contains_key(balance)
    }

    /// All names under which something may be taken out.
    pub(crate) fn names(&self) -> Vec<Arc<str>> {
        let leases = self.leases.lock();
        leases.former.iter().chain([&leases.instance]).map(Arc::clone).collect()
    }

    /// The instance under whose name something is taken out now.
    pub fn instance(&self) -> Arc<str> {
        Arc::clone(&self.leases.lock().instance)
    }
}

/// What a try ends with where it does not hold.
#[derive(Debug)]
enum Tried {
    Short(Vec<Short>),
    Refused(Refused),
}

/// What one budget says to an amount.
enum Part {
    Holds(Nanos),
    Short(Nanos),
    Refused(Refused),
}

/// This instance, as it shows that it is alive.
struct Own {
    name: Arc<str>,
    told: i64,
}

impl Own {
    fn sign(&self) -> Sign<'_> {
        Sign { instance: &self.name, told: self.told }
    }
}

impl Leases {
    fn own(&self) -> Own {
        Own { name: Arc::clone(&self.instance), told: self.beat }
    }

    /// The database has committed this beat.
    fn note_beat(&mut self, own: &Own, beat: i64) {
        if self.instance == own.name {
            self.beat = self.beat.max(beat);
        }
    }

    fn part(&self, claim: &Claim, amount: Nanos, asked: Option<bool>, is_alive: bool) -> Part {
        if !claim.limits() {
            return Part::Holds(Nanos::ZERO);
        }
        let Some(lease) = self.by_balance.get(&claim.balance) else {
            return match asked {
                // nobody can say: what is soft goes on, and is charged all the same
                Some(false) if claim.is_soft => Part::Holds(Nanos::ZERO),
                _ => Part::Short(amount),
            };
        };
        let told = lease.told();
        let free = lease.free();
        // of a cap that was lowered meanwhile nothing may be spent before the balance was asked
        let is_current = told.cap == claim.cap || (told.cap < claim.cap && free >= amount);
        if !is_current && asked.is_none() || !is_alive && asked != Some(false) {
            return Part::Short(amount.saturating_sub(free).max(Nanos::ZERO));
        }
        let is_used_up = lease.spent() >= claim.cap;
        if !is_used_up && free >= amount && is_alive {
            return Part::Holds(amount);
        }
        if claim.is_soft && asked.is_some() && (!is_used_up || asked == Some(false)) {
            return Part::Holds(free.min(amount).max(Nanos::ZERO));
        }
        let missing = amount.saturating_sub(free);
        if asked.is_none() || (!is_used_up && told.left >= missing) {
            return Part::Short(missing.max(Nanos::ZERO));
        }
        let left = free.max(Nanos::ZERO).saturating_add(told.left);
        Part::Refused(Refused::Exceeded(Box::new(Exceeded {
            balance: claim.balance.clone(),
            cap: claim.cap,
            spent: lease.spent(),
            held: claim.cap.saturating_sub(lease.spent()).saturating_sub(left).max(Nanos::ZERO),
            asked: amount,
            left: if is_used_up { Nanos::ZERO } else { left },
        })))
    }
}

impl Hold {
    /// The balances that are charged, and the instance whose leases that uses.
    pub fn charged(&self) -> (Charges, Option<Arc<str>>) {
        (self.charges.clone(), self.instance.clone())
    }
}
