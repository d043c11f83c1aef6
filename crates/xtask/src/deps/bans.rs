//! Rule: no banned crate, either named by a crate of ours or anywhere in what is built.

use super::graph::Graph;
use super::rules::{Ban, Scope};
use crate::finding::Finding;
use crate::repository::Repository;

const RULE: &str = "bans";

pub(super) fn check(graph: &Graph, bans: &[Ban], repository: &Repository) -> Vec<Finding> {
    let mut found = Vec::new();
    for ban in bans {
        for name in &ban.crates {
            let named = named_by_ours(graph, name, ban, repository);
            // Whoever names it must take it out first: that is the finding to start from.
            if named.is_empty() && ban.scope == Scope::Any {
                found.extend(brought_by_others(graph, name, ban, repository));
            }
            found.extend(named);
        }
    }
    found
}

fn named_by_ours(graph: &Graph, name: &str, ban: &Ban, repository: &Repository) -> Vec<Finding> {
    let naming =
        graph.packages.iter().filter(|package| package.ours.iter().flatten().any(|dependency| dependency == name));
    naming
        .map(|package| {
            let manifest = format!("crates/{}/Cargo.toml", package.name);
            let line = repository.line_of(&manifest, name);
            Finding::new(&manifest, line, RULE, format!("{name} is banned: {}", ban.reason))
        })
        .collect()
}

fn brought_by_others(graph: &Graph, name: &str, ban: &Ban, repository: &Repository) -> Option<Finding> {
    let package = graph.packages.iter().find(|package| package.name == name)?;
    let advice = format!("{name} is banned ({}): cargo tree --target all -i {name}", ban.reason);
    graph.built.contains(name).then(|| Finding::new("Cargo.lock", package.lock_line(repository), RULE, advice))
}

#[cfg(test)]
mod tests {
    use super::{Ban, Graph, Scope, check};
    use crate::deps::graph::Package;
    use crate::repository::Repository;

    fn found(graph: &Graph, scope: Scope) -> Vec<String> {
        let ban = Ban { crates: vec!["slow".to_owned()], scope, reason: "use quick instead".to_owned() };
        let manifest = ("crates/engine/Cargo.toml", "[dependencies]\nslow.workspace = true\n");
        let found = check(graph, &[ban], &Repository::of(&[manifest]));
        found.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_banned_crate_that_ours_name_fails_once_in_either_scope() {
        let graph = Graph::of(&[Package::ours("engine", &["slow"]), Package::foreign("slow", "1.0.0")]);
        let expected = "crates/engine/Cargo.toml:2: bans: slow is banned: use quick instead";
        assert_eq!(found(&graph, Scope::Direct), [expected]);
        assert_eq!(found(&graph, Scope::Any), [expected]);
    }

    #[test]
    fn one_that_others_bring_fails_in_the_wide_scope_only() {
        let graph = Graph::of(&[Package::ours("engine", &[]), Package::foreign("slow", "1.0.0")]);
        assert_eq!(found(&graph, Scope::Direct), [""; 0]);
        assert_eq!(found(&graph, Scope::Any).len(), 1);
    }

    #[test]
    fn one_in_the_lock_that_is_never_built_passes() {
        let mut graph = Graph::of(&[Package::foreign("slow", "1.0.0")]);
        graph.built.clear();
        assert_eq!(found(&graph, Scope::Any), [""; 0]);
    }
}
