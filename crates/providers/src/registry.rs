//! The one list of providers. Everything that is about providers iterates it.

use crate::provider::Provider;
use crate::row::{self, CatalogueError};

/// Providers that are more than a row, by folder.
const WITH_CODE: &[fn() -> Provider] = &[
    // registry: sorted
    crate::echo::provider,
    // registry: end
];

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

    /// The provider whose answers are made here, for a gateway that has no models configured.
    pub fn local(&self) -> Option<&Provider> {
        self.providers.iter().find(|provider| provider.dialect().is_none())
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
        assert!(registry.local().is_some());
    }
}
