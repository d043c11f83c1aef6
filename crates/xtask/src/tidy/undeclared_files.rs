//! Rule: a Rust file below `src/` or `tests/` is declared by some `mod`, or nobody ever compiles it.

use std::collections::BTreeSet;

use syn::{Attribute, Expr, Item, ItemMod, Lit, Meta};

use crate::finding::Finding;
use crate::repository::{Repository, SourceFile};

const RULE: &str = "undeclared_files";

pub(super) fn check(repository: &Repository) -> Vec<Finding> {
    let declared: BTreeSet<String> = repository.with_extension("rs").flat_map(declared_by).collect();
    let lost = repository.with_extension("rs").filter(|file| !is_root(&file.path) && !declared.contains(&file.path));
    let advice = "no `mod` declares this file, so it is never compiled: declare it beside its siblings, or delete it";
    lost.map(|file| Finding::new(&file.path, 1, RULE, advice)).collect()
}

/// Whether cargo itself finds the file, or it is not in a crate's sources at all.
fn is_root(path: &str) -> bool {
    // a folder `tests` may stand in `src`: the first of the two counts
    let sources = ["/src/", "/tests/"].into_iter().filter_map(|folder| Some((path.find(folder)?, folder))).min();
    let inside = sources.and_then(|(_, folder)| Some((folder, path.split_once(folder)?.1)));
    match inside {
        None => true,
        Some(("/src/", "lib.rs" | "main.rs")) => true,
        Some(("/src/", inside)) => inside.strip_prefix("bin/").is_some_and(is_target),
        Some((_, inside)) => is_target(inside),
    }
}

/// `a.rs`, or `a/main.rs`.
fn is_target(inside: &str) -> bool {
    inside.strip_suffix("/main.rs").unwrap_or(inside).split('/').count() == 1
}

/// Every file that a file declares as a module, both places that it may be at.
fn declared_by(file: &SourceFile) -> Vec<String> {
    // A file that does not parse is a finding of function_length.
    let Ok(syntax) = syn::parse_file(&file.text) else { return Vec::new() };
    let stem = file.path.trim_end_matches(".rs");
    let beside = stem.rsplit_once('/').map_or("", |(folder, _)| folder);
    let below = if matches!(file.name(), "mod.rs" | "lib.rs") || is_root(&file.path) { beside } else { stem };
    let mut found = Vec::new();
    collect(&syntax.items, beside, below, &mut found);
    found
}

/// `beside` is where `#[path]` counts from, `below` where a module's own file is.
fn collect(items: &[Item], beside: &str, below: &str, found: &mut Vec<String>) {
    for item in items {
        let Item::Mod(module) = item else { continue };
        let name = module.ident.to_string();
        match (&module.content, path_of(module)) {
            (Some((_, items)), _) => {
                let inner = format!("{below}/{name}");
                collect(items, &inner, &inner, found);
            }
            (None, Some(path)) => found.push(format!("{beside}/{path}")),
            (None, None) => found.extend([format!("{below}/{name}.rs"), format!("{below}/{name}/mod.rs")]),
        }
    }
}

/// What `#[path = "…"]` says.
fn path_of(module: &ItemMod) -> Option<String> {
    module.attrs.iter().filter(|attribute| attribute.path().is_ident("path")).find_map(text_of)
}

fn text_of(attribute: &Attribute) -> Option<String> {
    let Meta::NameValue(pair) = &attribute.meta else { return None };
    let Expr::Lit(literal) = &pair.value else { return None };
    let Lit::Str(text) = &literal.lit else { return None };
    Some(text.value())
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::repository::Repository;

    fn found(files: &[(&str, &str)]) -> Vec<String> {
        check(&Repository::of(files)).into_iter().map(|finding| finding.path).collect()
    }

    #[test]
    fn a_file_that_nobody_declares_fails() {
        let files = [
            ("crates/a/src/lib.rs", "mod b;"),
            ("crates/a/src/b.rs", "mod d;"),
            ("crates/a/src/c.rs", ""),
            ("crates/a/src/d.rs", ""),
            ("crates/a/src/tests/e.rs", ""),
            ("crates/a/tests/it/main.rs", ""),
            ("crates/a/tests/it/keys/list.rs", ""),
        ];
        let lost = ["c.rs", "d.rs", "tests/e.rs"].map(|file| format!("crates/a/src/{file}"));
        assert_eq!(found(&files), [lost.as_slice(), &["crates/a/tests/it/keys/list.rs".to_owned()]].concat());
    }

    #[test]
    fn declared_files_pass_wherever_rust_looks_for_them() {
        let files = [
            ("crates/a/src/lib.rs", "mod b; pub(crate) mod c; #[cfg(test)] mod tests { mod deep; }"),
            ("crates/a/src/b.rs", "mod inner; #[cfg(test)] #[path = \"b_tests.rs\"] mod tests;"),
            ("crates/a/src/b/inner.rs", ""),
            ("crates/a/src/b_tests.rs", ""),
            ("crates/a/src/c/mod.rs", "mod beside;"),
            ("crates/a/src/c/beside.rs", ""),
            ("crates/a/src/tests/deep.rs", ""),
            ("crates/a/tests/it/main.rs", "mod keys;"),
            ("crates/a/tests/it/keys/mod.rs", ""),
        ];
        assert_eq!(found(&files), [""; 0]);
    }

    #[test]
    fn what_cargo_finds_itself_passes() {
        let paths =
            ["crates/a/src/main.rs", "crates/a/src/bin/x.rs", "crates/a/src/bin/y/main.rs", "crates/a/build.rs"];
        assert_eq!(found(&paths.map(|path| (path, ""))), [""; 0]);
        assert_eq!(found(&[("crates/a/tests/one.rs", ""), ("crates/a/tests/it/main.rs", "")]), [""; 0]);
    }
}
