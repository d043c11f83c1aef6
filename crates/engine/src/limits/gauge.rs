//! What is counted of one account: a bar for each measure and span.

use parking_lot::{Mutex, MutexGuard};

use super::lent::Lent;
use super::rule::{Measure, Rule};
use super::window::{Span, Window};

/// When a call may come again that had no place among those at once: nobody knows when one ends.
const LATER: i64 = 1_000_000;

/// One account.
#[derive(Debug)]
pub(super) struct Gauge {
    /// The account's text: `team:t1`.
    pub(super) name: String,
    bars: Mutex<Bars>,
}

/// Its bars. There are few, so they are looked for one after the other.
#[derive(Debug, Default)]
pub(super) struct Bars {
    bars: Vec<Bar>,
    /// Whether it is among those of which something is lent.
    pub(super) is_listed: bool,
}

/// What one limit is measured by.
#[derive(Debug)]
pub(super) struct Bar {
    pub(super) measure: Measure,
    pub(super) span: Span,
    /// As it was stated last.
    pub(super) limit: u64,
    /// What this instance admitted.
    window: Window,
    /// Calls that this instance has under way.
    busy: u64,
    /// What Redis lent this instance of the limit.
    pub(super) lent: Lent,
}

impl Gauge {
    pub(super) fn new(name: String) -> Self {
        Self { name, bars: Mutex::default() }
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Bars> {
        self.bars.lock()
    }

    /// Whether it can be forgotten.
    pub(super) fn is_idle(&self, now: i64) -> bool {
        self.lock().bars.iter_mut().all(|bar| {
            bar.window.advance(bar.limit, now);
            bar.window.is_empty() && bar.busy == 0 && bar.lent.is_empty()
        })
    }
}

impl Bars {
    /// The bar of that rule, as it is at `now`.
    pub(super) fn bar(&mut self, rule: &Rule, now: i64) -> &mut Bar {
        let is_it = |bar: &Bar| bar.measure == rule.measure && bar.span == rule.span;
        let at = self.bars.iter().position(is_it).unwrap_or_else(|| {
            self.bars.push(Bar::new(rule));
            self.bars.len() - 1
        });
        #[expect(clippy::indexing_slicing, reason = "it was found there, or put there")]
        let bar = &mut self.bars[at];
        bar.limit = rule.limit;
        bar.window.advance(rule.limit, now);
        bar
    }

    /// Whether Redis has lent anything of it.
    pub(super) fn are_lent(&self) -> bool {
        self.bars.iter().any(|bar| !bar.lent.is_empty())
    }

    pub(super) fn each(&mut self) -> impl Iterator<Item = &mut Bar> {
        self.bars.iter_mut()
    }
}

impl Bar {
    fn new(rule: &Rule) -> Self {
        let window = Window::new(rule.span);
        Self { measure: rule.measure, span: rule.span, limit: rule.limit, window, busy: 0, lent: Lent::default() }
    }

    pub(super) fn is_parallel(&self) -> bool {
        self.measure == Measure::Parallel
    }

    /// What is left of `most` on this instance.
    pub(super) fn free(&self, most: u64) -> u64 {
        if self.is_parallel() { most.saturating_sub(self.busy) } else { self.window.free(most) }
    }

    /// In how many microseconds there is room for `need` where there is none now.
    pub(super) fn wait(&self, need: u64, most: u64, now: i64) -> i64 {
        if self.is_parallel() { LATER } else { self.window.wait(need, most, now).max(1) }
    }

    /// In how many microseconds all of `most` is free again.
    pub(super) fn reset(&self, most: u64, now: i64) -> i64 {
        if self.is_parallel() { 0 } else { self.window.wait_for_all(most, now) }
    }

    /// Counts `need`. Returns the slot of the window in which.
    pub(super) fn take(&mut self, need: u64) -> i64 {
        if self.is_parallel() {
            self.busy += need;
            return 0;
        }
        self.window.take(need)
    }

    /// Of what was counted in that slot so much was not used.
    pub(super) fn give_back(&mut self, amount: u64, slot: i64) {
        if self.is_parallel() {
            self.busy = self.busy.saturating_sub(amount);
        } else {
            self.window.give_back(amount, slot, self.limit);
        }
    }

    /// So much more was used than was asked for.
    pub(super) fn charge(&mut self, amount: u64) {
        self.window.charge(amount, self.limit);
    }
}
