//! Rule: no version below the floor that mended a known fault, also not one that is in the lock only.

use super::graph::Graph;
use super::rules::Floor;
use crate::finding::Finding;
use crate::repository::Repository;

const RULE: &str = "floors";

pub(super) fn check(graph: &Graph, floors: &[Floor], repository: &Repository) -> Vec<Finding> {
    let mut found = Vec::new();
    for floor in floors {
        let low = graph.foreign().filter(|p| p.name == floor.name && p.version < floor.version);
        found.extend(low.map(|package| {
            let Floor { name, version, reason } = floor;
            let advice = format!("{name} {} is below {version} ({reason}): update it", package.version);
            Finding::new("Cargo.lock", package.lock_line(repository), RULE, advice)
        }));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{Floor, Graph, check};
    use crate::deps::graph::Package;
    use crate::repository::Repository;

    fn found(version: &str) -> Vec<String> {
        let graph = Graph::of(&[Package::foreign("acme", version)]);
        let floor = Floor { name: "acme".to_owned(), version: "1.10.2".parse().unwrap(), reason: "floods".to_owned() };
        let found = check(&graph, &[floor], &Repository::of(&[]));
        found.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_version_below_the_floor_fails() {
        let expected = "Cargo.lock:1: floors: acme 1.9.9 is below 1.10.2 (floods): update it";
        assert_eq!(found("1.9.9"), [expected]);
        assert_eq!(found("1.10.2-rc.1").len(), 1);
    }

    #[test]
    fn the_floor_and_above_pass() {
        for version in ["1.10.2", "1.10.10", "2.0.0"] {
            assert_eq!(found(version), [""; 0], "{version}");
        }
    }
}
