//! The price fields of the cost map. They may stand in `litellm_params` and in `model_info`.

/// Prices without the tiers and variants that [`is_price`] allows after them.
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

/// Variants of a price; sizes and resolutions are recognised by their shape.
const VARIANTS: [&str; 5] = ["batches", "priority", "flex", "balanced", "ultrafast"];

/// Whether `key` is a price of the cost map: one of [`PRICES`], with any tiers and variants after it.
pub fn is_price(key: &str) -> bool {
    PRICES.split_ascii_whitespace().any(|price| key.strip_prefix(price).is_some_and(are_variants))
}

/// `_batches`, `_above_200k_tokens`, `_above_1hr`, `_1080p`, `_1024_x_1024`, `_4k`, … one after the other.
fn are_variants(rest: &str) -> bool {
    let mut words = rest.split('_');
    if words.next() != Some("") {
        return false;
    }
    while let Some(word) = words.next() {
        let known = match word {
            "above" => match words.next() {
                Some(hours) if number_before(hours, "hr") => true,
                Some(tokens) if number_before(tokens, "k") => words.next() == Some("tokens"),
                _ => false,
            },
            "x" => true,
            word => VARIANTS.contains(&word) || ["", "p", "k", "K"].iter().any(|unit| number_before(word, unit)),
        };
        if !known {
            return false;
        }
    }
    true
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
}
