//! Tables of bodies and what the envelope says of them.

#![expect(clippy::string_slice, reason = "spans are what is tested")]

mod cohere;
mod completions;
mod invoked;
mod responses;
mod tags;

use super::*;

fn openai(body: &str) -> Result<Envelope, EnvelopeError> {
    read(Dialect::OpenAiChat, None, body.as_bytes())
}

#[test]
fn reads_its_fields_and_their_places() {
    let body = r#" {"messages":[{"role":"user","content":"\"model\":1"}], "model" : "gpt" ,"stream":true,"max_tokens":5,"n":2,"stream_options":{"include_usage":true},"user":["not read"]}"#;
    let envelope = openai(body).unwrap();
    assert_eq!(&body[envelope.model_span.clone().unwrap()], "\"gpt\"");
    assert_eq!((envelope.stream, envelope.n, envelope.include_usage, envelope.ceiling()), (true, 2, true, Some(5)));
    assert_eq!(&body[envelope.ceilings[0].2.clone()], "5");
    assert_eq!(&body[envelope.start - 1..envelope.start], "{");
}

#[test]
fn refuses_what_two_parsers_could_read_differently() {
    use EnvelopeError as E;
    let messages = r#""messages":[]"#;
    for (body, expected) in [
        (r#"{"model":"a","model":"b",M}"#, E::Duplicate("model".to_owned())),
        (r#"{"mod\u0065l":"a",M}"#, E::Escaped("model".to_owned())),
        (r#"{"model":"a","\u0073tream":true,M}"#, E::Escaped("stream".to_owned())),
        (r#"{"Model":"a",M}"#, E::Spelling { written: "Model".to_owned(), meant: "model" }),
        (r#"{"model":"a","api_base":"http://x",M}"#, E::Reserved("api_base".to_owned())),
        (r#"{"model":"a","models":["b"],M}"#, E::Reserved("models".to_owned())),
        (r#"{"model":"a","n":129,M}"#, E::WrongType { field: "n", expected: "at most 128" }),
        (r#"{"model":"a","api_b\u0061se":"http://x",M}"#, E::Reserved("api_base".to_owned())),
        (r#"{"model":"a","fallbacks":["b"],M}"#, E::NotYet("fallbacks".to_owned())),
        (r#"{"model":"a","max_tokens":1,"max_completion_tokens":2,M}"#, E::Ceilings),
        (r#"{"model":"a","max_completion_tokens":2,"max_tokens":1,M}"#, E::Ceilings),
        (r#"{"model":"a\u0000b",M}"#, E::ModelName { most: MAX_MODEL }),
        (r#"{"model":"a\nb",M}"#, E::ModelName { most: MAX_MODEL }),
        (r#"{"model":"a\u007f",M}"#, E::ModelName { most: MAX_MODEL }),
        (r#"{"model":"a\u0085",M}"#, E::ModelName { most: MAX_MODEL }),
        (r#"{"model":1,M}"#, E::WrongType { field: "model", expected: "a string" }),
        (r#"{"model":"a","stream":"true",M}"#, E::WrongType { field: "stream", expected: "true or false" }),
        (
            r#"{"model":"a","max_tokens":-1,M}"#,
            E::WrongType { field: "max_tokens", expected: "a whole number of at least 1" },
        ),
        (
            r#"{"model":"a","max_tokens":1.5,M}"#,
            E::WrongType { field: "max_tokens", expected: "a whole number of at least 1" },
        ),
        (r#"{"model":"a","n":0,M}"#, E::WrongType { field: "n", expected: "a whole number of at least 1" }),
        ("{M}", E::Missing("model")),
        (r#"{"model":"a"}"#, E::Missing("messages")),
        (r#"{"model":"a","messages":"hi"}"#, E::WrongType { field: "messages", expected: "a list" }),
    ] {
        let body = body.replace(",M}", &format!(",{messages}}}")).replace("{M}", &format!("{{{messages}}}"));
        assert_eq!(openai(&body).unwrap_err(), expected, "{body}");
    }
}

#[test]
fn refuses_what_is_not_json() {
    for body in ["", "{", "[]", "\"x\"", "{\"model\":\"a\"} x", "{\"model\":\"a\",}", "{'model':'a'}", "NaN"] {
        assert!(matches!(openai(body), Err(EnvelopeError::Syntax(_))), "{body}");
    }
    assert_eq!(read(Dialect::OpenAiChat, None, b"{\"model\":\"\xff\"}"), Err(EnvelopeError::NotUtf8));
}

#[test]
fn depth_is_bounded_and_brackets_in_strings_do_not_count() {
    let body = |depth: usize| {
        format!(r#"{{"model":"a","messages":[],"x":{}{}}}"#, "[".repeat(depth - 1), "]".repeat(depth - 1))
    };
    assert!(openai(&body(MAX_DEPTH - 1)).is_ok());
    assert!(openai(&body(MAX_DEPTH)).is_ok());
    assert_eq!(openai(&body(MAX_DEPTH + 1)), Err(EnvelopeError::TooDeep));
    assert_eq!(openai(&body(129)), Err(EnvelopeError::TooDeep));
    let text = "[{\\\"".repeat(100);
    assert!(openai(&format!(r#"{{"model":"a","messages":["{text}"]}}"#)).is_ok());
}

#[test]
fn null_is_absent() {
    let envelope = openai(r#"{"model":"a","messages":[],"max_tokens":null,"stream":null,"n":null}"#).unwrap();
    assert_eq!((envelope.ceiling(), envelope.stream, envelope.n), (None, false, 1));
}

#[test]
fn names_of_models_are_bounded() {
    let body = |model: &str| format!(r#"{{"model":"{model}","messages":[]}}"#);
    for (model, is_read) in [("m".repeat(256), true), ("m".repeat(257), false), ("\u{e9}".repeat(129), false)] {
        assert_eq!(openai(&body(&model)).is_ok(), is_read, "{model}");
    }
    let refused = openai(&body(&"m".repeat(257))).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "'model' must be a name of at most 256 bytes without control characters, and no part of it '.' or '..'"
    );
    assert_eq!(refused.field(), Some("model"));
    for (model, is_read) in [(".", false), ("..", false), ("a/../b", false), ("a/.", false), ("a..b/.c", true)] {
        assert_eq!(openai(&body(model)).is_ok(), is_read, "{model}");
    }
}

#[test]
fn two_ceilings_must_agree() {
    let ceilings = |fields: &str| openai(&format!(r#"{{"model":"a","messages":[],{fields}}}"#));
    for (fields, ceiling) in [
        (r#""max_tokens":7,"max_completion_tokens":7"#, Some(7)),
        (r#""max_tokens":null,"max_completion_tokens":7"#, Some(7)),
        (r#""max_tokens":7,"max_completion_tokens":null"#, Some(7)),
        (r#""max_tokens":null,"max_completion_tokens":null"#, None),
    ] {
        assert_eq!(ceilings(fields).unwrap().ceiling(), ceiling, "{fields}");
    }
    let refused = ceilings(r#""max_tokens":7,"max_completion_tokens":8"#).unwrap_err();
    assert_eq!(refused.to_string(), "'max_tokens' and 'max_completion_tokens' differ: send one");
    assert_eq!(refused.field(), Some("max_tokens"));
}

#[test]
fn names_what_is_priced_apart() {
    for (field, named) in [
        (r#""service_tier":"auto""#, None),
        (r#""service_tier":"default""#, None),
        (r#""service_tier":"flex""#, None),
        (r#""service_tier":"standard_only""#, None),
        (r#""service_tier":null"#, None),
        (r#""service_tier":"priority""#, Some("service_tier")),
        (r#""service_tier":"fl\u0065x""#, None),
        (r#""service_tier":"Flex""#, Some("service_tier")),
        (r#""service_tier":1"#, Some("service_tier")),
        (r#""speed":"standard""#, None),
        (r#""speed":null"#, None),
        (r#""speed":"fast""#, Some("speed")),
        (r#""inference_geo":"us""#, Some("inference_geo")),
        (r#""inference_geo":"global""#, None),
        (r#""service_tier":"on_demand""#, None),
        (r#""inference_geo":null"#, None),
        (r#""web_search_options":{}"#, Some("web_search_options")),
        (r#""web_search_options":null"#, None),
        (r#""guardrailConfig":{"guardrailIdentifier":"g"}"#, Some("guardrailConfig")),
        (r#""guardrailConfig":null"#, None),
        (r#""metadata":{"service_tier":"priority","speed":"fast"}"#, None),
        (r#""tools":[{"type":"web_search_20260318","name":"web_search"}]"#, Some("tools (web_search_20260318)")),
    ] {
        for dialect in [Dialect::OpenAiChat, Dialect::Anthropic] {
            let envelope = read(dialect, None, format!(r#"{{"model":"a","messages":[],{field}}}"#).as_bytes()).unwrap();
            assert_eq!(envelope.priced_apart.names(), Vec::from_iter(named), "{field}");
        }
    }
}

#[test]
fn says_of_what_is_priced_apart_what_a_model_may_have_a_price_for() {
    let priority = Apart::Tier(ServiceTier::Priority);
    for (dialect, field, named, apart, tier) in [
        (
            Dialect::OpenAiChat,
            r#""service_tier":"priority""#,
            "service_tier",
            Some(priority),
            Some(ServiceTier::Priority),
        ),
        (Dialect::OpenAiChat, r#""service_tier":"flex""#, "", None, Some(ServiceTier::Flex)),
        (Dialect::OpenAiChat, r#""service_tier":"default""#, "", None, Some(ServiceTier::Standard)),
        (Dialect::OpenAiChat, r#""service_tier":"auto""#, "", None, None),
        (Dialect::OpenAiChat, r#""service_tier":"Priority""#, "service_tier", None, None),
        (Dialect::OpenAiChat, r#""service_tier":["priority"]"#, "service_tier", None, None),
        (Dialect::OpenAiChat, r#""modalities":["text"]"#, "", None, None),
        (Dialect::OpenAiChat, r#""modalities":["text","audio"]"#, "modalities", Some(Apart::OutputAudio), None),
        (Dialect::OpenAiChat, r#""modalities":["text","image"]"#, "modalities", None, None),
        (Dialect::Anthropic, r#""service_tier":"standard_only""#, "", None, Some(ServiceTier::Standard)),
        (
            Dialect::Bedrock,
            r#""serviceTier":{"type":"priority"}"#,
            "serviceTier",
            Some(priority),
            Some(ServiceTier::Priority),
        ),
        (Dialect::Bedrock, r#""performanceConfig":{"latency":"optimized"}"#, "performanceConfig", None, None),
        (Dialect::Gemini, r#""serviceTier":"PRIORITY""#, "serviceTier", Some(priority), Some(ServiceTier::Priority)),
    ] {
        let said = if dialect == Dialect::Gemini { r#""contents":[]"# } else { r#""messages":[]"# };
        let model = if matches!(dialect, Dialect::Bedrock | Dialect::Gemini) { "" } else { r#""model":"a","# };
        let address = Address { model: "a".to_owned(), stream: false };
        let address = model.is_empty().then_some(&address);
        let envelope = read(dialect, address, format!("{{{model}{said},{field}}}").as_bytes()).unwrap();
        assert_eq!(
            (envelope.priced_apart.names().join(", ").as_str(), envelope.service_tier),
            (named, tier),
            "{field}"
        );
        let left = envelope.priced_apart.without(|asked| Some(asked) == apart);
        assert_eq!(left.is_empty(), named.is_empty() || apart.is_some(), "{field}");
    }
}

/// Servers of their own go by them in the place of OpenAI's, so they might lift what the budget was held for.
#[test]
fn other_names_for_what_bounds_an_answer_are_noted() {
    for field in ["n_predict", "n_cmpl"] {
        for value in ["-1", "8", "null"] {
            for (dialect, said) in [
                (Dialect::OpenAiChat, r#""messages":[]"#),
                (Dialect::OpenAiCompletions, r#""prompt":"x""#),
                (Dialect::OpenAiResponses, r#""input":"x""#),
            ] {
                let body = format!(r#"{{"model":"a",{said},"max_tokens":1,"{field}":{value}}}"#);
                assert_eq!(read(dialect, None, body.as_bytes()).unwrap().priced_apart.names(), [field], "{body}");
            }
        }
    }
}

#[test]
fn what_is_priced_apart_is_spelt_plainly_and_stands_once() {
    use EnvelopeError as E;
    for name in ["service_tier", "speed", "inference_geo", "web_search_options"] {
        let (shouted, escaped) = (name.to_ascii_uppercase(), name.replacen('e', r"\u0065", 1));
        for (fields, expected) in [
            (format!(r#""{name}":null,"{name}":"x""#), E::Duplicate(name.to_owned())),
            (format!(r#""{shouted}":"x""#), E::Spelling { written: shouted.clone(), meant: name }),
            (format!(r#""{escaped}":"x""#), E::Escaped(name.to_owned())),
        ] {
            for dialect in [Dialect::OpenAiChat, Dialect::Anthropic] {
                let body = format!(r#"{{"model":"a","messages":[],{fields}}}"#);
                assert_eq!(read(dialect, None, body.as_bytes()), Err(expected.clone()), "{body}");
            }
        }
    }
}

#[test]
fn hands_on_what_the_structure_tells() {
    let plain = openai(r#"{"model":"a","messages":[{"role":"user","content":"hi"}]}"#).unwrap();
    assert!(!plain.has_references && !plain.brings_tools && plain.priced_apart.names().is_empty());
    let searching = openai(r#"{"model":"a","messages":[],"tools":[{"type":"file_search"}]}"#).unwrap();
    assert!(searching.has_references && searching.brings_tools && searching.priced_apart.names().len() == 1);
}

#[test]
fn a_field_that_says_nothing_still_stands_in_its_place() {
    let body = r#"{"model":"a","messages":[],"max_tokens":null,"stream_options":null}"#;
    let envelope = openai(body).unwrap();
    let at = body.find("null").unwrap();
    assert_eq!((envelope.ceiling(), envelope.unset_ceilings), (None, vec![(CeilingField::MaxTokens, at..at + 4)]));
    assert_eq!(envelope.stream_options, Some(body.rfind("null").map(|at| at..at + 4).unwrap()));
    for (body, expected) in [
        (r#"{"model":"a","messages":[],"stream":null,"stream":true}"#, EnvelopeError::Duplicate("stream".to_owned())),
        (r#"{"model":null,"messages":[]}"#, EnvelopeError::Missing("model")),
    ] {
        assert_eq!(openai(body), Err(expected), "{body}");
    }
}

#[test]
fn names_what_only_one_dialect_prices_apart() {
    for (field, named) in [
        (r#""plugins":[{"id":"web"}]"#, Some("plugins")),
        (r#""search_parameters":{}"#, Some("search_parameters")),
        (r#""moderation":{}"#, Some("moderation")),
        (r#""modalities":["text"]"#, None),
        (r#""modalities":["text","audio"]"#, Some("modalities")),
    ] {
        let envelope = openai(&format!(r#"{{"model":"a","messages":[],{field}}}"#)).unwrap();
        assert_eq!(envelope.priced_apart.names(), Vec::from_iter(named), "{field}");
    }
    let thinking = r#"{"model":"a","messages":[],"max_tokens":9,"thinking":{"type":"enabled","budget_tokens":5}}"#;
    assert_eq!(read(Dialect::Anthropic, None, thinking.as_bytes()).unwrap().thinking_budget, Some(5));
}
