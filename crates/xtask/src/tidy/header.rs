//! Rule: every Rust file starts by saying what it is for.

use crate::finding::Finding;
use crate::repository::Repository;

const RULE: &str = "header";

pub(super) fn check(repository: &Repository) -> Vec<Finding> {
    let silent = repository.with_extension("rs").filter(|file| !says_what_it_is(&file.text));
    let advice = "start the file with a `//!` line: what is it for, what must it not do";
    silent.map(|file| Finding::new(&file.path, 1, RULE, advice)).collect()
}

fn says_what_it_is(text: &str) -> bool {
    let first = text.lines().next().unwrap_or_default();
    first.strip_prefix("//!").is_some_and(|words| !words.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::repository::Repository;

    #[test]
    fn a_file_without_a_header_fails() {
        for text in ["", "fn main() {}", "\n//! Late.", "//!\n//! Empty.", "// No doc.", "/// Item."] {
            assert_eq!(check(&Repository::of(&[("a.rs", text)])).len(), 1, "{text:?}");
        }
    }

    #[test]
    fn a_header_passes() {
        assert_eq!(check(&Repository::of(&[("a.rs", "//! What it is.\n"), ("a.ts", "")])), vec![]);
    }
}
