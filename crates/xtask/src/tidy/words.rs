//! Finding words in text: whole words, and patterns of paths. For the rules that read text and not code.

/// The positions where `word` stands by itself: no letter, digit or `_` before or after it.
pub(super) fn has_word(line: &str, word: &str) -> bool {
    positions(line, word).any(|start| {
        let (before, rest) = line.split_at(start);
        let after = rest.strip_prefix(word).unwrap_or_default();
        !before.ends_with(is_word) && !after.starts_with(is_word)
    })
}

/// Whether an absolute path in `line` starts as `pattern` says. `*` stands for one name.
pub(super) fn has_path(line: &str, pattern: &str) -> bool {
    let (head, tail) = pattern.split_once('*').unwrap_or((pattern, ""));
    positions(line, head).any(|start| {
        let (before, rest) = line.split_at(start);
        let after = rest.strip_prefix(head).unwrap_or_default();
        let beyond = if pattern.contains('*') { after.trim_start_matches(is_name) } else { after };
        let has_name = !pattern.contains('*') || beyond.len() < after.len();
        !before.ends_with(|c| is_name(c) || c == '}') && has_name && beyond.starts_with(tail)
    })
}

fn positions<'a>(line: &'a str, word: &'a str) -> impl Iterator<Item = usize> + 'a {
    line.match_indices(word).map(|(start, _)| start)
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn is_name(c: char) -> bool {
    is_word(c) || c == '-' || c == '.'
}

#[cfg(test)]
mod tests {
    use super::{has_path, has_word};

    #[test]
    fn a_word_stands_by_itself() {
        for line in ["AB", "// AB: later", "(AB)", "xAB AB"] {
            assert!(has_word(line, "AB"), "{line}");
        }
        for line in ["", "ABC", "sk-AABB", "_AB", "AB2"] {
            assert!(!has_word(line, "AB"), "{line}");
        }
    }

    #[test]
    fn a_path_starts_at_its_slash() {
        for line in ["/r/x", "cd /r/", "\"/r/\"", "PATH=/r/bin", "a:/r/b", "file:///r/x"] {
            assert!(has_path(line, "/r/"), "{line}");
        }
        for line in ["x/r/y", "${dir}/r/", "./r/x", "https://example.com/r/"] {
            assert!(!has_path(line, "/r/"), "{line}");
        }
    }

    #[test]
    fn a_star_is_one_name() {
        assert!(has_path("/h/some.one-1/x", "/h/*/"));
        for line in ["/h/", "/h//x", "/h/some one/", "/h/<name>/", "/h/$USER/"] {
            assert!(!has_path(line, "/h/*/"), "{line}");
        }
    }
}
