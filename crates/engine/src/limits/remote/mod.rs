//! Limits that instances share over Redis. Nothing fails without it: a question that is not answered in time is answered by this
//! instance's part of each limit, and after several of these nobody asks until Redis answers again.
//!
//! What Redis counts may vanish or become older than it was. Each answer has a beat that only goes up; where one is behind what
//! somebody was told, Redis begins a new generation with nothing counted (`store/src/redis/limits.lua`), and each instance leases the places
//! of its calls anew.

mod step;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use parking_lot::Mutex;
use store::{LimitAnswer, LimitAsk, LimitAskOf, LimitRound, Redis};
use tokio::sync::Notify;
use tokio::time::{sleep, timeout};

use super::gauge::{Bar, Gauge};
use super::lent::{slice_of_places, slice_of_rate};
use super::line::Line;
use super::refused::{Full, Refused};
use super::rule::Rule;
use crate::clock::Clock;

/// The longest that a call waits for an answer.
const PATIENCE: Duration = Duration::from_millis(20);
/// Between two steps in the background.
const PERIOD: Duration = Duration::from_millis(100);
/// Questions without an answer, one behind the other, until nobody asks any more.
const MOST_SILENCES: u64 = 3;
/// For how long a place among calls at once is leased, and after how long the lease is renewed.
const LEASE_MICROS: i64 = 30_000_000;
const RENEW_MICROS: i64 = 10_000_000;
/// How often it is looked whether Redis answers again.
const PROBE_MICROS: i64 = 1_000_000;
/// What nobody used for so long is given back.
const IDLE_MICROS: i64 = 1_000_000;

/// Redis did not answer.
#[derive(Debug)]
pub(super) struct Gone;

#[derive(Debug)]
pub(super) struct Remote {
    redis: Redis,
    /// This instance's name, and a further part of names of generations.
    name: String,
    /// Redis is told the time by tests only.
    manual: Option<Clock>,
    pub(super) patience: Duration,
    is_down: AtomicBool,
    silences: AtomicU64,
    /// The highest beat that was told.
    seen: AtomicU64,
    generation: Mutex<String>,
    next_place: AtomicU64,
    /// Accounts of which something is lent, owed or under way.
    lent: Mutex<Vec<Arc<Gauge>>>,
    steps: Mutex<Steps>,
    wake: Notify,
}

/// When what was done last.
#[derive(Debug, Default)]
struct Steps {
    probed_at: i64,
    renewed_at: i64,
    /// Leases are to be made anew whatever their age.
    is_anew: bool,
}

impl Remote {
    pub(super) fn new(redis: Redis, name: String, clock: &Clock) -> Self {
        let manual = matches!(clock, Clock::Manual(_)).then(|| clock.clone());
        Self {
            redis,
            name,
            manual,
            patience: PATIENCE,
            is_down: AtomicBool::new(false),
            silences: AtomicU64::new(0),
            seen: AtomicU64::new(0),
            generation: Mutex::default(),
            next_place: AtomicU64::new(1),
            lent: Mutex::default(),
            steps: Mutex::default(),
            wake: Notify::new(),
        }
    }

    pub(super) fn is_up(&self) -> bool {
        !self.is_down.load(Ordering::Relaxed)
    }

    /// Asks for what is short of `lines`. The inner error says that there is no room.
    pub(super) async fn ask(
        &self,
        lines: &mut [Line],
        short: &[usize],
        instances: u64,
        now: i64,
    ) -> Result<Result<(), Refused>, Gone> {
        let mut asks = Vec::with_capacity(short.len());
        let mut places = Vec::with_capacity(short.len());
        for line in short.iter().filter_map(|at| lines.get(*at)) {
            let need = line.amount - line.drawn;
            let ask = self.ask_of(&line.gauge, &line.rule, need, slice(&line.rule, line.amount, instances));
            places.push(if let LimitAskOf::Places { first, .. } = &ask.of { Some(*first) } else { None });
            asks.push(ask);
        }
        let answer = self.round(&asks, self.patience).await?;
        let mut refused: Option<Full> = None;
        for ((at, ask), (grant, first)) in short.iter().zip(&asks).zip(answer.granted.iter().zip(places)) {
            let Some(line) = lines.get_mut(*at) else { continue };
            let mut bars = line.gauge.lock();
            let bar = bars.bar(&line.rule, now);
            bar.lent.seen_free = grant.free;
            if !answer.all {
                if grant.wait > 0 {
                    if !bar.is_parallel() {
                        bar.lent.refuse(ask.need, now + grant.wait, now);
                    }
                    let remaining = grant.free.saturating_add(line.drawn);
                    let (kind, rule, account) = (line.kind, line.rule, line.gauge.name.clone());
                    let full = Full { kind, rule, account, need: ask.need, remaining, wait: Some(grant.wait) };
                    if refused.as_ref().is_none_or(|tightest| full.is_tighter_than(tightest)) {
                        refused = Some(full);
                    }
                }
                continue;
            }
            let extra = grant.granted.saturating_sub(ask.need);
            if let Some(first) = first {
                line.place = Some(first);
                bar.lent.busy.push(first);
                bar.lent.empty.extend((first + 1..).take(usize::try_from(extra).unwrap_or_default()));
            } else {
                line.drawn = line.amount;
                bar.lent.put_back(extra);
            }
            line.remaining = grant.free.saturating_add(bar.lent.held).min(line.rule.limit);
        }
        Ok(match (answer.all, refused) {
            (true, _) => Ok(()),
            (false, Some(full)) => Err(Refused::Full(Box::new(full))),
            (false, None) => return Err(Gone),
        })
    }

    /// What is asked for of one limit.
    fn ask_of(&self, gauge: &Gauge, rule: &Rule, need: u64, want: u64) -> LimitAsk {
        let of = if rule.measure == super::Measure::Parallel {
            let first = self.next_place.fetch_add(need + want, Ordering::Relaxed);
            LimitAskOf::Places { lease: LEASE_MICROS, first, back: Vec::new(), kept: Vec::new() }
        } else {
            LimitAskOf::Rate { slot: rule.span.slot(), back: 0 }
        };
        LimitAsk { name: name(gauge, rule), limit: rule.limit, need, want, of }
    }

    pub(super) async fn round(&self, asks: &[LimitAsk], patience: Duration) -> Result<LimitAnswer, Gone> {
        let seen = self.seen.load(Ordering::Relaxed);
        let generation = format!("{}:{seen}", self.name);
        let now = self.manual.as_ref().map(Clock::now);
        let round = LimitRound { caller: &self.name, now, seen, generation: &generation };
        let answered = timeout(patience, self.redis.ask_limits(&round, asks)).await;
        match answered {
            Ok(Ok(answer)) => {
                self.heard(&answer);
                Ok(answer)
            }
            Ok(Err(error)) => Err(self.silent(&error.to_string())),
            Err(_late) => Err(self.silent("it takes too long")),
        }
    }

    fn heard(&self, answer: &LimitAnswer) {
        self.seen.fetch_max(answer.beat, Ordering::Relaxed);
        self.silences.store(0, Ordering::Relaxed);
        if self.is_down.swap(false, Ordering::Relaxed) {
            tracing::info!("limits are counted in Redis again");
        }
        let mut generation = self.generation.lock();
        if *generation != answer.generation {
            if !generation.is_empty() {
                tracing::warn!("Redis has lost what was counted there of limits; they are counted anew");
            }
            generation.clone_from(&answer.generation);
            drop(generation);
            self.steps.lock().is_anew = true;
        }
    }

    fn silent(&self, error: &str) -> Gone {
        let silences = self.silences.fetch_add(1, Ordering::Relaxed) + 1;
        if silences >= MOST_SILENCES && !self.is_down.swap(true, Ordering::Relaxed) {
            tracing::warn!(error, "limits are not counted in Redis: each instance holds its part of them");
        }
        Gone
    }

    /// Remembers accounts of which something is lent.
    pub(super) fn list(&self, lines: &[Line]) {
        let mut lent = None;
        for line in lines.iter().filter(|line| line.is_lent) {
            let mut bars = line.gauge.lock();
            if bars.is_listed {
                continue;
            }
            bars.is_listed = true;
            drop(bars);
            lent.get_or_insert_with(|| self.lent.lock()).push(Arc::clone(&line.gauge));
        }
    }

    /// Something is to be given back at once: others may wait for it.
    pub(super) fn wake(&self) {
        self.wake.notify_one();
    }

    /// Until the next step is due.
    pub(super) async fn pause(&self) {
        tokio::select! {
            () = self.wake.notified() => {}
            () = sleep(PERIOD) => {}
        }
    }
}

/// How much of a limit is kept beyond what is used.
fn slice(rule: &Rule, need: u64, instances: u64) -> u64 {
    match rule.measure {
        super::Measure::Parallel => slice_of_places(rule.limit, instances),
        super::Measure::Requests => slice_of_rate(rule.limit, rule.span.micros(), 1, instances),
        _ => slice_of_rate(rule.limit, rule.span.micros(), need, instances),
    }
}

fn name(gauge: &Gauge, rule: &Rule) -> String {
    format!("{}:{}:{}", gauge.name, rule.measure.word(), rule.span.word())
}

fn rule_of(bar: &Bar) -> Rule {
    Rule::new(bar.measure, bar.span, bar.limit)
}
