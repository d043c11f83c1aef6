//! tidy.toml as types, and what holds for every exception in it: a reason, a date, and something to excuse.

use std::collections::HashSet;

use anyhow::{Context, Result};
use serde::Deserialize;
use toml::value::Datetime;

use crate::finding::Finding;
use crate::repository::Repository;

/// Where the rules are kept.
pub(crate) const RULES: &str = "tidy.toml";

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rules {
    pub(crate) file_length: FileLength,
    pub(crate) function_length: FunctionLength,
    #[serde(rename = "arrow")]
    pub(crate) arrows: Vec<Arrow>,
    pub(crate) provider_names: ProviderNames,
    pub(crate) private_paths: PrivatePaths,
    pub(crate) leftovers: Leftovers,
    #[serde(rename = "lock_host")]
    pub(crate) lock_hosts: Vec<LockHost>,
}

/// One file that a rule lets pass.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Exception {
    pub(crate) path: String,
    pub(crate) reason: String,
    pub(crate) date: Datetime,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FileLength {
    pub(crate) source: usize,
    pub(crate) test: usize,
    pub(crate) script: usize,
    pub(crate) exceptions: Vec<Exception>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FunctionLength {
    pub(crate) lines: usize,
    pub(crate) exceptions: Vec<Exception>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Arrow {
    /// A crate of ours, or `*` for each of them.
    pub(crate) from: String,
    pub(crate) never: Vec<String>,
    pub(crate) reason: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProviderNames {
    pub(crate) catalog: String,
    /// The folder that has a folder for each provider with code, ending in `/`.
    pub(crate) folders: String,
    pub(crate) rooms: Vec<Room>,
    pub(crate) dialects: Vec<String>,
    pub(crate) dialect_rooms: Vec<Room>,
    pub(crate) everyday: Vec<String>,
    pub(crate) exceptions: Vec<Exception>,
}

/// A folder, ending in `/`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Room {
    pub(crate) path: String,
    pub(crate) reason: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PrivatePaths {
    pub(crate) patterns: Vec<String>,
    pub(crate) exceptions: Vec<Exception>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Leftovers {
    pub(crate) macros: Vec<String>,
    pub(crate) words: Vec<String>,
    pub(crate) extensions: Vec<String>,
    pub(crate) exceptions: Vec<Exception>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LockHost {
    /// The name of the lock file, in any folder.
    pub(crate) file: String,
    /// What a line with a host in it contains.
    pub(crate) mark: String,
    pub(crate) instead: String,
}

impl Rules {
    pub(crate) fn read(repository: &Repository) -> Result<Self> {
        let file = repository.file(RULES).context("tidy.toml is not among git's files")?;
        Self::parse(&file.text)
    }

    pub(crate) fn parse(text: &str) -> Result<Self> {
        toml::from_str(text).context(RULES)
    }

    fn exceptions(&self) -> impl Iterator<Item = &Exception> {
        let (a, b) = (&self.file_length.exceptions, &self.function_length.exceptions);
        let (c, d) = (&self.provider_names.exceptions, &self.private_paths.exceptions);
        a.iter().chain(b).chain(c).chain(d).chain(&self.leftovers.exceptions)
    }
}

/// The rules themselves: every reason is given, every date is a day, every room is a folder.
pub(crate) fn check(rules: &Rules) -> Vec<Finding> {
    let mut advice = Vec::new();
    for exception in rules.exceptions() {
        if exception.reason.trim().is_empty() {
            advice.push(format!("the exception for {} needs a reason", exception.path));
        }
        if exception.date.date.is_none() {
            advice.push(format!("the exception for {} needs a day as its date", exception.path));
        }
    }
    for room in rules.provider_names.rooms.iter().chain(&rules.provider_names.dialect_rooms) {
        if !room.path.ends_with('/') || room.reason.trim().is_empty() {
            advice.push(format!("the room {} must end in / and have a reason", room.path));
        }
    }
    for arrow in rules.arrows.iter().filter(|arrow| arrow.reason.trim().is_empty()) {
        advice.push(format!("the arrow from {} needs a reason", arrow.from));
    }
    advice.into_iter().map(|advice| Finding::new(RULES, 1, "rules", advice)).collect()
}

/// Takes out the findings in excepted files, and finds the exceptions that took out nothing.
pub(crate) fn excuse(
    findings: Vec<Finding>,
    exceptions: &[Exception],
    rule: &'static str,
    repository: &Repository,
) -> Vec<Finding> {
    let failing: HashSet<String> = findings.iter().map(|finding| finding.path.clone()).collect();
    let idle = exceptions.iter().filter(|exception| !failing.contains(&exception.path)).map(|e| {
        let line = repository.line_of(RULES, &format!("\"{}\"", e.path));
        Finding::new(RULES, line, rule, format!("{} needs no exception: take it out", e.path))
    });
    let kept = findings.into_iter().filter(|finding| exceptions.iter().all(|exception| exception.path != finding.path));
    kept.chain(idle).collect()
}

#[cfg(test)]
pub(super) mod tests;
