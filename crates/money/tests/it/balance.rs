//! Random lives of holds against a model of a few lines.

use money::{Balance, Hold, Nanos};
use proptest::prelude::*;

#[derive(Clone, Debug)]
enum Step {
    Reserve(i64),
    /// Of the hold at this place, at most what it holds.
    Settle(usize, i64),
    /// The same, without that limit.
    Overrun(usize, i64),
    Release(usize),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (-5..400_i64).prop_map(Step::Reserve),
        2 => (any::<usize>(), -5..400_i64).prop_map(|(place, amount)| Step::Settle(place, amount)),
        1 => (any::<usize>(), 0..800_i64).prop_map(|(place, amount)| Step::Overrun(place, amount)),
        1 => any::<usize>().prop_map(Step::Release),
    ]
}

/// What a balance should be: plain numbers.
struct Expected {
    cap: Option<i64>,
    spent: i64,
    holds: Vec<i64>,
}

impl Expected {
    fn held(&self) -> i64 {
        self.holds.iter().sum()
    }

    fn admits(&self, amount: i64) -> bool {
        self.cap.is_none_or(|cap| self.spent < cap && self.spent + self.held() + amount <= cap)
    }
}

fn apply(step: &Step, balance: &mut Balance, holds: &mut Vec<Hold>, expected: &mut Expected) -> bool {
    let places = holds.len();
    let at = |place: &usize| (places > 0).then(|| place % places);
    match step {
        Step::Reserve(amount) => {
            let result = balance.reserve(Nanos::new(*amount));
            assert_eq!(result.is_ok(), expected.admits((*amount).max(0)));
            if let Ok(hold) = result {
                assert_eq!(hold.amount().get(), (*amount).max(0));
                expected.holds.push(hold.amount().get());
                holds.push(hold);
            }
        }
        Step::Settle(place, actual) => {
            let Some(place) = at(place) else { return false };
            let actual = (*actual).clamp(0, expected.holds[place]);
            assert_eq!(balance.settle(holds.swap_remove(place), Nanos::new(actual)), Nanos::ZERO);
            expected.spent += actual;
            expected.holds.swap_remove(place);
        }
        Step::Overrun(place, actual) => {
            let Some(place) = at(place) else { return false };
            let excess = balance.settle(holds.swap_remove(place), Nanos::new(*actual));
            expected.spent += actual;
            assert_eq!(excess.get(), (actual - expected.holds.swap_remove(place)).max(0));
            return excess.is_positive();
        }
        Step::Release(place) => {
            let Some(place) = at(place) else { return false };
            balance.release(holds.swap_remove(place));
            expected.holds.swap_remove(place);
        }
    }
    false
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 2_000,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn is_never_overspent_unless_a_call_outran_its_hold(
        cap in prop::option::of(0..2_000_i64),
        steps in prop::collection::vec(step(), 0..60),
    ) {
        let mut balance = Balance::new(cap.map(Nanos::new), Nanos::ZERO);
        let mut expected = Expected { cap, spent: 0, holds: Vec::new() };
        let mut holds = Vec::new();
        let mut outran = false;
        for step in &steps {
            outran |= apply(step, &mut balance, &mut holds, &mut expected);
            prop_assert_eq!(balance.spent().get(), expected.spent);
            prop_assert_eq!(balance.held().get(), expected.held());
            if let Some(cap) = cap {
                let used = balance.spent().get() + balance.held().get();
                prop_assert!(outran || used <= cap);
                prop_assert_eq!(balance.available(), Some(Nanos::new((cap - used).max(0))));
            }
        }
        for hold in holds {
            balance.release(hold);
        }
        prop_assert_eq!(balance.held(), Nanos::ZERO);
    }
}
