//! Rule: every package that others made comes under a licence that deps.toml allows.

use super::graph::{Graph, Package};
use super::rules::{Licences, RULES};
use super::spdx;
use crate::finding::Finding;
use crate::repository::Repository;

const RULE: &str = "licences";

pub(super) fn check(graph: &Graph, rules: &Licences, repository: &Repository) -> Vec<Finding> {
    let mut found: Vec<Finding> = graph
        .foreign()
        .filter_map(|package| Some((package, complaint(package, rules)?)))
        .map(|(package, advice)| Finding::new("Cargo.lock", package.lock_line(repository), RULE, advice))
        .collect();
    let idle = rules
        .exceptions
        .iter()
        .filter(|exception| !graph.foreign().any(|p| p.name == exception.name && !suffices(p, rules, false)));
    found.extend(idle.map(|exception| {
        let line = repository.line_of(RULES, &format!("\"{}\"", exception.name));
        let advice = format!("{} needs no exception: take it out", exception.name);
        Finding::new(RULES, line, RULE, advice)
    }));
    found
}

fn complaint(package: &Package, rules: &Licences) -> Option<String> {
    let Package { name, version, .. } = package;
    let Some(licence) = &package.licence else {
        return Some(format!("{name} {version} states no licence: do not use it"));
    };
    if let Err(error) = spdx::parse(licence) {
        return Some(format!("{name} {version}: the licence `{licence}` cannot be read: {error}"));
    }
    (!suffices(package, rules, true))
        .then(|| format!("{name} {version} is `{licence}`: use another crate, or allow it with a reason"))
}

/// Whether the licence is allowed, with the exceptions or without them.
fn suffices(package: &Package, rules: &Licences, with_exceptions: bool) -> bool {
    let allowed = |id: &str| {
        let excepted = rules.exceptions.iter().any(|e| e.name == package.name && e.licence == id);
        rules.allow.iter().any(|licence| licence == id) || (with_exceptions && excepted)
    };
    let licence = package.licence.as_deref().map(spdx::parse);
    matches!(licence, Some(Ok(licence)) if licence.is_met(&allowed))
}

#[cfg(test)]
mod tests {
    use super::super::rules::LicenceException;
    use super::{Graph, Licences, Package, check};
    use crate::repository::Repository;

    fn found(licence: Option<&str>, excepted: Option<&str>) -> usize {
        let mut package = Package::foreign("acme", "1.0.0");
        package.licence = licence.map(str::to_owned);
        let exceptions = excepted.map(|licence| LicenceException {
            name: "acme".to_owned(),
            licence: licence.to_owned(),
            reason: "small".to_owned(),
        });
        let rules = Licences { allow: vec!["MIT".to_owned()], exceptions: exceptions.into_iter().collect() };
        check(&Graph::of(&[package]), &rules, &Repository::of(&[])).len()
    }

    #[test]
    fn a_licence_that_is_not_allowed_fails() {
        assert_eq!(found(Some("GPL-3.0-only"), None), 1);
        assert_eq!(found(Some("MIT AND GPL-3.0-only"), None), 1);
        assert_eq!(found(Some("MIT OR"), None), 1);
        assert_eq!(found(None, None), 1);
    }

    #[test]
    fn an_allowed_licence_passes() {
        assert_eq!(found(Some("MIT OR GPL-3.0-only"), None), 0);
    }

    #[test]
    fn an_exception_holds_for_its_crate_as_long_as_it_is_needed() {
        assert_eq!(found(Some("MPL-2.0"), Some("MPL-2.0")), 0);
        assert_eq!(found(Some("MIT"), Some("MPL-2.0")), 1);
    }
}
