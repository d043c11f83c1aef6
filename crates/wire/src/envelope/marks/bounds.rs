//! How much structure a body may have, counted at its commas and brackets.

use crate::envelope::{EnvelopeError, MAX_DEPTH, MAX_ITEMS};

/// Lists are counted whose bracket is one of the first so many levels.
const COUNTED: usize = 3;

#[derive(Debug)]
pub(super) struct Bounds {
    depth: usize,
    nodes: usize,
    most_nodes: usize,
    /// Items of the open lists of the first levels; `None` where an object is open, or nothing.
    items: [Option<usize>; COUNTED],
}

impl Bounds {
    pub(super) fn new(most_nodes: usize) -> Self {
        Self { depth: 0, nodes: 1, most_nodes, items: [None; COUNTED] }
    }

    /// How many brackets are open.
    pub(super) fn depth(&self) -> usize {
        self.depth
    }

    /// An opening bracket, and what stands behind it.
    pub(super) fn open(&mut self, is_list: bool, behind: &[u8]) -> Result<(), EnvelopeError> {
        if let Some(items) = self.items.get_mut(self.depth) {
            *items = is_list.then_some(0);
        }
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(EnvelopeError::TooDeep);
        }
        // the first value in it has no comma
        let empty = matches!(behind.trim_ascii_start().first(), Some(b'}' | b']'));
        if empty { Ok(()) } else { self.next() }
    }

    pub(super) fn close(&mut self) {
        self.depth = self.depth.saturating_sub(1);
    }

    /// A further value of what is open.
    pub(super) fn next(&mut self) -> Result<(), EnvelopeError> {
        self.nodes += 1;
        if self.nodes > self.most_nodes {
            return Err(EnvelopeError::TooManyNodes { most: self.most_nodes });
        }
        let open = self.depth.checked_sub(1).and_then(|level| self.items.get_mut(level));
        if let Some(Some(items)) = open {
            *items += 1;
            if *items > MAX_ITEMS {
                return Err(EnvelopeError::TooManyItems);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::read;
    use super::*;
    use crate::Dialect;
    use crate::envelope::{MAX_NODES, MAX_STRING};

    /// `count` values in a list.
    fn list(count: usize, value: &str) -> String {
        format!("[{}]", vec![value; count].join(", "))
    }

    #[test]
    fn every_bound_holds_exactly() {
        let deep = |levels: usize| format!("{}1{}", "[".repeat(levels), "]".repeat(levels));
        // the object, the outer list, and in each inner list itself and its items
        let nodes =
            |more: usize| format!(r#"{{"a": {}, "b": {}}}"#, list(9, &list(9_999, "1")), list(9_997 - 9 + more, "{}"));
        let string = |length: usize| format!(r#"{{"a": "{}"}}"#, "x".repeat(length));
        for (name, make, limit, error) in [
            ("depth", &deep as &dyn Fn(usize) -> String, MAX_DEPTH, EnvelopeError::TooDeep),
            ("nodes", &nodes, 9, EnvelopeError::TooManyNodes { most: MAX_NODES }),
            ("string", &string, MAX_STRING, EnvelopeError::LongString),
            ("items", &|count| format!(r#"{{"a": {}}}"#, list(count, "1")), MAX_ITEMS, EnvelopeError::TooManyItems),
            (
                "list of lists",
                &|count| format!(r#"{{"a": [{}]}}"#, list(count, "1")),
                MAX_ITEMS,
                EnvelopeError::TooManyItems,
            ),
            (
                "below",
                &|count| format!(r#"{{"a": {{"b": {}}}}}"#, list(count, "1")),
                MAX_ITEMS,
                EnvelopeError::TooManyItems,
            ),
        ] {
            for (size, expected) in [(limit - 1, None), (limit, None), (limit + 1, Some(error.clone()))] {
                let read = read(Dialect::OpenAiChat, make(size).as_bytes(), MAX_NODES);
                assert_eq!(read.err(), expected, "{name} {size}");
            }
        }
    }

    #[test]
    fn deeper_lists_and_objects_are_not_lists_of_the_first_levels() {
        for body in [
            format!(r#"{{"a": [[[{}]]]}}"#, list(MAX_ITEMS + 1, "1")),
            format!(r#"{{"a": [{{"b": {}}}]}}"#, list(MAX_ITEMS + 1, "1")),
            format!(r#"{{"a": "{}"}}"#, ",[{".repeat(MAX_NODES)),
            format!(r#"{{"a": {{{}}}}}"#, vec![r#""k": 1"#; MAX_ITEMS + 1].join(",")),
        ] {
            assert_eq!(read(Dialect::OpenAiChat, body.as_bytes(), MAX_NODES).err(), None);
        }
    }
}
