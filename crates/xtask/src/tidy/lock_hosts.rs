//! Rule: a lock file names no host of a package registry, so that any mirror will do. One finding a file.

use super::rules::Rules;
use crate::finding::Finding;
use crate::repository::Repository;

const RULE: &str = "lock_hosts";

pub(super) fn check(repository: &Repository, rules: &Rules) -> Vec<Finding> {
    let mut found = Vec::new();
    for rule in &rules.lock_hosts {
        for file in repository.files.iter().filter(|file| file.name() == rule.file) {
            let hosts: Vec<usize> = file
                .text
                .lines()
                .enumerate()
                .filter(|(_, line)| line.contains(&rule.mark))
                .map(|(index, _)| index + 1)
                .collect();
            found.extend(hosts.first().map(|line| {
                let advice = format!("hosts named in {} lines: {}", hosts.len(), rule.instead);
                Finding::new(&file.path, *line, RULE, advice)
            }));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::rules::tests::small;
    use super::check;
    use crate::repository::Repository;

    #[test]
    fn a_lock_with_hosts_fails_once() {
        let lock = "{\n\"resolved\": \"https://registry.example/a.tgz\",\n\"resolved\": \"http://b\"";
        let found = check(&Repository::of(&[("console/package-lock.json", lock)]), &small());
        let expected = "console/package-lock.json:2: lock_hosts: hosts named in 2 lines: leave it out";
        assert_eq!(found.iter().map(ToString::to_string).collect::<Vec<_>>(), [expected]);
    }

    #[test]
    fn a_lock_without_hosts_passes() {
        let lock = "{\"integrity\": \"sha512-x\", \"resolved\": \"packages/local\"}";
        let files = [("package-lock.json", lock), ("notes.json", "\"resolved\": \"http://x\"")];
        assert_eq!(check(&Repository::of(&files), &small()), vec![]);
    }
}
