//! The names of what a call costs apart from its tokens.

/// The names are for a message: a body may hold any number of them, at any length.
pub(super) const MOST_NAMES: usize = 8;
pub(super) const LONGEST_NAME: usize = 64;

/// What changes the price of a call and has no price of its own yet, each once: `service_tier`, `tools (web_search_20260318)`.
/// No more than a message can show.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PricedApart(Vec<String>);

impl PricedApart {
    pub fn names(&self) -> &[String] {
        &self.0
    }

    /// Notes the field at `path`.
    pub fn field(&mut self, path: &str) {
        self.add(plain(path));
    }

    /// Notes a tool that the provider runs itself, by its kind.
    pub(super) fn tool(&mut self, kind: &str) {
        self.add(format!("tools ({})", plain(kind)));
    }

    pub(super) fn extend(&mut self, others: Self) {
        others.0.into_iter().for_each(|name| self.add(name));
    }

    fn add(&mut self, name: String) {
        if self.0.len() < MOST_NAMES && !self.0.contains(&name) {
            self.0.push(name);
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
