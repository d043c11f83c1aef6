//! A YAML file as a tree that remembers where everything stands and how numbers were written.

mod digits;
mod nesting;
mod parse;
mod tree;

pub(super) use parse::read;

use super::place::Mark;
use engine::secret::Secret;

/// A value and where it stands.
#[derive(Debug, Clone)]
pub(super) struct Node {
    pub(super) mark: Mark,
    pub(super) value: Value,
}

#[derive(Debug, Clone)]
pub(super) enum Value {
    Null,
    Bool(bool),
    /// The digits as written: a price must not pass through a float.
    Number(String),
    Text(String),
    /// Text that said `os.environ/NAME`, looked up.
    Env {
        name: String,
        found: Option<Secret>,
    },
    List(Vec<Node>),
    Map(Vec<Entry>),
}

/// A key of a mapping with its value; mappings keep the order of the file.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub(super) key: String,
    pub(super) mark: Mark,
    pub(super) value: Node,
}
