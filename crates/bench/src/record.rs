//! `bench/RESULTS.md`: a row a run that was recorded, and the last of them in full.

use std::path::Path;

use anyhow::Context as _;

use crate::table::table;
use crate::targets::SUMMARY;

const LATEST: &str = "\n## The latest run\n";
const INTRODUCTION: &str = "# Results of `make bench`\n\n\
    Written by `make bench ARGS=--record`; how it is measured, and what the figures mean, stands in [README.md](README.md).\n\
    Figures of different machines cannot be compared, ratios to the floor of the same minute can.\n\n";

/// A run, in words.
pub(crate) struct Record {
    pub(crate) date: String,
    pub(crate) machine: String,
    pub(crate) granted: String,
    pub(crate) commit: String,
    pub(crate) repetitions: u32,
    pub(crate) summary: Vec<String>,
    pub(crate) report: String,
}

/// Adds a run to the file.
pub(crate) fn append(path: &Path, record: &Record) -> anyhow::Result<()> {
    let old = std::fs::read_to_string(path).unwrap_or_default();
    std::fs::write(path, with(&old, record)).with_context(|| path.display().to_string())
}

fn with(old: &str, record: &Record) -> String {
    let history = old.split(LATEST).next().unwrap_or_default();
    let cells = |line: &str| line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect::<Vec<_>>();
    let mut rows: Vec<Vec<String>> = history.lines().filter(|line| line.starts_with("| 2")).map(cells).collect();
    let Record { date, machine, granted, commit, repetitions, summary, report } = record;
    let first = [date.clone(), commit.clone(), machine.clone(), granted.clone(), repetitions.to_string()];
    rows.push(first.into_iter().chain(summary.iter().cloned()).collect());
    let width = rows.last().map_or(0, Vec::len);
    // what is measured since cannot be known of older runs
    for row in &mut rows {
        row.resize(width, "–".to_owned());
    }
    let head: Vec<&str> = ["date", "commit", "machine", "granted", "runs"].into_iter().chain(SUMMARY).collect();
    format!("{INTRODUCTION}{}{LATEST}\n{}\n\n{report}", table(&head, &rows), title(record))
}

/// What was measured, where and when.
pub(crate) fn title(record: &Record) -> String {
    let Record { date, machine, granted, commit, repetitions, .. } = record;
    format!("{date}, commit {commit}, {machine}; {granted}; medians of {repetitions}.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_stay_and_the_latest_run_is_replaced() {
        let record = |date: &str, report: &str| Record {
            date: date.into(),
            machine: "a machine".into(),
            granted: "all".into(),
            commit: "abc".into(),
            repetitions: 3,
            summary: vec!["1".into(); SUMMARY.len()],
            report: report.into(),
        };
        let first = with("", &record("2026-11-22", "### old\n"));
        let second = with(&first, &record("2026-11-23", "### new\n"));
        assert!(second.contains("| 2026-11-22 |") && second.contains("| 2026-11-23 |"), "{second}");
        assert!(second.contains("### new") && !second.contains("### old"), "{second}");
        assert_eq!(second.matches(LATEST).count(), 1);
    }
}
