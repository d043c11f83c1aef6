//! `cargo xtask deps`: what we depend on. One file a rule, one line here; what the rules say is in deps.toml.

mod bans;
mod floors;
pub(crate) mod graph;
mod licences;
mod rules;
mod sources;
mod spdx;

use anyhow::Result;

use crate::finding::Report;
use crate::repository::Repository;
use graph::Graph;
use rules::Rules;

/// Applies every rule to everything in Cargo.lock.
pub(crate) fn run(repository: &Repository) -> Result<Report> {
    let rules = Rules::read(repository)?;
    let graph = Graph::read(&repository.root)?;
    let mut findings = Vec::new();
    // registry: sorted
    findings.extend(bans::check(&graph, &rules.bans, repository));
    findings.extend(floors::check(&graph, &rules.floors, repository));
    findings.extend(licences::check(&graph, &rules.licences, repository));
    findings.extend(sources::check(&graph, &rules.sources, repository));
    // registry: end
    findings.sort();
    let checked = format!("{} crates ({} names built)", graph.packages.len(), graph.built.len());
    Ok(Report { checked, findings, notes: Vec::new() })
}
