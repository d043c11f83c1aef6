//! Rule: no path of somebody's machine in the repository.

use super::rules::{RULES, Rules, excuse};
use super::words::has_path;
use crate::finding::Finding;
use crate::repository::Repository;

const RULE: &str = "private_paths";

pub(super) fn check(repository: &Repository, rules: &Rules) -> Vec<Finding> {
    let rules = &rules.private_paths;
    let mut found = Vec::new();
    // The rules name what they look for.
    for file in repository.files.iter().filter(|file| file.path != RULES) {
        for (index, line) in file.text.lines().enumerate() {
            let hit = rules.patterns.iter().find(|pattern| has_path(line, pattern));
            found.extend(hit.map(|pattern| {
                let advice = format!("{pattern} is a path of one machine: make it relative");
                Finding::new(&file.path, index + 1, RULE, advice)
            }));
        }
    }
    excuse(found, &rules.exceptions, RULE, repository)
}

#[cfg(test)]
mod tests {
    use super::super::rules::tests::small;
    use super::check;
    use crate::repository::Repository;

    fn found(line: &str) -> usize {
        check(&Repository::of(&[("a.sh", line)]), &small()).len()
    }

    #[test]
    fn a_home_folder_fails() {
        assert_eq!(found(concat!("cd /ro", "ot/project")), 1);
        assert_eq!(found(concat!("cp x /ho", "me/ada/project")), 1);
    }

    #[test]
    fn other_paths_pass() {
        assert_eq!(found("cd project && cp /etc/hosts ./root/ && ls /home/"), 0);
    }

    #[test]
    fn the_rules_may_name_the_patterns() {
        let repository = Repository::of(&[("tidy.toml", concat!("patterns = [\"/ro", "ot/\"]"))]);
        assert_eq!(check(&repository, &small()), vec![]);
    }
}
