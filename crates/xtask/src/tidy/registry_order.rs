//! Rule: a list between `registry: sorted` and `registry: end` comments is sorted, so that two additions rarely collide.

use std::cmp::Ordering;

use crate::finding::Finding;
use crate::repository::{Repository, SourceFile};

const RULE: &str = "registry_order";

pub(super) fn check(repository: &Repository) -> Vec<Finding> {
    repository.files.iter().flat_map(check_file).collect()
}

fn check_file(file: &SourceFile) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut open: Option<(usize, Vec<(usize, &str)>)> = None;
    for (index, line) in file.text.lines().enumerate() {
        let number = index + 1;
        match (comment(line), open.take()) {
            (Some("registry: sorted"), before) => {
                if let Some((start, _)) = before {
                    found.push(unclosed(file, start));
                }
                open = Some((number, Vec::new()));
            }
            (Some("registry: end"), Some((_, entries))) => {
                found.extend(out_of_order(file, &entries));
            }
            (Some("registry: end"), None) => {
                let advice = "ends a list that no `registry: sorted` comment started";
                found.push(Finding::new(&file.path, number, RULE, advice));
            }
            (None, Some((start, mut entries))) => {
                entries.push((number, line));
                open = Some((start, entries));
            }
            (_, before) => open = before,
        }
    }
    found.extend(open.map(|(start, _)| unclosed(file, start)));
    found
}

fn unclosed(file: &SourceFile, line: usize) -> Finding {
    Finding::new(&file.path, line, RULE, "the list has no `registry: end` comment")
}

fn comment(line: &str) -> Option<&str> {
    let line = line.trim();
    line.strip_prefix("//").or_else(|| line.strip_prefix('#')).map(str::trim)
}

/// Compares the lines with the least indentation: what is further in belongs to the entry above.
fn out_of_order(file: &SourceFile, entries: &[(usize, &str)]) -> Option<Finding> {
    let indent = |line: &str| line.len() - line.trim_start().len();
    let filled = entries.iter().filter(|(_, line)| !line.trim().is_empty());
    let least = filled.clone().map(|(_, line)| indent(line)).min()?;
    let mut heads = filled
        .filter(|(_, line)| indent(line) == least && !line.trim().starts_with(['}', ')', ']']))
        .map(|(number, line)| (*number, key(line)));
    let mut previous = heads.next()?;
    for head in heads {
        if natural_order(previous.1, head.1) == Ordering::Greater {
            let advice = format!("`{}` belongs above `{}`: sort the list", head.1, previous.1);
            return Some(Finding::new(&file.path, head.0, RULE, advice));
        }
        previous = head;
    }
    None
}

fn key(line: &str) -> &str {
    line.trim().trim_end_matches([',', ';'])
}

/// By characters, but runs of digits by their number, as rustfmt sorts: `v2` stands before `v10`.
fn natural_order(mut left: &str, mut right: &str) -> Ordering {
    loop {
        let (a, left_rest) = chunk(left);
        let (b, right_rest) = chunk(right);
        let order = match (a.parse::<u64>(), b.parse::<u64>()) {
            (Ok(a), Ok(b)) => a.cmp(&b),
            _ => a.cmp(b),
        };
        if order != Ordering::Equal || a.is_empty() {
            return order;
        }
        (left, right) = (left_rest, right_rest);
    }
}

/// The leading run of digits, or the leading character.
fn chunk(text: &str) -> (&str, &str) {
    let digits = text.chars().take_while(char::is_ascii_digit).count();
    let first = text.chars().next().map_or(0, char::len_utf8);
    text.split_at(digits.max(first))
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::repository::Repository;

    fn found(entries: &str) -> Vec<String> {
        let text = format!("// registry: sorted\n{entries}\n// registry: end\n");
        check(&Repository::of(&[("a.rs", &text)])).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_list_out_of_order_fails() {
        let expected = "a.rs:3: registry_order: `&b::SPEC` belongs above `&c::SPEC`: sort the list";
        assert_eq!(found("&c::SPEC,\n&b::SPEC,\n&a::SPEC,"), [expected]);
    }

    #[test]
    fn a_sorted_list_passes() {
        for list in ["a,\nb,\nb_c,", "mod a;\nmod a_b;", "v2,\nv10,", "", "a,\n\nb,\n// word\nc"] {
            assert_eq!(found(list), [""; 0], "{list:?}");
        }
    }

    #[test]
    fn entries_of_several_lines_are_sorted_by_their_first() {
        assert_eq!(found("  A {\n    z: 1,\n  },\n  B {\n    y: 1,\n  },"), [""; 0]);
        assert_eq!(found("  B {\n    y: 1,\n  },\n  A {\n    z: 1,\n  },").len(), 1);
    }

    #[test]
    fn an_unpaired_mark_fails() {
        for text in ["# registry: sorted\nb\na\n", "// registry: end\n"] {
            assert_eq!(check(&Repository::of(&[("a.toml", text)])).len(), 1, "{text:?}");
        }
        let twice = "// registry: sorted\n// registry: sorted\n// registry: end";
        assert_eq!(check(&Repository::of(&[("a.rs", twice)])).len(), 1);
    }
}
