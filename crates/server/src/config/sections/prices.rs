//! Prices that a deployment sets itself, in place of those of the catalogue.

use super::super::place::Placed;
use super::super::read::Section;

/// Prices in US dollars a token, as they were written (`1.25e-06`): they become money in the second stage, and never
/// pass through a float. They may stand in `litellm_params` and in `model_info`.
#[derive(Debug, Clone, Default)]
pub struct Prices {
    /// Of a token that is sent.
    pub input_cost_per_token: Option<Placed<String>>,
    /// Of a token that is generated.
    pub output_cost_per_token: Option<Placed<String>>,
    /// Of a token that the provider reads from its cache.
    pub cache_read_input_token_cost: Option<Placed<String>>,
    /// Of a token that the provider writes to its cache.
    pub cache_creation_input_token_cost: Option<Placed<String>>,
    /// The same where it is to stay there for an hour.
    pub cache_creation_input_token_cost_above_1hr: Option<Placed<String>>,
}

impl Prices {
    pub(super) fn read(section: &mut Section<'_, '_>) -> Self {
        Self {
            input_cost_per_token: section.amount("input_cost_per_token"),
            output_cost_per_token: section.amount("output_cost_per_token"),
            cache_read_input_token_cost: section.amount("cache_read_input_token_cost"),
            cache_creation_input_token_cost: section.amount("cache_creation_input_token_cost"),
            cache_creation_input_token_cost_above_1hr: section.amount("cache_creation_input_token_cost_above_1hr"),
        }
    }

    /// These prices, and where they say nothing, those of `other`.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self {
            input_cost_per_token: self.input_cost_per_token.or(other.input_cost_per_token),
            output_cost_per_token: self.output_cost_per_token.or(other.output_cost_per_token),
            cache_read_input_token_cost: self.cache_read_input_token_cost.or(other.cache_read_input_token_cost),
            cache_creation_input_token_cost: self
                .cache_creation_input_token_cost
                .or(other.cache_creation_input_token_cost),
            cache_creation_input_token_cost_above_1hr: self
                .cache_creation_input_token_cost_above_1hr
                .or(other.cache_creation_input_token_cost_above_1hr),
        }
    }
}
