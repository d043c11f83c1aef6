//! Bedrock's InvokeModel, as AWS's SDKs and Anthropic's for Bedrock call it.

use http::{Request, StatusCode};
use serde_json::{Value, json};
use wire::frame::Framing;

use crate::app::{MASTER, TestApp};

const ASKED: &str = r#"{"anthropic_version":"bedrock-2023-05-31","max_tokens":9,"messages":[{"role":"user","content":"one two three"}]}"#;

/// boto3 sends no content type.
fn post(path: &str) -> http::request::Builder {
    Request::post(path).header("authorization", format!("Bearer {MASTER}"))
}

#[tokio::test]
async fn a_body_for_claude_is_answered_by_any_model() {
    let app = TestApp::new().await;
    for at in ["", "/bedrock"] {
        let (head, body) = app.answer(post(&format!("{at}/model/echo/invoke")), ASKED.into()).await;
        let told: Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(head.status, StatusCode::OK, "{told}");
        assert_eq!((&told["type"], &told["content"][0]["text"]), (&json!("message"), &json!("one two three")));
        assert_eq!(head.headers["x-amzn-bedrock-input-token-count"], "3");
        assert_eq!(head.headers["x-amzn-bedrock-output-token-count"], "3");
        assert!(head.headers.contains_key("x-amzn-bedrock-invocation-latency"));
        assert!(head.headers.contains_key("x-amzn-requestid"));
    }
}

#[tokio::test]
async fn a_stream_is_chunks() {
    let app = TestApp::new().await;
    let (head, body) = app.answer(post("/model/echo/invoke-with-response-stream"), ASKED.into()).await;
    assert_eq!(head.status, StatusCode::OK);
    assert_eq!(head.headers["content-type"], "application/vnd.amazon.eventstream");
    assert_eq!(head.headers["x-amzn-bedrock-content-type"], "application/json");
    let mut frames = Framing::EventStream.reader(1 << 20);
    frames.push(&body);
    let (mut reader, mut events) = (wire::Dialect::BedrockInvoke.stream_reader(), Vec::new());
    let mut usage = wire::chat::Usage::default();
    while let Some(frame) = frames.next_frame().unwrap() {
        reader.read(&frame, &mut events).unwrap();
        usage.merge(&wire::Dialect::BedrockInvoke.note(&frame).usage.unwrap_or_default());
    }
    assert!(matches!(events.last(), Some(wire::chat::Event::End)), "{events:?}");
    assert_eq!((usage.input, usage.output), (Some(3), Some(3)));
}

#[tokio::test]
async fn what_is_wrong_is_an_exception() {
    let app = TestApp::new().await;
    let with_guardrail = || post("/model/gone/invoke").header("x-amzn-bedrock-guardrailidentifier", "g");
    for (request, asked, status, word, part) in [
        (post("/model/echo/invoke"), r#"{"inputText":"hi"}"#, 400, "ValidationException", "anthropic_version"),
        (post("/model/echo/invoke"), "{", 400, "ValidationException", "JSON"),
        (post("/model/gone/invoke"), ASKED, 404, "ResourceNotFoundException", "gone"),
        (with_guardrail(), ASKED, 404, "ResourceNotFoundException", "gone"),
        (Request::post("/model/echo/invoke"), ASKED, 403, "AccessDeniedException", ""),
    ] {
        let (head, body) = app.answer(request, asked.into()).await;
        let text = String::from_utf8_lossy(&body).into_owned();
        assert_eq!(
            (head.status.as_u16(), head.headers["x-amzn-errortype"].to_str().unwrap()),
            (status, word),
            "{text}"
        );
        assert!(text.contains(part), "{text}");
    }
}
