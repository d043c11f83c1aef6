//! Real prices against figures worked out by hand.

use money::{
    Bounds, Class, Flat, Item, Media, Nanos, Price, Rate, Rates, ServiceTier, Share, Terms, Tiers, Tokens, Unit,
    UnitKind, Units, Usage, Variant,
};

fn per_million(usd: &str) -> Rate {
    Rate::parse_usd_per_million(usd).unwrap()
}

fn check(price: &Price, usage: impl Into<Usage>, usd: &str) {
    let usage = usage.into();
    assert_eq!(price.cost(&usage), Nanos::parse_usd(usd).unwrap(), "{usage:?}");
}

/// Prices of prompts above a length.
fn above(above: u64, usd_per_million: &[(Class, &str)]) -> Variant {
    Variant { above, rates: rates(usd_per_million), ..Variant::default() }
}

fn rates(usd_per_million: &[(Class, &str)]) -> Rates {
    usd_per_million.iter().fold(Rates::default(), |rates, (class, usd)| rates.with(*class, per_million(usd)))
}

/// $3 in, $15 out, $0.30 read, $3.75 and $6 written.
fn cached() -> Price {
    Price::new(per_million("3"), per_million("15"), "test".into())
        .with(Class::CacheRead, per_million("0.3"))
        .with(Class::CacheWrite5m, per_million("3.75"))
        .with(Class::CacheWrite1h, per_million("6"))
}

/// $0.10 in, $0.50 out, five times that above 100k; the long cache writes are not published.
fn tiered() -> Price {
    Price::new(per_million("0.1"), per_million("0.5"), "test".into())
        .with(Class::CacheRead, per_million("0.01"))
        .with(Class::CacheWrite5m, per_million("0.125"))
        .with(Class::CacheWrite1h, per_million("0.2"))
        .with_variant(above(100_000, &[(Class::Input, "0.5"), (Class::Output, "2.5"), (Class::CacheRead, "0.05")]))
}

#[test]
fn each_class_has_its_price() {
    let price = cached();
    check(&price, Tokens::default(), "0");
    check(&price, Tokens { input: 1_000, ..Tokens::default() }, "0.003");
    check(&price, Tokens { cache_read: 1_000, ..Tokens::default() }, "0.0003");
    check(&price, Tokens { cache_write_5m: 1_000, ..Tokens::default() }, "0.00375");
    check(&price, Tokens { cache_write_1h: 1_000, ..Tokens::default() }, "0.006");
    check(&price, Tokens { output: 1_000, reasoning: 400, ..Tokens::default() }, "0.015");
    let all =
        Tokens { input: 12, cache_read: 20_000, cache_write_5m: 3_000, cache_write_1h: 500, output: 700, reasoning: 0 };
    check(&price, all, "0.030786");
}

#[test]
fn a_missing_class_costs_what_its_neighbour_does() {
    let mut price = Price::new(per_million("2.5"), per_million("10"), "test".into());
    let tokens =
        Tokens { input: 0, cache_read: 100, cache_write_5m: 100, cache_write_1h: 100, output: 100, reasoning: 100 };
    check(&price, tokens, "0.00175");
    price = price.with(Class::CacheWrite5m, per_million("5"));
    check(&price, tokens, "0.00225");
    price = price.with(Class::Reasoning, per_million("20"));
    check(&price, tokens, "0.00325");
    // more reasoning than output is a reader's mistake: nothing is made of it
    check(&price, Tokens { output: 100, reasoning: 900, ..Tokens::default() }, "0.002");
}

#[test]
fn a_long_prompt_changes_the_price_of_the_whole_call() {
    let price = tiered();
    check(&price, Tokens { input: 100_000, output: 1_000, ..Tokens::default() }, "0.0105");
    check(&price, Tokens { input: 100_001, output: 1_000, ..Tokens::default() }, "0.0525005");
    // cache classes count towards the length
    check(&price, Tokens { input: 1, cache_read: 100_000, ..Tokens::default() }, "0.0050005");
    // an unpublished long cache price rises as the input does: 0.125 and 0.2 become 0.625 and 1
    check(&price, Tokens { cache_write_5m: 200_000, ..Tokens::default() }, "0.125");
    check(&price, Tokens { cache_write_1h: 200_000, ..Tokens::default() }, "0.2");
}

#[test]
fn a_charge_is_rounded_once_and_up() {
    let price = Price::new(Rate::new(1), Rate::new(999_999), "test".into());
    check(&price, Tokens { input: 1, ..Tokens::default() }, "0.000000001");
    check(&price, Tokens { input: 1, output: 1, ..Tokens::default() }, "0.000000001");
    check(&price, Tokens { input: 2, output: 1, ..Tokens::default() }, "0.000000002");
}

#[test]
fn a_call_may_cost_something_beside_its_tokens() {
    let mut price = Price::free("test".into());
    assert!(price.is_free());
    price.per_request = Nanos::parse_usd("0.01").unwrap();
    assert!(!price.is_free());
    check(&price, Tokens::default(), "0.01");
    assert_eq!(price.affordable_output(&Bounds::of(10, 0), Nanos::parse_usd("0.009").unwrap()), None);
    assert_eq!(price.affordable_output(&Bounds::of(10, 0), Nanos::parse_usd("0.01").unwrap()), Some(u64::MAX));
    price.per_request = Nanos::new(-1);
    check(&price, Tokens::default(), "0");
}

#[test]
fn the_bound_takes_the_dearest_class_that_can_be_reached() {
    let worst = |price: &Price, input, output| price.worst_case(&Bounds::of(input, output)).to_string();
    assert_eq!(worst(&cached(), 1_000, 1_000), "0.021");
    assert_eq!(worst(&tiered(), 100_000, 1_000), "0.0205");
    assert_eq!(worst(&tiered(), 100_001, 1_000), "0.102501");
    // a long prompt that is cheaper: the dearest is the longest that is not long yet
    let cheap = [(Class::Input, "1"), (Class::CacheRead, "0"), (Class::CacheWrite5m, "1"), (Class::CacheWrite1h, "1")];
    assert_eq!(worst(&cached().with_variant(above(500, &cheap)), 1_000, 0), "0.003");
    assert_eq!(worst(&Price::free("test".into()), u64::MAX, u64::MAX), "0");
    assert_eq!(cached().worst_case(&Bounds::of(u64::MAX, u64::MAX)), Nanos::MAX);
}

#[test]
fn a_small_budget_clamps_the_output() {
    let price = cached();
    // 1,000 tokens of input hold $0.006; what is left buys output at $15 a million
    let fits = |usd: &str| price.affordable_output(&Bounds::of(1_000, 0), Nanos::parse_usd(usd).unwrap());
    assert_eq!(fits("0.005999999"), None);
    assert_eq!(fits("0.006"), Some(0));
    assert_eq!(fits("0.006014999"), Some(0));
    assert_eq!(fits("0.006015"), Some(1));
    assert_eq!(fits("0.021"), Some(1_000));
    assert_eq!(price.affordable_output(&Bounds::of(1, 0), Nanos::new(-1)), None);
    assert_eq!(price.affordable_output(&Bounds::of(u64::MAX, 0), Nanos::MAX), Some(u64::MAX));
}

#[test]
fn an_unpublished_long_price_is_never_below_its_share() {
    let base = |input| {
        Price::new(input, per_million("2"), "test".into())
            .with(Class::CacheRead, Rate::new(1))
            .with(Class::Reasoning, per_million("6"))
            .with_variant(Variant {
                rates: Rates::default().with(Class::Input, Rate::new(4_000_000)).with(Class::Output, per_million("3")),
                ..Variant::default()
            })
    };
    let price = base(Rate::new(3_000_000));
    // 1 × 4/3 is 2 femto-dollars when rounded up: 500,000 of them are a nano
    check(&price, Tokens { cache_read: 500_000, ..Tokens::default() }, "0.000000001");
    check(&price, Tokens { cache_read: 500_001, ..Tokens::default() }, "0.000000002");
    // reasoning rises as output does
    check(&price, Tokens { input: 1, output: 1_000, reasoning: 1_000, ..Tokens::default() }, "0.009000004");
    // of a free base there is no share: the long input price itself
    let price = base(Rate::ZERO);
    check(&price, Tokens { cache_read: 1_000, ..Tokens::default() }, "0.000004");
}

#[test]
fn no_usage_is_large_enough_to_wrap() {
    let price = Price::new(Rate::new(u64::MAX), Rate::new(1 << 33), "test".into());
    let tokens = Tokens { input: u64::MAX, output: 1 << 32, ..Tokens::default() };
    assert_eq!(price.cost(&tokens.into()), Nanos::MAX);
    assert_eq!(price.worst_case(&Bounds::of(u64::MAX, u64::MAX)), Nanos::MAX);
}

#[test]
fn of_several_lengths_the_longest_that_is_passed_counts() {
    let price = Price::new(per_million("1"), per_million("2"), "test".into())
        .with_variant(above(256_000, &[(Class::Input, "4")]))
        .with_variant(above(32_000, &[(Class::Input, "2"), (Class::Output, "6")]));
    let at = |input| Tokens { input, output: 1_000, ..Tokens::default() };
    check(&price, at(32_000), "0.034");
    check(&price, at(32_001), "0.070002");
    // an output price that the longest does not state is that of the one before
    check(&price, at(300_000), "1.206");
}

#[test]
fn media_have_prices_of_their_own() {
    let plain =
        Price::new(per_million("1"), per_million("4"), "test".into()).with(Class::CacheRead, per_million("0.1"));
    let price = plain
        .clone()
        .with(Class::InputAudio, per_million("10"))
        .with(Class::InputImage, per_million("2"))
        .with(Class::OutputAudio, per_million("20"))
        .with(Class::OutputImage, per_million("30"));
    let tokens = Tokens { input: 1_000, cache_read: 500, output: 1_000, reasoning: 100, ..Tokens::default() };
    let media = Media { input_audio: 600, input_image: 100, output_audio: 200, output_image: 300, ..Media::default() };
    let usage = Usage { media, ..Usage::of(tokens) };
    // 300 × 1 + 500 × 0.1 + 600 × 10 + 100 × 2, and 500 × 4 + 200 × 20 + 300 × 30
    check(&price, usage.clone(), "0.02155");
    check(&plain, usage, "0.00505");
    // of 1,200 tokens of sound 1,000 are all of the uncached prompt: 200 came from the cache, as dear as sound is
    let most = Usage { media: Media { input_audio: 1_200, ..Media::default() }, ..Usage::of(tokens) };
    check(&price, most.clone(), "0.01603");
    check(&price.with(Class::CacheReadAudio, per_million("0.5")), most, "0.01413");
}

#[test]
fn each_tier_has_its_price_and_none_is_free_for_want_of_one() {
    let tier = |tier, usd: &[(Class, &str)]| Variant { tier, rates: rates(usd), ..Variant::default() };
    let price = tiered()
        .with_variant(tier(ServiceTier::Priority, &[(Class::Input, "0.2"), (Class::Output, "1")]))
        .with_variant(tier(ServiceTier::Flex, &[(Class::Input, "0.05"), (Class::Output, "0.25")]));
    let short = Tokens { input: 50_000, cache_read: 10_000, output: 1_000, ..Tokens::default() };
    let long = Tokens { input: 200_000, ..short };
    let served = |tier, tokens| Usage { tier, ..Usage::of(tokens) };
    check(&price, served(ServiceTier::Standard, short), "0.0056");
    // the cache read rises with the input: 0.02
    check(&price, served(ServiceTier::Priority, short), "0.0112");
    // and does not fall with it
    check(&price, served(ServiceTier::Flex, short), "0.00285");
    check(&price, served(ServiceTier::Batch, short), "0.0056");
    // no tier states what a long prompt costs
    for tier in [ServiceTier::Standard, ServiceTier::Priority, ServiceTier::Flex, ServiceTier::Batch] {
        check(&price, served(tier, long), "0.103");
    }
    let long_flex =
        Variant { tier: ServiceTier::Flex, ..above(100_000, &[(Class::Input, "0.25"), (Class::Output, "1.25")]) };
    check(&price.with_variant(long_flex), served(ServiceTier::Flex, long), "0.05175");
}

#[test]
fn units_are_charged_in_their_form() {
    let image = |size: &str| Unit::of(UnitKind::OutputImage, size);
    let each = |usd: &str| Rate::parse_usd_per_token(usd).unwrap();
    let price = Price::free("test".into())
        .with_unit(image("1024x1024"), each("0.04"))
        .with_unit(image("1536x1024"), each("0.06"))
        .with_unit(Unit::plain(UnitKind::InputSecond), each("0.0001"))
        .with_unit(Unit::plain(UnitKind::WebSearch), each("0.01"))
        .with_unit(Unit::of(UnitKind::WebSearch, "high"), each("0.03"));
    let used = |unit: Unit, count| Usage { units: Units::default().with(unit, count), ..Usage::default() };
    check(&price, used(image("1024x1024"), 2), "0.08");
    // of a size that has no price the dearest counts
    check(&price, used(image("4k"), 1), "0.06");
    check(&price, used(Unit::plain(UnitKind::InputSecond), 12_345), "0.0012345");
    check(&price, used(Unit::of(UnitKind::WebSearch, "low"), 1), "0.01");
    check(&price, used(Unit::of(UnitKind::WebSearch, "high"), 1), "0.03");
    let page = used(Unit::plain(UnitKind::Page), 1);
    check(&price, page.clone(), "0");
    assert_eq!(price.breakdown(&page).unpriced, [Unit::plain(UnitKind::Page)]);
    assert!(!price.is_free());
}

#[test]
fn a_discount_comes_before_a_margin() {
    let share = |text| Share::parse(text).unwrap();
    let terms =
        Terms { discount: share("0.05"), margin: share("0.1"), margin_per_call: Nanos::parse_usd("0.001").unwrap() };
    let mut price = Price::new(per_million("10"), per_million("10"), "test".into());
    price.terms = terms;
    let usage = Usage::of(Tokens { input: 1_000, ..Tokens::default() });
    // 0.01 - 0.0005 + 0.00095 + 0.001
    check(&price, usage.clone(), "0.01145");
    assert_eq!(price.worst_case(&Bounds::of(1_000, 0)), price.cost(&usage));
    let parts = price.breakdown(&usage);
    assert_eq!(
        (parts.original, parts.discount, parts.margin),
        (10_000_000_000_000, 500_000_000_000, 1_950_000_000_000)
    );
    assert_eq!(parts.lines.len(), 1);
    assert_eq!((&parts.lines[0].item, parts.lines[0].count), (&Item::Tokens(Class::Input), 1_000));
    price.terms = Terms { discount: Share::ALL, ..Terms::default() };
    check(&price, usage, "0");
    assert_eq!((Share::parse("0.0000000019").unwrap(), Share::parse("-0.1").is_err()), (share("1e-9"), true));
    assert_eq!(Share::parse("0.050").unwrap().to_decimal().to_string(), "0.05");
}

#[test]
fn text_alone_is_not_held_for_as_sound() {
    let price = cached().with(Class::InputAudio, per_million("40"));
    let bounds = Bounds { is_text: true, tiers: Tiers::STANDARD, ..Bounds::of(1_000, 0) };
    assert_eq!(price.worst_case(&bounds).to_string(), "0.006");
    assert_eq!(price.worst_case(&Bounds::of(1_000, 0)).to_string(), "0.04");
}

#[test]
fn capacity_costs_by_the_time_that_it_is_there() {
    let hour = 3_600_000_000;
    let flat = Flat { count: 15, per_hour: Nanos::parse_usd("2").unwrap(), from: Some(hour), to: Some(25 * hour) };
    for (from, to, usd) in [
        (0, 2 * hour, "30"),
        (hour, 2 * hour, "30"),
        (0, 100 * hour, "720"),
        (hour, hour + 1, "0.000000009"),
        (30 * hour, 31 * hour, "0"),
        (2 * hour, hour, "0"),
    ] {
        assert_eq!(flat.cost(from, to), Nanos::parse_usd(usd).unwrap(), "{from} {to}");
    }
}
