//! One failure of a provider in each of its forms: as an answer with its own status, as a whole answer behind the status of a
//! success, and in the middle of a stream. It is the same failure in the ledger and to the client.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use store::ledger::{AttemptStatus, Provenance};
use testkit::Script;
use wire::Dialect::{self, OpenAiResponses};

use crate::kit::{Got, Kit, group};
use crate::secrets::{begun, event};
use crate::{responses, seen};

/// A provider's error, the status that it has in an answer of its own, and its kind in the ledger.
const ERRORS: &[(Dialect, &str, u16, &str)] = &[
    (Dialect::OpenAiChat, r#"{"message":"so","type":"server_error","param":null,"code":null}"#, 500, "internal"),
    (Dialect::OpenAiChat, r#"{"message":"so","type":"overloaded_error","param":null,"code":null}"#, 529, "overloaded"),
    (Dialect::OpenAiResponses, r#"{"message":"so","type":"server_error","code":"server_error"}"#, 500, "internal"),
    (Dialect::OpenAiResponses, r#"{"message":"so","type":"x","code":"server_is_overloaded"}"#, 529, "overloaded"),
    (Dialect::Anthropic, r#"{"message":"so","type":"api_error"}"#, 500, "internal"),
    (Dialect::Anthropic, r#"{"message":"so","type":"overloaded_error"}"#, 529, "overloaded"),
    (Dialect::Bedrock, r#"{"message":"so"}"#, 400, "invalid_request"),
    (Dialect::Gemini, r#"{"code":500,"message":"so","status":"INTERNAL"}"#, 500, "internal"),
    (Dialect::Gemini, r#"{"code":503,"message":"so","status":"UNAVAILABLE"}"#, 503, "overloaded"),
    (Dialect::Gemini, r#"{"code":429,"message":"so","status":"RESOURCE_EXHAUSTED"}"#, 429, "rate_limited"),
    (Dialect::Cohere, r#"{"id":"i","message":"so"}"#, 500, "internal"),
];

/// The type and the code that the client finds, whatever the form; Bedrock's is spelt with a capital in a header, and Cohere has
/// nothing but the message.
fn named(client: Dialect, got: &Got) -> (String, Value) {
    let error = seen::read(client, got).error;
    if matches!(client, Dialect::Cohere | Dialect::CohereV1) {
        return (String::new(), error["message"].clone());
    }
    let word = got.header("x-amzn-errortype").or(error["type"].as_str()).unwrap_or_default();
    (word.to_ascii_lowercase(), error["code"].clone())
}

#[tokio::test]
async fn a_failure_is_the_same_in_each_of_its_forms() {
    let kit = Kit::start().await;
    for (provider, error, status, kind) in ERRORS {
        let error: Value = error.parse().unwrap();
        let bare = matches!(provider, Dialect::Bedrock | Dialect::Cohere);
        let whole = if bare { error.clone() } else { json!({"type": "error", "error": error}) };
        let whole = whole.to_string();
        let (late, events) = event(*provider, &error, &whole, 5);
        let late = [begun(*provider), late].concat();
        for client in Dialect::ALL {
            let mut told = Vec::new();
            for (status, stream, body, media) in [
                (*status, false, whole.as_bytes(), "application/json"),
                (200, false, whole.as_bytes(), "application/json"),
                (200, true, late.as_slice(), events),
            ] {
                if *provider == Dialect::Bedrock && status == 200 && !stream {
                    continue;
                }
                kit.upstream.script(Script {
                    status: Some(status),
                    headers: BTreeMap::from([("content-type".to_owned(), media.to_owned())]),
                    raw_body: Some(body.to_vec()),
                    chunk_bytes: stream.then_some(100),
                    between_ms: if stream { 2 } else { 0 },
                    ..Script::default()
                });
                let asked = json!({"model": group(*provider), "stream": stream, "max_tokens": 99,
                    "messages": [{"role": "user", "content": "x"}]});
                let got = kit.call(client, &asked).await;
                let row = kit.rows_of(&got.id).await.pop().unwrap();
                let cell = format!("{client:?} ← {error} of {provider:?}, {status}, stream={stream}");
                assert_eq!(row.error_kind.as_deref(), Some(*kind), "{cell}: {}", got.text());
                assert_eq!(got.stream, stream, "{cell}: {}", got.text());
                told.push(named(client, &got));
            }
            // on the same dialect the words are the provider's own
            if client != *provider {
                assert!(told.iter().all(|one| *one == told[0]), "{client:?} ← {error} of {provider:?}: {told:?}");
            }
        }
    }
    kit.assert_one_row_an_attempt().await;
}

/// Nobody asks for a response that goes on in the background, so one that has not ended is no answer; what it cost is charged.
#[tokio::test]
async fn a_response_that_has_not_ended_is_no_answer() {
    let kit = Kit::start().await;
    for status in ["cancelled", "queued", "in_progress"] {
        for client in Dialect::ALL {
            let beside = json!({"status": status});
            kit.upstream.script(responses::raw(false, responses::whole(&[responses::message("half")], &beside)));
            let asked = json!({"model": group(OpenAiResponses), "max_tokens": 99,
                "messages": [{"role": "user", "content": "x"}]});
            let got = kit.call(client, &asked).await;
            let cell = format!("{status} for {client:?}: {}", got.text());
            assert_eq!(
                got.status,
                if matches!(client, Dialect::Bedrock | Dialect::BedrockInvoke) { 424 } else { 502 },
                "{cell}"
            );
            let message = seen::read(client, &got).error["message"].to_string();
            assert!(message.contains(status) && !got.text().contains("half"), "{cell}");
            let row = kit.rows_of(&got.id).await.pop().unwrap();
            assert_eq!((row.status, row.provenance), (AttemptStatus::Failure, Provenance::Partial), "{cell}: {row:?}");
            assert_eq!((row.error_kind.as_deref(), row.tokens.output), (Some("bad_upstream"), 9), "{cell}: {row:?}");
        }
    }
}
