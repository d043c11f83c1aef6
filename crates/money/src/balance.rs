//! One budget: what may be spent, what was, and what calls under way hold.

use crate::Nanos;

/// A cap with what is spent and held under it. Spent and held together pass the cap only when a
/// call used more than it had reserved.
#[derive(Debug, PartialEq, Eq)]
pub struct Balance {
    cap: Option<Nanos>,
    spent: Nanos,
    held: Nanos,
}

/// A reservation. It ends in [`Balance::settle`] or [`Balance::release`] of the balance that gave
/// it; dropped instead, its amount stays held, since an error must block rather than give away.
#[must_use = "a hold that is neither settled nor released stays held"]
#[derive(Debug, PartialEq, Eq)]
pub struct Hold {
    amount: Nanos,
}

/// Too little is left. All amounts in dollars of this budget.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("budget of ${cap} exceeded: ${spent} spent, ${held} held by calls under way, ${asked} asked")]
pub struct BudgetExceeded {
    /// What may be spent; [`Nanos::MAX`] where no cap is set and the count itself is full.
    pub cap: Nanos,
    /// What was spent.
    pub spent: Nanos,
    /// What calls under way hold.
    pub held: Nanos,
    /// What the refused call would hold.
    pub asked: Nanos,
}

// === impl Balance ===

impl Balance {
    /// A balance nothing is held of. No cap is unlimited.
    pub fn new(cap: Option<Nanos>, spent: Nanos) -> Self {
        Self { cap, spent, held: Nanos::ZERO }
    }

    /// What may be spent; none is unlimited.
    pub fn cap(&self) -> Option<Nanos> {
        self.cap
    }

    /// What was spent.
    pub fn spent(&self) -> Nanos {
        self.spent
    }

    /// What calls under way hold.
    pub fn held(&self) -> Nanos {
        self.held
    }

    /// What a reservation may ask, never below zero; none is unlimited.
    pub fn available(&self) -> Option<Nanos> {
        let used = self.spent.saturating_add(self.held);
        self.cap.map(|cap| cap.saturating_sub(used).max(Nanos::ZERO))
    }

    /// Another cap. Holds stay, also above it.
    pub fn set_cap(&mut self, cap: Option<Nanos>) {
        self.cap = cap;
    }

    /// Takes back so much of what was spent, to zero at most. Holds stay, and count when they end.
    pub fn forgive(&mut self, amount: Nanos) {
        self.spent = self.spent.saturating_sub(amount.max(Nanos::ZERO)).max(Nanos::ZERO);
    }

    /// Holds `amount`, all or none. A budget that is spent refuses also a call that costs nothing.
    pub fn reserve(&mut self, amount: Nanos) -> Result<Hold, BudgetExceeded> {
        let amount = amount.max(Nanos::ZERO);
        let refused =
            BudgetExceeded { cap: self.cap.unwrap_or(Nanos::MAX), spent: self.spent, held: self.held, asked: amount };
        let is_used_up = self.cap.is_some_and(|cap| self.spent >= cap);
        let wanted = [self.spent, self.held, amount].into_iter().map(|part| i128::from(part.get())).sum::<i128>();
        if is_used_up || wanted > i128::from(refused.cap.get()) {
            return Err(refused);
        }
        self.held = self.held.saturating_add(amount);
        Ok(Hold { amount })
    }

    /// Ends `hold` and posts `actual` in full; returns how far that was above the hold.
    pub fn settle(&mut self, hold: Hold, actual: Nanos) -> Nanos {
        let actual = actual.max(Nanos::ZERO);
        self.spent = self.spent.saturating_add(actual);
        let excess = actual.saturating_sub(hold.amount).max(Nanos::ZERO);
        self.release(hold);
        excess
    }

    /// Ends `hold` of a call that cost nothing.
    #[expect(clippy::needless_pass_by_value, reason = "a hold ends once: it is consumed")]
    pub fn release(&mut self, hold: Hold) {
        debug_assert!(hold.amount <= self.held, "a hold of another balance");
        self.held = self.held.saturating_sub(hold.amount).max(Nanos::ZERO);
    }
}

// === impl Hold ===

impl Hold {
    /// What is held.
    pub fn amount(&self) -> Nanos {
        self.amount
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usd(text: &str) -> Nanos {
        Nanos::parse_usd(text).unwrap()
    }

    #[test]
    fn the_last_cent_can_be_reserved_and_no_more() {
        let mut balance = Balance::new(Some(usd("1")), usd("0.25"));
        let hold = balance.reserve(usd("0.75")).unwrap();
        assert_eq!(balance.available(), Some(Nanos::ZERO));
        let refused = balance.reserve(Nanos::new(1)).unwrap_err();
        assert_eq!(
            refused.to_string(),
            "budget of $1 exceeded: $0.25 spent, $0.75 held by calls under way, $0.000000001 asked"
        );
        assert_eq!(balance.settle(hold, usd("0.5")), Nanos::ZERO);
        assert_eq!(
            (balance.spent(), balance.held(), balance.available()),
            (usd("0.75"), Nanos::ZERO, Some(usd("0.25")))
        );
    }

    #[test]
    fn a_spent_budget_refuses_free_calls_too() {
        for (cap, spent) in [("1", "1"), ("1", "1.5"), ("0", "0")] {
            let mut balance = Balance::new(Some(usd(cap)), usd(spent));
            assert!(balance.reserve(Nanos::ZERO).is_err(), "{cap} {spent}");
            assert_eq!(balance.available(), Some(Nanos::ZERO));
        }
        let hold = Balance::new(Some(usd("1")), usd("0.9")).reserve(Nanos::ZERO).unwrap();
        assert_eq!(hold.amount(), Nanos::ZERO);
    }

    #[test]
    fn usage_above_the_hold_is_posted_in_full() {
        let mut balance = Balance::new(Some(usd("1")), Nanos::ZERO);
        let hold = balance.reserve(usd("0.6")).unwrap();
        assert_eq!(balance.settle(hold, usd("1.5")), usd("0.9"));
        assert_eq!((balance.spent(), balance.held()), (usd("1.5"), Nanos::ZERO));
    }

    #[test]
    fn a_cost_below_zero_gives_nothing_back() {
        let mut balance = Balance::new(Some(usd("1")), usd("0.5"));
        let hold = balance.reserve(usd("0.1")).unwrap();
        assert_eq!(balance.settle(hold, Nanos::new(-5)), Nanos::ZERO);
        assert_eq!((balance.spent(), balance.held()), (usd("0.5"), Nanos::ZERO));
    }

    #[test]
    fn the_cap_can_change_under_a_hold() {
        let mut balance = Balance::new(Some(usd("1")), Nanos::ZERO);
        let hold = balance.reserve(usd("0.8")).unwrap();
        balance.set_cap(Some(usd("0.5")));
        assert_eq!((balance.cap(), balance.available()), (Some(usd("0.5")), Some(Nanos::ZERO)));
        assert!(balance.reserve(Nanos::new(1)).is_err());
        balance.set_cap(None);
        assert!(balance.reserve(usd("100")).is_ok());
        balance.release(hold);
        assert_eq!(balance.held(), usd("100"));
    }

    #[test]
    fn what_was_spent_can_be_forgiven_under_a_hold() {
        let mut balance = Balance::new(Some(usd("1")), usd("0.9"));
        let hold = balance.reserve(usd("0.1")).unwrap();
        balance.forgive(usd("0.7"));
        balance.forgive(Nanos::new(-1));
        assert_eq!(balance.available(), Some(usd("0.7")));
        assert_eq!(balance.settle(hold, usd("0.1")), Nanos::ZERO);
        assert_eq!((balance.spent(), balance.held()), (usd("0.3"), Nanos::ZERO));
        balance.forgive(usd("5"));
        assert_eq!(balance.spent(), Nanos::ZERO);
    }

    #[test]
    fn without_a_cap_only_the_count_is_a_limit() {
        let mut balance = Balance::new(None, usd("5"));
        assert_eq!(balance.available(), None);
        let hold = balance.reserve(usd("1000000")).unwrap();
        assert!(balance.reserve(Nanos::MAX).is_err());
        balance.release(hold);
        assert_eq!(balance.held(), Nanos::ZERO);
    }
}
