//! Tests of the rules file itself, and the small rules that other tests start from.

use super::{Exception, Rules, check, excuse};
use crate::finding::Finding;
use crate::repository::Repository;

/// Rules with limits small enough for small strings.
pub(crate) const SMALL: &str = r#"
[file_length]
source = 5
test = 8
script = 3
exceptions = []
[function_length]
lines = 4
exceptions = []
[[arrow]]
from = "wire"
never = ["tokio"]
reason = "pure"
[[arrow]]
from = "*"
never = ["xtask"]
reason = "a tool"
[provider_names]
catalog = "catalog/providers.toml"
folders = "crates/providers/src/"
rooms = [{ path = "crates/providers/", reason = "its room" }]
dialects = ["anthropic"]
dialect_rooms = [{ path = "crates/wire/", reason = "languages" }]
everyday = ["text"]
exceptions = []
[private_paths]
patterns = ["/ro+ot/", "/ho+me/*/"]
exceptions = []
[leftovers]
macros = ["to+do"]
words = ["FIX+ME"]
extensions = ["rs", "md"]
exceptions = []
[[lock_host]]
file = "package-lock.json"
mark = '"resolved": "http'
instead = "leave it out"
"#;

/// The small rules. The marks they look for are spelled with a `+`, so that this file does not hold them.
pub(crate) fn small() -> Rules {
    Rules::parse(&SMALL.replace('+', "")).unwrap()
}

/// An exception for `path`.
pub(crate) fn exception(path: &str) -> Exception {
    let date = "2026-11-22".parse().unwrap();
    Exception { path: path.to_owned(), reason: "a table".to_owned(), date }
}

#[test]
fn good_rules_pass() {
    assert_eq!(check(&small()), vec![]);
}

#[test]
fn the_rules_of_this_repository_can_be_read() {
    let rules = Rules::parse(include_str!("../../../../../tidy.toml")).unwrap();
    assert_eq!(check(&rules), vec![]);
}

#[test]
fn an_unknown_key_is_refused() {
    assert!(Rules::parse(&SMALL.replace("script =", "skript =")).is_err());
}

#[test]
fn an_exception_without_a_reason_or_a_day_is_found() {
    let mut rules = small();
    let mut bad = exception("a.rs");
    bad.reason = " ".to_owned();
    bad.date = "10:00:00".parse().unwrap();
    rules.file_length.exceptions.push(bad);
    assert_eq!(check(&rules).len(), 2);
}

#[test]
fn a_room_that_is_no_folder_is_found() {
    let mut rules = small();
    rules.provider_names.rooms[0].path = "crates/providers".to_owned();
    assert_eq!(check(&rules).len(), 1);
}

#[test]
fn an_exception_excuses_its_file_and_nothing_else() {
    let repository = Repository::of(&[]);
    let findings = vec![Finding::new("a.rs", 1, "x", "bad"), Finding::new("b.rs", 1, "x", "bad")];
    let left = excuse(findings, &[exception("a.rs")], "x", &repository);
    assert_eq!(left, vec![Finding::new("b.rs", 1, "x", "bad")]);
}

#[test]
fn an_idle_exception_is_found_on_its_line() {
    let repository = Repository::of(&[("tidy.toml", "\nexceptions = [{ path = \"a.rs\" }]\n")]);
    let left = excuse(vec![], &[exception("a.rs")], "x", &repository);
    let expected = Finding::new("tidy.toml", 2, "x", "a.rs needs no exception: take it out");
    assert_eq!(left, vec![expected]);
}
