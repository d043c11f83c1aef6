//! What holds for every price and every usage.

use money::{LongContext, Nanos, Price, Rate, Tokens};
use proptest::option;
use proptest::prelude::*;

/// From free to all that fits, most of them like real ones.
fn rate() -> impl Strategy<Value = Rate> {
    prop_oneof![Just(0_u64), 0..=3_u64, 1_000_000..600_000_000_000_u64, any::<u64>()].prop_map(Rate::new)
}

fn count() -> impl Strategy<Value = u64> {
    prop_oneof![0..=5_u64, 0..=300_000_u64, 0..=2_000_000_u64, any::<u64>(), Just(u64::MAX)]
}

fn long_context() -> impl Strategy<Value = LongContext> {
    let cache = [option::of(rate()), option::of(rate()), option::of(rate())];
    let long = (count(), option::of(rate()), option::of(rate()), cache);
    long.prop_map(|(above, input, output, cache)| LongContext {
        above,
        input,
        output,
        cache_read: cache[0],
        cache_write_5m: cache[1],
        cache_write_1h: cache[2],
    })
}

/// Any price at all, sensible or not.
fn price() -> impl Strategy<Value = Price> {
    let classes = [option::of(rate()), option::of(rate()), option::of(rate()), option::of(rate())];
    let fixed = prop_oneof![Just(0_i64), 0..1_000_000_000_i64, any::<i64>()];
    let price = (rate(), rate(), classes, fixed, option::of(long_context()));
    price.prop_map(|(input, output, classes, fixed, long_context)| Price {
        input,
        output,
        cache_read: classes[0],
        cache_write_5m: classes[1],
        cache_write_1h: classes[2],
        reasoning: classes[3],
        per_request: Nanos::new(fixed),
        long_context,
        version: "test".into(),
    })
}

/// Prices as providers have them: a longer prompt and reasoning are not cheaper.
fn sane_price() -> impl Strategy<Value = Price> {
    price().prop_map(|mut price| {
        price.reasoning = price.reasoning.map(|rate| rate.max(price.output));
        let read = price.cache_read.unwrap_or(price.input);
        let write = price.cache_write_5m.unwrap_or(price.input);
        let written_long = price.cache_write_1h.unwrap_or(write);
        if let Some(long) = &mut price.long_context {
            long.input = long.input.map(|rate| rate.max(price.input));
            long.output = long.output.map(|rate| rate.max(price.output));
            long.cache_read = long.cache_read.map(|rate| rate.max(read));
            long.cache_write_5m = long.cache_write_5m.map(|rate| rate.max(write));
            long.cache_write_1h = long.cache_write_1h.map(|rate| rate.max(written_long));
        }
        price
    })
}

fn tokens() -> impl Strategy<Value = Tokens> {
    [count(), count(), count(), count(), count(), count()].prop_map(from_classes)
}

fn budget() -> impl Strategy<Value = Nanos> {
    prop_oneof![0..100_000_000_000_i64, any::<i64>(), Just(i64::MAX)].prop_map(Nanos::new)
}

fn each_class(tokens: &mut Tokens) -> [&mut u64; 6] {
    [
        &mut tokens.input,
        &mut tokens.cache_read,
        &mut tokens.cache_write_5m,
        &mut tokens.cache_write_1h,
        &mut tokens.output,
        &mut tokens.reasoning,
    ]
}

fn from_classes(classes: [u64; 6]) -> Tokens {
    let mut tokens = Tokens::default();
    for (class, count) in each_class(&mut tokens).into_iter().zip(classes) {
        *class = count;
    }
    tokens
}

/// No regression files: a failure that is found becomes a case in `cost`.
fn config() -> ProptestConfig {
    ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn more_tokens_never_cost_less(
        price in sane_price(),
        less in tokens(),
        extra in count(),
        class in 0..6_usize,
    ) {
        let mut more = less;
        let counts = each_class(&mut more);
        *counts[class] = counts[class].saturating_add(extra);
        prop_assert!(price.cost(&less) <= price.cost(&more));
    }

    #[test]
    fn the_bound_holds(price in price(), tokens in tokens(), spare in [count(), count()]) {
        let input = tokens.prompt().saturating_add(spare[0]);
        let output = tokens.output.saturating_add(spare[1]);
        prop_assert!(price.cost(&tokens) >= Nanos::ZERO);
        prop_assert!(price.cost(&tokens) <= price.worst_case(input, output));
        prop_assert!(price.cost(&tokens) <= price.worst_case(tokens.prompt(), tokens.output));
    }

    #[test]
    fn the_affordable_output_is_the_largest(
        price in price(),
        input in count(),
        budget in budget(),
    ) {
        match price.affordable_output(input, budget) {
            None => prop_assert!(price.worst_case(input, 0) > budget),
            Some(most) => {
                prop_assert!(price.worst_case(input, most) <= budget);
                if let Some(next) = most.checked_add(1) {
                    prop_assert!(price.worst_case(input, next) > budget);
                }
            }
        }
    }

    #[test]
    fn parts_sum_to_the_whole_but_for_a_nano_each(
        price in sane_price(),
        parts in prop::collection::vec(small_tokens(), 1..20),
    ) {
        let price = Price { long_context: None, per_request: Nanos::ZERO, ..price };
        let rows: i128 = parts.iter().map(|part| i128::from(price.cost(part).get())).sum();
        let mut whole = Tokens::default();
        for mut part in parts.iter().copied() {
            for (sum, count) in each_class(&mut whole).into_iter().zip(each_class(&mut part)) {
                *sum += *count;
            }
        }
        let whole = i128::from(price.cost(&whole).get());
        if whole == i128::from(i64::MAX) {
            return Ok(()); // saturated: not a sum any more
        }
        prop_assert!(whole <= rows && rows < whole + i128::try_from(parts.len()).unwrap());
    }

    #[test]
    fn dollars_survive_the_way_out_and_in(nanos in 0..=i64::MAX) {
        let amount = Nanos::new(nanos);
        prop_assert_eq!(Nanos::parse_usd(&amount.to_string()), Ok(amount));
        prop_assert_eq!(Nanos::from_usd(amount.to_usd()), Ok(amount));
    }

    #[test]
    fn rates_survive_the_way_out_and_in(femtos in any::<u64>()) {
        let rate = Rate::new(femtos);
        prop_assert_eq!(Rate::from_usd_per_token(rate.to_usd_per_token()), Ok(rate));
    }
}

/// Few enough for sums, with reasoning inside the output.
fn small_tokens() -> impl Strategy<Value = Tokens> {
    let many = 0..2_000_000_u64;
    let classes = [many.clone(), many.clone(), many.clone(), many, 0..200_000, 0..200_000];
    classes.prop_map(|classes| {
        let mut tokens = from_classes(classes);
        tokens.output += tokens.reasoning;
        tokens
    })
}
