//! Windows under clocks, debts and callers of every kind.

use proptest::prelude::*;

use super::*;

const SECOND: i64 = 1_000_000;
const SLOT: i64 = SECOND / 2;

fn admitted(window: &mut Window, need: u64, limit: u64, now: i64) -> bool {
    window.advance(limit, now);
    let fits = need <= window.free(limit);
    if fits {
        window.take(need);
    }
    fits
}

#[test]
fn a_full_window_opens_when_its_wait_is_over() {
    let mut window = Window::new(Span::Minute);
    assert!((0..10).all(|_| admitted(&mut window, 1, 10, 400_000)));
    assert!(!admitted(&mut window, 1, 10, 59 * SECOND));
    assert_eq!(window.wait(1, 10, 59 * SECOND), SECOND + SLOT);
    assert!(!admitted(&mut window, 1, 10, 60 * SECOND + SLOT - 1));
    assert!(admitted(&mut window, 1, 10, 60 * SECOND + SLOT));
}

#[test]
fn a_debt_is_worked_off_at_the_rate_of_the_limit() {
    for looks_every in [1, 7, 121, 800] {
        let mut window = Window::new(Span::Minute);
        assert!(admitted(&mut window, 100, 1_000, 0));
        window.charge(9_900, 1_000);
        assert_eq!((window.used(), window.free(1_000)), (10_000, 0));
        let wait = window.wait(1, 1_000, 0);
        assert_eq!(wait, 10 * 121 * SLOT, "ten rounds");
        let mut now = 0;
        while now < wait {
            assert!(!admitted(&mut window, 1, 1_000, now), "at {now}, seen every {looks_every} slots");
            now += looks_every * SLOT;
        }
        assert!(admitted(&mut window, 1, 1_000, now.max(wait)));
    }
}

#[test]
fn what_was_not_used_is_given_back_once_and_only_while_it_counts() {
    let mut window = Window::new(Span::Minute);
    window.advance(10, 0);
    let slot = window.take(10);
    window.give_back(4, slot, 10);
    assert_eq!(window.free(10), 4);
    window.give_back(40, slot, 10);
    assert_eq!(window.free(10), 10);
    window.take(10);
    window.advance(10, 121 * SLOT);
    window.take(3);
    window.give_back(7, slot, 10);
    assert_eq!(window.free(10), 7, "that slot is forgotten");
}

#[test]
fn a_clock_that_goes_back_and_a_limit_of_nothing_admit_nothing_more() {
    let mut window = Window::new(Span::Minute);
    assert!(admitted(&mut window, 2, 2, 500 * SLOT));
    assert!(!admitted(&mut window, 1, 2, 3 * SLOT));
    let mut none = Window::new(Span::Day);
    assert!(!admitted(&mut none, 1, 0, 0));
    none.charge(7, 0);
    none.advance(0, i64::MAX / 2);
    assert_eq!(none.used(), 7);
}

#[test]
fn whoever_always_wants_more_gets_what_is_stated_but_for_one_in_a_hundred() {
    let mut window = Window::new(Span::Minute);
    let (limit, minutes) = (600, 60);
    let asked = (0..minutes * 6_000).filter(|tick| admitted(&mut window, 1, limit, tick * SECOND / 100)).count();
    let stated = usize::try_from(limit * minutes.unsigned_abs()).unwrap();
    assert!(asked <= stated + 600 && asked * 100 >= stated * 99, "{asked} of {stated}");
}

/// What happens to a window: after so many microseconds somebody wants so much.
fn events() -> impl Strategy<Value = Vec<(i64, u64, u64)>> {
    prop::collection::vec((prop_oneof![0..SECOND, 0..40 * SECOND, 0..500 * SECOND], 1..40_u64, 0..60_u64), 1..120)
}

proptest! {
    #[test]
    fn no_minute_admits_more_than_the_limit(limit in 1..200_u64, events in events()) {
        let (mut window, mut now, mut taken) = (Window::new(Span::Minute), 0, Vec::<(i64, u64)>::new());
        for (pause, need, _) in events {
            now += pause;
            if admitted(&mut window, need, limit, now) {
                taken.push((now, need));
            }
            let minute: u64 = taken.iter().filter(|(at, _)| *at > now - 60 * SECOND).map(|(_, need)| need).sum();
            prop_assert!(minute <= limit, "{minute} of {limit}");
        }
    }

    #[test]
    fn whoever_waits_as_told_is_admitted(limit in 1..200_u64, events in events()) {
        let (mut window, mut now) = (Window::new(Span::Minute), 0);
        for (pause, need, debt) in events {
            now += pause;
            let need = need.min(limit);
            if !admitted(&mut window, need, limit, now) {
                let wait = window.wait(need, limit, now);
                prop_assert!(wait > 0);
                now += wait;
                prop_assert!(admitted(&mut window, need, limit, now), "after {wait}: {window:?}");
            }
            window.charge(debt, limit);
        }
    }

    /// What was used beyond what was asked for is made up for: over any time the sum keeps to the rate.
    #[test]
    fn debts_carry_over(limit in 1..200_u64, events in events()) {
        let (mut window, mut now, mut sum) = (Window::new(Span::Minute), 0, 0);
        for (pause, need, debt) in events {
            now += pause;
            if admitted(&mut window, need, limit, now) {
                // what was admitted before this, debts included, has had room at the limit's rate
                let rounds = u64::try_from(now / (60 * SECOND)).unwrap() + 1;
                prop_assert!(sum + need <= limit * rounds, "{sum} + {need} by {now}");
                sum += need + debt;
                window.charge(debt, limit);
            }
        }
    }

    #[test]
    fn looking_more_often_changes_nothing(limit in 1..200_u64, events in events(), step in 1..50_i64) {
        let (mut seldom, mut often, mut now) = (Window::new(Span::Minute), Window::new(Span::Minute), 0);
        for (pause, need, debt) in events {
            for at in (now..now + pause).step_by(usize::try_from(step * SLOT).unwrap()) {
                often.advance(limit, at);
            }
            now += pause;
            prop_assert_eq!(admitted(&mut seldom, need, limit, now), admitted(&mut often, need, limit, now));
            prop_assert_eq!(seldom.used(), often.used());
            seldom.charge(debt, limit);
            often.charge(debt, limit);
        }
    }
}
