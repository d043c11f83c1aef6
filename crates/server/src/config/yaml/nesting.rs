//! A limit on nesting: the parser calls itself once a level, and a text of nothing but `- - - -` would end the process.

/// The deepest column at which a nested value may start, and the most levels of a tree.
const COLUMNS: usize = 400;
/// How many levels of lists and mappings a configuration may have.
pub(super) const LEVELS: usize = 64;
/// The message about either limit.
pub(super) const MESSAGE: &str = "nested too deeply";

/// The first line that starts a value further to the right than any sane file does.
pub(super) fn too_deep(text: &str) -> Option<usize> {
    let deep = |line: &str| opening(line) > COLUMNS;
    text.lines().position(deep).map(|index| index + 1)
}

/// The length of the run of blanks and of list, key and value signs that opens a line.
fn opening(line: &str) -> usize {
    let mut count = 0;
    let mut rest = line.chars().peekable();
    while let Some(sign) = rest.next() {
        let opens = match sign {
            ' ' | '\t' => true,
            '-' | '?' | ':' => rest.peek().is_none_or(|next| next.is_whitespace()),
            _ => false,
        };
        if !opens {
            break;
        }
        count += 1;
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_what_opens_a_line() {
        for (line, expect) in
            [("a: 1", 0), ("  a: 1", 2), ("- - x", 4), ("-x", 0), ("? - a", 4), ("---", 0), (" -", 2), ("", 0)]
        {
            assert_eq!(opening(line), expect, "{line:?}");
        }
        assert_eq!(too_deep("a: 1\n  b: 2\n"), None);
        assert_eq!(too_deep(&format!("a:\n{}", "- ".repeat(10_000))), Some(2));
    }
}
