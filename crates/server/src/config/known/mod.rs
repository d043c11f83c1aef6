//! Every key that a LiteLLM configuration may have, a file a section, and whether it has an effect here. To support a
//! key, read it in its section and move it from `planned` to `supported`.

mod general_settings;
mod litellm_params;
mod litellm_settings;
mod model_info;
mod prices;
mod router_settings;
mod top_level;

pub use general_settings::{
    GENERAL_SETTINGS, KEY_MANAGEMENT, KEY_MANAGEMENT_SYSTEMS, OTHER_ALERTING, OTHER_ALERTS, SERVICE_ACCOUNT_SETTINGS,
};
pub use litellm_params::{LITELLM_PARAMS, REQUEST_DEFAULTS};
pub use litellm_settings::LITELLM_SETTINGS;
pub use model_info::MODEL_INFO;
pub use prices::{Item, PRICES, PriceKey, is_price};
pub use router_settings::{ROUTER_SETTINGS, ROUTING_STRATEGIES};
pub use top_level::{ALERTS, BUDGETS, DEADLINES, KMS, LIMITS, MODEL_LIST, TOP_LEVEL, TURNPIKE};

use super::suggest::closest;

/// The keys of one section. Both lists are words between blanks; a word that ends in `*` stands for all keys that
/// begin like it.
#[derive(Debug)]
pub struct Table {
    /// What the section is called.
    pub section: &'static str,
    /// Keys that are read and have their effect.
    pub supported: &'static str,
    /// Keys of LiteLLM that have no effect here yet, or not all of it.
    pub planned: &'static str,
    /// Whether the prices of the cost map may stand here as well.
    pub prices: bool,
}

/// What a table says of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Read, with its effect.
    Supported,
    /// Known, without effect yet.
    Planned,
    /// Not a key of this section.
    Unknown,
}

impl Table {
    /// The keys that are read.
    pub fn supported_keys(&self) -> impl Iterator<Item = &'static str> {
        self.supported.split_ascii_whitespace()
    }

    /// The keys that are known and have no effect yet; those that stand for many end in `*`.
    pub fn planned_keys(&self) -> impl Iterator<Item = &'static str> {
        self.planned.split_ascii_whitespace()
    }

    /// Parameters of requests whose defaults may stand here.
    fn defaults(&self) -> impl Iterator<Item = &'static str> {
        let defaults = if self.section == LITELLM_PARAMS.section { REQUEST_DEFAULTS } else { "" };
        defaults.split_ascii_whitespace()
    }

    /// What this table says of `key`.
    pub fn standing(&self, key: &str) -> Standing {
        let planned = |known: &str| match known.strip_suffix('*') {
            Some(start) => key.starts_with(start),
            None => known == key,
        };
        let price = PriceKey::parse(key).filter(|_| self.prices);
        if self.supported_keys().any(|known| known == key) || price.as_ref().is_some_and(PriceKey::has_effect) {
            Standing::Supported
        } else if self.planned_keys().chain(self.defaults()).any(planned) || price.is_some() {
            Standing::Planned
        } else {
            Standing::Unknown
        }
    }

    /// All keys that one could have meant.
    fn candidates(&self) -> impl Iterator<Item = &'static str> {
        let planned = self.planned_keys().filter(|key| !key.ends_with('*'));
        let prices = if self.prices { PRICES } else { "" };
        self.supported_keys().chain(planned).chain(prices.split_ascii_whitespace()).chain(self.defaults())
    }
}

/// All tables, for the reference in the docs and for hints at the section where a key belongs.
pub const TABLES: [&Table; 15] = [
    &TOP_LEVEL,
    &MODEL_LIST,
    &LITELLM_PARAMS,
    &MODEL_INFO,
    &LITELLM_SETTINGS,
    &ROUTER_SETTINGS,
    &GENERAL_SETTINGS,
    &KEY_MANAGEMENT,
    &TURNPIKE,
    &DEADLINES,
    &SERVICE_ACCOUNT_SETTINGS,
    &LIMITS,
    &KMS,
    &BUDGETS,
    &ALERTS,
];

/// The message about a key that `table` does not know: what may have been meant, or where the key belongs.
pub(super) fn unknown(table: &Table, key: &str) -> String {
    if let Some(near) = closest(key, table.candidates()) {
        return format!("unknown key; did you mean {near}?");
    }
    let knows = |other: &&&Table| other.standing(key) != Standing::Unknown;
    match TABLES.iter().find(knows) {
        Some(other) => format!("unknown key; {key} belongs in {}", other.section),
        None => "unknown key".to_owned(),
    }
}

/// The price that a key of a section that takes any key looks like a misspelling of.
pub(super) fn misspelt_price(key: &str) -> Option<&'static str> {
    closest(key, PRICES.split_ascii_whitespace()).filter(|_| !is_price(key))
}
