//! Both versions of Cohere's chat.

use super::*;

#[test]
fn the_ceiling_is_of_all_that_is_generated() {
    let body =
        r#"{"model":"m","messages":[],"stream":true,"max_tokens":7,"thinking":{"type":"enabled","token_budget":5}}"#;
    let envelope = read(Dialect::Cohere, None, body.as_bytes()).unwrap();
    assert_eq!((envelope.ceiling(), envelope.thinking_budget, envelope.stream), (Some(7), Some(5), true));
    let v1 = read(Dialect::CohereV1, None, br#"{"model":"m","message":"hi","max_tokens":7}"#).unwrap();
    assert_eq!((v1.ceiling(), v1.stream), (Some(7), false));
}

#[test]
fn what_the_provider_searches_is_priced_apart() {
    let of = |connectors: &str| {
        let body = format!(r#"{{"model":"m","message":"hi","connectors":{connectors}}}"#);
        read(Dialect::CohereV1, None, body.as_bytes()).unwrap().priced_apart.names().join(", ")
    };
    assert_eq!(of(r#"[{"id":"web-search"}]"#), "connectors");
    assert!(of("[]").is_empty() && of("null").is_empty());
}

#[test]
fn what_must_be_there() {
    for (dialect, body, missing) in [
        (Dialect::Cohere, r#"{"model":"m"}"#, "messages"),
        (Dialect::Cohere, r#"{"messages":[]}"#, "model"),
        (Dialect::CohereV1, r#"{"model":"m"}"#, "message"),
        (Dialect::CohereV1, r#"{"model":"m","message":null}"#, "message"),
    ] {
        assert_eq!(read(dialect, None, body.as_bytes()).unwrap_err(), EnvelopeError::Missing(missing), "{body}");
    }
    let listed = read(Dialect::CohereV1, None, br#"{"model":"m","message":["hi"]}"#).unwrap_err();
    assert_eq!(listed, EnvelopeError::WrongType { field: "message", expected: "a string" });
}
