//! The names of what a call costs apart from its tokens.

use crate::chat::ServiceTier;

/// The names are for a message: a body may hold any number of them, at any length.
pub(super) const MOST_NAMES: usize = 8;
pub(super) const LONGEST_NAME: usize = 64;

/// What changes the price of a call, each once: `service_tier`, `tools (web_search_20260318)`. No more than a message can
/// show.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PricedApart(Vec<(String, Option<Apart>)>);

/// What a model may have a price for, so that the call can be held for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Apart {
    Tier(ServiceTier),
    /// The answer may be sound, whose tokens the ceiling counts.
    OutputAudio,
}

impl PricedApart {
    pub fn names(&self) -> Vec<&str> {
        self.without(|_| false)
    }

    /// The names of what has no price by `is_priced`.
    pub fn without(&self, is_priced: impl Fn(Apart) -> bool) -> Vec<&str> {
        let unpriced = self.0.iter().filter(|(_, apart)| !apart.is_some_and(&is_priced));
        unpriced.map(|(name, _)| name.as_str()).collect()
    }

    /// Notes the field at `path`.
    pub fn field(&mut self, path: &str) {
        self.add(plain(path), None);
    }

    /// Notes the field at `path`, which asks for what may have a price.
    pub(super) fn known(&mut self, path: &str, apart: Apart) {
        self.add(plain(path), Some(apart));
    }

    /// Notes a tool that the provider runs itself, by its kind.
    pub(super) fn tool(&mut self, kind: &str) {
        self.add(format!("tools ({})", plain(kind)), None);
    }

    pub(super) fn extend(&mut self, others: Self) {
        others.0.into_iter().for_each(|(name, apart)| self.add(name, apart));
    }

    /// Of two with one name the one counts that nothing can be held for.
    fn add(&mut self, name: String, apart: Option<Apart>) {
        if let Some((_, known)) = self.0.iter_mut().find(|(known, _)| *known == name) {
            *known = known.filter(|known| Some(*known) == apart);
        } else if self.0.len() < MOST_NAMES {
            self.0.push((name, apart));
        } else {
            // a name that is not shown is refused with the others
            self.0.iter_mut().for_each(|(_, known)| *known = None);
        }
    }
}

/// As much of a name as is plain, and no more than fits.
fn plain(name: &str) -> String {
    name.chars().take_while(char::is_ascii_graphic).take(LONGEST_NAME).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_few_short_and_plain_and_stand_once() {
        let mut apart = PricedApart::default();
        apart.field("speed\r\nx: y");
        apart.field("speed");
        apart.tool("web_search\u{1b}[0m");
        let mut others = PricedApart::default();
        others.tool("web_search");
        others.field(&"x".repeat(1_000));
        apart.extend(others);
        assert_eq!(apart.names(), ["speed", "tools (web_search)", &"x".repeat(LONGEST_NAME)]);
        (0..100).for_each(|n| apart.field(&format!("f{n}")));
        assert_eq!(apart.names().len(), MOST_NAMES);
    }
}
