//! The figures as Markdown.

use std::fmt::Write as _;

use crate::crowd;
use crate::figures::{Figure, Runs};
use crate::governed::GOVERNED;
use crate::scenario::{Disturbance, Scenario, all, good};
use crate::session::PROCESS;
use crate::settled::{POSTGRES, SETTLED};
use crate::table::{number, table};
use crate::target::{DIRECT, FLOOR, GATEWAY};
use crate::targets;

/// Everything, table by table.
pub(crate) fn whole(runs: &Runs, peers: &[String]) -> String {
    let who: Vec<&str> = [DIRECT, FLOOR, GATEWAY].into_iter().chain(peers.iter().map(String::as_str)).collect();
    let (pairs, plain): (Vec<Scenario>, Vec<Scenario>) =
        all().into_iter().partition(|scenario| scenario.name.contains("-to-"));
    let parts = [
        ("Targets", targets::table_of(runs)),
        ("One dialect", throughput(runs, &plain, &who)),
        ("Added to a direct call", added(runs, &plain, &who)),
        ("Dialects: client, provider", throughput(runs, &pairs, &who)),
        ("Memory and start", memory(runs, &plain, &who)),
        ("Disturbed", disturbed(runs)),
        ("Keys in the database", pairs_of(runs, &[crowd::CALLER, crowd::CALLERS])),
        ("Budgets and limits on every level", pairs_of(runs, &[GOVERNED])),
        ("Settled on PostgreSQL", settled(runs)),
        ("Errors", errors(runs)),
    ];
    let parts = parts.iter().filter(|(_, text)| !text.is_empty());
    parts.flat_map(|(title, text)| ["### ", title, "\n\n", text, "\n"]).collect()
}

/// Answers a second (pieces, of streams), CPU each, latency.
fn throughput(runs: &Runs, scenarios: &[Scenario], who: &[&str]) -> String {
    let mut rows = Vec::new();
    for scenario in scenarios {
        let name = scenario.name.as_str();
        for &target in who {
            let median = |figure| runs.median(name, target, figure);
            let ratio =
                |figure| runs.ratio((name, target), (&scenario.floor, FLOOR), figure).filter(|_| target != FLOOR);
            if median(Figure::PerSecond).is_none() {
                if runs.was_asked(name, target) {
                    rows.push([&[name.to_owned(), target.to_owned(), "not served".to_owned()][..], &blank(8)].concat());
                }
                continue;
            }
            rows.push(vec![
                name.to_owned(),
                target.to_owned(),
                number(median(Figure::PerSecond)),
                number(ratio(Figure::PerSecond)),
                number(median(Figure::Cpu)),
                number(ratio(Figure::Cpu)),
                number(median(Figure::P50)),
                number(median(Figure::P99)),
                number(median(Figure::Peak)),
                number(median(Figure::Backlog)),
                runs.errors(name, target).to_string(),
            ]);
        }
    }
    let head = [
        "scenario",
        "who",
        "per s",
        "× floor",
        "CPU µs each",
        "× floor",
        "p50 ms",
        "p99 ms",
        "peak MiB",
        "backlog s",
        "errors",
    ];
    if rows.is_empty() { String::new() } else { table(&head, &rows) }
}

fn blank(cells: usize) -> Vec<String> {
    vec!["–".to_owned(); cells]
}

/// What stands between client and upstream costs so many milliseconds.
fn added(runs: &Runs, scenarios: &[Scenario], who: &[&str]) -> String {
    let mut rows = Vec::new();
    let latency =
        scenarios.iter().filter(|scenario| scenario.name.starts_with("rate-") || scenario.name == "first-byte");
    for scenario in latency {
        let name = scenario.name.as_str();
        let figures = match name {
            "first-byte" => [Figure::FirstByteP50, Figure::FirstByteP99],
            _ => [Figure::P50, Figure::P99],
        };
        for &target in who.iter().filter(|target| **target != DIRECT) {
            let added = figures.map(|figure| runs.added((name, target), (name, DIRECT), figure));
            if added.iter().any(Option::is_some) {
                let own = figures.map(|figure| number(runs.median(name, target, figure)));
                let cells =
                    own.into_iter().chain(added.map(number)).chain([number(runs.median(name, target, Figure::Cpu))]);
                rows.push([name.to_owned(), target.to_owned()].into_iter().chain(cells).collect());
            }
        }
    }
    let head = ["scenario", "who", "p50 ms", "p99 ms", "added p50", "added p99", "CPU µs each"];
    if rows.is_empty() { String::new() } else { table(&head, &rows) }
}

fn memory(runs: &Runs, scenarios: &[Scenario], who: &[&str]) -> String {
    let slow = scenarios.iter().map(|scenario| scenario.name.as_str()).find(|name| name.starts_with("slow-"));
    let slow = slow.unwrap_or_default();
    let row = |&target: &&str| {
        let slow = |figure| number(runs.median(slow, target, figure));
        vec![
            target.to_owned(),
            number(runs.median(PROCESS, target, Figure::Start)),
            number(runs.median(PROCESS, target, Figure::Before)),
            slow(Figure::Before),
            slow(Figure::Peak),
            slow(Figure::After),
            slow(Figure::P50),
            slow(Figure::P99),
        ]
    };
    let rows: Vec<_> = who.iter().filter(|target| **target != DIRECT).map(row).collect();
    let head =
        ["who", "start to first answer ms", "idle MiB", "before 1,000 slow calls", "peak", "after", "p50 ms", "p99 ms"];
    table(&head, &rows)
}

fn disturbed(runs: &Runs) -> String {
    let base = good().name;
    if runs.median(&base, GATEWAY, Figure::P99).is_none() {
        return String::new();
    }
    let unwanted = format!("{GATEWAY}'s unwanted clients");
    let names = [(base.as_str(), "200 requests/s alone")].into_iter();
    let names = names.chain(Disturbance::ALL.map(|one| (one.name(), one.words())));
    let measured = names.filter(|(name, _)| runs.median(name, GATEWAY, Figure::P99).is_some());
    let row = |(name, words): (&str, &str)| {
        vec![
            name.to_owned(),
            words.to_owned(),
            number(runs.median(name, &unwanted, Figure::PerSecond)),
            number(runs.median(name, GATEWAY, Figure::P50)),
            number(runs.median(name, GATEWAY, Figure::P99)),
            number(runs.ratio((name, GATEWAY), (&base, GATEWAY), Figure::P99)),
            number(runs.median(name, GATEWAY, Figure::Peak)),
            runs.errors(name, GATEWAY).to_string(),
        ]
    };
    let head =
        ["beside", "what", "reached", "p50 ms", "p99 ms", "p99 × undisturbed", "peak MiB", "errors of good traffic"];
    table(&head, &measured.map(row).collect::<Vec<_>>())
}

/// Scenarios, each compared with what comes before it.
fn pairs_of(runs: &Runs, pairs: &[[&str; 2]]) -> String {
    let row = |(name, base): (&str, &str)| {
        let median = |figure| number(runs.median(name, GATEWAY, figure));
        let ratio = |figure| number(runs.ratio((name, GATEWAY), (base, GATEWAY), figure));
        vec![
            name.to_owned(),
            median(Figure::PerSecond),
            ratio(Figure::PerSecond),
            median(Figure::Cpu),
            ratio(Figure::Cpu),
            median(Figure::P99),
            median(Figure::Peak),
            median(Figure::Backlog),
            runs.errors(name, GATEWAY).to_string(),
        ]
    };
    let each = pairs.iter().flat_map(|[few, many]| [(*few, *few), (*many, *few)]);
    let rows: Vec<_> = each.filter(|(name, _)| runs.was_asked(name, GATEWAY)).map(row).collect();
    let head = ["scenario", "per s", "× first", "CPU µs each", "× first", "p99 ms", "peak MiB", "backlog s", "errors"];
    if rows.is_empty() { String::new() } else { table(&head, &rows) }
}

fn settled(runs: &Runs) -> String {
    let row = |who: &&str| {
        let median = |figure| number(runs.median(SETTLED, who, figure));
        let ratio = number(runs.ratio((SETTLED, who), (SETTLED, POSTGRES), Figure::PerSecond));
        vec![(*who).to_owned(), median(Figure::PerSecond), ratio, median(Figure::Cpu), median(Figure::P99)]
    };
    let rows: Vec<_> = [POSTGRES, GATEWAY].iter().filter(|who| runs.was_asked(SETTLED, who)).map(row).collect();
    let head = ["who", "rows/s", "× PostgreSQL alone", "CPU µs each", "p99 ms"];
    if rows.is_empty() { String::new() } else { table(&head, &rows) }
}

/// Each wrong answer, by what was wrong.
fn errors(runs: &Runs) -> String {
    let mut lines = String::new();
    for run in &runs.0 {
        for (error, count) in &run.errors {
            let (scenario, target) = (&run.scenario, &run.target);
            let repetition = run.repetition + 1;
            // writing to a string does not fail
            writeln!(lines, "- {scenario}, {target}, repetition {repetition}: {count} × {error}").ok();
        }
    }
    lines
}
