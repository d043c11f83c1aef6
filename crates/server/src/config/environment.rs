//! The environment: the one place that reads the process's own, and the order in which variables are looked up.

use super::findings::Findings;
use super::place::join;
use super::read::Field;
use super::yaml::{Node, Value};
use engine::secret::Secret;

/// What a value starts with that stands for a variable.
const PREFIX: &str = "os.environ/";

/// The variables of this process. A variable that is not UTF-8 counts as not set.
pub fn process() -> impl Fn(&str) -> Option<String> {
    #[expect(clippy::disallowed_methods, reason = "the one reader of the process environment")]
    |name: &str| std::env::var(name).ok()
}

/// The variable that a text stands for.
pub fn reference(text: &str) -> Option<&str> {
    text.strip_prefix(PREFIX).map(str::trim).filter(|name| !name.is_empty())
}

/// Adds the names of all variables that stand below `node`, each once.
pub(super) fn references(node: &Node, names: &mut Vec<String>) {
    match &node.value {
        Value::Text(text) => {
            let new = reference(text).filter(|name| !names.iter().any(|known| known == name));
            names.extend(new.map(str::to_owned));
        }
        Value::List(items) => items.iter().for_each(|item| references(item, names)),
        Value::Map(entries) => entries.iter().for_each(|entry| references(&entry.value, names)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Env { .. } => {}
    }
}

/// Replaces every `os.environ/NAME`, at any depth, by what the variable holds. An empty variable counts as not set.
/// Nothing is reported here: a variable is missed only by whoever reads the value.
pub(super) fn resolve(node: &mut Node, lookup: &dyn Fn(&str) -> Option<String>) {
    match &mut node.value {
        Value::Text(text) => {
            if let Some(name) = text.strip_prefix(PREFIX) {
                let name = name.trim().to_owned();
                let found = lookup(&name).filter(|value| !value.is_empty()).map(Secret::new);
                node.value = Value::Env { name, found };
            }
        }
        Value::List(items) => items.iter_mut().for_each(|item| resolve(item, lookup)),
        Value::Map(entries) => entries.iter_mut().for_each(|entry| resolve(&mut entry.value, lookup)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Env { .. } => {}
    }
}

/// Reads the section `environment_variables`: variables that the file itself sets. They win over the process's own, and
/// each may refer to those above it.
pub(super) fn variables(
    root: &mut Node,
    process: &dyn Fn(&str) -> Option<String>,
    findings: &mut Findings,
) -> Vec<(String, Secret)> {
    const SECTION: &str = "environment_variables";
    let mut known = Vec::<(String, Secret)>::new();
    let Value::Map(sections) = &mut root.value else { return known };
    let Some(section) = sections.iter_mut().find(|entry| entry.key == SECTION) else { return known };
    let entries = match &mut section.value.value {
        Value::Map(entries) => entries,
        Value::Null => return known,
        _ => {
            findings.error(&section.value.mark, SECTION, "expected a mapping of names to values");
            return known;
        }
    };
    for entry in entries {
        resolve(&mut entry.value, &|name| layered(&known, process, name));
        let field = Field { node: &entry.value, path: join(SECTION, &entry.key) };
        match field.scalar() {
            Ok(text) => known.push((entry.key.clone(), Secret::new(text))),
            Err(error) => findings.errors.push(error),
        }
    }
    known
}

/// Looks first among the variables of the file, then in the environment.
pub(super) fn layered(
    file: &[(String, Secret)],
    process: &dyn Fn(&str) -> Option<String>,
    name: &str,
) -> Option<String> {
    let set = file.iter().find(|(known, _)| known == name);
    set.map_or_else(|| process(name), |(_, value)| Some(value.reveal().to_owned()))
}
