//! `model_list[].model_info`: what is said about a deployment rather than sent to it.

use super::super::known::{self, MODEL_INFO};
use super::super::place::Placed;
use super::super::read::Section;
use super::prices::Prices;

/// Facts about a deployment.
#[derive(Debug, Clone, Default)]
pub struct ModelInfo {
    /// The deployment's id; no two deployments share one. Without it, the second stage derives one.
    pub id: Option<Placed<String>>,
    /// The model whose prices and limits apply, where the deployment's own name does not tell (as on Azure).
    pub base_model: Option<Placed<String>>,
    /// What the model does: `chat`, `embedding`, `image_generation`, …
    pub mode: Option<String>,
    /// The longest answer in tokens, for models that do not state the two below.
    pub max_tokens: Option<u64>,
    /// The longest prompt in tokens.
    pub max_input_tokens: Option<u64>,
    /// The longest answer in tokens.
    pub max_output_tokens: Option<u64>,
    /// Names under which lists of models may have it beside its own.
    pub access_groups: Vec<Placed<String>>,
    /// Prices that stand here; those in `litellm_params` come first.
    pub prices: Prices,
    /// From when on, and until when, these prices hold, in microseconds UTC.
    pub price_valid_from: Option<Placed<i64>>,
    /// See `price_valid_from`.
    pub price_valid_to: Option<Placed<i64>>,
    /// Units of provisioned throughput that are paid by the hour.
    pub ptu_count: Option<u64>,
    /// What one costs an hour.
    pub cost_per_ptu_per_hour: Option<Placed<String>>,
    /// From when on, and until when, they are there, in microseconds UTC.
    pub ptu_effective_from: Option<Placed<i64>>,
    /// See `ptu_effective_from`.
    pub ptu_effective_to: Option<Placed<i64>>,
    /// All other keys with their values as JSON, in the order of the file: `/model/info` shows them.
    pub extra: Vec<(String, String)>,
}

impl ModelInfo {
    pub(super) fn read(mut section: Section<'_, '_>) -> Self {
        let mut info = Self {
            id: section.text("id"),
            base_model: section.text("base_model"),
            mode: section.text("mode").map(|mode| mode.value),
            max_tokens: section.whole("max_tokens", 1..=u64::MAX),
            max_input_tokens: section.whole("max_input_tokens", 1..=u64::MAX),
            max_output_tokens: section.whole("max_output_tokens", 1..=u64::MAX),
            access_groups: section.texts("access_groups"),
            price_valid_from: section.instant("price_valid_from"),
            price_valid_to: section.instant("price_valid_to"),
            ptu_count: section.whole("ptu_count", 1..=u64::MAX),
            cost_per_ptu_per_hour: section.amount("cost_per_ptu_per_hour"),
            ptu_effective_from: section.instant("ptu_effective_from"),
            ptu_effective_to: section.instant("ptu_effective_to"),
            prices: Prices::read(&mut section),
            extra: Vec::new(),
        };
        for (key, field) in section.others(|_| true) {
            // any key is welcome here, so a misspelt price would be lost without a word
            let read = match known::misspelt_price(key) {
                Some(price) => Err(field.error(format!("unknown key; did you mean {price}?"))),
                None => field.json(),
            };
            match read {
                Ok(json) => info.extra.push((key.to_owned(), json)),
                Err(error) => section.findings.errors.push(error),
            }
        }
        section.finish(&MODEL_INFO);
        info
    }
}
