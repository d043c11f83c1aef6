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
        r#"{"additionalModelRequestFields":{"thinking":{"Max_Tokens":9}}}"#,
        r#"{"additionalModelRequestFields":{"thinking":{"type":"enabled","type":"enabled"}}}"#,
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
        (r#"{"guardrailConfig":{"guardrailIdentifier":"g"}}"#, &["guardrailConfig"]),
        (r#"{"guardrailConfig":null}"#, &[]),
    ] {
        assert_eq!(envelope(body).unwrap().priced_apart.names(), named, "{body}");
    }
}

#[test]
fn what_a_model_knows_beyond_converse_is_ordinary_or_named() {
    for (fields, named) in [
        (r#""top_k":5,"inferenceConfig":{"topK":3,"stopSequences":["a"]}"#, &[][..]),
        (r#""inferenceConfig":{"speed":"fast"}"#, &["inferenceConfig.speed"]),
        (r#""inferenceConfig":{"topK":{"a":1}},"stop":["a"]"#, &["inferenceConfig.topK"]),
        (r#""stop":[{"a":1}],"seed":null"#, &["stop"]),
        (r#""thinking":{"type":"enabled","budget_tokens":9,"speed":"fast"}"#, &["thinking.speed"]),
        (r#""thinking":"much""#, &["thinking"]),
        (r#""reasoning_config":{"type":"disabled"},"reasoningConfig":{"maxReasoningEffort":"low"}"#, &[]),
        (r#""output_config":{"effort":"low","format":{"type":"json_schema","schema":{"n":{}}}}"#, &[]),
        (r#""output_config":{"task":1}"#, &["output_config.task"]),
        (r#""response_format":{"type":"json_schema","json_schema":{}},"metadata":{"user_id":"u"}"#, &[]),
        (r#""response_format":"x","metadata":{"tier":1}"#, &["metadata.tier"]),
        (r#""tool_choice":{"type":"tool","name":"f"}"#, &[]),
        (r#""anthropic_beta":["interleaved-thinking-2025-05-14"]"#, &[]),
        (r#""anthropic_beta":null"#, &[]),
        (r#""anthropic_beta":["context-1m-2025-08-07"]"#, &["anthropic_beta"]),
        (r#""anthropic_beta":["cont\u0065xt-1m-2025-08-07"]"#, &["anthropic_beta"]),
        (r#""anthropic_beta":"interleaved""#, &["anthropic_beta"]),
        (r#""anthropic_beta":[["interleaved"]]"#, &["anthropic_beta"]),
    ] {
        let named: Vec<_> = named.iter().map(|name| format!("additionalModelRequestFields.{name}")).collect();
        let read = envelope(&format!(r#"{{"additionalModelRequestFields":{{{fields}}}}}"#)).unwrap();
        assert_eq!(read.priced_apart.names(), named, "{fields}");
    }
}

#[test]
fn no_type_of_the_service_model_that_stands_in_the_body_counts_as_a_reference() {
    for body in [
        r#"{"messages":[{"role":"user","content":[{"text":"a"},{"cachePoint":{"type":"default","ttl":"1h"}}]}]}"#,
        r#"{"serviceTier":{"type":"default"}}"#,
        r#"{"serviceTier":{"type":"flex"}}"#,
        r#"{"serviceTier":{"type":"priority"}}"#,
        r#"{"serviceTier":{"type":"reserved"}}"#,
        r#"{"messages":[{"role":"assistant","content":[{"toolUse":{"toolUseId":"t","name":"f","type":"server_tool_use","input":{}}}]}]}"#,
        r#"{"outputConfig":{"textFormat":{"type":"json_schema","structure":{"jsonSchema":{"schema":"{}"}}}}}"#,
    ] {
        assert!(!envelope(body).unwrap().has_references, "{body}");
    }
}

#[test]
fn a_model_in_the_url_is_no_way_and_its_limit_is_the_urls() {
    for (model, is_read) in [("..", false), (".", false), ("a/../b", false), ("a..b", true)] {
        assert_eq!(super::super::read(Dialect::Bedrock, Some(&address(model)), b"{}").is_ok(), is_read, "{model}");
    }
    let refused = super::super::read(Dialect::Bedrock, Some(&address(&"m".repeat(2049))), b"{}").unwrap_err();
    assert!(refused.to_string().contains("at most 2048 bytes"), "{refused}");
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
            .names()
            .is_empty()
    );
}
