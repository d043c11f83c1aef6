//! The price fields of the cost map. They may stand in `litellm_params` and in `model_info`.

use money::{Class, ServiceTier, UnitKind};

/// Prices without the tiers and variants that may stand after them.
pub const PRICES: &str = "
    input_cost_per_token output_cost_per_token cache_read_input_token_cost cache_creation_input_token_cost
    output_cost_per_reasoning_token input_cost_per_audio_token output_cost_per_audio_token
    cache_read_input_audio_token_cost cache_creation_input_audio_token_cost input_cost_per_image_token
    output_cost_per_image_token input_cost_per_video_token output_cost_per_video_token
    input_cost_per_image output_cost_per_image input_cost_per_pixel output_cost_per_pixel
    input_cost_per_second output_cost_per_second input_cost_per_audio_per_second
    output_cost_per_audio_per_second input_cost_per_video_per_second output_cost_per_video_per_second
    input_cost_per_character output_cost_per_character input_cost_per_query input_cost_per_request
    input_cost_per_text_message ocr_cost_per_page annotation_cost_per_page ocr_cost_per_credit
    search_context_cost_per_query web_search_billing_unit search_free_requests
    google_maps_grounding_cost_per_query code_interpreter_cost_per_session file_search_cost_per_1k_calls
    file_search_cost_per_gb_per_day vector_store_cost_per_gb_per_day
    computer_use_input_cost_per_1k_tokens computer_use_output_cost_per_1k_tokens citation_cost_per_token
    input_dbu_cost_per_token output_dbu_cost_per_token guardrail_cost_per_unit
    regional_processing_uplift_multiplier_eu regional_processing_uplift_multiplier_us
    regional_endpoint_uplift_multiplier tiered_pricing off_peak_pricing
";

/// What a key of the cost map is the price of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PriceKey {
    /// The thing itself.
    pub item: Item,
    /// Of calls at this tier.
    pub tier: ServiceTier,
    /// Of calls whose prompt has more tokens than this.
    pub above: u64,
    /// The size, resolution or quality that it is the price of.
    pub form: Option<String>,
}

/// The thing that has the price.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Item {
    /// A token.
    Token(Class),
    /// So many of what is counted otherwise.
    Unit(UnitKind, u32),
    /// A call.
    Request,
    /// Prices by ranges of the prompt's length.
    Ranges,
    /// Nothing that the gateway knows of.
    Unknown,
}

/// What a word of [`PRICES`] is the price of.
fn item(word: &str) -> Item {
    match word {
        "input_cost_per_token" => Item::Token(Class::Input),
        "output_cost_per_token" => Item::Token(Class::Output),
        "cache_read_input_token_cost" => Item::Token(Class::CacheRead),
        "cache_creation_input_token_cost" => Item::Token(Class::CacheWrite5m),
        "output_cost_per_reasoning_token" => Item::Token(Class::Reasoning),
        "input_cost_per_audio_token" => Item::Token(Class::InputAudio),
        "output_cost_per_audio_token" => Item::Token(Class::OutputAudio),
        "cache_read_input_audio_token_cost" => Item::Token(Class::CacheReadAudio),
        "input_cost_per_image_token" => Item::Token(Class::InputImage),
        "output_cost_per_image_token" => Item::Token(Class::OutputImage),
        "input_cost_per_video_token" => Item::Token(Class::InputVideo),
        "input_cost_per_request" => Item::Request,
        "tiered_pricing" => Item::Ranges,
        "input_cost_per_image" => Item::Unit(UnitKind::InputImage, 1),
        "output_cost_per_image" => Item::Unit(UnitKind::OutputImage, 1),
        "input_cost_per_pixel" => Item::Unit(UnitKind::InputPixel, 1),
        "output_cost_per_pixel" => Item::Unit(UnitKind::OutputPixel, 1),
        "input_cost_per_second" => Item::Unit(UnitKind::InputSecond, 1),
        "output_cost_per_second" => Item::Unit(UnitKind::OutputSecond, 1),
        "input_cost_per_audio_per_second" => Item::Unit(UnitKind::InputAudioSecond, 1),
        "output_cost_per_audio_per_second" => Item::Unit(UnitKind::OutputAudioSecond, 1),
        "input_cost_per_video_per_second" => Item::Unit(UnitKind::InputVideoSecond, 1),
        "output_cost_per_video_per_second" => Item::Unit(UnitKind::OutputVideoSecond, 1),
        "input_cost_per_character" => Item::Unit(UnitKind::InputCharacter, 1),
        "output_cost_per_character" => Item::Unit(UnitKind::OutputCharacter, 1),
        "input_cost_per_query" => Item::Unit(UnitKind::Query, 1),
        "input_cost_per_text_message" => Item::Unit(UnitKind::TextMessage, 1),
        "ocr_cost_per_page" => Item::Unit(UnitKind::Page, 1),
        "annotation_cost_per_page" => Item::Unit(UnitKind::AnnotationPage, 1),
        "ocr_cost_per_credit" => Item::Unit(UnitKind::Credit, 1),
        "search_context_cost_per_query" => Item::Unit(UnitKind::WebSearch, 1),
        "google_maps_grounding_cost_per_query" => Item::Unit(UnitKind::MapSearch, 1),
        "code_interpreter_cost_per_session" => Item::Unit(UnitKind::CodeInterpreterSession, 1),
        "file_search_cost_per_1k_calls" => Item::Unit(UnitKind::FileSearch, 1_000),
        "citation_cost_per_token" => Item::Unit(UnitKind::CitationToken, 1),
        "guardrail_cost_per_unit" => Item::Unit(UnitKind::GuardrailUnit, 1),
        _ => Item::Unknown,
    }
}

/// Whether `key` is a price of the cost map: one of [`PRICES`], with any tiers and variants after it.
pub fn is_price(key: &str) -> bool {
    PriceKey::parse(key).is_some()
}

impl PriceKey {
    /// Reads a key. The longest word that it begins with says what it is the price of.
    pub fn parse(key: &str) -> Option<Self> {
        let words = PRICES.split_ascii_whitespace().filter(|word| key.starts_with(word));
        let word = words.max_by_key(|word| word.len())?;
        let mut price = Self { item: item(word), tier: ServiceTier::Standard, above: 0, form: None };
        price.read_variants(key.strip_prefix(word)?).then_some(price)
    }

    /// Whether what it is the price of is charged: tokens and calls. What else has a price is at hand once it is counted.
    pub fn has_effect(&self) -> bool {
        let is_plain = self.form.is_none();
        match self.item {
            Item::Token(_) => is_plain,
            Item::Request | Item::Ranges => is_plain && self.tier == ServiceTier::Standard && self.above == 0,
            Item::Unit(..) | Item::Unknown => false,
        }
    }

    /// `_batches`, `_above_200k_tokens`, `_above_1hr`, `_1080p`, `_1024_x_1024`, `_4k`, … one after the other.
    fn read_variants(&mut self, rest: &str) -> bool {
        let mut words = rest.split('_');
        if words.next() != Some("") {
            return false;
        }
        let mut form = Vec::new();
        while let Some(word) = words.next() {
            match word {
                "above" => match words.next().unwrap_or_default() {
                    "1hr" if self.item == Item::Token(Class::CacheWrite5m) => {
                        self.item = Item::Token(Class::CacheWrite1h);
                    }
                    hours if number_before(hours, "hr") => self.item = Item::Unknown,
                    tokens if number_before(tokens, "k") && words.next() == Some("tokens") => {
                        let Ok(thousands) = tokens.trim_end_matches('k').parse::<u64>() else { return false };
                        self.above = thousands.saturating_mul(1_000);
                    }
                    _ => return false,
                },
                "batches" => self.tier = ServiceTier::Batch,
                "x" => form.push(word),
                word if ["", "p", "k", "K"].iter().any(|unit| number_before(word, unit)) => form.push(word),
                word => match ServiceTier::ALL.into_iter().find(|tier| tier.as_str() == word) {
                    Some(ServiceTier::Standard | ServiceTier::Batch) | None => return false,
                    Some(tier) => self.tier = tier,
                },
            }
        }
        self.form = (!form.is_empty()).then(|| form.concat());
        true
    }
}

/// Whether `word` is a number followed by `unit`.
fn number_before(word: &str, unit: &str) -> bool {
    let number = word.strip_suffix(unit).unwrap_or_default();
    !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_prices_with_their_variants() {
        for (key, expect) in [
            ("input_cost_per_token", true),
            ("input_cost_per_token_batches", true),
            ("input_cost_per_token_above_200k_tokens", true),
            ("output_cost_per_token_above_272k_tokens_priority", true),
            ("cache_creation_input_token_cost_above_1hr", true),
            ("output_cost_per_image_1024_x_1024", true),
            ("output_cost_per_second_1080p", true),
            ("output_cost_per_image_0.5K", true),
            ("input_cost_per_tokn", false),
            ("input_cost_per_tokens", false),
            ("input_cost_per_token_", false),
            ("input_cost_per_token_above", false),
            ("input_cost_per_token_above_200k", false),
            ("input_cost_per_token_sometimes", false),
            ("temperature", false),
        ] {
            assert_eq!(is_price(key), expect, "{key}");
        }
    }

    #[test]
    fn a_key_says_what_it_is_the_price_of() {
        let key = |item, tier, above, form: Option<&str>| PriceKey { item, tier, above, form: form.map(str::to_owned) };
        let standard = ServiceTier::Standard;
        for (text, expect, has_effect) in [
            ("input_cost_per_token_batches", key(Item::Token(Class::Input), ServiceTier::Batch, 0, None), true),
            (
                "cache_read_input_token_cost_above_272k_tokens_priority",
                key(Item::Token(Class::CacheRead), ServiceTier::Priority, 272_000, None),
                true,
            ),
            (
                "cache_creation_input_token_cost_above_1hr_above_200k_tokens",
                key(Item::Token(Class::CacheWrite1h), standard, 200_000, None),
                true,
            ),
            ("cache_creation_input_token_cost_above_12hr", key(Item::Unknown, standard, 0, None), false),
            ("input_cost_per_audio_token", key(Item::Token(Class::InputAudio), standard, 0, None), true),
            ("input_cost_per_request", key(Item::Request, standard, 0, None), true),
            (
                "output_cost_per_image_1024_x_1024",
                key(Item::Unit(UnitKind::OutputImage, 1), standard, 0, Some("1024x1024")),
                false,
            ),
            ("output_cost_per_image_token", key(Item::Token(Class::OutputImage), standard, 0, None), true),
            ("file_search_cost_per_1k_calls", key(Item::Unit(UnitKind::FileSearch, 1_000), standard, 0, None), false),
            ("off_peak_pricing", key(Item::Unknown, standard, 0, None), false),
        ] {
            let read = PriceKey::parse(text).expect(text);
            assert_eq!((&read, read.has_effect()), (&expect, has_effect), "{text}");
        }
    }
}
