//! An answer as what stands at the ends of its JSON.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

/// How all sentences end that stand in the place of what cannot be carried.
const SENTENCE: &str = "this API cannot carry";

/// Texts, numbers and words by their paths.
#[derive(Clone, Debug, Default)]
pub(super) struct Leaves(BTreeMap<Vec<Step>, String>);

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    Index(usize),
    Key(String),
}

impl Leaves {
    pub(super) fn of(value: &Value) -> Self {
        let mut leaves = Self::default();
        leaves.add(value, &mut Vec::new());
        leaves
    }

    /// Adds one more value, of a stream.
    pub(super) fn append(&mut self, at: usize, value: &Value) {
        self.add(value, &mut vec![Step::Index(at)]);
    }

    fn add(&mut self, value: &Value, path: &mut Vec<Step>) {
        match value {
            Value::Object(fields) => {
                for (key, value) in fields {
                    self.go(Step::Key(key.clone()), value, path);
                }
            }
            Value::Array(items) => {
                for (at, value) in items.iter().enumerate() {
                    self.go(Step::Index(at), value, path);
                }
            }
            Value::Null => {}
            Value::String(text) => drop(self.0.insert(path.clone(), text.clone())),
            other => drop(self.0.insert(path.clone(), other.to_string())),
        }
    }

    fn go(&mut self, step: Step, value: &Value, path: &mut Vec<Step>) {
        path.push(step);
        self.add(value, path);
        path.pop();
    }

    /// The fields that hold `mark`, by the last two of their names, each once.
    pub(super) fn places_of(&self, mark: &str) -> Vec<String> {
        // which says the conversation again
        let is_said_again = |path: &[Step]| path.first() == Some(&Step::Key("chat_history".to_owned()));
        let places = self.0.iter().filter(|(path, leaf)| holds(leaf, mark) && !is_said_again(path));
        once(places.map(|(path, _)| name(path)).collect())
    }

    /// What stands here otherwise than in `other`.
    pub(super) fn changed_from(&self, other: &Self) -> Vec<String> {
        self.0.iter().filter(|(path, leaf)| other.0.get(*path) != Some(leaf)).map(|(_, leaf)| leaf.clone()).collect()
    }

    pub(super) fn has_sentence(&self) -> bool {
        self.has(SENTENCE)
    }

    pub(super) fn has(&self, mark: &str) -> bool {
        self.0.values().any(|leaf| holds(leaf, mark))
    }
}

/// Each text once.
pub(super) fn once(texts: Vec<String>) -> Vec<String> {
    let mut kept: Vec<String> = Vec::new();
    for text in texts {
        if !kept.contains(&text) {
            kept.push(text);
        }
    }
    kept
}

/// Whether a leaf holds the mark, be it as base64.
fn holds(leaf: &str, mark: &str) -> bool {
    let decoded = || STANDARD.decode(leaf).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    leaf.contains(mark) || decoded().is_some_and(|text| text.contains(mark))
}

fn name(path: &[Step]) -> String {
    let keys = path.iter().filter_map(|step| match step {
        Step::Key(key) => Some(key.as_str()),
        Step::Index(_) => None,
    });
    let keys: Vec<&str> = keys.collect();
    keys[keys.len().saturating_sub(2)..].join(".")
}
