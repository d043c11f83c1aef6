//! The one list of providers. Everything that is about providers iterates it.

use crate::provider::Provider;
use crate::row::{self, CatalogueError};

/// Providers that are more than a row, by folder.
const WITH_CODE: &[fn() -> Provider] = &[
    // registry: sorted
    crate::echo::provider,
    // registry: end
];

/// Whose model answers where no models are configured: a line of the list above.
const BUILT_IN: &str = "echo";

/// All providers that this build knows.
#[derive(Clone, Debug)]
pub struct Registry {
    providers: Vec<Provider>,
}

impl Registry {
    /// The catalogue's rows and the providers with code. An error means that the build itself is broken; a test rules that out.
    pub fn builtin() -> Result<Self, CatalogueError> {
        let mut providers = row::parse(include_str!("../../../catalog/providers.toml"))?;
        providers.extend(WITH_CODE.iter().map(|provider| provider()));
        providers.sort_by(|a, b| a.id.cmp(&b.id));
        Ok(Self { providers })
    }

    pub fn iter(&self) -> impl Iterator<Item = &Provider> {
        self.providers.iter()
    }

    /// The provider of that id or alias.
    pub fn get(&self, id: &str) -> Option<&Provider> {
        self.providers.iter().find(|provider| provider.id == id || provider.aliases.iter().any(|alias| alias == id))
    }

    /// The provider of the built-in model, for a gateway that has no models configured.
    pub fn built_in(&self) -> Option<&Provider> {
        self.get(BUILT_IN)
    }

    /// The provider of that id or alias, if its answers are made here: its model needs no further name.
    pub fn local(&self, id: &str) -> Option<&Provider> {
        self.get(id).filter(|provider| provider.is_local())
    }

    /// Cuts `provider/model` at its first slash; `None` when what stands before it is no provider.
    pub fn split<'a>(&self, model: &'a str) -> Option<(&Provider, &'a str)> {
        let (provider, rest) = model.split_once('/')?;
        Some((self.get(provider)?, rest))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_catalogue_is_in_order_and_every_name_is_unique() {
        let registry = Registry::builtin().unwrap();
        let mut names: Vec<_> = registry.iter().flat_map(|p| std::iter::once(&p.id).chain(&p.aliases)).collect();
        let count = names.len();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), count);
        let text = include_str!("../../../catalog/providers.toml");
        let ids: Vec<_> = text.lines().filter_map(|line| line.strip_prefix("id = ")).collect();
        assert!(ids.is_sorted(), "rows of catalog/providers.toml are sorted by id");
    }

    #[test]
    fn splits_at_the_first_slash_of_a_known_provider() {
        let registry = Registry::builtin().unwrap();
        let (provider, model) = registry.split("openrouter/meta/llama").unwrap();
        assert_eq!((provider.id.as_str(), model), ("openrouter", "meta/llama"));
        assert!(registry.split("nobody/x").is_none() && registry.split("plain").is_none());
    }

    #[test]
    fn another_local_provider_is_not_the_built_in_model() {
        let built_in = Registry::builtin().unwrap().built_in().unwrap().clone();
        assert!(built_in.is_local());
        let another = Provider { id: "a-shout".to_owned(), ..built_in.clone() };
        let registry = Registry { providers: vec![another, built_in.clone()] };
        assert_eq!(registry.built_in().map(|provider| &provider.id), Some(&built_in.id));
        assert_eq!(registry.local("a-shout").map(|provider| provider.id.as_str()), Some("a-shout"));
        assert!(Registry::builtin().unwrap().local("openai").is_none());
    }
}
