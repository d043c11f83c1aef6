//! Rule: arrows between crates point one way. Asks cargo what each crate of ours is linked from, on every platform.

use std::collections::BTreeSet;

use anyhow::Result;

use super::rules::{Arrow, RULES, Rules};
use crate::deps::graph;
use crate::finding::Finding;
use crate::repository::Repository;

const RULE: &str = "arrows";

pub(super) fn check(repository: &Repository, rules: &Rules) -> Vec<Finding> {
    judge(repository, &rules.arrows, |name| graph::linked_into(&repository.root, name))
}

fn judge(
    repository: &Repository,
    arrows: &[Arrow],
    linked_into: impl Fn(&str) -> Result<BTreeSet<String>>,
) -> Vec<Finding> {
    let ours = our_crates(repository);
    let mut found = Vec::new();
    for arrow in arrows.iter().filter(|a| a.from != "*" && !ours.contains(&a.from.as_str())) {
        let advice = format!("there is no crate {}: mend the arrow", arrow.from);
        found.push(Finding::new(RULES, 1, RULE, advice));
    }
    for name in ours {
        let manifest = manifest_of(name);
        match linked_into(name) {
            Ok(reached) => {
                let wrong = forbidden(name, &reached, arrows);
                found.extend(wrong.into_iter().map(|(target, reason)| {
                    let line = repository.line_of(&manifest, target);
                    let advice = format!(
                        "{name} must not reach {target} ({reason}): cargo tree -p {name} -e normal -i {target}"
                    );
                    Finding::new(&manifest, line, RULE, advice)
                }));
            }
            Err(error) => found.push(Finding::new(&manifest, 1, RULE, format!("{error:#}"))),
        }
    }
    found
}

/// The crates in `crates/`, by the names of their folders.
fn our_crates(repository: &Repository) -> Vec<&str> {
    let manifests = repository.files.iter().map(|file| file.path.as_str());
    manifests
        .filter_map(|path| path.strip_prefix("crates/")?.strip_suffix("/Cargo.toml"))
        .filter(|name| !name.contains('/'))
        .collect()
}

fn manifest_of(name: &str) -> String {
    format!("crates/{name}/Cargo.toml")
}

/// What `name` reaches and must not, each with the reason.
fn forbidden<'a>(name: &str, reached: &BTreeSet<String>, arrows: &'a [Arrow]) -> Vec<(&'a str, &'a str)> {
    let mut wrong = Vec::new();
    for arrow in arrows.iter().filter(|arrow| arrow.from == name || arrow.from == "*") {
        let hit = arrow.never.iter().filter(|target| *target != name && reached.contains(*target));
        wrong.extend(hit.map(|target| (target.as_str(), arrow.reason.as_str())));
    }
    wrong
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::rules::tests::small;
    use super::judge;
    use crate::repository::Repository;

    fn found(reached: &[&str]) -> Vec<String> {
        let manifest = ("crates/wire/Cargo.toml", "[dependencies]\ntokio = \"1\"\n");
        let repository = Repository::of(&[manifest]);
        let reached: BTreeSet<String> = reached.iter().map(|name| (*name).to_owned()).collect();
        let found = judge(&repository, &small().arrows, |_| Ok(reached.clone()));
        found.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_forbidden_arrow_fails() {
        let expected =
            "crates/wire/Cargo.toml:2: arrows: wire must not reach tokio (pure): cargo tree -p wire -e normal -i tokio";
        assert_eq!(found(&["wire", "serde", "tokio"]), [expected]);
    }

    #[test]
    fn an_arrow_forbidden_to_everyone_fails() {
        assert_eq!(found(&["wire", "xtask"]).len(), 1);
    }

    #[test]
    fn other_arrows_pass() {
        assert_eq!(found(&["wire", "serde"]), [""; 0]);
    }

    #[test]
    fn an_arrow_from_a_crate_that_is_gone_is_found() {
        let found = judge(&Repository::of(&[]), &small().arrows, |_| Ok(BTreeSet::new()));
        assert_eq!(found.len(), 1);
    }

    #[test]
    fn an_answer_that_cargo_cannot_give_is_found() {
        let repository = Repository::of(&[("crates/wire/Cargo.toml", "")]);
        let found = judge(&repository, &small().arrows, |_| Err(anyhow::anyhow!("broken")));
        assert_eq!(found.len(), 1);
    }
}
