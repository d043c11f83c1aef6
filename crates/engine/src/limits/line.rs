//! One limit of one call: what it needs of it, and what it has taken.

use std::sync::Arc;

use parking_lot::MutexGuard;

use super::gauge::{Bars, Gauge};
use super::refused::{Full, Refused};
use super::rule::{Holds, Kind, Measure, Rule};

/// What a call is expected to use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Needs {
    pub(crate) input: u64,
    pub(crate) output: u64,
    /// What limits of tokens count of both.
    pub(crate) counted: super::TokensCounted,
}

impl Needs {
    /// What it uses of that measure.
    pub(super) fn of(&self, measure: Measure) -> u64 {
        match measure {
            Measure::Requests | Measure::Parallel => 1,
            Measure::Input => self.input,
            Measure::Output => self.output,
            Measure::Tokens => self.counted.of(self.input, self.output),
        }
    }

    /// The part of it that is known beforehand.
    fn known(&self, measure: Measure) -> u64 {
        Self { output: 0, ..*self }.of(measure)
    }
}

/// One limit of one call.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    pub(super) gauge: Arc<Gauge>,
    pub(super) kind: Kind,
    pub(super) rule: Rule,
    /// What was taken of it.
    pub(super) amount: u64,
    /// Where in its window.
    slot: i64,
    /// What of that was drawn from what Redis lent, until all of it is lent.
    pub(super) drawn: u64,
    /// Whether it counts as lent.
    pub(super) is_lent: bool,
    /// The place that it was given in Redis.
    pub(super) place: Option<u64>,
    /// What was left behind it, and when all is there again.
    pub(super) remaining: u64,
    pub(super) reset: i64,
}

impl Line {
    pub(super) fn new(gauge: Arc<Gauge>, kind: Kind, rule: Rule) -> Self {
        let (amount, slot, drawn, remaining, reset) = (0, 0, 0, 0, 0);
        Self { gauge, kind, rule, amount, slot, drawn, is_lent: false, place: None, remaining, reset }
    }

    /// Locks are taken in this order.
    pub(super) fn place(&self) -> usize {
        Arc::as_ptr(&self.gauge).addr()
    }

    /// Whether all instances count it together.
    pub(super) fn is_shared(&self) -> bool {
        !self.kind.is_local() && self.rule.holds == Holds::Always
    }

    /// What one of `instances` may let through by itself.
    fn part(&self, instances: u64) -> u64 {
        match self.rule.limit {
            0 => 0,
            limit => (limit / instances).max(1),
        }
    }

    /// What is needed of it: what is only expected is not more than all there is. What is known to be more than that fits never.
    fn need(&self, needs: &Needs, most: u64) -> Option<u64> {
        let measure = self.rule.measure;
        let fits = needs.known(measure) <= self.rule.limit;
        let need = needs.of(measure);
        fits.then_some(if measure.is_of_tokens() { need.min(most) } else { need })
    }

    /// Decides what is to be taken; where that has no room, says so.
    fn look(&mut self, locked: &mut Locked<'_>, needs: &Needs, instances: u64, now: i64) -> Option<Full> {
        let most = if self.is_lent { self.rule.limit } else { self.part(instances) };
        let need = self.need(needs, most);
        self.amount = need.unwrap_or_default();
        let bar = bars(locked, self)?.bar(&self.rule, now);
        let free = if self.is_lent { bar.lent.held } else { bar.free(most) };
        match need {
            None => Some(self.full(needs.of(self.rule.measure), free, None)),
            Some(need) if self.is_lent => bar.lent.wait(need, now).map(|wait| self.full(need, free, Some(wait))),
            Some(need) if need > free => Some(self.full(need, free, Some(bar.wait(need, most, now)))),
            Some(_) => None,
        }
    }

    /// Takes it. Whether all of it was there: of what Redis lends there may be too little.
    fn take(&mut self, locked: &mut Locked<'_>, instances: u64, now: i64) -> bool {
        let most = if self.is_lent { self.rule.limit } else { self.part(instances) };
        let Some(bars) = bars(locked, self) else { return true };
        let bar = bars.bar(&self.rule, now);
        self.slot = bar.take(self.amount);
        self.reset = bar.reset(most, now);
        if !self.is_lent {
            self.remaining = bar.free(most);
            return true;
        }
        let is_there = if bar.is_parallel() {
            self.place = bar.lent.seat(now);
            self.place.is_some()
        } else {
            self.drawn = bar.lent.draw(self.amount, now);
            self.drawn == self.amount
        };
        self.remaining = bar.lent.seen_free.saturating_add(bar.lent.held).min(most);
        is_there
    }

    fn full(&self, need: u64, remaining: u64, wait: Option<i64>) -> Full {
        Full { kind: self.kind, rule: self.rule, account: self.gauge.name.clone(), need, remaining, wait }
    }
}

/// The bars of all lines, locked; `lines` are in the order of their places.
struct Locked<'a>(Vec<(usize, MutexGuard<'a, Bars>)>);

impl<'a> Locked<'a> {
    fn new(gauges: impl Iterator<Item = &'a Arc<Gauge>>) -> Self {
        let mut locked: Vec<(usize, MutexGuard<'a, Bars>)> = Vec::new();
        for gauge in gauges {
            let place = Arc::as_ptr(gauge).addr();
            if locked.last().is_none_or(|(last, _)| *last != place) {
                locked.push((place, gauge.lock()));
            }
        }
        Self(locked)
    }
}

/// Takes this instance's part of each limit, or nothing.
pub(super) fn take_here(lines: &mut [Line], needs: &Needs, instances: u64, now: i64) -> Result<(), Refused> {
    take(lines, needs, instances, now, false).map(drop)
}

/// Takes what is there of what Redis lent, and returns of which lines there is too little; or takes nothing.
pub(super) fn draw(lines: &mut [Line], needs: &Needs, instances: u64, now: i64) -> Result<Vec<usize>, Refused> {
    take(lines, needs, instances, now, true)
}

/// Looks at all, then takes of all.
fn take(lines: &mut [Line], needs: &Needs, instances: u64, now: i64, lends: bool) -> Result<Vec<usize>, Refused> {
    let gauges: Vec<Arc<Gauge>> = lines.iter().map(|line| Arc::clone(&line.gauge)).collect();
    let mut locked = Locked::new(gauges.iter());
    let saturation = saturation(lines, &mut locked, instances, now);
    let mut tightest: Option<Full> = None;
    for line in lines.iter_mut() {
        line.is_lent = lends && line.is_shared();
        let full = line.look(&mut locked, needs, instances, now);
        if let Some(full) = full.filter(|_| holds(line, &saturation))
            && tightest.as_ref().is_none_or(|tightest| full.is_tighter_than(tightest))
        {
            tightest = Some(full);
        }
    }
    if let Some(full) = tightest {
        return Err(Refused::Full(Box::new(full)));
    }
    let mut short = Vec::new();
    for (at, line) in lines.iter_mut().enumerate() {
        if !line.take(&mut locked, instances, now) {
            short.push(at);
        }
    }
    Ok(short)
}

/// Puts back all that was taken.
pub(super) fn undo(lines: &mut [Line], now: i64) {
    for line in lines {
        let mut bars = line.gauge.lock();
        let bar = bars.bar(&line.rule, now);
        bar.give_back(line.amount, line.slot);
        bar.lent.put_back(std::mem::take(&mut line.drawn));
        if let Some(place) = line.place.take() {
            bar.lent.leave(place);
        }
        line.amount = 0;
    }
}

/// The call has ended and used this much.
pub(super) fn settle(line: &Line, used: u64, now: i64) {
    let mut bars = line.gauge.lock();
    let bar = bars.bar(&line.rule, now);
    if bar.is_parallel() {
        return leave(line, bar);
    }
    if !line.rule.measure.is_of_tokens() {
        return;
    }
    if used < line.amount {
        bar.give_back(line.amount - used, line.slot);
        if line.is_lent {
            bar.lent.put_back(line.amount - used);
        }
    } else {
        bar.charge(used - line.amount);
        if line.is_lent {
            bar.lent.owe(used - line.amount);
        }
    }
}

/// There was no call: it does not count.
pub(super) fn withdraw(line: &Line, now: i64) {
    let mut bars = line.gauge.lock();
    let bar = bars.bar(&line.rule, now);
    bar.give_back(line.amount, line.slot);
    if line.is_lent {
        bar.lent.put_back(line.amount);
    }
}

/// The call is not under way any more.
pub(super) fn free_place(line: &Line, now: i64) {
    let mut bars = line.gauge.lock();
    leave(line, bars.bar(&line.rule, now));
}

fn leave(line: &Line, bar: &mut super::gauge::Bar) {
    bar.give_back(line.amount, line.slot);
    if let Some(place) = line.place {
        bar.lent.leave(place);
    }
}

/// What of each model's capacity is used, in per cent, by measure.
type Saturation = Vec<(Rule, u64)>;

fn saturation(lines: &[Line], locked: &mut Locked<'_>, instances: u64, now: i64) -> Saturation {
    let models = lines.iter().filter(|line| line.kind == Kind::Model);
    models
        .filter_map(|line| {
            let most = line.part(instances);
            let free = bars(locked, line)?.bar(&line.rule, now).free(most);
            Some((line.rule, (most - free).saturating_mul(100) / most.max(1)))
        })
        .collect()
}

fn holds(line: &Line, saturation: &Saturation) -> bool {
    match line.rule.holds {
        Holds::Always => true,
        Holds::Never => false,
        Holds::FromSaturation(percent) => {
            let of =
                saturation.iter().find(|(rule, _)| rule.measure == line.rule.measure && rule.span == line.rule.span);
            of.is_none_or(|(_, used)| *used >= u64::from(percent))
        }
    }
}

fn bars<'l>(locked: &'l mut Locked<'_>, line: &Line) -> Option<&'l mut Bars> {
    let place = line.place();
    let at = locked.0.binary_search_by_key(&place, |(place, _)| *place).ok()?;
    locked.0.get_mut(at).map(|(_, bars)| &mut **bars)
}
