//! What the rules need to know of Rust: which lines are test code, and what the string literals say. Tokens, no types.

use std::iter::Peekable;

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree, token_stream::IntoIter};

/// An item under `#[cfg(test)]`, from its attribute to its end. Lines are counted from 1, both included.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct TestItem {
    pub(super) first: usize,
    pub(super) last: usize,
    /// Its name, when it is a module.
    pub(super) module: Option<String>,
    /// Whether it has its body here and not in a file of its own.
    pub(super) inline: bool,
}

/// The items under `#[cfg(test)]`, at any depth.
pub(super) fn test_items(tokens: &TokenStream) -> Vec<TestItem> {
    let mut found = Vec::new();
    collect_test_items(tokens.clone(), &mut found);
    found
}

fn collect_test_items(tokens: TokenStream, found: &mut Vec<TestItem>) {
    let mut trees = tokens.into_iter().peekable();
    while let Some(tree) = trees.next() {
        match (&tree, trees.peek()) {
            (TokenTree::Punct(mark), Some(TokenTree::Group(group)))
                if mark.as_char() == '#' && is_test_attribute(group) =>
            {
                let first = mark.span().start().line;
                trees.next();
                found.push(rest_of_item(first, &mut trees));
            }
            (TokenTree::Group(group), _) => collect_test_items(group.stream(), found),
            _ => {}
        }
    }
}

fn is_test_attribute(group: &Group) -> bool {
    if group.delimiter() != Delimiter::Bracket {
        return false;
    }
    let mut trees = group.stream().into_iter();
    match (trees.next(), trees.next()) {
        (Some(TokenTree::Ident(name)), Some(TokenTree::Group(condition))) => {
            name == "cfg" && needs_test(condition.stream())
        }
        _ => false,
    }
}

/// Whether a `cfg` condition holds in tests only: `test`, or `all(…)` with it.
fn needs_test(condition: TokenStream) -> bool {
    let mut trees = condition.into_iter().peekable();
    while let Some(tree) = trees.next() {
        let TokenTree::Ident(name) = tree else {
            continue;
        };
        let found = match trees.peek() {
            Some(TokenTree::Group(inner)) => name == "all" && needs_test(inner.stream()),
            None | Some(TokenTree::Punct(_)) => name == "test",
            Some(_) => false,
        };
        if found {
            return true;
        }
    }
    false
}

/// Reads on to the `;` or the braces that end an item.
fn rest_of_item(first: usize, trees: &mut Peekable<IntoIter>) -> TestItem {
    let mut item = TestItem { first, last: first, module: None, inline: false };
    let mut after_mod = false;
    for tree in trees {
        item.last = tree.span().end().line;
        match tree {
            TokenTree::Ident(name) if after_mod => {
                item.module = Some(name.to_string());
                after_mod = false;
            }
            TokenTree::Ident(name) => after_mod = name == "mod",
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => {
                item.inline = true;
                break;
            }
            TokenTree::Punct(mark) if mark.as_char() == ';' => break,
            _ => {}
        }
    }
    item
}

/// Every string literal with its line: plain, raw, byte and C strings.
pub(super) fn string_literals(tokens: &TokenStream) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    collect_literals(tokens.clone(), &mut found);
    found
}

fn collect_literals(tokens: TokenStream, found: &mut Vec<(usize, String)>) {
    for tree in tokens {
        match tree {
            TokenTree::Group(group) => collect_literals(group.stream(), found),
            TokenTree::Literal(literal) => {
                let line = literal.span().start().line;
                let text = match syn::Lit::new(literal) {
                    syn::Lit::Str(text) => text.value(),
                    syn::Lit::ByteStr(text) => String::from_utf8_lossy(&text.value()).into_owned(),
                    syn::Lit::CStr(text) => text.value().to_string_lossy().into_owned(),
                    _ => continue,
                };
                found.push((line, text));
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{TestItem, string_literals, test_items};

    fn modules(code: &str) -> Vec<TestItem> {
        test_items(&code.parse().unwrap())
    }

    fn module(first: usize, last: usize, name: &str, inline: bool) -> TestItem {
        TestItem { first, last, module: Some(name.to_owned()), inline }
    }

    #[test]
    fn a_test_module_has_its_lines() {
        let code = "fn a() {}\n#[cfg(test)]\nmod tests {\n  fn b() {}\n}\nfn c() {}\n";
        assert_eq!(modules(code), vec![module(2, 5, "tests", true)]);
    }

    #[test]
    fn a_test_module_in_a_file_of_its_own_ends_at_the_semicolon() {
        let code = "#[cfg(all(unix, test))]\n#[path = \"x.rs\"]\npub(crate) mod x;\nfn a() {}\n";
        assert_eq!(modules(code), vec![module(1, 3, "x", false)]);
    }

    #[test]
    fn other_test_items_are_found_inside_too() {
        let code = "impl A {\n#[cfg(test)]\nfn b(&self) {\n}\n}";
        assert_eq!(modules(code), vec![TestItem { first: 2, last: 4, module: None, inline: true }]);
    }

    #[test]
    fn what_is_also_built_without_tests_is_not_test_code() {
        assert_eq!(modules("#[cfg(not(test))] mod a {} #[cfg(any(test, unix))] mod b {}"), vec![]);
    }

    #[test]
    fn literals_are_found_in_macros_and_in_every_spelling() {
        let code = "fn a() {\nx!(\"one\", [b\"two\"]);\nlet _ = (r#\"three\"#, c\"four\", 'c', 5);\n}";
        let found = string_literals(&code.parse().unwrap());
        let expected = [(2, "one"), (2, "two"), (3, "three"), (3, "four")];
        assert_eq!(found, expected.map(|(line, text)| (line, text.to_owned())));
    }
}
