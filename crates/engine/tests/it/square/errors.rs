//! Errors of providers in each client's own shape; nothing of the gateway's own credential in them.

use std::collections::BTreeMap;

use serde_json::json;
use store::ledger::{AttemptStatus, Provenance};
use testkit::Script;
use wire::Dialect;

use super::asks::say;
use super::{addressed, cells};
use crate::kit::{Got, Kit};
use crate::seen;

/// Status of the provider, and the kind in the ledger.
const STATUSES: &[(u16, &str)] = &[
    (400, "invalid_request"),
    (401, "authentication"),
    (403, "permission"),
    (404, "not_found"),
    (413, "too_large"),
    (429, "rate_limited"),
    (500, "internal"),
    (529, "overloaded"),
];

/// What each client is told of a provider's status: a status and a word that its SDKs go by. OpenAI's have words of their own for
/// some errors only. AWS's SDKs go by the exception and the status that goes with it, Cohere's by the status.
fn told(client: Dialect, status: u16) -> (u16, &'static str) {
    match client {
        Dialect::OpenAiChat
        | Dialect::OpenAiCompletions
        | Dialect::OpenAiResponses
        | Dialect::Cohere
        | Dialect::CohereV1 => (status, ""),
        Dialect::Anthropic => {
            let word = match status {
                400 => "invalid_request_error",
                401 => "authentication_error",
                403 => "permission_error",
                404 => "not_found_error",
                413 => "request_too_large",
                429 => "rate_limit_error",
                529 => "overloaded_error",
                _ => "api_error",
            };
            (status, word)
        }
        Dialect::Bedrock | Dialect::BedrockInvoke => match status {
            400 | 413 => (400, "ValidationException"),
            401 | 403 => (403, "AccessDeniedException"),
            404 => (404, "ResourceNotFoundException"),
            429 => (429, "ThrottlingException"),
            529 => (503, "ServiceUnavailableException"),
            _ => (500, "InternalServerException"),
        },
        Dialect::Gemini => match status {
            400 | 413 => (status, "INVALID_ARGUMENT"),
            401 => (status, "UNAUTHENTICATED"),
            403 => (status, "PERMISSION_DENIED"),
            404 => (status, "NOT_FOUND"),
            429 => (status, "RESOURCE_EXHAUSTED"),
            529 => (503, "UNAVAILABLE"),
            _ => (status, "INTERNAL"),
        },
    }
}

#[tokio::test]
async fn an_error_keeps_its_status_and_gets_the_clients_shape() {
    let kit = Kit::start().await;
    for (status, kind) in STATUSES {
        for (client, provider, stream) in cells(&Dialect::ALL) {
            let cell = format!("{status}: {client:?} ← {provider:?}, stream {stream}");
            let headers = [("retry-after", "7"), ("x-ratelimit-remaining-requests", "0")];
            let mut headers: BTreeMap<_, _> = headers.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
            if provider == Dialect::Gemini && *status == 413 {
                continue; // it says so behind a 400
            }
            if provider == Dialect::Bedrock && matches!(status, 401 | 413 | 529) {
                // statuses that none of its exceptions has: what stands before it answers so, and names nothing
                headers.insert("x-amzn-errortype".to_owned(), String::new());
            }
            kit.upstream.script(Script { status: Some(*status), headers, ..Script::default() });
            let got = kit.call(client, &addressed(say(client, "x", json!({})), client, provider, stream)).await;
            // the provider's own answer keeps its status on the same dialect, whatever that status is
            let own = client == provider && !matches!(status, 401 | 403);
            let shown = if own { *status } else { told(client, *status).0 };
            assert_eq!((got.status, got.stream), (shown, false), "{cell}: {}", got.text());
            shaped(client, &got, told(client, *status).1);
            let ours = matches!(status, 401 | 403);
            assert_eq!(got.text().contains("mock error"), !ours, "{cell}: {}", got.text());
            assert_eq!(got.header("retry-after"), Some("7"), "{cell}");
            assert_eq!(got.header("x-ratelimit-remaining-requests"), Some("0"), "{cell}");
            let row = kit.rows_of(&got.id).await.pop().unwrap();
            assert_eq!((row.status, row.provenance), (AttemptStatus::Failure, Provenance::None), "{cell}");
            assert_eq!((row.http_status, row.error_kind.as_deref()), (Some(*status), Some(*kind)), "{cell}");
            assert_eq!(row.cost.map(money::Nanos::get), Some(0), "{cell}");
        }
    }
    kit.assert_one_row_an_attempt().await;
}

/// What a provider means by a word beside the status: the kind in the ledger, and OpenAI's code (the status where the provider has
/// no code).
const WORDS: &[(Dialect, &str, &str, &str)] = &[
    (
        Dialect::OpenAiChat,
        r#"{"error":{"message":"so","type":"invalid_request_error","param":"messages","code":"context_length_exceeded"}}"#,
        "context_window",
        "context_length_exceeded",
    ),
    (
        Dialect::OpenAiResponses,
        r#"{"error":{"message":"so","type":"invalid_request_error","param":"input","code":"context_length_exceeded"}}"#,
        "context_window",
        "context_length_exceeded",
    ),
    (
        Dialect::OpenAiResponses,
        r#"{"error":{"message":"so","type":"invalid_request_error","param":null,"code":"content_policy_violation"}}"#,
        "content_policy",
        "content_policy_violation",
    ),
    (
        Dialect::Anthropic,
        r#"{"type":"error","error":{"type":"invalid_request_error","message":"prompt is too long: 9 tokens > 8 maximum"},"request_id":"r"}"#,
        "context_window",
        "context_length_exceeded",
    ),
    (
        Dialect::Cohere,
        r#"{"id":"i","message":"too many tokens: size limit exceeded by 9 tokens. Try using shorter or fewer inputs."}"#,
        "context_window",
        "context_length_exceeded",
    ),
    // Google has no status of its own for it
    (
        Dialect::Gemini,
        r#"{"error":{"code":400,"message":"Request payload size exceeds the limit: 20971520 bytes.","status":"INVALID_ARGUMENT"}}"#,
        "too_large",
        "400",
    ),
    (
        Dialect::Gemini,
        r#"{"error":{"code":400,"message":"The input token count (9) exceeds the maximum number of tokens allowed (8).","status":"INVALID_ARGUMENT"}}"#,
        "context_window",
        "context_length_exceeded",
    ),
];

#[tokio::test]
async fn a_word_beside_the_status_is_understood() {
    let kit = Kit::start().await;
    for (provider, body, kind, code) in WORDS {
        for (client, _, stream) in cells(&Dialect::ALL).filter(|(_, to, _)| to == provider) {
            let cell = format!("{kind}: {client:?} ← {provider:?}, stream {stream}");
            let raw_body = Some(body.as_bytes().to_vec());
            kit.upstream.script(Script { status: Some(400), raw_body, ..Script::default() });
            let got = kit.call(client, &addressed(say(client, "x", json!({})), client, *provider, stream)).await;
            assert_eq!(got.status, 400, "{cell}: {}", got.text());
            // the words of the kind
            let like = if *kind == "too_large" { 413 } else { 400 };
            shaped(client, &got, told(client, like).1);
            if matches!(client, Dialect::OpenAiChat | Dialect::OpenAiCompletions | Dialect::OpenAiResponses) {
                assert_eq!(got.json()["error"]["code"], json!(code), "{cell}: {}", got.text());
            }
            let row = kit.rows_of(&got.id).await.pop().unwrap();
            assert_eq!(row.error_kind.as_deref(), Some(*kind), "{cell}");
        }
    }
}

fn shaped(client: Dialect, got: &Got, word: &str) {
    let body = got.json();
    let error = &body["error"];
    assert!(seen::read(client, got).error["message"].is_string(), "{body}");
    match client {
        Dialect::Bedrock | Dialect::BedrockInvoke => {
            assert_eq!(got.header("x-amzn-errortype"), Some(word), "{body}");
            assert_eq!(got.header("x-amzn-requestid"), Some(got.id.as_str()));
        }
        Dialect::OpenAiChat | Dialect::OpenAiCompletions | Dialect::OpenAiResponses => {
            assert!(error["type"].is_string() && error.get("param").is_some() && error.get("code").is_some(), "{body}");
        }
        Dialect::Anthropic => {
            assert_eq!((&body["type"], &error["type"]), (&json!("error"), &json!(word)), "{body}");
            assert!(body["request_id"].is_string(), "{body}");
        }
        Dialect::Gemini => {
            assert_eq!((&error["code"], &error["status"]), (&json!(got.status), &json!(word)), "{body}");
        }
        Dialect::Cohere | Dialect::CohereV1 => {
            let names: Vec<_> = body.as_object().unwrap().keys().collect();
            assert_eq!(names, ["id", "message"], "{body}");
        }
    }
}

/// A stream that has begun: its own words first, then an error event, and no ending.
#[tokio::test]
async fn an_error_in_the_middle_of_a_stream_reaches_the_client() {
    let kit = Kit::start().await;
    for prompt in ["[[midstream]] and more words", "[[cut]] and more words"] {
        for (client, provider, _) in cells(&Dialect::ALL).filter(|(_, _, stream)| *stream) {
            let cell = format!("{prompt}: {client:?} ← {provider:?}");
            let got = kit.call(client, &addressed(say(client, prompt, json!({})), client, provider, true)).await;
            let seen = seen::read(client, &got);
            assert_eq!((got.status, got.stream), (200, true), "{cell}");
            assert!(!seen.text.is_empty() && !seen.complete, "{cell}: {}", got.text());
            assert!(seen.error["message"].is_string() && seen.error["type"].is_string(), "{cell}: {}", got.text());
            assert_eq!(seen.error["message"] == json!("mock midstream"), prompt.contains("midstream"), "{cell}");
            let row = kit.rows_of(&got.id).await.pop().unwrap();
            assert_eq!(row.status, AttemptStatus::Failure, "{cell}");
            assert!(matches!(row.provenance, Provenance::Partial | Provenance::Estimated), "{cell}: {row:?}");
            assert!(row.tokens.prompt() > 0 && row.tokens.output > 0, "{cell}: {row:?}");
        }
    }
    kit.assert_one_row_an_attempt().await;
}
