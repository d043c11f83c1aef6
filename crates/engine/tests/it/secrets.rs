//! A provider that quotes the gateway's credential is not quoted to clients, wherever in its answer it does so.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use testkit::Script;
use wire::Dialect;

use crate::kit::{Kit, PROVIDER_KEY, group, not_of_the_square, outside};
use crate::{contents, frames, pieces, responses, seen};

/// The beginning of a stream that a client has seen before the error comes.
pub(crate) fn begun(provider: Dialect) -> Vec<u8> {
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
        Dialect::OpenAiResponses => return responses_begun(),
        Dialect::Bedrock => return bedrock_begun(),
        Dialect::Gemini => return pieces::told(&[pieces::piece(&[json!({"text": "hi"})], &json!({}))]),
        Dialect::Cohere => return cohere_begun(),
        outside!() => not_of_the_square(),
    }
    .as_bytes()
    .to_vec()
}

fn bedrock_begun() -> Vec<u8> {
    let (name, payload) = frames::delta(0, &json!({"text": "hi"}));
    [frames::event("messageStart", &json!({"role": "assistant"})), frames::event(name, &payload)].concat()
}

fn cohere_begun() -> Vec<u8> {
    let mut events = contents::begun();
    let said =
        |kind: &str, content: Value| json!({"type": kind, "index": 0, "delta": {"message": {"content": content}}});
    events.push(said("content-start", json!({"type": "text", "text": ""})));
    events.push(said("content-delta", json!({"text": "hi"})));
    contents::told(&events)
}

fn responses_begun() -> Vec<u8> {
    let message =
        json!({"id": "msg_1", "type": "message", "status": "in_progress", "role": "assistant", "content": []});
    let part = json!({"type": "output_text", "text": "", "annotations": [], "logprobs": []});
    let mut events = responses::begun();
    events.extend([
        json!({"type": "response.output_item.added", "output_index": 0, "item": message}),
        json!({"type": "response.content_part.added", "output_index": 0, "item_id": "msg_1", "content_index": 0, "part": part}),
        json!({"type": "response.output_text.delta", "output_index": 0, "item_id": "msg_1", "content_index": 0,
            "delta": "hi", "logprobs": []}),
    ]);
    responses::numbered(&events)
}

/// An error event behind that many others, and the media type of the stream that it stands in.
pub(crate) fn event(provider: Dialect, error: &Value, whole: &str, behind: usize) -> (Vec<u8>, &'static str) {
    match provider {
        Dialect::OpenAiResponses => {
            let mut event = error.clone();
            event["code"] = event["type"].take();
            event["type"] = "error".into();
            event["error"] = error.clone();
            (responses::one(behind, &event).into_bytes(), "text/event-stream")
        }
        Dialect::OpenAiChat | Dialect::Anthropic => {
            (format!("event: error\ndata: {whole}\n\n").into_bytes(), "text/event-stream")
        }
        Dialect::Bedrock => (frames::exception("validationException", error), "application/vnd.amazon.eventstream"),
        Dialect::Gemini => (pieces::one(&whole.parse().unwrap()).into_bytes(), "text/event-stream"),
        Dialect::Cohere => {
            let mut delta = error.clone();
            delta["error"] = delta["message"].take();
            delta["finish_reason"] = "ERROR".into();
            (contents::one(&json!({"type": "message-end", "delta": delta})).into_bytes(), "text/event-stream")
        }
        outside!() => not_of_the_square(),
    }
}

#[tokio::test]
async fn the_credential_never_reaches_a_client() {
    let kit = Kit::with(|_| ()).await;
    let quoted = |field: &str| json!({"message": "no", "type": "invalid_request_error", field: PROVIDER_KEY});
    for provider in Dialect::SQUARE {
        for client in Dialect::ALL {
            for field in ["message", "type", "param", "code", "details"] {
                let error = match field {
                    "details" => json!({"message": "no", "type": "api_error", "details": {"key": PROVIDER_KEY}}),
                    _ => quoted(field),
                };
                let whole = match provider {
                    Dialect::OpenAiChat | Dialect::OpenAiResponses | Dialect::Anthropic | Dialect::Gemini => {
                        json!({"type": "error", "error": error}).to_string()
                    }
                    Dialect::Bedrock | Dialect::Cohere => error.to_string(),
                    outside!() => not_of_the_square(),
                };
                let (late, events) = event(provider, &error, &whole, 5);
                let late = [begun(provider), late].concat();
                let event = event(provider, &error, &whole, 0).0;
                let whole = whole.into_bytes();
                for (status, stream, body) in [
                    (400, false, whole.clone()),
                    (400, true, whole.clone()),
                    (200, false, whole.clone()),
                    (200, true, event.clone()),
                    (200, true, late.clone()),
                ] {
                    // Bedrock's errors have a status of their own: with that of a success it is no answer at all
                    if provider == Dialect::Bedrock && status == 200 && !stream {
                        continue;
                    }
                    let kind = if body == whole { "application/json" } else { events };
                    let has_begun = body == late;
                    kit.upstream.script(Script {
                        status: Some(status),
                        headers: BTreeMap::from([("content-type".to_owned(), kind.to_owned())]),
                        raw_body: Some(body),
                        chunk_bytes: has_begun.then_some(100),
                        between_ms: 2,
                        ..Script::default()
                    });
                    let asked = json!({"model": group(provider), "stream": stream, "max_tokens": 99,
                        "messages": [{"role": "user", "content": "x"}]});
                    let got = kit.call(client, &asked).await;
                    let cell = format!("{client:?} ← {provider:?} {field} {status} stream={stream}");
                    assert_eq!(got.status >= 400, !has_begun, "{cell}: {got:?}");
                    assert!(seen::read(client, &got).error["message"].is_string(), "{cell}: {got:?}");
                    assert!(!got.text().contains(PROVIDER_KEY), "{cell}: {got:?}");
                }
            }
        }
    }
}
