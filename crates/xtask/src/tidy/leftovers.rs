//! Rule: nothing is left for later in the text: what is not done is an issue, not a comment or a panic.

use super::rules::{Leftovers, RULES, Rules, excuse};
use super::words::has_word;
use crate::finding::Finding;
use crate::repository::{Repository, SourceFile};

const RULE: &str = "leftovers";

pub(super) fn check(repository: &Repository, rules: &Rules) -> Vec<Finding> {
    let rules = &rules.leftovers;
    // The rules name what they look for.
    let judged = repository
        .files
        .iter()
        .filter(|file| file.path != RULES && rules.extensions.iter().any(|end| end == file.extension()));
    let found = judged.flat_map(|file| check_file(file, rules)).collect();
    excuse(found, &rules.exceptions, RULE, repository)
}

fn check_file(file: &SourceFile, rules: &Leftovers) -> Vec<Finding> {
    let mut found = Vec::new();
    for (index, line) in file.text.lines().enumerate() {
        let word = rules.words.iter().find(|word| has_word(line, word)).cloned();
        let call = || {
            let calls = rules.macros.iter().map(|name| format!("{name}!"));
            calls.filter(|_| file.extension() == "rs").find(|call| has_call(line, call))
        };
        found.extend(word.or_else(call).map(|left| {
            let advice = format!("{left} is left over: do it, or open an issue");
            Finding::new(&file.path, index + 1, RULE, advice)
        }));
    }
    found
}

/// Whether the macro is called: `name!` and a bracket.
fn has_call(line: &str, call: &str) -> bool {
    ["(", "[", "{"].iter().any(|bracket| {
        let opened = format!("{call}{bracket}");
        line.match_indices(&opened).any(|(start, _)| {
            let before = line.split_at(start).0;
            !before.ends_with(|c: char| c.is_alphanumeric() || c == '_')
        })
    })
}

#[cfg(test)]
mod tests {
    use super::super::rules::tests::small;
    use super::check;
    use crate::repository::Repository;

    fn found(path: &str, line: &str) -> usize {
        check(&Repository::of(&[(path, line)]), &small()).len()
    }

    #[test]
    fn a_leftover_fails() {
        assert_eq!(found("a.rs", concat!("fn a() { to", "do!(\"later\") }")), 1);
        assert_eq!(found("a.rs", concat!("// FIX", "ME: later")), 1);
        assert_eq!(found("a.md", concat!("FIX", "ME")), 1);
    }

    #[test]
    fn other_words_pass() {
        assert_eq!(found("a.rs", concat!("my_to", "do!(); let todo = 1;")), 0);
        assert_eq!(found("a.md", concat!("`to", "do!()` is forbidden")), 0);
        assert_eq!(found("a.json", concat!("FIX", "ME")), 0);
    }
}
