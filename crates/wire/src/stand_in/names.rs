//! Names of stand-ins: legal, unique, and the same in every request that has the same tools.

use std::collections::{HashMap, HashSet};

use super::ability::{Ability, Named, is_letter};

/// The names in a request.
#[derive(Debug)]
pub(super) struct Names {
    ability: Ability,
    taken: HashSet<String>,
    given: HashMap<Key, String>,
    /// How often a beginning was numbered, so that many alike do not try all numbers.
    numbered: HashMap<String, u32>,
}

/// A tool among all that are declared or called.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Key {
    is_function: bool,
    namespace: Option<String>,
    name: String,
}

impl Key {
    fn of(tool: Named<'_>) -> Self {
        Self {
            is_function: tool.kind == crate::chat::CallKind::Function,
            namespace: tool.namespace.map(str::to_owned),
            name: tool.name.to_owned(),
        }
    }
}

impl Names {
    /// `kept` are the names that stay as they are.
    pub(super) fn new(ability: Ability, kept: HashSet<String>) -> Self {
        Self { ability, taken: kept, given: HashMap::new(), numbered: HashMap::new() }
    }

    /// The name of a tool at the provider, if it has another one there.
    pub(super) fn get(&self, tool: Named<'_>) -> Option<&str> {
        self.given.get(&Key::of(tool)).map(String::as_str)
    }

    /// Gives a tool its name at the provider. Nothing when it has one already.
    pub(super) fn give(&mut self, tool: Named<'_>) -> Option<&str> {
        let key = Key::of(tool);
        if self.given.contains_key(&key) {
            return None;
        }
        let name = self.free(tool);
        self.taken.insert(name.clone());
        Some(self.given.entry(key).or_insert(name))
    }

    /// The name itself with its group in front, made to fit. What is too long or taken ends with a sum of the whole, and with a
    /// number if that is taken, too.
    fn free(&mut self, tool: Named<'_>) -> String {
        let whole = match tool.namespace {
            Some(namespace) if !self.ability.namespaces => format!("{namespace}__{}", tool.name),
            _ => tool.name.to_owned(),
        };
        let letter = |letter: char| if u8::try_from(letter).is_ok_and(is_letter) { letter } else { '_' };
        let mut legal: String = whole.chars().map(letter).collect();
        if legal.is_empty() || !self.ability.may_begin(&legal) {
            legal.insert(0, '_');
        }
        if legal.len() <= self.ability.longest && !self.taken.contains(&legal) {
            return legal;
        }
        let sum = format!("_{:08x}", crc32fast::hash(whole.as_bytes()));
        let begin = |longest: usize| legal.get(..longest).unwrap_or(&legal);
        let summed = format!("{}{sum}", begin(self.ability.longest.saturating_sub(sum.len())));
        if !self.taken.contains(&summed) {
            return summed;
        }
        let count = self.numbered.entry(summed).or_default();
        loop {
            *count += 1;
            let end = format!("{sum}_{count}");
            let name = format!("{}{end}", begin(self.ability.longest.saturating_sub(end.len())));
            if !self.taken.contains(&name) {
                return name;
            }
        }
    }
}
