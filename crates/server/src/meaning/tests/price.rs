//! Prices that a configuration states, and what is laid on bills.

use std::sync::Arc;

use money::{
    Class, Flat, Media, Nanos, Price, Rate, ServiceTier, Share, Terms, Tokens, Unit, UnitKind, Usage, Validity,
};

use super::{KEYS, deployment, meaning, one, refusal, try_meaning};

fn usd(rate: Rate) -> String {
    rate.to_usd_per_token().normalize().to_string()
}

fn refused(text: &str) -> String {
    try_meaning(text, KEYS).err().unwrap_or_else(|| panic!("{text} is accepted"))
}

/// The price of a deployment with these parameters beside its model.
fn priced(params: &str) -> Arc<Price> {
    let deployment = deployment(&format!("model: openai/gpt-4o, {params}"), KEYS);
    Arc::clone(deployment.prices.at(0).expect("a price"))
}

/// The same, with prices of a dollar a million in and two out.
fn beside(params: &str) -> Arc<Price> {
    priced(&format!("input_cost_per_token: 1e-6, output_cost_per_token: 2e-6, {params}"))
}

fn with_info(info: &str) -> String {
    format!("{}  model_info: {{{info}}}\n", one("model: openai/gpt-4o"))
}

#[test]
fn keeps_the_digits_of_prices_and_refuses_half_a_price() {
    let price = priced(
        "input_cost_per_token: 1.234567891e-06, output_cost_per_token: 0.00001, cache_read_input_token_cost: '3.1e-7', \
         cache_creation_input_token_cost: 0, cache_creation_input_token_cost_above_1hr: 6e-06",
    );
    let classes = [Class::Input, Class::Output, Class::CacheRead, Class::CacheWrite5m, Class::CacheWrite1h];
    let stated = classes.map(|class| price.rates().get(class).map(usd).unwrap_or_default());
    assert_eq!(stated, ["0.000001234567891", "0.00001", "0.00000031", "0", "0.000006"]);
    assert!(
        deployment("model: openai/gpt-4o", KEYS).prices.is_empty(),
        "the catalogue's price is looked up for each call"
    );

    let text =
        format!("{}  model_info: {{output_cost_per_token: 1}}\n", one("model: openai/m, input_cost_per_token: 0"));
    assert!(
        meaning(&text, KEYS).settings.models.deployments().all(|one| !one.prices.is_empty()),
        "halves may stand apart"
    );
    let beside_both = "needs input_cost_per_token and output_cost_per_token beside it";
    for (params, expect) in [
        ("input_cost_per_token: 1e-6", "input_cost_per_token: needs output_cost_per_token beside it"),
        ("output_cost_per_token: 1e-6", "output_cost_per_token: needs input_cost_per_token beside it"),
        ("cache_read_input_token_cost: 1e-6", beside_both),
        ("cache_creation_input_token_cost_above_1hr: 1e-6", beside_both),
        ("input_cost_per_token_flex: 1e-6", beside_both),
        ("input_cost_per_request: 1", beside_both),
        ("input_cost_per_token: 1e-60, output_cost_per_token: 0", "input_cost_per_token: "),
        ("tiered_pricing: 1", "tiered_pricing: expected a list of ranges"),
        ("tiered_pricing: [{input_cost_per_token: 1}]", "tiered_pricing[0]: expected prices and their range"),
        (
            "tiered_pricing: [{range: [0, 1], input_cost_per_image: 1}]",
            "input_cost_per_image: not the price of a token",
        ),
    ] {
        let errors = refusal(&format!("model: openai/m, {params}"), KEYS);
        assert!(errors.contains(expect), "{params}\n{errors}");
    }
}

#[test]
fn every_class_length_and_tier_may_have_a_price() {
    let price = beside(
        "input_cost_per_token_above_200k_tokens: 3e-6, input_cost_per_token_priority: 5e-6, output_cost_per_token_flex: 1e-6, \
         input_cost_per_token_above_200k_tokens_priority: 7e-6, input_cost_per_audio_token: 9e-6, \
         output_cost_per_reasoning_token: 4e-6, input_cost_per_request: 0.5",
    );
    let at = |tier, prompt, class| usd(price.rates_at(tier, prompt).get(class).unwrap());
    let (standard, priority) = (ServiceTier::Standard, ServiceTier::Priority);
    assert_eq!(at(standard, 200_000, Class::Input), "0.000001");
    assert_eq!(at(standard, 200_001, Class::Input), "0.000003");
    assert_eq!(at(priority, 1, Class::Input), "0.000005");
    assert_eq!(at(priority, 200_001, Class::Input), "0.000007");
    assert_eq!(at(ServiceTier::Flex, 1, Class::Output), "0.000001");
    let usage = Usage {
        media: Media { input_audio: 500_000, ..Media::default() },
        ..Usage::of(Tokens { input: 1_000_000, ..Tokens::default() })
    };
    // three times as much for a long prompt, sound included, and the call itself
    assert_eq!(price.cost(&usage), Nanos::parse_usd("15.5").unwrap());
}

#[test]
fn ranges_are_lengths_of_prompts() {
    let ranges = "tiered_pricing: [{range: [0, 32000.0], input_cost_per_token: 1e-6, output_cost_per_token: 2e-6}, \
                  {range: [3.2e4, 128000], input_cost_per_token: 3e-6, output_cost_per_token: 4e-6}]";
    let price = priced(ranges);
    let cost = |input| price.cost(&Tokens { input, output: 1_000, ..Tokens::default() }.into()).to_string();
    assert_eq!((cost(32_000), cost(32_001)), ("0.034".to_owned(), "0.100003".to_owned()));
}

#[test]
fn what_is_not_counted_in_tokens_is_at_hand() {
    let text = "search_context_cost_per_query: {search_context_size_low: 0.01, search_context_size_high: 0.03}, \
                file_search_cost_per_1k_calls: 2.5, output_cost_per_image_1024_x_1024: 0.04, output_cost_per_second_1080p: 0.2";
    let price = beside(text);
    let unit = |kind, form: &str| price.unit(&Unit::of(kind, form)).map(usd).unwrap();
    assert_eq!(unit(UnitKind::WebSearch, "low"), "0.01");
    assert_eq!(unit(UnitKind::WebSearch, "medium"), "0.03", "the dearest");
    assert_eq!(unit(UnitKind::OutputImage, "1024x1024"), "0.04");
    assert_eq!(unit(UnitKind::OutputSecond, "1080p"), "0.2");
    assert_eq!(price.unit(&Unit::plain(UnitKind::FileSearch)).map(usd).unwrap(), "0.0025");

    let alone =
        |info: &str| meaning(&with_info(info), KEYS).settings.models.deployments().next().unwrap().prices.clone();
    let image = alone("mode: image_generation, output_cost_per_image: 0.04");
    assert!(!image.at(0).unwrap().is_free());
    assert!(alone("output_cost_per_image: 0.04").is_empty(), "the catalogue knows what its tokens cost");
}

#[test]
fn figures_have_a_name_of_their_own() {
    let version = |params| beside(params).version.to_string();
    let plain = version("weight: 1");
    assert!(plain.starts_with("config:") && plain.len() == "config:".len() + 8, "{plain}");
    assert_eq!(version("input_cost_per_request: 0"), plain);
    for other in ["input_cost_per_request: 1", "input_cost_per_token_flex: 1e-6", "cache_read_input_token_cost: 1e-6"] {
        assert_ne!(version(other), plain, "{other}");
    }
}

#[test]
fn prices_may_hold_for_a_time() {
    let text = with_info(
        "input_cost_per_token: 1, output_cost_per_token: 1, price_valid_from: 2026-12-01, price_valid_to: 2027-01-01T06:00:00Z",
    );
    let meant = meaning(&text, KEYS);
    let deployment = meant.settings.models.deployments().next().unwrap();
    let target = meant.settings.models.target(deployment, "");
    let version = |day: &str| target.prices.at(Validity::instant(day).unwrap()).unwrap().version.to_string();
    assert!(version("2026-11-30").starts_with("catalog:"));
    assert!(version("2026-12-01").starts_with("config:"));
    assert!(version("2027-01-02").starts_with("catalog:"));
    for (info, expect) in [
        ("price_valid_from: 2026-12-01", "needs input_cost_per_token and output_cost_per_token beside it"),
        ("price_valid_from: soon", "price_valid_from: expected a day or an instant"),
        (
            "input_cost_per_token: 1, output_cost_per_token: 1, price_valid_from: 2026-12-01, price_valid_to: 2026-12-01",
            "price_valid_to: ends before it begins",
        ),
    ] {
        let errors = refused(&with_info(info));
        assert!(errors.contains(expect), "{errors}");
    }
}

#[test]
fn capacity_that_is_paid_by_the_hour_is_said_to_be() {
    let text = with_info("ptu_count: 15, cost_per_ptu_per_hour: 2, ptu_effective_from: '2026-01-01T00:00:00Z'");
    let meant = meaning(&text, KEYS);
    let deployment = meant.settings.models.deployments().next().unwrap();
    let target = meant.settings.models.target(deployment, "");
    let from = Validity::instant("2026-01-01").unwrap();
    let price = target.prices.at(from).unwrap();
    let flat = Flat { count: 15, per_hour: Nanos::parse_usd("2").unwrap(), from: Some(from), to: None };
    assert_eq!((price.flat, price.is_free()), (Some(flat), true));
    assert!(!target.prices.at(from - 1).unwrap().is_free(), "the capacity is not there yet");
    for (info, expect) in [
        ("ptu_count: 15", "ptu_count needs cost_per_ptu_per_hour beside it"),
        ("cost_per_ptu_per_hour: 2", "cost_per_ptu_per_hour: needs ptu_count beside it"),
        ("ptu_effective_to: 2026-01-01", "ptu_effective_to: needs ptu_count and cost_per_ptu_per_hour beside it"),
    ] {
        let errors = refused(&with_info(info));
        assert!(errors.contains(expect), "{errors}");
    }
}

#[test]
fn bills_have_discounts_and_margins_by_provider() {
    let text = |settings: &str| format!("{}litellm_settings: {{{settings}}}\n", one("model: openai/gpt-4o"));
    let terms = |settings: &str| {
        let meant = meaning(&text(settings), KEYS);
        let deployment = meant.settings.models.deployments().next().unwrap();
        meant.settings.models.target(deployment, "").prices.at(0).unwrap().terms
    };
    let share = |text| Share::parse(text).unwrap();
    let usd = |text| Nanos::parse_usd(text).unwrap();
    assert_eq!(terms("drop_params: true"), Terms::default());
    let both = "cost_discount_config: {openai: 0.05, anthropic: 0.5}, \
                cost_margin_config: {global: 0.2, openai: {percentage: 0.1, fixed_amount: 0.001}}";
    let expected = Terms { discount: share("0.05"), margin: share("0.1"), margin_per_call: usd("0.001") };
    assert_eq!(terms(both), expected);
    let global = Terms { margin: share("0.2"), ..Terms::default() };
    assert_eq!(terms("cost_margin_config: {global: 0.2, anthropic: 1}"), global);
    for (settings, expect) in [
        (
            "cost_discount_config: {opnai: 0.05}",
            "litellm_settings.cost_discount_config.opnai: there is no provider \"opnai\"",
        ),
        ("cost_discount_config: {openai: 1.5}", "a discount is 1 at most"),
        ("cost_margin_config: {openai: -1}", "expected a fraction such as 0.05"),
        ("cost_margin_config: {openai: {percent: 1}}", "unknown key; known are percentage, fixed_amount"),
    ] {
        let errors = refused(&text(settings));
        assert!(errors.contains(expect), "{errors}");
    }
}
