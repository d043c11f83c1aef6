//! How fast, or when, a provider promises to answer.

use serde_json::value::RawValue;

/// What a client asks for, and what a provider says it did, where that changes the price.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ServiceTier {
    /// As usual. Capacity that somebody has paid for already is this, too.
    Standard,
    /// Within a day.
    Batch,
    /// When there is room.
    Flex,
    /// First.
    Priority,
    Balanced,
    Ultrafast,
}

impl ServiceTier {
    /// By any provider's word for it; none for one that is not known, and where the provider is to choose.
    pub fn named(word: &str) -> Option<Self> {
        match word.to_ascii_lowercase().as_str() {
            "default"
            | "standard"
            | "standard_only"
            | "on_demand"
            | "scale"
            | "reserved"
            | "provisioned_throughput" => Some(Self::Standard),
            "batch" => Some(Self::Batch),
            "flex" | "on_demand_flex" => Some(Self::Flex),
            "priority" | "on_demand_priority" => Some(Self::Priority),
            "balanced" => Some(Self::Balanced),
            "ultrafast" => Some(Self::Ultrafast),
            _ => None,
        }
    }

    /// The same from a field of JSON.
    pub(crate) fn told(field: Option<&RawValue>) -> Option<Self> {
        serde_json::from_str::<String>(field?.get()).ok().and_then(|word| Self::named(&word))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_the_words_of_all_providers() {
        for (word, tier) in [
            ("default", Some(ServiceTier::Standard)),
            ("ON_DEMAND", Some(ServiceTier::Standard)),
            ("ON_DEMAND_PRIORITY", Some(ServiceTier::Priority)),
            ("priority", Some(ServiceTier::Priority)),
            ("flex", Some(ServiceTier::Flex)),
            ("batch", Some(ServiceTier::Batch)),
            ("auto", None),
            ("tomorrow", None),
        ] {
            assert_eq!(ServiceTier::named(word), tier, "{word}");
        }
    }
}
