//! Rule: a file is short enough to be read at once. Test modules inside a source file are not counted.

use proc_macro2::TokenStream;

use super::rules::{FileLength, Rules, excuse};
use super::rust_code::test_items;
use crate::finding::Finding;
use crate::repository::{Repository, SourceFile};

const RULE: &str = "file_length";

pub(super) fn check(repository: &Repository, rules: &Rules) -> Vec<Finding> {
    let limits = &rules.file_length;
    let found = repository.files.iter().filter_map(|file| too_long(file, limits)).collect();
    excuse(found, &limits.exceptions, RULE, repository)
}

fn too_long(file: &SourceFile, limits: &FileLength) -> Option<Finding> {
    let limit = match file.extension() {
        "rs" | "ts" | "tsx" if file.is_test() => limits.test,
        "rs" => limits.source,
        "ts" | "tsx" => limits.script,
        _ => return None,
    };
    let lines = counted_lines(file);
    let advice = format!("{lines} lines, {limit} at most: split it along what it does");
    (lines > limit).then(|| Finding::new(&file.path, 1, RULE, advice))
}

fn counted_lines(file: &SourceFile) -> usize {
    let lines = file.text.lines().count();
    if file.extension() != "rs" || file.is_test() {
        return lines;
    }
    let Ok(tokens) = file.text.parse::<TokenStream>() else {
        return lines;
    };
    let in_tests: usize = test_items(&tokens)
        .iter()
        .filter(|item| item.module.is_some() && item.inline)
        .map(|item| item.last + 1 - item.first)
        .sum();
    lines.saturating_sub(in_tests)
}

#[cfg(test)]
mod tests {
    use super::super::rules::tests::{exception, small};
    use super::check;
    use crate::repository::Repository;

    const SIX: &str = "fn a() {}\n\n\n\n\nfn b() {}\n";
    const FIVE_AND_TESTS: &str = "fn a() {}\n\n\n\n\n#[cfg(test)]\nmod tests {\n\n\n    fn b() {}\n}\n";

    fn found(path: &str, text: &str) -> Vec<String> {
        let repository = Repository::of(&[(path, text)]);
        check(&repository, &small()).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_long_source_file_fails() {
        let expected = "a.rs:1: file_length: 6 lines, 5 at most: split it along what it does";
        assert_eq!(found("a.rs", SIX), [expected]);
        assert_eq!(found("console/src/a.tsx", "a\nb\nc\nd\n").len(), 1);
    }

    #[test]
    fn test_modules_in_the_file_are_not_counted() {
        assert_eq!(found("a.rs", FIVE_AND_TESTS), [""; 0]);
    }

    #[test]
    fn test_files_may_be_longer_and_no_longer() {
        assert_eq!(found("tests/it/a.rs", SIX), [""; 0]);
        assert_eq!(found("tests/it/a.rs", &"\n".repeat(9)).len(), 1);
    }

    #[test]
    fn other_files_are_not_judged() {
        assert_eq!(found("a.json", &"\n".repeat(99)), [""; 0]);
    }

    #[test]
    fn an_exception_holds_as_long_as_it_is_needed() {
        let mut rules = small();
        rules.file_length.exceptions.push(exception("a.rs"));
        assert_eq!(check(&Repository::of(&[("a.rs", SIX)]), &rules), vec![]);
        assert_eq!(check(&Repository::of(&[("a.rs", "\n")]), &rules).len(), 1);
    }
}
