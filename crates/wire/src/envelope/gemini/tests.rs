//! What a request to Gemini says of ceilings and prices.

use super::super::{Address, Envelope, EnvelopeError, MAX_EMBEDDING_NODES, MAX_NODES, read, read_embedding};
use crate::Dialect;
use crate::dialect::CeilingField;

fn envelope(body: &str) -> Result<Envelope, EnvelopeError> {
    let address = Address { model: "m".to_owned(), stream: true };
    read(Dialect::Gemini, Some(&address), body.as_bytes())
}

#[test]
fn the_url_says_model_and_stream() {
    for body in [r#"{"contents":[]}"#, r#"{"model":"m"}"#, r#"{"model":"models/m"}"#] {
        let read = envelope(body).unwrap();
        assert_eq!((read.model.as_str(), read.stream, read.include_usage), ("m", true, true));
        assert_eq!(read.model_span.is_some(), body.contains("model"));
    }
    for body in [r#"{"model":"other"}"#, r#"{"model":7}"#, r#"{"model":null}"#, r#"{"contents":null}"#] {
        assert!(envelope(body).is_err(), "{body}");
    }
}

#[test]
fn the_ceiling_is_found_in_either_spelling() {
    for (body, ceiling, unset) in [
        (r#"{"generationConfig":{"maxOutputTokens":7}}"#, Some(7), false),
        (r#"{"generation_config":{"temperature":0.5, "max_output_tokens" : 7 }}"#, Some(7), false),
        (r#"{"generationConfig":{"max_output_tokens":null}}"#, None, true),
        (r#"{"generationConfig":{}}"#, None, false),
        (r#"{"generation_config":null}"#, None, false),
        ("{}", None, false),
    ] {
        let read = envelope(body).unwrap();
        assert_eq!((read.ceiling(), !read.unset_ceilings.is_empty()), (ceiling, unset), "{body}");
        assert_eq!(read.inference_config.is_some(), body.len() > 2, "{body}");
        for (field, _, span) in &read.ceilings {
            assert_eq!((*field, body.get(span.clone())), (CeilingField::MaxTokens, Some("7")));
        }
    }
}

#[test]
fn the_budget_for_thinking_is_found_in_either_spelling() {
    for (config, budget) in [
        (r#"{"thinkingConfig":{"thinkingBudget":8000}}"#, Some(8000)),
        (r#"{"thinking_config":{"thinking_budget":8000,"include_thoughts":true}}"#, Some(8000)),
        (r#"{"thinkingConfig":{"thinkingBudget":-1}}"#, None),
        (r#"{"thinkingConfig":{"thinkingLevel":"HIGH"}}"#, None),
        (r#"{"thinkingConfig":null}"#, None),
    ] {
        let read = envelope(&format!(r#"{{"generationConfig":{config}}}"#)).unwrap();
        assert_eq!((read.thinking_budget, read.priced_apart.names().len()), (budget, 0), "{config}");
    }
}

#[test]
fn what_would_lift_the_ceiling_is_refused() {
    for body in [
        r#"{"generationConfig":{"maxOutputTokens":0}}"#,
        r#"{"generationConfig":{"maxOutputTokens":"7"}}"#,
        r#"{"generationConfig":{"maxOutputTokens":7,"maxOutputTokens":8}}"#,
        r#"{"generationConfig":{"maxOutputTokens":7,"max_output_tokens":8}}"#,
        r#"{"generationConfig":{"maxOutputTokens":7,"max_output_tokens":null}}"#,
        r#"{"generationConfig":{"maxOutputTokens":7,"max\u004futputTokens":8}}"#,
        r#"{"generationConfig":{"MaxOutputTokens":7}}"#,
        r#"{"generationConfig":{"candidateCount":0}}"#,
        r#"{"generationConfig":{"candidateCount":129}}"#,
        r#"{"generationConfig":{"candidateCount":1,"candidate_count":2}}"#,
        r#"{"generationConfig":[]}"#,
        r#"{"generationConfig":{},"generation_config":{}}"#,
        r#"{"generationConfig":null,"generation_config":{}}"#,
        r#"{"GenerationConfig":{}}"#,
        r#"{"serviceTier":"flex","service_tier":"priority"}"#,
    ] {
        assert!(envelope(body).is_err(), "{body}");
    }
}

#[test]
fn several_answers_are_counted() {
    for (body, n) in [
        (r#"{"generationConfig":{"candidateCount":3}}"#, 3),
        (r#"{"generation_config":{"candidate_count":2}}"#, 2),
        (r#"{"generationConfig":{"candidateCount":null}}"#, 1),
    ] {
        assert_eq!(envelope(body).unwrap().n, n, "{body}");
    }
}

#[test]
fn what_costs_more_is_named() {
    for (body, named) in [
        (r#"{"serviceTier":"priority"}"#, &["serviceTier"][..]),
        (r#"{"service_tier":"PRIORITY"}"#, &["service_tier"]),
        (r#"{"serviceTier":"flex"}"#, &[]),
        (r#"{"generationConfig":{"responseModalities":["TEXT"]}}"#, &[]),
        (r#"{"generationConfig":{"responseModalities":[]}}"#, &[]),
        (r#"{"generationConfig":{"response_modalities":["TEXT","IMAGE"]}}"#, &["generationConfig.responseModalities"]),
        (r#"{"generationConfig":{"speechConfig":{}}}"#, &["generationConfig.speechConfig"]),
        (r#"{"tools":[{"googleSearch":{}}]}"#, &["tools (googleSearch)"]),
        (
            r#"{"tools":[{"google_search":{}, "code_execution" : {}}]}"#,
            &["tools (google_search)", "tools (code_execution)"],
        ),
        (r#"{"tools":[{"googleSearch":null}]}"#, &[]),
        (r#"{"tools":[{"functionDeclarations":[{"name":"f","parameters":{"googleSearch":{}}}]}]}"#, &[]),
    ] {
        assert_eq!(envelope(body).unwrap().priced_apart.names(), named, "{body}");
    }
}

#[test]
fn what_stands_elsewhere_is_held_for() {
    for (part, references) in [
        (r#"{"text":"inlineData"}"#, false),
        (r#"{"inlineData":{"mimeType":"image/png","data":"AA=="}}"#, true),
        (r#"{"inline_data":{}}"#, true),
        (r#"{"fileData":{"fileUri":"https://h/f"}}"#, true),
        (r#"{"functionCall":{"name":"f","args":{"inlineData":{"type":"x"}}}}"#, false),
        (r#"{"functionResponse":{"name":"f","response":{"fileData":1}}}"#, false),
        (r#"{"functionResponse":{"name":"f","response":{},"parts":[{"inlineData":{}}]}}"#, true),
    ] {
        let body = format!(r#"{{"contents":[{{"role":"user","parts":[{part}]}}]}}"#);
        assert_eq!(envelope(&body).unwrap().has_references, references, "{body}");
    }
    for body in [r#"{"cachedContent":"cachedContents/x"}"#, r#"{"continuation_token":"x"}"#] {
        assert!(envelope(body).unwrap().has_references, "{body}");
    }
    let schema = r#"{"generationConfig":{"responseJsonSchema":{"type":"picture"}}}"#;
    let read = envelope(schema).unwrap();
    assert!(read.brings_tools && !read.has_references);
    // these words mean nothing in another dialect
    let body = br#"{"model":"m","messages":[],"googleSearch":{},"labels":{"type":"x"}}"#;
    assert_eq!(super::super::read(Dialect::OpenAiChat, None, body).unwrap().priced_apart.names().len(), 0);
    assert!(super::super::read(Dialect::OpenAiChat, None, body).unwrap().has_references);
}

#[test]
fn vectors_are_asked_of_one_model() {
    let address = Address { model: "m".to_owned(), stream: false };
    let read = |body: &str| read_embedding(Dialect::Gemini, Some(&address), body.as_bytes());
    for (body, single) in [
        (r#"{"content":{}}"#, true),
        (r#"{"model":"models/m","content":{},"requests":null}"#, true),
        (r#"{"requests":[]}"#, false),
        (r#"{"requests":[{"model":"models/m"},{"model":"m"},{"model":null},{}]}"#, false),
    ] {
        let read = read(body).unwrap();
        assert_eq!((read.single, read.model.as_str()), (single, "m"), "{body}");
    }
    for (body, field) in [
        (r#"{"model":"models/other","content":{}}"#, Some("model")),
        (r#"{"requests":[{"model":"models/m"},{"model":"models/other"}]}"#, Some("model")),
        (r#"{"requests":[{"model":7}]}"#, Some("model")),
        (r#"{"requests":[{"model":"models/m","m\u006fdel":"models/other"}]}"#, None),
        (r#"{"requests":[7]}"#, None),
        (r#"{"requests":{}}"#, None),
        (r#"{"content":{},"content":{}}"#, None),
    ] {
        let refused = read(body).unwrap_err();
        assert_eq!(refused.field(), field, "{body}: {refused}");
    }
}

#[test]
fn what_is_no_text_has_a_price_of_its_own() {
    let address = Address { model: "m".to_owned(), stream: false };
    for (part, apart) in [
        (r#"{"text":"inlineData"}"#, false),
        (r#"{"inlineData":{"mimeType":"image/png","data":"AAAA"}}"#, true),
        (r#"{"file_data":{"file_uri":"f"}}"#, true),
    ] {
        let body = format!(r#"{{"requests":[{{"content":{{"parts":[{part}]}}}}]}}"#);
        let read = read_embedding(Dialect::Gemini, Some(&address), body.as_bytes()).unwrap();
        assert_eq!((read.has_references, !read.priced_apart.names().is_empty()), (apart, apart), "{part}");
    }
}

#[test]
fn a_request_for_vectors_may_be_all_tokens() {
    let body = |lists: usize| {
        let tokens = format!("[{}]", vec!["100000"; 7_999].join(","));
        format!(r#"{{"model":"m","input":[{}]}}"#, vec![tokens; lists].join(","))
    };
    let lists = MAX_EMBEDDING_NODES / 8_000;
    let read = |lists| read_embedding(Dialect::OpenAiChat, None, body(lists).as_bytes()).err();
    assert!(8_000 * lists > MAX_NODES && read(lists - 1).is_none());
    assert_eq!(read(lists), Some(EnvelopeError::TooManyNodes { most: MAX_EMBEDDING_NODES }));
}
