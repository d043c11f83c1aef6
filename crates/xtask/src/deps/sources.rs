//! Rule: packages come from a registry or a git repository that deps.toml names, or are crates of this workspace.

use super::graph::{Graph, Package};
use super::rules::Sources;
use crate::finding::Finding;
use crate::repository::Repository;

const RULE: &str = "sources";

pub(super) fn check(graph: &Graph, rules: &Sources, repository: &Repository) -> Vec<Finding> {
    let unknown = graph.foreign().filter(|package| !is_known(package, rules));
    unknown
        .map(|package| {
            let source = package.source.as_deref().unwrap_or("a folder outside the workspace");
            let advice = format!("{} comes from {source}: use a release", package.name);
            Finding::new("Cargo.lock", package.lock_line(repository), RULE, advice)
        })
        .collect()
}

fn is_known(package: &Package, rules: &Sources) -> bool {
    let Some(source) = package.source.as_deref() else {
        return false;
    };
    let address = source.split(['?', '#']).next().unwrap_or_default();
    rules.registries.iter().any(|registry| registry == source) || rules.git.iter().any(|git| git.url == address)
}

#[cfg(test)]
mod tests {
    use super::super::rules::GitSource;
    use super::{Graph, Package, Sources, check};
    use crate::repository::Repository;

    fn found(source: Option<&str>) -> usize {
        let mut package = Package::foreign("acme", "1.0.0");
        package.source = source.map(str::to_owned);
        let git = GitSource { url: "git+https://h/known".to_owned(), reason: "a fix".to_owned() };
        let rules = Sources { registries: vec!["registry+https://h/index".to_owned()], git: vec![git] };
        check(&Graph::of(&[package]), &rules, &Repository::of(&[])).len()
    }

    #[test]
    fn an_unknown_source_fails() {
        assert_eq!(found(Some("registry+https://h/other")), 1);
        assert_eq!(found(Some("git+https://h/unknown?rev=1#1")), 1);
        assert_eq!(found(Some("git+https://h/known-not?rev=1#1")), 1);
        assert_eq!(found(None), 1);
    }

    #[test]
    fn a_named_source_passes_and_so_do_crates_of_ours() {
        assert_eq!(found(Some("registry+https://h/index")), 0);
        assert_eq!(found(Some("git+https://h/known?rev=1#1")), 0);
        let ours = Graph::of(&[Package::ours("wire", &[])]);
        let rules = Sources { registries: vec![], git: vec![] };
        assert_eq!(check(&ours, &rules, &Repository::of(&[])), vec![]);
    }
}
