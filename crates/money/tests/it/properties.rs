//! What holds for every price and every usage.

use money::{
    Bounds, Class, Item, Media, Nanos, Price, Rate, Rates, ServiceTier, Share, Terms, Tiers, Tokens, Unit, UnitKind,
    Units, Usage, Variant,
};
use proptest::option;
use proptest::prelude::*;

/// From free to all that fits, most of them like real ones.
fn rate() -> impl Strategy<Value = Rate> {
    prop_oneof![Just(0_u64), 0..=3_u64, 1_000_000..600_000_000_000_u64, any::<u64>()].prop_map(Rate::new)
}

fn count() -> impl Strategy<Value = u64> {
    prop_oneof![0..=5_u64, 0..=300_000_u64, 0..=2_000_000_u64, any::<u64>(), Just(u64::MAX)]
}

/// The classes that a price states.
fn rates() -> impl Strategy<Value = Rates> {
    prop::collection::vec((prop::sample::select(&Class::ALL[..]), rate()), 0..8)
        .prop_map(|stated| stated.into_iter().fold(Rates::default(), |rates, (class, rate)| rates.with(class, rate)))
}

fn tier() -> impl Strategy<Value = ServiceTier> {
    prop_oneof![
        3 => Just(ServiceTier::Standard),
        1 => prop::sample::select(&ServiceTier::ALL[..]),
    ]
}

fn variant() -> impl Strategy<Value = Variant> {
    let above = prop_oneof![Just(0_u64), 0..=300_000_u64, count()];
    (tier(), above, rates()).prop_map(|(tier, above, rates)| Variant { tier, above, rates })
}

fn unit() -> impl Strategy<Value = Unit> {
    let form = option::of(prop::sample::select(&["low", "high", "1024x1024"][..]));
    (prop::sample::select(&UnitKind::ALL[..6]), form)
        .prop_map(|(kind, form)| form.map_or(Unit::plain(kind), |form| Unit::of(kind, form)))
}

fn terms() -> impl Strategy<Value = Terms> {
    let share = |most: u64| (0..=most).prop_map(|parts| Share::parse(&format!("{parts}e-9")).unwrap());
    let terms = (share(1_000_000_000), share(5_000_000_000), 0..1_000_000_000_i64);
    let terms = terms.prop_map(|(discount, margin, per_call)| Terms {
        discount,
        margin,
        margin_per_call: Nanos::new(per_call),
    });
    prop_oneof![Just(Terms::default()), terms]
}

/// Any price at all, sensible or not.
fn price() -> impl Strategy<Value = Price> {
    let fixed = prop_oneof![Just(0_i64), 0..1_000_000_000_i64, any::<i64>()];
    let variants = prop::collection::vec(variant(), 0..6);
    let units = prop::collection::vec((unit(), rate()), 0..4);
    let price = (rate(), rate(), rates(), variants, units, fixed, terms());
    price.prop_map(|(input, output, stated, variants, units, fixed, terms)| {
        let mut price = Price::new(input, output, "test".into());
        price = stated.stated().fold(price, |price, (class, rate)| price.with(class, rate));
        price = variants.into_iter().fold(price, Price::with_variant);
        price = units.into_iter().fold(price, |price, (unit, rate)| price.with_unit(unit, rate));
        (price.per_request, price.terms) = (Nanos::new(fixed), terms);
        price
    })
}

/// Prices as providers have them: a longer prompt is not cheaper, nor reasoning, nor what is no text.
fn sane_price() -> impl Strategy<Value = Price> {
    let steps = prop::collection::vec((count(), 0..=4_u64), 0..4);
    let base = (0..=1_000_000_u64, 0..=1_000_000_u64, [0..=4_u64, 0..=4, 0..=4, 0..=4], steps);
    base.prop_map(|(input, output, more, mut steps)| {
        let output_class = |class: Class| matches!(class, Class::Reasoning | Class::OutputAudio | Class::OutputImage);
        let fill = |input: u64, output: u64| {
            let classes = Class::ALL.into_iter().filter(|class| !matches!(class, Class::CacheReadAudio));
            classes.fold(Rates::default(), |rates, class| {
                let rate = match class {
                    Class::Input => input,
                    Class::Output => output,
                    class if output_class(class) => output + output * more[0],
                    Class::CacheRead => input / (1 + more[1]),
                    class => input + input * more[class as usize % more.len()],
                };
                rates.with(class, Rate::new(rate))
            })
        };
        let price = Price::new(Rate::new(input), Rate::new(output), "test".into());
        let price = fill(input, output).stated().fold(price, |price, (class, rate)| price.with(class, rate));
        steps.sort_unstable();
        let mut factor = 1;
        steps.into_iter().fold(price, |price, (above, step)| {
            factor += step;
            price.with_variant(Variant { above, rates: fill(input * factor, output * factor), ..Variant::default() })
        })
    })
}

/// Any usage, figures that contradict each other included.
fn usage() -> impl Strategy<Value = Usage> {
    let media = option::of([count(), count(), count(), count(), count(), count()]);
    let units = prop::collection::vec((unit(), count()), 0..3);
    (tokens(), media, units, tier()).prop_map(|(tokens, media, units, tier)| {
        let media = media.map_or(Media::default(), |media| Media {
            input_audio: media[0],
            input_image: media[1],
            input_video: media[2],
            cache_read_audio: media[3],
            output_audio: media[4],
            output_image: media[5],
        });
        Usage { tokens, media, units: Units::from_iter(units), tier }
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
        prop_assert!(price.cost(&less.into()) <= price.cost(&more.into()));
    }

    #[test]
    fn the_bound_holds(price in price(), usage in usage(), spare in [count(), count()], others in any::<bool>()) {
        let has_media = usage.media != Media { output_audio: usage.media.output_audio, output_image: usage.media.output_image, ..Media::default() };
        let bounds = Bounds {
            input: usage.tokens.prompt().saturating_add(spare[0]),
            output: usage.tokens.output.saturating_add(spare[1]),
            is_text: !has_media && !others,
            tiers: if others { Tiers::ALL } else { Tiers::STANDARD.with(usage.tier) },
            units: usage.units.clone(),
        };
        prop_assert!(bounds.contain(&usage));
        prop_assert!(price.cost(&usage) >= Nanos::ZERO);
        prop_assert!(price.cost(&usage) <= price.worst_case(&bounds));
        let tight = Bounds { input: usage.tokens.prompt(), output: usage.tokens.output, ..bounds };
        prop_assert!(price.cost(&usage) <= price.worst_case(&tight));
    }

    #[test]
    fn the_affordable_output_is_the_largest(
        price in price(),
        input in count(),
        is_text in any::<bool>(),
        budget in budget(),
    ) {
        let bounds = |output| Bounds { is_text, ..Bounds::of(input, output) };
        match price.affordable_output(&bounds(7), budget) {
            None => prop_assert!(price.worst_case(&bounds(0)) > budget),
            Some(most) => {
                prop_assert!(price.worst_case(&bounds(most)) <= budget);
                if let Some(next) = most.checked_add(1) {
                    prop_assert!(price.worst_case(&bounds(next)) > budget);
                }
            }
        }
    }

    #[test]
    fn a_cost_is_the_sum_of_its_lines(price in price(), usage in usage()) {
        let parts = price.breakdown(&usage);
        prop_assert_eq!(parts.total, price.cost(&usage));
        let lines = parts.lines.iter().map(|line| line.femtos).fold(0, u128::saturating_add);
        prop_assert_eq!(lines, parts.original);
        let charged = (parts.original - parts.discount).saturating_add(parts.margin).div_ceil(1_000_000);
        prop_assert_eq!(i128::from(parts.total.get()), i128::try_from(charged).unwrap_or(i128::MAX).min(i128::from(i64::MAX)));
        if let Some(billed) = price.billed(&usage).filter(|billed| billed.original < Nanos::MAX) {
            let back = i128::from(billed.original.get()) - i128::from(billed.discount.get()) + i128::from(billed.margin.get());
            prop_assert_eq!(back, i128::from(parts.total.get()));
            prop_assert!(billed.discount >= Nanos::ZERO && billed.margin >= Nanos::ZERO);
        }
        // no token is counted twice or forgotten
        if [usage.tokens.input, usage.tokens.cache_read, usage.tokens.cache_write_5m, usage.tokens.cache_write_1h].iter().all(|count| *count < u64::MAX / 4) {
            let counted = parts.lines.iter().filter(|line| matches!(line.item, Item::Tokens(_))).map(|line| u128::from(line.count)).sum::<u128>();
            prop_assert_eq!(counted, u128::from(usage.tokens.prompt()) + u128::from(usage.tokens.output));
        }
    }

    #[test]
    fn parts_sum_to_the_whole_but_for_a_nano_each(
        price in sane_price(),
        parts in prop::collection::vec(small_tokens(), 1..20),
    ) {
        let price = price.rates().stated().fold(Price::free("test".into()), |flat, (class, rate)| flat.with(class, rate));
        let rows: i128 = parts.iter().map(|part| i128::from(price.cost(&(*part).into()).get())).sum();
        let mut whole = Tokens::default();
        for mut part in parts.iter().copied() {
            for (sum, count) in each_class(&mut whole).into_iter().zip(each_class(&mut part)) {
                *sum += *count;
            }
        }
        let whole = i128::from(price.cost(&whole.into()).get());
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
