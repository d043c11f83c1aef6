//! Who is calling. The constructors of `Principal` are crate-private and `pipeline::identify` is their one caller, so
//! whoever holds one outside has been authenticated.

use std::sync::Arc;

use store::keys::KeyRow;
use store::{KeyHash, Scope};

use crate::models::{Listed, Models};

/// An authenticated caller.
#[derive(Clone, Debug)]
pub struct Principal {
    who: Who,
}

#[derive(Clone, Debug)]
enum Who {
    Master,
    Key(Arc<KeyRow>),
}

impl Principal {
    /// The holder of the master key: may do everything.
    pub(crate) fn master() -> Self {
        Self { who: Who::Master }
    }

    /// The holder of a virtual key.
    pub(crate) fn of_key(row: Arc<KeyRow>) -> Self {
        Self { who: Who::Key(row) }
    }

    pub fn is_admin(&self) -> bool {
        matches!(self.who, Who::Master)
    }

    /// The virtual key, if that is how the caller came.
    pub fn key(&self) -> Option<&Arc<KeyRow>> {
        match &self.who {
            Who::Master => None,
            Who::Key(row) => Some(row),
        }
    }

    pub fn key_hash(&self) -> Option<&KeyHash> {
        self.key().map(|row| &row.hash)
    }

    /// The rows that the caller may see.
    pub fn scope(&self) -> Scope {
        self.key_hash().map_or(Scope::Gateway, |hash| Scope::Key(hash.clone()))
    }

    /// The models that the caller may use: those of `models` that its list allows, and the names on its list that only a
    /// wildcard serves.
    pub fn usable(&self, models: &Models) -> Vec<Listed> {
        let mut usable = models.list();
        usable.retain(|listed| self.may_use(&listed.name) || self.may_use(&listed.group));
        let named = self.key().map(|key| key.models.as_slice()).unwrap_or_default();
        let served = named.iter().filter(|name| !usable.iter().any(|listed| listed.name == **name));
        let served: Vec<_> = served.filter(|name| !name.contains('*')).filter_map(|name| models.find(name)).collect();
        usable.extend(served);
        usable
    }

    /// Whether the caller may use the model group of that name. No list means all.
    pub fn may_use(&self, model: &str) -> bool {
        let Some(row) = self.key() else { return true };
        row.models.is_empty() || row.models.iter().any(|allowed| allows(allowed, model))
    }
}

/// LiteLLM's words for all models, a name, or a pattern with one `*`.
fn allows(allowed: &str, model: &str) -> bool {
    allowed == "all-proxy-models" || allowed == model || crate::models::caught(allowed, model).is_some()
}

#[cfg(test)]
mod tests {
    use super::allows;

    #[test]
    fn names_patterns_and_all() {
        for (allowed, model, expected) in [
            ("gpt", "gpt", true),
            ("gpt", "gpt-4", false),
            ("openai/*", "openai/gpt", true),
            ("openai/*", "other/gpt", false),
            ("*", "anything", true),
            ("all-proxy-models", "anything", true),
        ] {
            assert_eq!(allows(allowed, model), expected, "{allowed} {model}");
        }
    }
}
