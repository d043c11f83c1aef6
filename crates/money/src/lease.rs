//! What one instance has taken out of a balance to spend, and what of it is promised to calls under way.

use crate::Nanos;

/// For so long the spending of the past is a guess at that of the future, microseconds.
const SLOT: i64 = 1_000_000;

/// A part of a balance that was taken out before, and counts as spent for everybody else. Whatever is held or spent comes
/// from here, so that calls ask nobody. It says what is free; that there is enough is for the caller to look.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lease {
    granted: Nanos,
    used: Nanos,
    held: Nanos,
    told: Told,
    /// What was used when that was told.
    used_then: Nanos,
    burn: Burn,
}

/// What the balance said of itself when something was last taken out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Told {
    /// What may be spent in all.
    pub cap: Nanos,
    /// What was spent by everybody, as far as the ledger had it.
    pub spent: Nanos,
    /// What could still be taken out.
    pub left: Nanos,
    /// What of this lease is in the ledger.
    pub used: Nanos,
}

/// What was spent lately: in this second, and in the one before.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Burn {
    slot: i64,
    this: Nanos,
    last: Nanos,
}

impl Lease {
    /// Nothing is taken out yet. It counts as used at this moment (microseconds).
    pub fn new(now: i64) -> Self {
        Self { burn: Burn { slot: now.div_euclid(SLOT), ..Burn::default() }, ..Self::default() }
    }

    /// What nobody has a claim to; below zero after calls that cost more than they held.
    pub fn free(&self) -> Nanos {
        self.granted.saturating_sub(self.used).saturating_sub(self.held)
    }

    /// What calls under way hold.
    pub fn held(&self) -> Nanos {
        self.held
    }

    /// What is known of the balance.
    pub fn told(&self) -> Told {
        self.told
    }

    /// What was spent by everybody, as far as that is known here: what others spent since they were last asked for is not.
    pub fn spent(&self) -> Nanos {
        self.told.spent.saturating_add(self.used.saturating_sub(self.used_then))
    }

    /// Whether nothing of it is in use.
    pub fn is_idle(&self) -> bool {
        self.held == Nanos::ZERO
    }

    /// Whether all that was used of it is in the ledger, so that nothing is known here only.
    pub fn is_posted(&self) -> bool {
        self.used == self.told.used
    }

    /// Whether no call has had anything of it for so long, in microseconds.
    pub fn is_unused_for(&self, micros: i64, now: i64) -> bool {
        self.is_idle() && now.div_euclid(SLOT) - self.burn.slot > micros / SLOT
    }

    /// Promises `amount` to a call.
    pub fn hold(&mut self, amount: Nanos) {
        self.held = self.held.saturating_add(amount);
    }

    /// A call that held so much has cost so much, at this moment (microseconds).
    pub fn settle(&mut self, held: Nanos, cost: Nanos, now: i64) {
        self.release(held);
        self.used = self.used.saturating_add(cost);
        self.burn.add(cost, now);
    }

    /// A call that held so much was not made.
    pub fn release(&mut self, held: Nanos) {
        debug_assert!(held <= self.held, "a hold of another lease");
        self.held = self.held.saturating_sub(held).max(Nanos::ZERO);
    }

    /// So much is taken out now in all, as the balance has it, and so much was `before`: where that is nothing although something
    /// was believed to be taken out, the balance was made anew, and what was used of the old one is no debt of this one. The other
    /// way round it was forgotten here, and what was used of it is used.
    pub fn grant(&mut self, before: Nanos, granted: Nanos, told: Told) {
        if before == Nanos::ZERO && self.granted != Nanos::ZERO {
            self.used = Nanos::ZERO;
        }
        if self.granted == Nanos::ZERO && self.used == Nanos::ZERO {
            self.used = told.used;
        }
        self.granted = granted;
        self.told = told;
        self.used_then = self.used;
    }

    /// So much may have been put back: it is not to be spent here. One of which nothing was ever had is of no use any more.
    pub fn lose(&mut self, amount: Nanos) {
        self.granted = self.granted.saturating_sub(amount);
        if [self.granted, self.used, self.held] == [Nanos::ZERO; 3] {
            self.burn = Burn::default();
        }
    }

    /// It counts as used at this moment (microseconds).
    pub fn touch(&mut self, now: i64) {
        self.burn.add(Nanos::ZERO, now);
    }

    /// What is known of the balance may be wrong: it is to be asked before more is spent.
    pub fn distrust(&mut self) {
        self.told.cap = Nanos::MAX;
    }

    /// What was spent in the last second or two.
    pub fn burn(&self, now: i64) -> Nanos {
        self.burn.at(now)
    }

    /// What is free beyond what the next two seconds are likely to take.
    pub fn surplus(&self, now: i64) -> Nanos {
        self.free().saturating_sub(self.burn(now).saturating_add(self.burn(now))).max(Nanos::ZERO)
    }
}

impl Burn {
    fn add(&mut self, cost: Nanos, now: i64) {
        let slot = now.div_euclid(SLOT);
        if slot != self.slot {
            self.last = if slot == self.slot + 1 { self.this } else { Nanos::ZERO };
            self.this = Nanos::ZERO;
            self.slot = slot;
        }
        self.this = self.this.saturating_add(cost);
    }

    fn at(&self, now: i64) -> Nanos {
        match now.div_euclid(SLOT) - self.slot {
            0 => self.this.max(self.last),
            1 => self.this,
            _ => Nanos::ZERO,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn lease(granted: i64) -> Lease {
        let mut lease = Lease::default();
        lease.grant(
            Nanos::ZERO,
            Nanos::new(granted),
            Told { cap: Nanos::new(1_000), spent: Nanos::new(10), left: Nanos::new(5), used: Nanos::ZERO },
        );
        lease
    }

    #[test]
    fn what_is_held_is_not_free_and_what_was_spent_is_gone() {
        let mut lease = lease(100);
        lease.hold(Nanos::new(60));
        assert_eq!((lease.free(), lease.held(), lease.is_idle()), (Nanos::new(40), Nanos::new(60), false));
        lease.settle(Nanos::new(60), Nanos::new(25), 0);
        assert_eq!((lease.free(), lease.spent(), lease.is_idle()), (Nanos::new(75), Nanos::new(35), true));
        // more than was held: somebody has to take more out
        lease.hold(Nanos::new(5));
        lease.settle(Nanos::new(5), Nanos::new(90), 0);
        assert_eq!(lease.free(), Nanos::new(-15));
        lease.grant(Nanos::new(100), Nanos::new(115), Told { spent: Nanos::new(125), ..lease.told() });
        assert_eq!((lease.free(), lease.spent()), (Nanos::ZERO, Nanos::new(125)));
    }

    #[test]
    fn what_was_used_of_a_balance_that_is_no_more_is_no_debt() {
        let mut lease = lease(100);
        lease.hold(Nanos::new(20));
        lease.settle(Nanos::new(20), Nanos::new(20), 0);
        lease.hold(Nanos::new(5));
        lease.grant(Nanos::ZERO, Nanos::new(50), Told { spent: Nanos::ZERO, ..lease.told() });
        assert_eq!((lease.free(), lease.held(), lease.spent()), (Nanos::new(45), Nanos::new(5), Nanos::ZERO));
    }

    #[test]
    fn what_was_used_of_a_lease_that_was_forgotten_is_used() {
        let mut lease = lease(100);
        lease.settle(Nanos::ZERO, Nanos::new(30), 0);
        assert!(!lease.is_posted(), "nobody else knows");
        lease.grant(Nanos::new(100), Nanos::new(30), Told { used: Nanos::new(30), ..lease.told() });
        assert!(lease.is_posted());
        let mut anew = Lease::new(0);
        anew.grant(Nanos::new(30), Nanos::new(50), lease.told());
        assert_eq!(anew.free(), Nanos::new(20));
    }

    #[test]
    fn what_was_spent_lately_is_kept_and_the_rest_is_surplus() {
        let mut lease = lease(1_000);
        lease.settle(Nanos::ZERO, Nanos::new(100), 500_000);
        assert_eq!((lease.burn(900_000), lease.surplus(900_000)), (Nanos::new(100), Nanos::new(700)));
        lease.settle(Nanos::ZERO, Nanos::new(10), 1_100_000);
        assert_eq!((lease.burn(1_200_000), lease.burn(2_000_000)), (Nanos::new(100), Nanos::new(10)));
        assert_eq!((lease.burn(3_000_000), lease.surplus(3_000_000)), (Nanos::ZERO, Nanos::new(890)));
    }

    proptest! {
        /// Whatever calls do, what was granted is what is free, held and spent together.
        #[test]
        fn nothing_is_made_and_nothing_gets_lost(steps in prop::collection::vec((0..3_u8, 0..50_i64, 0..80_i64), 0..60)) {
            let mut lease = lease(1_000);
            let (mut open, mut spent) = (Vec::new(), 0);
            for (kind, held, cost) in steps {
                match (kind, open.pop()) {
                    (1, Some(amount)) => {
                        lease.settle(Nanos::new(amount), Nanos::new(cost), cost);
                        spent += cost;
                    }
                    (2, Some(amount)) => lease.release(Nanos::new(amount)),
                    (_, last) => {
                        open.extend(last);
                        lease.hold(Nanos::new(held));
                        open.push(held);
                    }
                }
                let held: i64 = open.iter().sum();
                prop_assert_eq!(lease.free().get() + held + spent, 1_000);
                prop_assert_eq!(lease.held().get(), held);
                prop_assert_eq!(lease.spent().get(), 10 + spent);
            }
        }
    }
}
