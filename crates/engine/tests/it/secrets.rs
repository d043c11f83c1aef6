//! A provider that quotes the gateway's credential is not quoted to clients, wherever in its answer it does so.

use std::collections::BTreeMap;

use serde_json::json;
use testkit::Script;
use wire::Dialect;

use crate::kit::{Kit, PROVIDER_KEY, group};

/// The beginning of a stream that a client has seen before the error comes.
fn begun(provider: Dialect) -> &'static str {
    match provider {
        Dialect::OpenAiChat => concat!(
            r#"data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":"#,
            r#"[{"index":0,"delta":{"role":"assistant","content":"hi"},"finish_reason":null}]}"#,
            "\n\n"
        ),
        Dialect::Anthropic => concat!(
            "event: message_start\ndata: ",
            r#"{"type":"message_start","message":{"id":"m","type":"message","role":"assistant","model":"m","content":[],"#,
            r#""stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":1,"output_tokens":1}}}"#,
            "\n\nevent: content_block_start\ndata: ",
            r#"{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}"#,
            "\n\nevent: content_block_delta\ndata: ",
            r#"{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"hi"}}"#,
            "\n\n"
        ),
    }
}

#[tokio::test]
async fn the_credential_never_reaches_a_client() {
    let kit = Kit::with(|_| ()).await;
    let quoted = |field: &str| json!({"message": "no", "type": "invalid_request_error", field: PROVIDER_KEY});
    for provider in Dialect::ALL {
        for client in Dialect::ALL {
            for field in ["message", "type", "param", "code", "details"] {
                let error = match field {
                    "details" => json!({"message": "no", "type": "api_error", "details": {"key": PROVIDER_KEY}}),
                    _ => quoted(field),
                };
                let whole = json!({"type": "error", "error": error}).to_string();
                let event = format!("event: error\ndata: {whole}\n\n");
                let late = format!("{}{event}", begun(provider));
                for (status, stream, body) in [
                    (400, false, whole.clone()),
                    (400, true, whole.clone()),
                    (200, false, whole.clone()),
                    (200, true, event.clone()),
                    (200, true, late.clone()),
                ] {
                    let kind = if body == whole { "application/json" } else { "text/event-stream" };
                    let has_begun = body == late;
                    kit.upstream.script(Script {
                        status: Some(status),
                        headers: BTreeMap::from([("content-type".to_owned(), kind.to_owned())]),
                        raw_body: Some(body.into_bytes()),
                        chunk_bytes: has_begun.then_some(100),
                        between_ms: 2,
                        ..Script::default()
                    });
                    let asked = json!({"model": group(provider), "stream": stream, "max_tokens": 9,
                        "messages": [{"role": "user", "content": "x"}]});
                    let got = kit.call(client, &asked).await;
                    let cell = format!("{client:?} ← {provider:?} {field} {status} stream={stream}");
                    assert_eq!(got.status >= 400, !has_begun, "{cell}: {got:?}");
                    assert!(String::from_utf8_lossy(&got.body).contains("error"), "{cell}: {got:?}");
                    assert!(!String::from_utf8_lossy(&got.body).contains(PROVIDER_KEY), "{cell}: {got:?}");
                }
            }
        }
    }
}
