//! Real prices against figures worked out by hand.

use money::{LongContext, Nanos, Price, Rate, Tokens};

fn per_million(usd: &str) -> Rate {
    Rate::parse_usd_per_million(usd).unwrap()
}

fn check(price: &Price, tokens: Tokens, usd: &str) {
    assert_eq!(price.cost(&tokens), Nanos::parse_usd(usd).unwrap(), "{tokens:?}");
}

/// $3 in, $15 out, $0.30 read, $3.75 and $6 written.
fn cached() -> Price {
    Price {
        cache_read: Some(per_million("0.3")),
        cache_write_5m: Some(per_million("3.75")),
        cache_write_1h: Some(per_million("6")),
        ..Price::new(per_million("3"), per_million("15"), "test".into())
    }
}

/// $0.10 in, $0.50 out, five times that above 100k; the long cache writes are not published.
fn tiered() -> Price {
    Price {
        cache_read: Some(per_million("0.01")),
        cache_write_5m: Some(per_million("0.125")),
        cache_write_1h: Some(per_million("0.2")),
        long_context: Some(LongContext {
            above: 100_000,
            input: Some(per_million("0.5")),
            output: Some(per_million("2.5")),
            cache_read: Some(per_million("0.05")),
            ..LongContext::default()
        }),
        ..Price::new(per_million("0.1"), per_million("0.5"), "test".into())
    }
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
    price.cache_write_5m = Some(per_million("5"));
    check(&price, tokens, "0.00225");
    price.reasoning = Some(per_million("20"));
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
    assert_eq!(price.affordable_output(10, Nanos::parse_usd("0.009").unwrap()), None);
    assert_eq!(price.affordable_output(10, Nanos::parse_usd("0.01").unwrap()), Some(u64::MAX));
    price.per_request = Nanos::new(-1);
    check(&price, Tokens::default(), "0");
}

#[test]
fn the_bound_takes_the_dearest_class_that_can_be_reached() {
    let worst = |price: &Price, input, output| price.worst_case(input, output).to_string();
    assert_eq!(worst(&cached(), 1_000, 1_000), "0.021");
    assert_eq!(worst(&tiered(), 100_000, 1_000), "0.0205");
    assert_eq!(worst(&tiered(), 100_001, 1_000), "0.102501");
    // a long prompt that is cheaper: the dearest is the longest that is not long yet
    let mut odd = cached();
    let long = LongContext { above: 500, input: Some(per_million("1")), ..LongContext::default() };
    odd.long_context = Some(LongContext {
        cache_read: Some(Rate::ZERO),
        cache_write_5m: Some(per_million("1")),
        cache_write_1h: Some(per_million("1")),
        ..long
    });
    assert_eq!(worst(&odd, 1_000, 0), "0.003");
    assert_eq!(worst(&Price::free("test".into()), u64::MAX, u64::MAX), "0");
    assert_eq!(cached().worst_case(u64::MAX, u64::MAX), Nanos::MAX);
}

#[test]
fn a_small_budget_clamps_the_output() {
    let price = cached();
    // 1,000 tokens of input hold $0.006; what is left buys output at $15 a million
    let fits = |usd: &str| price.affordable_output(1_000, Nanos::parse_usd(usd).unwrap());
    assert_eq!(fits("0.005999999"), None);
    assert_eq!(fits("0.006"), Some(0));
    assert_eq!(fits("0.006014999"), Some(0));
    assert_eq!(fits("0.006015"), Some(1));
    assert_eq!(fits("0.021"), Some(1_000));
    assert_eq!(price.affordable_output(1, Nanos::new(-1)), None);
    assert_eq!(price.affordable_output(u64::MAX, Nanos::MAX), Some(u64::MAX));
}

#[test]
fn an_unpublished_long_price_is_never_below_its_share() {
    let mut price = Price {
        cache_read: Some(Rate::new(1)),
        reasoning: Some(per_million("6")),
        long_context: Some(LongContext {
            above: 0,
            input: Some(Rate::new(4_000_000)),
            output: Some(per_million("3")),
            ..LongContext::default()
        }),
        ..Price::new(Rate::new(3_000_000), per_million("2"), "test".into())
    };
    // 1 × 4/3 is 2 femto-dollars when rounded up: 500,000 of them are a nano
    check(&price, Tokens { cache_read: 500_000, ..Tokens::default() }, "0.000000001");
    check(&price, Tokens { cache_read: 500_001, ..Tokens::default() }, "0.000000002");
    // reasoning rises as output does
    check(&price, Tokens { input: 1, output: 1_000, reasoning: 1_000, ..Tokens::default() }, "0.009000004");
    // of a free base there is no share: the long input price itself
    price.input = Rate::ZERO;
    check(&price, Tokens { cache_read: 1_000, ..Tokens::default() }, "0.000004");
}

#[test]
fn no_usage_is_large_enough_to_wrap() {
    let price = Price::new(Rate::new(u64::MAX), Rate::new(1 << 33), "test".into());
    let tokens = Tokens { input: u64::MAX, output: 1 << 32, ..Tokens::default() };
    assert_eq!(price.cost(&tokens), Nanos::MAX);
    assert_eq!(price.worst_case(u64::MAX, u64::MAX), Nanos::MAX);
}
