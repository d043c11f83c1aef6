//! What Redis has lent this instance of a limit that all instances share, so that most calls need not ask there.

/// What is kept of a limit without having been used, and what was used without having been lent.
#[derive(Debug, Default)]
pub(super) struct Lent {
    /// Of a rate: counted in Redis, not used yet.
    pub(super) held: u64,
    /// Of a rate: used, not counted in Redis yet.
    pub(super) debt: u64,
    /// Of calls at once: places that are leased, by number, without a call.
    pub(super) empty: Vec<u64>,
    /// Those with one.
    pub(super) busy: Vec<u64>,
    /// What was free in Redis when it last said so.
    pub(super) seen_free: u64,
    /// What the last call took.
    pub(super) usual: u64,
    /// Redis had no room for so much, and is not asked for it until then; when it said that there would be some.
    refused: Option<(u64, i64, i64)>,
    /// When a call last took of it.
    pub(super) used_at: i64,
}

/// The smallest limit of which something is kept: of smaller ones Redis is asked for each call, so they are exact.
const EXACT_BELOW: u64 = 20;
/// A slice is what comes in so many microseconds.
const SLICE_MICROS: i64 = 100_000;
/// For so long Redis is not asked again for what it had no room for: calls that are refused must not keep it busy.
const ASKED_AGAIN_MICROS: i64 = 50_000;

impl Lent {
    pub(super) fn is_empty(&self) -> bool {
        self.held == 0 && self.debt == 0 && self.empty.is_empty() && self.busy.is_empty()
    }

    /// Takes up to `need` of what is there.
    pub(super) fn draw(&mut self, need: u64, now: i64) -> u64 {
        (self.used_at, self.usual) = (now, need);
        let drawn = self.held.min(need);
        self.held -= drawn;
        drawn
    }

    /// Takes a place.
    pub(super) fn seat(&mut self, now: i64) -> Option<u64> {
        self.used_at = now;
        let place = self.empty.pop()?;
        self.busy.push(place);
        Some(place)
    }

    /// Redis has no room for `need` before `opens_at`: for a moment nobody asks again.
    pub(super) fn refuse(&mut self, need: u64, opens_at: i64, now: i64) {
        self.refused = Some((need, opens_at.min(now + ASKED_AGAIN_MICROS), opens_at));
    }

    /// For how long there is no room for `need`, as far as that is known without asking.
    pub(super) fn wait(&self, need: u64, now: i64) -> Option<i64> {
        let (refused, asked_again_at, opens_at) = self.refused?;
        let still = (asked_again_at - ASKED_AGAIN_MICROS..asked_again_at).contains(&now);
        (still && self.held < need && need - self.held >= refused).then_some(opens_at - now)
    }

    /// A call has left its place.
    pub(super) fn leave(&mut self, place: u64) {
        if let Some(at) = self.busy.iter().position(|busy| *busy == place) {
            self.busy.swap_remove(at);
            self.empty.push(place);
        }
    }

    /// Was lent, and not used.
    pub(super) fn put_back(&mut self, amount: u64) {
        let paid = self.debt.min(amount);
        self.debt -= paid;
        self.held += amount - paid;
    }

    /// Was used, and not lent.
    pub(super) fn owe(&mut self, amount: u64) {
        let covered = self.held.min(amount);
        self.held -= covered;
        self.debt += amount - covered;
    }
}

/// How much of a rate one of `instances` keeps; 0: nothing, and Redis is asked for each call.
pub(super) fn slice_of_rate(limit: u64, micros: i64, need: u64, instances: u64) -> u64 {
    let most = limit / (4 * instances);
    if limit < EXACT_BELOW || most == 0 {
        return 0;
    }
    let micros = u64::try_from(micros).unwrap_or(u64::MAX);
    let rate = limit.saturating_mul(SLICE_MICROS.unsigned_abs()) / micros / instances;
    rate.max(need).clamp(1, most)
}

/// How many places for calls at once one of `instances` keeps without a call.
pub(super) fn slice_of_places(limit: u64, instances: u64) -> u64 {
    if limit < EXACT_BELOW { 0 } else { limit / (8 * instances) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slices_are_small_and_small_limits_have_none() {
        const MINUTE: i64 = 60_000_000;
        for (limit, need, instances, slice) in [
            (19, 1, 1, 0),
            (20, 1, 4, 1),
            (20, 1, 6, 0),
            (600, 1, 4, 1),
            (60_000, 1, 4, 25),
            (60_000, 1_000, 4, 1_000),
            (60_000, 50_000, 4, 3_750),
        ] {
            assert_eq!(slice_of_rate(limit, MINUTE, need, instances), slice, "{limit} {need} {instances}");
        }
        assert_eq!(slice_of_rate(10_000, 1440 * MINUTE, 1, 2), 1);
        for (limit, instances, slice) in [(19, 1, 0), (20, 1, 2), (20, 4, 0), (1_000, 4, 31)] {
            assert_eq!(slice_of_places(limit, instances), slice, "{limit} {instances}");
        }
    }

    #[test]
    fn what_is_lent_is_never_lost() {
        let mut lent = Lent { held: 5, ..Lent::default() };
        lent.owe(8);
        assert_eq!((lent.held, lent.debt), (0, 3));
        lent.put_back(4);
        assert_eq!((lent.held, lent.debt), (1, 0));
        assert_eq!(lent.draw(7, 1), 1);
        lent.empty = vec![4, 5];
        assert_eq!(lent.seat(1), Some(5));
        lent.leave(5);
        lent.leave(5);
        assert_eq!((lent.empty, lent.busy), (vec![4, 5], vec![]));
    }
}
