//! `cargo xtask tidy`: the layout as a test. One file a rule, one line here; what the rules say is in tidy.toml.

mod arrows;
mod documented_paths;
mod file_length;
mod function_length;
mod header;
mod leftovers;
mod lock_hosts;
mod private_paths;
mod provider_names;
mod registry_order;
mod rules;
mod rust_code;
mod undeclared_files;
mod words;

use anyhow::Result;

use crate::finding::Report;
use crate::repository::Repository;
use rules::Rules;

/// Applies every rule to every file.
pub(crate) fn run(repository: &Repository) -> Result<Report> {
    let rules = Rules::read(repository)?;
    let mut report =
        Report { checked: format!("{} files", repository.files.len()), findings: Vec::new(), notes: Vec::new() };
    let found = &mut report.findings;
    // registry: sorted
    found.extend(arrows::check(repository, &rules));
    found.extend(documented_paths::check(repository));
    found.extend(file_length::check(repository, &rules));
    found.extend(function_length::check(repository, &rules));
    found.extend(header::check(repository));
    found.extend(leftovers::check(repository, &rules));
    found.extend(lock_hosts::check(repository, &rules));
    found.extend(private_paths::check(repository, &rules));
    found.extend(provider_names::check(repository, &rules, &mut report.notes));
    found.extend(registry_order::check(repository));
    found.extend(rules::check(&rules));
    found.extend(undeclared_files::check(repository));
    // registry: end
    report.findings.sort();
    Ok(report)
}
