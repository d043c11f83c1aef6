//! The parser's nodes into ours: merge keys applied, aliases already expanded, keys as text.

use std::sync::Arc;

use saphyr::{MarkedYaml, Marker, Scalar, YamlData};

use super::super::findings::Findings;
use super::super::place::{Mark, join, join_index};
use super::digits::Digits;
use super::parse::{WRITTEN_TWICE, mark};
use super::{Entry, Node, Value, nesting};

/// The key that takes over the entries of another mapping.
const MERGE: &str = "<<";

type Pairs<'a, 'input> = Vec<(&'a MarkedYaml<'input>, &'a MarkedYaml<'input>)>;

/// A tree in the making.
pub(super) struct Growing<'a> {
    file: &'a Arc<str>,
    digits: Digits,
    twice: &'a [Marker],
    findings: &'a mut Findings,
}

impl<'a> Growing<'a> {
    pub(super) fn new(file: &'a Arc<str>, text: &str, twice: &'a [Marker], findings: &'a mut Findings) -> Self {
        Self { file, digits: Digits::new(text), twice, findings }
    }

    /// The tree of the only document.
    pub(super) fn single(&mut self, documents: &[MarkedYaml<'_>]) -> Option<Node> {
        if let Some(second) = documents.get(1) {
            let mark = mark(self.file, &second.span.start);
            self.findings.error(&mark, "", "a second document: a configuration is one document");
        }
        documents.first().map(|document| self.node(document, "", 0))
    }

    fn node(&mut self, node: &MarkedYaml<'_>, path: &str, level: usize) -> Node {
        let mark = mark(self.file, &node.span.start);
        let value = if level > nesting::LEVELS {
            self.findings.error(&mark, path, nesting::MESSAGE);
            Value::Null
        } else {
            self.value(node, &mark, path, level)
        };
        Node { mark, value }
    }

    fn value(&mut self, node: &MarkedYaml<'_>, mark: &Mark, path: &str, level: usize) -> Value {
        match &node.data {
            YamlData::Value(scalar) => self.scalar(node, scalar, mark, path),
            YamlData::Sequence(items) => {
                let nodes = items.iter().enumerate();
                Value::List(nodes.map(|(index, item)| self.node(item, &join_index(path, index), level + 1)).collect())
            }
            YamlData::Mapping(mapping) => self.mapping(mapping.iter().collect(), path, level),
            YamlData::Tagged(..) => self.refuse(mark, path, "tags of one's own have no meaning here"),
            YamlData::BadValue => self.refuse(mark, path, "not a value of the type that its tag names"),
            YamlData::Representation(..) | YamlData::Alias(_) => self.refuse(mark, path, "not a value"),
        }
    }

    fn scalar(&mut self, node: &MarkedYaml<'_>, scalar: &Scalar<'_>, mark: &Mark, path: &str) -> Value {
        let span = node.span.start.index()..node.span.end.index();
        match scalar {
            Scalar::Null => Value::Null,
            Scalar::Boolean(flag) => Value::Bool(*flag),
            Scalar::String(text) => Value::Text(text.to_string()),
            Scalar::Integer(number) => {
                let written = self.digits.at(span.start, span.end, scalar);
                let decimal = written.filter(|digits| digits.parse::<i64>().is_ok());
                Value::Number(decimal.unwrap_or_else(|| number.to_string()))
            }
            Scalar::FloatingPoint(_) => match self.digits.at(span.start, span.end, scalar) {
                Some(digits) => Value::Number(digits),
                None => self.refuse(mark, path, "the digits of this number cannot be told: write it in quotes"),
            },
        }
    }

    fn mapping(&mut self, pairs: Pairs<'_, '_>, path: &str, level: usize) -> Value {
        let mut entries: Vec<Entry> = Vec::with_capacity(pairs.len());
        let mut merged = Vec::new();
        for (key, value) in pairs {
            let at = mark(self.file, &key.span.start);
            let Some(name) = self.key(key) else {
                self.findings.error(&at, path, "a key must be text");
                continue;
            };
            if name == MERGE {
                merged.push(self.node(value, path, level + 1));
                continue;
            }
            let path = join(path, &name);
            let twice = self.twice.iter().any(|marker| marker.index() == key.span.start.index());
            if twice || entries.iter().any(|entry| entry.key == name) {
                self.findings.error(&at, &path, WRITTEN_TWICE);
                continue;
            }
            let value = self.node(value, &path, level + 1);
            entries.push(Entry { key: name, mark: at, value });
        }
        for node in merged {
            self.merge(&mut entries, node, path);
        }
        Value::Map(entries)
    }

    /// Takes over the entries of `<<` that the mapping does not set itself.
    fn merge(&mut self, entries: &mut Vec<Entry>, node: Node, path: &str) {
        match node.value {
            Value::Map(more) => {
                for entry in more {
                    if entries.iter().all(|own| own.key != entry.key) {
                        entries.push(entry);
                    }
                }
            }
            Value::List(nodes) if nodes.iter().all(|node| matches!(node.value, Value::Map(_))) => {
                for node in nodes {
                    self.merge(entries, node, path);
                }
            }
            _ => self.findings.error(&node.mark, &join(path, MERGE), "expected a mapping to merge"),
        }
    }

    /// A key as text; what a masked key was called is restored from the text of the file.
    fn key(&mut self, key: &MarkedYaml<'_>) -> Option<String> {
        let YamlData::Value(scalar) = &key.data else { return None };
        let (from, to) = (key.span.start.index(), key.span.end.index());
        if self.twice.iter().any(|marker| marker.index() == from) {
            return self.digits.text(from, to);
        }
        match scalar {
            Scalar::String(text) => Some(text.to_string()),
            Scalar::Boolean(_) | Scalar::Integer(_) | Scalar::FloatingPoint(_) => self.digits.text(from, to),
            Scalar::Null => None,
        }
    }

    fn refuse(&mut self, mark: &Mark, path: &str, message: &str) -> Value {
        self.findings.error(mark, path, message);
        Value::Null
    }
}
