//! A step in the background: slices are filled up, what is not used is given back, what was used beyond is paid, leases are renewed.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use store::{LimitAsk, LimitAskOf, LimitGrant};

use super::{Gone, IDLE_MICROS, LEASE_MICROS, PROBE_MICROS, RENEW_MICROS, Remote, name, rule_of, slice};
use crate::limits::gauge::{Bar, Gauge};
use crate::limits::rule::Rule;

/// No call waits for a step.
const PATIENCE: Duration = Duration::from_secs(1);
/// Limits in one round.
const MOST: usize = 128;

/// What is asked for an account in the background.
struct Errand {
    gauge: Arc<Gauge>,
    rule: Rule,
    ask: LimitAsk,
}

impl Remote {
    pub(in crate::limits) async fn sync(&self, instances: u64, now: i64) {
        let renews = {
            let mut steps = self.steps.lock();
            if !self.is_up() {
                if (0..PROBE_MICROS).contains(&(now - steps.probed_at)) {
                    return;
                }
                steps.probed_at = now;
            }
            let is_due = steps.is_anew || !(0..RENEW_MICROS).contains(&(now - steps.renewed_at));
            if is_due {
                (steps.renewed_at, steps.is_anew) = (now, false);
            }
            is_due
        };
        let listed = std::mem::take(&mut *self.lent.lock());
        let mut errands = Vec::new();
        for gauge in listed {
            self.errands(&gauge, instances, renews, now, &mut errands);
            let mut bars = gauge.lock();
            bars.is_listed = bars.are_lent();
            let stays = bars.is_listed;
            drop(bars);
            if stays {
                self.lent.lock().push(gauge);
            }
        }
        if errands.is_empty() && !self.is_up() {
            // an empty round tells whether Redis is there again
            let _answer = self.round(&[], PATIENCE).await;
        }
        for some in errands.chunks(MOST) {
            self.run(some, renews, now).await;
        }
    }

    /// What is to be asked for an account. What is given back is not there any more.
    fn errands(&self, gauge: &Arc<Gauge>, instances: u64, renews: bool, now: i64, errands: &mut Vec<Errand>) {
        let mut bars = gauge.lock();
        for bar in bars.each() {
            let rule = rule_of(bar);
            let kept = slice(&rule, bar.lent.usual, instances);
            let is_idle = !(0..IDLE_MICROS).contains(&(now - bar.lent.used_at));
            let asked = if bar.is_parallel() {
                self.places(bar, if is_idle { 0 } else { kept }, renews)
            } else {
                rate(bar, &rule, kept, is_idle)
            };
            if let Some((want, of)) = asked {
                let ask = LimitAsk { name: name(gauge, &rule), limit: rule.limit, need: 0, want, of };
                errands.push(Errand { gauge: Arc::clone(gauge), rule, ask });
            }
        }
    }

    /// Leases that end, and those that go on.
    fn places(&self, bar: &mut Bar, kept: u64, renews: bool) -> Option<(u64, LimitAskOf)> {
        let kept = usize::try_from(kept).unwrap_or(usize::MAX).min(bar.lent.empty.len());
        let back = bar.lent.empty.split_off(kept);
        let renewed = if renews { [bar.lent.busy.as_slice(), &bar.lent.empty].concat() } else { Vec::new() };
        if back.is_empty() && renewed.is_empty() {
            return None;
        }
        let first = self.next_place.load(Ordering::Relaxed);
        Some((0, LimitAskOf::Places { lease: LEASE_MICROS, first, back, kept: renewed }))
    }

    async fn run(&self, errands: &[Errand], renews: bool, now: i64) {
        let asks: Vec<_> = errands.iter().map(|errand| errand.ask.clone()).collect();
        let answer = self.round(&asks, PATIENCE).await;
        for (at, errand) in errands.iter().enumerate() {
            let grant = answer.as_ref().ok().and_then(|answer| answer.granted.get(at));
            let mut bars = errand.gauge.lock();
            let bar = bars.bar(&errand.rule, now);
            match (grant, &errand.ask.of) {
                (Some(LimitGrant { granted, free, .. }), of) => {
                    bar.lent.seen_free = *free;
                    if matches!(of, LimitAskOf::Rate { .. }) {
                        bar.lent.put_back(*granted);
                    }
                }
                (None, LimitAskOf::Rate { back, .. }) => bar.lent.put_back(*back),
                // they end by themselves
                (None, LimitAskOf::Places { .. }) => {}
            }
            let is_lost = !bars.is_listed && bars.are_lent();
            bars.is_listed |= is_lost;
            drop(bars);
            if is_lost {
                self.lent.lock().push(Arc::clone(&errand.gauge));
            }
        }
        if let Err(Gone) = answer
            && renews
        {
            self.steps.lock().is_anew = true;
        }
    }
}

/// What is paid, filled up or given back of a rate.
fn rate(bar: &mut Bar, rule: &Rule, kept: u64, is_idle: bool) -> Option<(u64, LimitAskOf)> {
    let lent = &mut bar.lent;
    let kept = if is_idle { 0 } else { kept };
    let back = if is_idle || lent.held > kept.saturating_mul(2) { lent.held.saturating_sub(kept) } else { 0 };
    lent.held -= back;
    let filled = if back == 0 && lent.held < kept.div_ceil(2) { kept - lent.held } else { 0 };
    let want = lent.debt.saturating_add(filled);
    (want > 0 || back > 0).then(|| (want, LimitAskOf::Rate { slot: rule.span.slot(), back }))
}
