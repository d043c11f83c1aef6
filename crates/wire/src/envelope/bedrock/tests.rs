//! What a Converse body says of ceilings and prices.

use super::super::{Address, Envelope, EnvelopeError, read};
use crate::Dialect;
use crate::dialect::CeilingField;

fn address(model: &str) -> Address {
    Address { model: model.to_owned(), stream: true }
}

fn envelope(body: &str) -> Result<Envelope, EnvelopeError> {
    read(Dialect::Bedrock, Some(&address("m")), body.as_bytes())
}

#[test]
fn the_url_says_model_and_stream() {
    let read = envelope(r#"{"messages":[],"model":"other","stream":false}"#).unwrap();
    assert_eq!((read.model.as_str(), read.model_span, read.stream), ("m", None, true));
    assert!(!read.has_references);
    let prompt = address("arn:aws:bedrock:us-east-1:123456789012:prompt/ABCDEFGHIJ:1");
    assert!(super::super::read(Dialect::Bedrock, Some(&prompt), b"{}").unwrap().has_references);
}

#[test]
fn the_ceiling_is_found_where_it_stands() {
    for (body, ceiling, unset) in [
        (r#"{"inferenceConfig":{"maxTokens":7}}"#, Some(7), false),
        (r#"{"inferenceConfig":{"temperature":0.5, "maxTokens" : 7 }}"#, Some(7), false),
        (r#"{"inferenceConfig":{"maxTokens":null}}"#, None, true),
        (r#"{"inferenceConfig":{}}"#, None, false),
        (r#"{"inferenceConfig":null}"#, None, false),
        ("{}", None, false),
    ] {
        let read = envelope(body).unwrap();
        assert_eq!((read.ceiling(), !read.unset_ceilings.is_empty()), (ceiling, unset), "{body}");
        assert_eq!(read.inference_config.is_some(), body.contains("inferenceConfig"), "{body}");
        for (field, _, span) in &read.ceilings {
            assert_eq!((*field, body.get(span.clone())), (CeilingField::MaxTokens, Some("7")));
        }
    }
}

#[test]
fn what_would_lift_the_ceiling_is_refused() {
    for body in [
        r#"{"inferenceConfig":{"maxTokens":0}}"#,
        r#"{"inferenceConfig":{"maxTokens":"7"}}"#,
        r#"{"inferenceConfig":{"maxTokens":7,"maxTokens":8}}"#,
        r#"{"inferenceConfig":{"maxTokens":7,"max\u0054okens":8}}"#,
        r#"{"inferenceConfig":{"MaxTokens":7}}"#,
        r#"{"inferenceConfig":[]}"#,
        r#"{"inferenceConfig":{},"inferenceConfig":{}}"#,
        r#"{"InferenceConfig":{}}"#,
        r#"{"additionalModelRequestFields":{"max_tokens":9}}"#,
        r#"{"additionalModelRequestFields":{"maxTokenCount":9}}"#,
        r#"{"additionalModelRequestFields":{"inferenceConfig":{"max_new_tokens":9}}}"#,
        r#"{"additionalModelRequestFields":{"n":2}}"#,
        r#"{"additionalModelRequestFields":7}"#,
    ] {
        assert!(envelope(body).is_err(), "{body}");
    }
}

#[test]
fn what_costs_more_is_named() {
    for (body, named) in [
        (r#"{"serviceTier":{"type":"priority"}}"#, &["serviceTier"][..]),
        (r#"{"serviceTier":{"type":"default"}}"#, &[]),
        (r#"{"performanceConfig":{"latency":"optimized"}}"#, &["performanceConfig"]),
        (r#"{"performanceConfig":{"latency":"standard"}}"#, &[]),
        (r#"{"additionalModelRequestFields":{"speed":"fast"}}"#, &["additionalModelRequestFields.speed"]),
        (r#"{"additionalModelRequestFields":{"top_k":5,"inferenceConfig":{"topK":3}}}"#, &[]),
    ] {
        assert_eq!(envelope(body).unwrap().priced_apart, named, "{body}");
    }
}

#[test]
fn thinking_is_read_in_both_of_its_places() {
    for name in ["thinking", "reasoning_config"] {
        let body =
            format!(r#"{{"additionalModelRequestFields":{{"{name}":{{"type":"enabled","budget_tokens":2000}}}}}}"#);
        assert_eq!(envelope(&body).unwrap().thinking_budget, Some(2000));
    }
}

#[test]
fn media_count_as_more_than_their_bytes() {
    for (part, references) in [
        (r#"{"text":"image"}"#, false),
        (r#"{"image":{"format":"png","source":{"bytes":"AA=="}}}"#, true),
        (r#"{"document":{"format":"pdf","name":"d","source":{"s3Location":{"uri":"s3://b/k"}}}}"#, true),
        (r#"{"video":{}}"#, true),
        (r#"{"toolUse":{"toolUseId":"t","name":"f","input":{"image":1}}}"#, false),
    ] {
        let body = format!(r#"{{"messages":[{{"role":"user","content":[{part}]}}]}}"#);
        assert_eq!(envelope(&body).unwrap().has_references, references, "{body}");
    }
    assert!(envelope(r#"{"toolConfig":{"tools":[]}}"#).unwrap().brings_tools);
    assert!(
        !envelope(r#"{"toolConfig":{"tools":[{"systemTool":{"name":"nova_grounding"}}]}}"#)
            .unwrap()
            .priced_apart
            .is_empty()
    );
}
