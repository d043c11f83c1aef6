//! What the gateway shall keep to, and whether it does.

use crate::ask::Language;
use crate::crowd;
use crate::figures::{Figure, Runs};
use crate::governed;
use crate::scenario::{Disturbance, pair};
use crate::session::PROCESS;
use crate::settled::{POSTGRES, SETTLED};
use crate::table::{number, table};
use crate::target::{FLOOR, GATEWAY};

enum Bound {
    AtMost(f64),
    AtLeast(f64),
}

/// What is looked at, what it is, and its bound.
fn all(runs: &Runs) -> Vec<(&'static str, Option<f64>, Bound)> {
    let ratio = |scenario, figure| runs.ratio((scenario, GATEWAY), (scenario, FLOOR), figure);
    let own = |scenario, figure| runs.median(scenario, GATEWAY, figure);
    let crowd = |[few, million]: [&str; 2]| runs.ratio((million, GATEWAY), (few, GATEWAY), Figure::Cpu);
    let calm = |one: Disturbance| runs.ratio((one.name(), GATEWAY), ("undisturbed", GATEWAY), Figure::P99);
    vec![
        ("CPU a request × floor, 64 connections", ratio("reply-64", Figure::Cpu), Bound::AtMost(2.5)),
        ("requests/s × floor, 64 connections", ratio("reply-64", Figure::PerSecond), Bound::AtLeast(0.4)),
        ("stream events/s × floor, 64 connections", ratio("stream-64", Figure::PerSecond), Bound::AtLeast(0.5)),
        ("MiB idle", own(PROCESS, Figure::Before), Bound::AtMost(25.0)),
        ("MiB after 1,000 slow calls", own("slow-1000", Figure::After), Bound::AtMost(100.0)),
        ("ms from start to first answer", own(PROCESS, Figure::Start), Bound::AtMost(100.0)),
        ("p99 × undisturbed, bad keys", calm(Disturbance::BadKeys), Bound::AtMost(2.0)),
        ("p99 × undisturbed, slow loris", calm(Disturbance::SlowLoris), Bound::AtMost(2.0)),
        ("p99 × undisturbed, unread streams", calm(Disturbance::UnreadStreams), Bound::AtMost(2.0)),
        ("CPU a reply × same dialect, dearest pair", dearest(runs, false), Bound::AtMost(2.5)),
        ("CPU a frame × same dialect, dearest pair", dearest(runs, true), Bound::AtMost(2.5)),
        ("CPU a request × the only key, one of a million", crowd(crowd::CALLER), Bound::AtMost(1.05)),
        ("CPU a request × the only 1,000 keys, 1,000 of a million", crowd(crowd::CALLERS), Bound::AtMost(1.05)),
        ("CPU a request × without, all levels of budgets and limits", crowd(governed::GOVERNED), Bound::AtMost(1.3)),
        ("calls settled/s × rows that PostgreSQL alone takes", settled(runs), Bound::AtLeast(0.3)),
    ]
}

fn settled(runs: &Runs) -> Option<f64> {
    runs.ratio((SETTLED, GATEWAY), (SETTLED, POSTGRES), Figure::PerSecond)
}

/// The CPU of the dearest translation, by what the same client costs when the provider speaks its dialect.
fn dearest(runs: &Runs, stream: bool) -> Option<f64> {
    let pairs = Language::ALL.into_iter().flat_map(|client| Language::ALL.map(|provider| (client, provider)));
    let across = pairs.filter(|(client, provider)| client != provider);
    let ratios = across.filter_map(|(client, provider)| {
        let (own, same) = (pair(client, provider, stream), pair(client, client, stream));
        runs.ratio((&own, GATEWAY), (&same, GATEWAY), Figure::Cpu)
    });
    ratios.reduce(f64::max)
}

pub(crate) fn table_of(runs: &Runs) -> String {
    let row = |(what, value, bound): (&str, Option<f64>, Bound)| {
        let (word, limit, kept) = match bound {
            Bound::AtMost(limit) => ("≤", limit, value.map(|value| value <= limit)),
            Bound::AtLeast(limit) => ("≥", limit, value.map(|value| value >= limit)),
        };
        let verdict = match kept {
            Some(true) => "kept",
            Some(false) => "**missed**",
            None => "not measured",
        };
        vec![what.to_owned(), format!("{word} {limit}"), number(value), verdict.to_owned()]
    };
    let rows: Vec<_> = all(runs).into_iter().map(row).collect();
    table(&["what", "target", "measured", ""], &rows)
}

/// The heads of [`summary`].
pub(crate) const SUMMARY: [&str; 15] = [
    "CPU × floor",
    "requests/s × floor",
    "events/s × floor",
    "idle MiB",
    "after 1,000 MiB",
    "start ms",
    "bad keys p99 ×",
    "slow loris p99 ×",
    "unread p99 ×",
    "reply across ×",
    "frame across ×",
    "million keys ×",
    "1,000 callers ×",
    "governed ×",
    "settled ×",
];

/// The same as cells of one row.
pub(crate) fn summary(runs: &Runs) -> Vec<String> {
    all(runs).into_iter().map(|(_, value, _)| number(value)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figures::{Figures, Run};

    fn run(target: &str, cpu: f64) -> Run {
        let figures = Figures::from([(Figure::Cpu, cpu)]);
        Run { scenario: "reply-64".into(), target: target.into(), repetition: 0, figures, errors: [].into() }
    }

    #[test]
    fn a_bound_is_kept_or_missed_or_not_measured() {
        for (cpu, verdict) in [(20.0, "kept"), (30.0, "**missed**")] {
            let text = table_of(&Runs(vec![run(FLOOR, 10.0), run(GATEWAY, cpu)]));
            let line = text.lines().find(|line| line.contains("CPU a request")).unwrap();
            assert!(line.contains(verdict), "{line}");
            assert!(text.contains("not measured"));
        }
        assert_eq!(summary(&Runs::default()).len(), SUMMARY.len());
    }
}
