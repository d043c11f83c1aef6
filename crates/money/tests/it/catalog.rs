//! The catalogue that ships, and the rows that are refused.

use money::{Ability, Catalog, Mode, Nanos, Rate, Tokens};

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
        let price = &model.price;
        let name = format!("{}/{}", model.provider, model.id);
        assert!(!price.is_free(), "{name}");
        assert!(price.output >= price.input || model.mode == Mode::Embedding, "{name}");
        assert!(price.cache_read.is_none_or(|read| read < price.input), "{name}");
        assert!(price.cache_write_5m.is_none_or(|write| write > price.input), "{name}");
        assert!(price.cache_write_1h.is_none_or(|write| Some(write) > price.cache_write_5m), "{name}");
        if let Some(long) = &price.long_context {
            assert!(long.input > Some(price.input) && long.output > Some(price.output), "{name}");
            assert!(model.max_input_tokens > Some(long.above), "{name}");
        }
        assert!(
            model.max_input_tokens.is_some() && (model.max_output_tokens.is_some() || model.mode == Mode::Embedding)
        );
        for found in std::iter::once(&model.id).chain(&model.aliases) {
            assert_eq!(catalog.find(&model.provider, found), Some(model), "{name}");
        }
        assert_eq!(price.version.as_str(), format!("catalog:{}", model.date));
    }
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
        let price = &catalog.find(provider, model).unwrap().price;
        assert_eq!(price.cost(&tokens), Nanos::parse_usd(usd).unwrap(), "{model}");
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
            r#""id": "m", "usd_per_million": {"input": "1", "output": "2", "long_context": {"above": 1, "input": "-1"}}"#
        ),
        "p/m: the price `long_context.input` is not valid"
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
        r#""id": "m", "usd_per_million": {"input": "1"}"#,            // half a price
        r#""id": "m", "colour": "red", "usd_per_million": {"input": "1", "output": "2"}"#,
    ] {
        assert_eq!(with(unreadable), "the catalogue cannot be read");
    }
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
    assert!(model.price.is_free() && model.price.input == Rate::ZERO && model.abilities.is_empty());
}
