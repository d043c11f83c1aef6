//! What a budget has reached: pure arithmetic.

use money::Nanos;
use store::balances::Standing;

/// What people are told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Threshold {
    /// So many thousandths of the cap are spent.
    Share(u16),
    /// `soft_budget` is spent.
    Soft,
    /// A call was refused, though less than the cap is spent: what calls under way hold and what it could have cost did not fit.
    Refused,
}

pub(super) const WHOLE: u16 = 1000;

impl Threshold {
    /// The word by which the database and receivers know it.
    pub(super) fn word(self) -> String {
        match self {
            Self::Share(WHOLE) => "1".to_owned(),
            Self::Share(thousandths) => format!("0.{thousandths:03}").trim_end_matches('0').to_owned(),
            Self::Soft => "soft".to_owned(),
            Self::Refused => "refused".to_owned(),
        }
    }

    /// LiteLLM's word for the event.
    pub(super) fn event(self) -> &'static str {
        match self {
            Self::Share(WHOLE) | Self::Refused => "budget_crossed",
            Self::Share(_) => "threshold_crossed",
            Self::Soft => "soft_budget_crossed",
        }
    }
}

/// What one account may spend in one window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Budget {
    pub(super) cap: Option<Nanos>,
    pub(super) soft: Option<Nanos>,
}

impl Budget {
    /// Both together: of each the smaller.
    pub(super) fn and(self, other: Self) -> Self {
        let less = |a: Option<Nanos>, b: Option<Nanos>| a.into_iter().chain(b).min();
        Self { cap: less(self.cap, other.cap), soft: less(self.soft, other.soft) }
    }
}

/// A threshold that is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Reached {
    pub(super) threshold: Threshold,
    /// See [`store::alerts::Alert::room`].
    pub(super) room: Nanos,
}

/// All that is reached. `shares` are below the whole, which always counts.
pub(super) fn reached(budget: Budget, standing: &Standing, shares: &[u16], is_refused: bool) -> Vec<Reached> {
    let spent = standing.spent();
    let within = |limit: Nanos| limit.saturating_add(standing.forgiven.max(Nanos::ZERO));
    let mut reached = Vec::new();
    if let Some(cap) = budget.cap {
        let is_spent = |share: u16| {
            spent.is_positive()
                && i128::from(spent.get()) * i128::from(WHOLE) >= i128::from(cap.get()) * i128::from(share)
        };
        let thresholds = shares.iter().copied().chain([WHOLE]).filter(|share| is_spent(*share)).map(Threshold::Share);
        reached.extend(thresholds.map(|threshold| Reached { threshold, room: within(cap) }));
        if is_refused && !is_spent(WHOLE) {
            reached.push(Reached { threshold: Threshold::Refused, room: within(cap) });
        }
    }
    if let Some(soft) = budget.soft.filter(|soft| spent.is_positive() && spent >= *soft) {
        reached.push(Reached { threshold: Threshold::Soft, room: within(soft) });
    }
    reached
}

#[cfg(test)]
mod tests {
    use money::Account;
    use store::balances::BalanceId;

    use super::*;

    fn words(
        cap: Option<i64>,
        soft: Option<i64>,
        (posted, forgiven): (i64, i64),
        is_refused: bool,
    ) -> Vec<(String, i64)> {
        let standing = Standing {
            id: BalanceId { account: Account::gateway(), starts_at: 0, ends_at: 1 },
            posted: Nanos::new(posted),
            forgiven: Nanos::new(forgiven),
        };
        let budget = Budget { cap: cap.map(Nanos::new), soft: soft.map(Nanos::new) };
        let reached = reached(budget, &standing, &[800, 950], is_refused);
        reached.into_iter().map(|one| (one.threshold.word(), one.room.get())).collect()
    }

    #[test]
    fn what_is_reached_follows_from_what_is_spent() {
        for (cap, soft, spent, is_refused, expect) in [
            (Some(1_000), None, (799, 0), false, vec![]),
            (Some(1_000), None, (800, 0), false, vec![("0.8", 1_000)]),
            (Some(1_000), None, (950, 0), false, vec![("0.8", 1_000), ("0.95", 1_000)]),
            (Some(1_000), None, (1_000, 0), true, vec![("0.8", 1_000), ("0.95", 1_000), ("1", 1_000)]),
            (Some(1_000), None, (100, 0), true, vec![("refused", 1_000)]),
            // forgiven amounts are room, so that thresholds count anew behind them
            (Some(1_000), None, (1_000, 900), false, vec![]),
            (Some(1_000), None, (1_700, 900), false, vec![("0.8", 1_900)]),
            // the soft one stands beside the cap, or alone
            (Some(1_000), Some(500), (500, 0), false, vec![("soft", 500)]),
            (None, Some(500), (499, 0), true, vec![]),
            (None, Some(500), (600, 0), false, vec![("soft", 500)]),
            // nothing is reached before something is spent
            (Some(0), Some(0), (0, 0), false, vec![]),
            (Some(0), None, (0, 0), true, vec![("refused", 0)]),
            (Some(0), None, (1, 0), false, vec![("0.8", 0), ("0.95", 0), ("1", 0)]),
            (Some(i64::MAX), None, (i64::MAX, 0), false, vec![("0.8", i64::MAX), ("0.95", i64::MAX), ("1", i64::MAX)]),
        ] {
            let expect: Vec<_> = expect.into_iter().map(|(word, room)| (word.to_owned(), room)).collect();
            assert_eq!(words(cap, soft, spent, is_refused), expect, "{cap:?} {soft:?} {spent:?} {is_refused}");
        }
    }

    #[test]
    fn of_two_budgets_the_smaller_counts_and_words_are_short() {
        let budget =
            |cap: Option<i64>, soft: Option<i64>| Budget { cap: cap.map(Nanos::new), soft: soft.map(Nanos::new) };
        assert_eq!(budget(Some(5), None).and(budget(Some(3), Some(2))), budget(Some(3), Some(2)));
        assert_eq!(budget(None, Some(1)).and(budget(Some(3), Some(2))), budget(Some(3), Some(1)));
        for (threshold, word, event) in [
            (Threshold::Share(5), "0.005", "threshold_crossed"),
            (Threshold::Share(500), "0.5", "threshold_crossed"),
            (Threshold::Share(1000), "1", "budget_crossed"),
            (Threshold::Soft, "soft", "soft_budget_crossed"),
            (Threshold::Refused, "refused", "budget_crossed"),
        ] {
            assert_eq!((threshold.word().as_str(), threshold.event()), (word, event));
        }
    }
}
