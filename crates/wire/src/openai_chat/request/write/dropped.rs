//! What a request holds and this dialect cannot say.

use std::collections::HashSet;

use super::breakpoint::Breakpoint;
use crate::chat::CacheMark;

/// What could not be said; each path once, in the order of the request.
#[derive(Debug, Default)]
pub(crate) struct Dropped {
    paths: Vec<String>,
    /// The same paths: a conversation of any length may be nothing but what cannot be said.
    named: HashSet<String>,
    /// The provider is OpenAI itself.
    openai: bool,
}

impl Dropped {
    /// `openai` says whether the provider is OpenAI itself: it takes its cache breakpoints, and not what only others take.
    pub(crate) fn new(openai: bool) -> Self {
        Self { openai, ..Self::default() }
    }

    pub(crate) fn is_for_openai(&self) -> bool {
        self.openai
    }

    pub(crate) fn name(&mut self, path: impl AsRef<str> + Into<String>) {
        if !self.named.contains(path.as_ref()) {
            let path = path.into();
            self.named.insert(path.clone());
            self.paths.push(path);
        }
    }

    /// Names a cache mark, if there is one. Servers of this dialect cache by themselves: only cost may change.
    pub(crate) fn cache(&mut self, mark: Option<&CacheMark>) {
        if mark.is_some() {
            self.name("cache_control");
        }
    }

    /// The breakpoint of a mark at a part of a message, the only place where OpenAI takes them. Names it for other servers.
    pub(crate) fn breakpoint(&mut self, mark: Option<&CacheMark>) -> Option<Breakpoint> {
        if self.openai {
            return mark.map(|mark| Breakpoint::of(mark, self));
        }
        self.cache(mark);
        None
    }

    pub(crate) fn into_paths(self) -> Vec<String> {
        self.paths
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_each_path_once_and_in_order() {
        let mut dropped = Dropped::default();
        for path in ["b", "a", "b", "c", "a"] {
            dropped.name(path);
        }
        dropped.cache(Some(&CacheMark { ttl: None }));
        dropped.cache(None);
        assert_eq!(dropped.into_paths(), ["b", "a", "c", "cache_control"]);
    }

    /// Comparing each path with all before it, this would take the better part of an hour.
    #[test]
    fn a_million_paths_are_named_at_once() {
        let mut dropped = Dropped::default();
        for n in (0..1_000_000).chain(0..1_000_000) {
            dropped.name(format!("messages[{n}].name"));
        }
        let paths = dropped.into_paths();
        assert_eq!((paths.len(), paths[7].as_str()), (1_000_000, "messages[7].name"));
    }
}
