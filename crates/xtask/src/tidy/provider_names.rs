//! Rule: no quoted provider id outside the rooms that are about providers. The ids are the catalogue's, and the names of the
//! folders of providers with code.

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use serde::Deserialize;

use super::rules::{ProviderNames, RULES, Room, Rules, excuse};
use super::rust_code::{string_literals, test_items};
use crate::finding::Finding;
use crate::repository::{Repository, SourceFile};

const RULE: &str = "provider_names";

/// What this rule reads of the catalogue.
#[derive(Deserialize)]
struct Catalog {
    #[serde(default, rename = "provider")]
    providers: Vec<Row>,
}

#[derive(Deserialize)]
struct Row {
    id: String,
    #[serde(default)]
    aliases: Vec<String>,
}

pub(super) fn check(repository: &Repository, rules: &Rules, notes: &mut Vec<String>) -> Vec<Finding> {
    let rules = &rules.provider_names;
    let Some(catalog) = repository.file(&rules.catalog) else {
        notes.push(format!("{} is absent: provider names are not checked", rules.catalog));
        return Vec::new();
    };
    let ids = match toml::from_str::<Catalog>(&catalog.text) {
        Ok(catalog) => ids_of(catalog).chain(folders(repository, &rules.folders)).collect(),
        Err(error) => {
            let advice = format!("cannot be read: {}", error.message());
            return vec![Finding::new(&rules.catalog, 1, RULE, advice)];
        }
    };
    let elsewhere = test_files(repository);
    let judged = repository
        .with_extension("rs")
        .filter(|file| !file.is_test() && !elsewhere.iter().any(|test| test.covers(&file.path)));
    let named = judged.flat_map(|file| check_file(file, rules, &ids)).collect();
    let mut found = excuse(named, &rules.exceptions, RULE, repository);
    found.extend(rules.everyday.iter().filter(|word| !ids.contains(*word)).map(|word| {
        let line = repository.line_of(RULES, "everyday =");
        Finding::new(RULES, line, RULE, format!("\"{word}\" is no provider id: take it out"))
    }));
    found
}

fn ids_of(catalog: Catalog) -> impl Iterator<Item = String> {
    let rows = catalog.providers.into_iter();
    rows.flat_map(|row| row.aliases.into_iter().chain([row.id]))
}

/// A provider with code is a folder of its name.
fn folders(repository: &Repository, room: &str) -> impl Iterator<Item = String> {
    let below = repository.files.iter().filter_map(move |file| file.path.strip_prefix(room));
    below.filter_map(|path| path.strip_suffix("/mod.rs")).filter(|name| !name.contains('/')).map(str::to_owned)
}

fn check_file(file: &SourceFile, rules: &ProviderNames, ids: &BTreeSet<String>) -> Vec<Finding> {
    if is_in(&file.path, &rules.rooms) {
        return Vec::new();
    }
    let dialects_may = is_in(&file.path, &rules.dialect_rooms);
    // A file that does not parse is a finding of function_length.
    let Ok(tokens) = file.text.parse::<TokenStream>() else {
        return Vec::new();
    };
    let tests = test_items(&tokens);
    let mut found = Vec::new();
    for (line, text) in string_literals(&tokens) {
        let id = text.split('/').next().unwrap_or_default();
        let may = rules.everyday.iter().any(|word| word == id)
            || (dialects_may && rules.dialects.iter().any(|name| name == id))
            || tests.iter().any(|item| (item.first..=item.last).contains(&line));
        if ids.contains(id) && !may {
            let advice = format!("\"{id}\" is a provider: ask its descriptor, say it in its folder");
            found.push(Finding::new(&file.path, line, RULE, advice));
        }
    }
    found
}

fn is_in(path: &str, rooms: &[Room]) -> bool {
    rooms.iter().any(|room| path.starts_with(&room.path))
}

/// A module that another file declares under `#[cfg(test)]`: a file, and what is in the folder of its name.
struct TestModule {
    stem: String,
}

impl TestModule {
    fn covers(&self, path: &str) -> bool {
        path.strip_prefix(&self.stem).is_some_and(|rest| rest == ".rs" || rest.starts_with('/'))
    }
}

fn test_files(repository: &Repository) -> Vec<TestModule> {
    repository.with_extension("rs").flat_map(declared_test_modules).collect()
}

fn declared_test_modules(file: &SourceFile) -> Vec<TestModule> {
    let Ok(tokens) = file.text.parse::<TokenStream>() else {
        return Vec::new();
    };
    let stem = file.path.trim_end_matches(".rs");
    let parent = stem.rsplit_once('/').map_or("", |(parent, _)| parent);
    let folder = match file.name() {
        "mod.rs" | "lib.rs" | "main.rs" => parent,
        _ => stem,
    };
    let mut found = Vec::new();
    for item in test_items(&tokens).into_iter().filter(|item| !item.inline) {
        if let Some(name) = item.module {
            found.push(TestModule { stem: format!("{folder}/{name}") });
            // The idiom `#[path = "routing_tests.rs"] mod tests;`.
            found.push(TestModule { stem: format!("{stem}_{name}") });
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::rules::tests::{exception, small};
    use super::check;
    use crate::finding::Finding;
    use crate::repository::Repository;

    const CATALOG: &str = "[[provider]]\nid = \"anthropic\"\nurl = \"x\"\n\
        [[provider]]\nid = \"acme\"\naliases = [\"acme_ai\"]\n[[provider]]\nid = \"text\"\n";

    fn found_in(files: &[(&str, &str)]) -> Vec<Finding> {
        let mut files = files.to_vec();
        files.push(("catalog/providers.toml", CATALOG));
        check(&Repository::of(&files), &small(), &mut Vec::new())
    }

    fn found(path: &str, code: &str) -> usize {
        found_in(&[(path, code)]).len()
    }

    #[test]
    fn a_quoted_id_fails_and_so_does_an_alias_or_a_model_name() {
        let code = "fn a() {\n\n  if x == \"acme\" {} }";
        let advice = "\"acme\" is a provider: ask its descriptor, say it in its folder";
        let expected = Finding::new("crates/engine/src/a.rs", 3, "provider_names", advice);
        assert_eq!(found_in(&[("crates/engine/src/a.rs", code)]), vec![expected]);
        assert_eq!(found("crates/engine/src/a.rs", "const A: &str = \"acme_ai\";"), 1);
        assert_eq!(found("crates/engine/src/a.rs", "fn a() { x!(\"acme/{model}\") }"), 1);
    }

    #[test]
    fn a_provider_with_code_is_known_by_its_folder() {
        let folder = ("crates/providers/src/shout/mod.rs", "");
        let code = "const A: &str = \"shout\";";
        assert_eq!(found_in(&[folder, ("crates/engine/src/a.rs", code)]).len(), 1);
        assert_eq!(found("crates/engine/src/a.rs", code), 0);
    }

    #[test]
    fn other_words_pass() {
        let code = "/// \"acme\"\nfn a() { x!(\"acmes\", \"to acme\", \"text/plain\", acme) }";
        assert_eq!(found("crates/engine/src/a.rs", code), 0);
    }

    #[test]
    fn rooms_and_tests_may_name_providers() {
        let code = "const A: &str = \"acme\";";
        let tested = format!("#[cfg(test)]\nmod tests {{\n{code}\n}}");
        assert_eq!(found("crates/providers/src/acme.rs", code), 0);
        assert_eq!(found("crates/engine/tests/it/a.rs", code), 0);
        assert_eq!(found("crates/engine/src/a.rs", &tested), 0);
    }

    #[test]
    fn a_test_module_in_a_file_of_its_own_may_too() {
        let code = "const A: &str = \"acme\";";
        let declared = "#[cfg(test)]\nmod cases;\n#[cfg(test)]\n#[path = \"a_tests.rs\"]\nmod tests;";
        for (parent, child) in [
            ("crates/e/src/a.rs", "crates/e/src/a/cases.rs"),
            ("crates/e/src/lib.rs", "crates/e/src/cases/deep.rs"),
            ("crates/e/src/a.rs", "crates/e/src/a_tests.rs"),
        ] {
            assert_eq!(found_in(&[(parent, declared), (child, code)]), vec![], "{child}");
        }
    }

    #[test]
    fn a_dialect_may_be_named_where_dialects_are() {
        let dialect = "const A: &str = \"anthropic\";";
        assert_eq!(found("crates/wire/src/a.rs", dialect), 0);
        assert_eq!(found("crates/wire/src/a.rs", "const A: &str = \"acme\";"), 1);
        assert_eq!(found("crates/engine/src/a.rs", dialect), 1);
    }

    #[test]
    fn an_exception_or_a_word_that_is_not_needed_is_found() {
        let mut rules = small();
        rules.provider_names.exceptions.push(exception("a.rs"));
        rules.provider_names.everyday.push("gone".to_owned());
        let repository = Repository::of(&[("catalog/providers.toml", CATALOG)]);
        assert_eq!(check(&repository, &rules, &mut Vec::new()).len(), 2);
    }

    #[test]
    fn no_catalogue_is_a_note_and_a_broken_one_a_finding() {
        let mut notes = Vec::new();
        assert_eq!(check(&Repository::of(&[]), &small(), &mut notes), vec![]);
        assert_eq!(notes.len(), 1);
        let broken = Repository::of(&[("catalog/providers.toml", "[[provider]]\n")]);
        assert_eq!(check(&broken, &small(), &mut notes).len(), 1);
    }
}
