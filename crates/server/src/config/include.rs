//! Files and what they include. Lists of an included file are appended, mappings are merged key by key; anything else
//! that two files set is a mistake, so that no file silently wins.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::findings::Findings;
use super::place::{Mark, join, join_index};
use super::yaml::{self, Entry, Node, Value};

const KEY: &str = "include";

/// Reads `path` and all that it includes into one tree. `None`: see the findings; or the file holds no document.
pub(super) fn read(path: &Path, findings: &mut Findings) -> Option<Node> {
    let name: Arc<str> = path.display().to_string().into();
    let mut opened = Vec::new();
    file(path, &Mark::whole_file(&name), "", &mut opened, findings)
}

/// Reports an `include` in a text that does not come from a file.
pub(super) fn refuse(root: &mut Node, findings: &mut Findings) {
    if let Some(entry) = take(root) {
        findings.error(&entry.mark, KEY, "only a configuration that is read from a file can include others");
    }
}

/// Reads one file; `from` and `key` are where it was asked for.
fn file(path: &Path, from: &Mark, key: &str, opened: &mut Vec<PathBuf>, findings: &mut Findings) -> Option<Node> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) => {
            findings.error(from, key, format!("{} cannot be read: {error}", path.display()));
            return None;
        }
    };
    let identity = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    if opened.contains(&identity) {
        findings.error(from, key, format!("{} is included already: a file takes part once", path.display()));
        return None;
    }
    opened.push(identity);
    let name: Arc<str> = path.display().to_string().into();
    let node = yaml::read(&text, &name, findings);
    let start = Mark { file: name, line: 1, column: 1 };
    let mut root = node.unwrap_or(Node { mark: start, value: Value::Null });
    for (target, mark, key) in targets(&mut root, findings) {
        let target = path.parent().unwrap_or(Path::new("")).join(target);
        if let Some(included) = file(&target, &mark, &key, opened, findings) {
            merge(&mut root, included, "", findings);
        }
    }
    Some(root)
}

/// Takes the key `include` out of a file and lists the files that it names, each with its place.
fn targets(root: &mut Node, findings: &mut Findings) -> Vec<(String, Mark, String)> {
    let Some(entry) = take(root) else { return Vec::new() };
    let Value::List(items) = entry.value.value else {
        findings.error(&entry.value.mark, KEY, "expected a list of files");
        return Vec::new();
    };
    let mut targets = Vec::with_capacity(items.len());
    for (index, item) in items.into_iter().enumerate() {
        let path = join_index(KEY, index);
        match item.value {
            Value::Text(target) if !target.is_empty() => targets.push((target, item.mark, path)),
            _ => findings.error(&item.mark, &path, "expected the name of a file"),
        }
    }
    targets
}

fn take(root: &mut Node) -> Option<Entry> {
    let Value::Map(entries) = &mut root.value else { return None };
    let index = entries.iter().position(|entry| entry.key == KEY)?;
    Some(entries.remove(index))
}

/// Adds what `more` says to `node`.
fn merge(node: &mut Node, more: Node, path: &str, findings: &mut Findings) {
    match (&mut node.value, more.value) {
        (_, Value::Null) => {}
        (empty @ Value::Null, value) => {
            *empty = value;
            node.mark = more.mark;
        }
        (Value::List(items), Value::List(added)) => items.extend(added),
        (Value::Map(entries), Value::Map(added)) => {
            for entry in added {
                match entries.iter_mut().find(|own| own.key == entry.key) {
                    Some(own) => merge(&mut own.value, entry.value, &join(path, &entry.key), findings),
                    None => entries.push(entry),
                }
            }
        }
        _ => {
            let first = format!("{}:{}", node.mark.file, node.mark.line);
            findings.error(&more.mark, path, format!("already set at {first}"));
        }
    }
}
