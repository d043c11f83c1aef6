//! How much was admitted lately, counted in slots. Pure: time comes as an argument and never goes back.
//!
//! A window of length W is the slot that runs and the 120 before it, each W/120 long. What is counted stays for at least W and
//! at most W + W/120: in no interval of length W more than the limit is admitted, and a caller who always wants more gets 120/121 of it.
//! GCRA, the other candidate, needs one number a limit, but either lets twice the limit through in a minute (its burst, then the rate) or refuses
//! a minute's worth that comes at once, which clients of LiteLLM send. Fixed windows, LiteLLM's, let twice the limit through
//! around each boundary.
//!
//! What was used and not asked for before (tokens beyond an estimate) is counted as far as the limit has room; the rest is
//! owed, and takes the room that comes free before anybody else does. So it is worked off at the rate of the limit.

use std::collections::VecDeque;

/// Slots before the one that runs.
const SLOTS: i64 = 120;
/// A count is forgotten so many slots behind its own.
const LIFE: i64 = SLOTS + 1;

/// For how long something is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Span {
    Minute,
    Hour,
    Day,
}

impl Span {
    /// In microseconds.
    pub fn micros(self) -> i64 {
        match self {
            Self::Minute => 60_000_000,
            Self::Hour => 3_600_000_000,
            Self::Day => 86_400_000_000,
        }
    }

    /// A slot in microseconds.
    pub(super) fn slot(self) -> i64 {
        self.micros() / SLOTS
    }

    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Minute => "minute",
            Self::Hour => "hour",
            Self::Day => "day",
        }
    }
}

/// What was counted in one slot.
#[derive(Clone, Copy, Debug)]
struct Slot {
    number: i64,
    count: u64,
}

/// What was admitted in the last minute, hour or day.
#[derive(Clone, Debug)]
pub(super) struct Window {
    span: Span,
    /// The slot that runs.
    now: i64,
    /// Those with something in them, the oldest first.
    slots: VecDeque<Slot>,
    /// Their sum.
    used: u64,
    /// What had no room in them yet.
    owed: u64,
}

impl Window {
    pub(super) fn new(span: Span) -> Self {
        Self { span, now: i64::MIN, slots: VecDeque::new(), used: 0, owed: 0 }
    }

    /// Forgets what is over. To be called before anything else is asked at `now`.
    pub(super) fn advance(&mut self, limit: u64, now: i64) {
        let until = now.div_euclid(self.span.slot()).max(self.now);
        if self.owed > 0 && limit > 0 {
            self.skip_cycles(limit, until);
        }
        while let Some(oldest) = self.slots.front().copied()
            && oldest.number + LIFE <= until
        {
            self.slots.pop_front();
            self.used = self.used.saturating_sub(oldest.count);
            self.now = oldest.number + LIFE;
            self.work_off(limit);
        }
        self.now = until;
        self.work_off(limit);
    }

    /// Whole rounds in which everything counted expired and what was owed took its place.
    fn skip_cycles(&mut self, limit: u64, until: i64) {
        let Some(oldest) = self.slots.front() else { return };
        let rounds = u64::try_from((until - oldest.number - LIFE) / LIFE).unwrap_or_default();
        // a limit that was raised or lowered since makes a round no round
        let rounds = if self.used == limit { rounds.min(self.owed / limit) } else { 0 };
        self.owed -= rounds * limit;
        let slots = i64::try_from(rounds).unwrap_or_default() * LIFE;
        self.slots.iter_mut().for_each(|slot| slot.number += slots);
        self.now = self.now.max(self.now.saturating_add(slots)).min(until);
    }

    /// Counts what is owed as far as there is room.
    fn work_off(&mut self, limit: u64) {
        let counted = self.owed.min(limit.saturating_sub(self.used));
        if counted > 0 {
            self.owed -= counted;
            self.count(counted);
        }
    }

    /// What is counted and owed.
    pub(super) fn used(&self) -> u64 {
        self.used.saturating_add(self.owed)
    }

    /// How much more may be admitted now.
    pub(super) fn free(&self, limit: u64) -> u64 {
        limit.saturating_sub(self.used())
    }

    /// Whether nothing of it matters any more.
    pub(super) fn is_empty(&self) -> bool {
        self.used() == 0
    }

    /// In how many microseconds `need`, which is no more than the limit, has room if nobody else comes.
    pub(super) fn wait(&self, need: u64, limit: u64, now: i64) -> i64 {
        let missing = self.used().saturating_add(need).saturating_sub(limit);
        if missing == 0 || self.used == 0 {
            return 0;
        }
        // each round frees what is counted, and what is owed takes its place
        let rounds = (missing - 1) / self.used;
        let mut freed = rounds * self.used;
        let freeing = self.slots.iter().find(|slot| {
            freed = freed.saturating_add(slot.count);
            freed >= missing
        });
        let number = freeing.or(self.slots.back()).map_or(self.now, |slot| slot.number);
        let rounds = i64::try_from(rounds).unwrap_or(i64::MAX).saturating_add(1);
        let end = number.saturating_add(rounds.saturating_mul(LIFE));
        end.saturating_mul(self.span.slot()).saturating_sub(now).max(0)
    }

    /// In how many microseconds everything has been forgotten.
    pub(super) fn wait_for_all(&self, limit: u64, now: i64) -> i64 {
        self.wait(limit, limit, now)
    }

    /// Counts what was asked for and has room. Returns where.
    pub(super) fn take(&mut self, amount: u64) -> i64 {
        self.count(amount);
        self.now
    }

    /// Counts what was used without having been asked for.
    pub(super) fn charge(&mut self, amount: u64, limit: u64) {
        self.owed = self.owed.saturating_add(amount);
        self.work_off(limit);
    }

    /// What was taken in that slot was not used. What is forgotten already is not given back.
    pub(super) fn give_back(&mut self, amount: u64, slot: i64, limit: u64) {
        if let Some(slot) = self.slots.iter_mut().rev().find(|kept| kept.number == slot) {
            let given = slot.count.min(amount);
            slot.count -= given;
            self.used = self.used.saturating_sub(given);
            self.work_off(limit);
        }
    }

    fn count(&mut self, amount: u64) {
        self.used = self.used.saturating_add(amount);
        match self.slots.back_mut() {
            Some(last) if last.number == self.now => last.count = last.count.saturating_add(amount),
            _ => self.slots.push_back(Slot { number: self.now, count: amount }),
        }
    }
}

#[cfg(test)]
mod tests;
