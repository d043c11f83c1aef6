//! InvokeModel's bodies: Claude's are read, others are not.

use super::*;

fn invoked(body: &str) -> Result<Envelope, EnvelopeError> {
    let address = Address { model: "m".to_owned(), stream: true };
    read(Dialect::BedrockInvoke, Some(&address), body.as_bytes())
}

#[test]
fn a_body_for_claude_says_its_ceiling() {
    let body = r#"{"anthropic_version":"bedrock-2023-05-31","max_tokens": 9,"thinking":{"type":"enabled","budget_tokens":5},"messages":[]}"#;
    let envelope = invoked(body).unwrap();
    assert_eq!((envelope.model.as_str(), envelope.stream, envelope.model_span), ("m", true, None));
    assert_eq!((envelope.ceilings.first().map(|(_, most, _)| *most), envelope.thinking_budget), (Some(9), Some(5)));
    assert!(envelope.priced_apart.names().is_empty() && !envelope.has_references);
    let tier = invoked(r#"{"anthropic_version":"x","service_tier":"priority"}"#).unwrap();
    assert_eq!(tier.priced_apart.names(), ["service_tier"]);
    for (betas, apart) in [(r#"["interleaved-thinking-2025-05-14"]"#, 0), (r#"["context-1m-2025-08-07"]"#, 1)] {
        let read = invoked(&format!(r#"{{"anthropic_version":"x","anthropic_beta":{betas}}}"#)).unwrap();
        assert_eq!(read.priced_apart.names().len(), apart, "{betas}");
    }
    for (body, expected) in [
        (r#"{"anthropic_version":"x","Max_tokens":1}"#, "the field \"Max_tokens\" is too close"),
        (r#"{"anthropic_version":"x","max\u005ftokens":1}"#, "the field \"max_tokens\" is spelt with escapes"),
        (r#"{"anthropic_version":"x","api_base":"http://h"}"#, "'api_base' is not for requests"),
        (r#"{"anthropic_version":"x","max_tokens":5,"max_tokens":9}"#, "the field \"max_tokens\" stands twice"),
        (r#"{"anthropic_version":"x","anthropic_version":"y"}"#, "the field \"anthropic_version\" stands twice"),
    ] {
        let refused = invoked(body).unwrap_err().to_string();
        assert!(refused.starts_with(expected), "{refused}");
    }
}

#[test]
fn another_body_is_sent_as_it_is_and_never_against_a_budget() {
    for body in [
        r#"{"inputText":"hi","textGenerationConfig":{"maxTokenCount":5}}"#,
        r#"{"prompt":"anthropic_version","max_tokens":5,"tags":[]}"#,
    ] {
        let envelope = invoked(body).unwrap();
        assert_eq!((envelope.ceiling(), envelope.n, envelope.stream), (None, 1, true), "{body}");
        assert_eq!(envelope.priced_apart.names(), ["body"], "{body}");
        assert!(envelope.has_references, "{body}");
    }
    let deep = format!("{}1{}", "[".repeat(MAX_DEPTH + 1), "]".repeat(MAX_DEPTH + 1));
    assert_eq!(invoked(&deep).unwrap_err(), EnvelopeError::TooDeep);
    assert!(matches!(invoked("{\"a\":"), Err(EnvelopeError::Syntax(_))));
    assert_eq!(read(Dialect::BedrockInvoke, None, b"{}").unwrap_err(), EnvelopeError::Missing("model"));
}
