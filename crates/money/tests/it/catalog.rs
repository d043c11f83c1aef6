//! The catalogue that ships, and the rows that are refused.

use money::{Ability, Catalog, Class, Mode, Model, Nanos, Price, Rate, ServiceTier, Tokens, Unit, UnitKind, Variant};

const ROW: &str = r#""provider": "p", "mode": "chat", "source": "https://example.com/prices", "date": "2026-11-22""#;

fn refusal(rows: &str) -> String {
    match Catalog::parse(&format!(r#"{{"models": [{rows}]}}"#)) {
        Ok(_) => panic!("accepted: {rows}"),
        Err(error) => error.to_string(),
    }
}

#[test]
fn the_builtin_catalogue_is_sound() {
    let catalog = Catalog::builtin().unwrap();
    assert!(catalog.models().count() >= 30);
    for model in catalog.models() {
        let name = format!("{}/{}", model.provider, model.id);
        for (_, price) in model.prices.iter() {
            assert!(!price.is_free(), "{name}");
            is_sound(model, price, &name);
        }
        assert!(
            model.max_input_tokens.is_some() && (model.max_output_tokens.is_some() || model.mode == Mode::Embedding)
        );
        for found in std::iter::once(&model.id).chain(&model.aliases) {
            assert_eq!(catalog.find(&model.provider, found), Some(model), "{name}");
        }
    }
}

/// Prices as providers have them: what is not so is a slip of whoever wrote the row.
fn is_sound(model: &Model, price: &Price, name: &str) {
    let stated = |class| price.rates().get(class);
    let (input, output) = (price.rate(Class::Input), price.rate(Class::Output));
    assert!(output >= input || model.mode == Mode::Embedding, "{name}");
    assert!(stated(Class::CacheRead).is_none_or(|read| read < input), "{name}");
    assert!(stated(Class::CacheWrite5m).is_none_or(|write| write > input), "{name}");
    assert!(stated(Class::CacheWrite1h).is_none_or(|write| Some(write) > stated(Class::CacheWrite5m)), "{name}");
    for Variant { tier, above, rates } in price.variants() {
        assert!((*tier, *above) != (ServiceTier::Standard, 0), "{name}");
        assert!(*above == 0 || model.max_input_tokens > Some(*above), "{name}");
        let ordinary = price.rates_at(ServiceTier::Standard, above + 1);
        for (class, rate) in rates.stated() {
            let usual = if *tier == ServiceTier::Standard { price.rates() } else { &ordinary };
            let usual = usual.get(class).unwrap_or(price.rate(class));
            match tier {
                ServiceTier::Flex | ServiceTier::Batch => assert!(rate <= usual, "{name} {class:?}"),
                _ => assert!(rate > usual, "{name} {class:?}"),
            }
        }
    }
    assert!(price.version.as_str().starts_with("catalog:2"), "{name}");
}

#[test]
fn each_provider_of_the_first_release_has_rows() {
    let catalog = Catalog::builtin().unwrap();
    for provider in ["openai", "anthropic", "bedrock", "deepseek", "xai", "groq", "mistral"] {
        assert!(catalog.models().any(|model| model.provider == provider), "{provider}");
    }
    let dated = catalog.find("anthropic", "claude-haiku-4-5-20251001").unwrap();
    assert_eq!(dated.id, "claude-haiku-4-5");
    assert!(dated.can(Ability::Vision) && !dated.can(Ability::AudioInput));
    assert!(catalog.find("anthropic", "gpt-4o").is_none());
    assert!(catalog.find("openai", "GPT-4o").is_none());
    assert!(catalog.find("", "").is_none());
}

#[test]
fn real_calls_cost_what_the_price_pages_say() {
    let catalog = Catalog::builtin().unwrap();
    let tokens = Tokens {
        input: 1_000,
        cache_read: 10_000,
        cache_write_5m: 2_000,
        cache_write_1h: 0,
        output: 500,
        reasoning: 200,
    };
    let long = Tokens { input: 300_000, ..tokens };
    for (provider, model, tokens, usd) in [
        ("openai", "gpt-4o", tokens, "0.025"),
        ("openai", "gpt-4o-mini-2024-07-18", tokens, "0.0015"),
        ("openai", "gpt-6.1-sol", tokens, "0.013"),
        ("openai", "gpt-6.1-sol", long, "1.2195"),
        ("anthropic", "claude-opus-5-5", tokens, "0.026"),
        ("anthropic", "claude-opus-5-5", long, "1.222"),
        ("anthropic", "claude-haiku-5-5", long, "0.153"),
        ("deepseek", "deepseek-v4-flash", tokens, "0.00156"),
        ("xai", "grok-4.7", long, "1.224"),
        ("groq", "openai/gpt-oss-120b", tokens, "0.0015"),
        ("mistral", "mistral-medium-latest", tokens, "0.00975"),
        ("openai", "text-embedding-3-small", Tokens { input: 12_345, ..Tokens::default() }, "0.0002469"),
    ] {
        let price = catalog.find(provider, model).unwrap().prices.at(0).unwrap();
        assert_eq!(price.cost(&tokens.into()), Nanos::parse_usd(usd).unwrap(), "{model}");
    }
}

#[test]
fn bad_rows_are_refused_by_name() {
    let with = |rest: &str| refusal(&format!("{{{ROW}, {rest}}}"));
    let priced = r#""usd_per_million": {"input": "1", "output": "2"}"#;
    assert_eq!(
        with(r#""id": "m", "usd_per_million": {"input": "1", "output": "two"}"#),
        "p/m: the price `output` is not valid"
    );
    assert_eq!(
        with(
            r#""id": "m", "usd_per_million": {"input": "1", "output": "2"}, "variants": [{"above": 1, "usd_per_million": {"input": "-1"}}]"#
        ),
        "p/m: the price `variants: input` is not valid"
    );
    let free = "p/m: a row is marked \"free\": true if and only if all its prices are zero";
    assert_eq!(with(r#""id": "m", "usd_per_million": {"input": "0", "output": "0"}"#), free);
    assert_eq!(with(&format!(r#""id": "m", "free": true, {priced}"#)), free);
    assert_eq!(with(&format!(r#""id": "", {priced}"#)), "p/: `id` is missing or malformed");
    let row = |rest: &str| format!("{{{ROW}, {priced}, {rest}}}");
    let twice = [row(r#""id": "a""#), row(r#""id": "b", "aliases": ["a"]"#)].join(",");
    assert_eq!(refusal(&twice), "p/b: the name `a` is taken by another row of this provider");
    for unreadable in [
        r#""id": "m""#,                                               // no price at all
        r#""id": "m", "usd_per_million": {"input": 1, "output": 2}"#, // numbers would be floats
        r#""id": "m", "colour": "red", "usd_per_million": {"input": "1", "output": "2"}"#,
    ] {
        assert_eq!(with(unreadable), "the catalogue cannot be read");
    }
    let half = with(r#""id": "m", "usd_per_million": {"input": "1"}"#);
    assert_eq!(half, "p/m: `usd_per_million` is missing or malformed");
    let never = with(&format!(r#""id": "m", {priced}, "valid_from": "2026-11-22", "valid_to": "2026-11-22""#));
    assert_eq!(never, "p/m: `valid_from, valid_to` is missing or malformed");
    let undated = ROW.replace("2026-11-22", "22 November");
    let refused = refusal(&format!(r#"{{{undated}, "id": "m", {priced}}}"#));
    assert_eq!(refused, "p/m: `date` is missing or malformed");
}

#[test]
fn a_free_model_says_so() {
    let text = format!(
        r#"{{"models": [{{{ROW}, "id": "m", "free": true, "usd_per_million": {{"input": "0", "output": "0"}}}}]}}"#
    );
    let catalog = Catalog::parse(&text).unwrap();
    let model = catalog.find("p", "m").unwrap();
    let price = model.prices.at(0).unwrap();
    assert!(price.is_free() && price.rate(Class::Input) == Rate::ZERO && model.abilities.is_empty());
}

#[test]
fn a_row_says_all_that_has_a_price() {
    let text = format!(
        r#"{{"models": [{{{ROW}, "id": "m", "usd_per_million": {{"input": "1", "output": "2", "output_audio": "8"}},
            "variants": [{{"tier": "flex", "usd_per_million": {{"input": "0.5"}}}}, {{"tier": "flex", "above": 9, "usd_per_million": {{"input": "0.7"}}}}],
            "usd_per_unit": {{"web_search:high": "0.03", "query": "0.002"}}, "usd_per_request": "0.001"}}]}}"#
    );
    let catalog = Catalog::parse(&text).unwrap();
    let price = catalog.find("p", "m").unwrap().prices.at(0).unwrap();
    let per_million = |usd| Rate::parse_usd_per_million(usd).unwrap();
    assert_eq!(price.rate(Class::OutputAudio), per_million("8"));
    let flex = |prompt| price.rates_at(ServiceTier::Flex, prompt).get(Class::Input).unwrap();
    assert_eq!((flex(9), flex(10)), (per_million("0.5"), per_million("0.7")));
    let high = price.unit(&Unit::of(UnitKind::WebSearch, "high"));
    assert_eq!(high, Some(Rate::parse_usd_per_token("0.03").unwrap()));
    assert_eq!(price.per_request, Nanos::parse_usd("0.001").unwrap());
}

#[test]
fn a_price_can_change_on_a_day() {
    let row = |id: &str, usd: &str, rest: &str| {
        format!(
            r#"{{{ROW}, "id": "{id}", "aliases": ["latest"], "usd_per_million": {{"input": "1", "output": "{usd}"}}{rest}}}"#
        )
    };
    let old = row("m", "2", r#", "valid_to": "2026-12-01""#);
    let new =
        row("m", "3", r#", "valid_from": "2026-12-01", "max_output_tokens": 7"#).replace("2026-11-22", "2026-11-30");
    let catalog = Catalog::parse(&format!(r#"{{"models": [{old}, {new}]}}"#)).unwrap();
    let model = catalog.find("p", "latest").unwrap();
    assert_eq!((catalog.models().count(), model.max_output_tokens), (1, Some(7)));
    let change = 1_796_083_200_000_000;
    let version = |at| model.prices.at(at).unwrap().version.to_string();
    assert_eq!(
        (version(change - 1), version(change)),
        ("catalog:2026-11-22".to_owned(), "catalog:2026-11-30".to_owned())
    );
    for twice in [
        row("m", "3", ""),
        row("m", "3", r#", "valid_from": "2026-11-30""#),
        row("n", "3", r#", "valid_from": "2026-12-01""#),
    ] {
        assert!(refusal(&format!("{old}, {twice}")).contains("is taken by another row"), "{twice}");
    }
}
