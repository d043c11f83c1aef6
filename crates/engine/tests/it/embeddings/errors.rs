//! What goes wrong: providers' errors in the client's words, deployments without vectors, answers that are none.

use serde_json::{Value, json};
use store::ledger::{AttemptStatus, Provenance};
use testkit::Script;
use wire::Dialect::{self, Gemini, OpenAiChat};

use super::{CLIENTS, EMBEDDERS, ask, cells, embed, last, start, vectors};
use crate::kit::{BEDROCK, CLAUDE, COHERE, COMPLETIONS, GEMINI, GPT, Got, INVOKE, Kit, RESPONSES, deployment};

/// Statuses of a provider, the kind in the ledger, and Google's status and word for it.
const STATUSES: &[(u16, &str, u16, &str)] = &[
    (400, "invalid_request", 400, "INVALID_ARGUMENT"),
    (401, "authentication", 401, "UNAUTHENTICATED"),
    (403, "permission", 403, "PERMISSION_DENIED"),
    (404, "not_found", 404, "NOT_FOUND"),
    (429, "rate_limited", 429, "RESOURCE_EXHAUSTED"),
    (500, "internal", 500, "INTERNAL"),
    (529, "overloaded", 503, "UNAVAILABLE"),
];

/// An error in the shape of the client's dialect.
fn shaped(client: Dialect, got: &Got, cell: &str) -> Value {
    let error = got.json()["error"].clone();
    assert!(error["message"].is_string(), "{cell}: {}", got.text());
    if client == OpenAiChat {
        assert!(
            error["type"].is_string() && error.get("param").is_some() && error.get("code").is_some(),
            "{cell}: {error}"
        );
    } else {
        assert_eq!(error["code"], got.status, "{cell}: {error}");
        assert!(error["status"].is_string(), "{cell}: {error}");
    }
    error
}

#[tokio::test]
async fn an_error_keeps_its_status_and_gets_the_clients_shape() {
    let kit = start().await;
    for (status, kind, googles, word) in STATUSES {
        for (client, group, provider) in cells() {
            let cell = format!("{status}: {client:?} ← {group}");
            let got =
                embed(&kit, client, group, &ask(client, group, &["a", &format!("[[error:{status}]]")], &json!({})))
                    .await;
            let own = client == provider && !matches!(status, 401 | 403);
            assert_eq!(
                got.status,
                if own || client == OpenAiChat { *status } else { *googles },
                "{cell}: {}",
                got.text()
            );
            if own {
                assert_eq!(got.json()["error"]["message"], "mock error", "{cell}: the provider's own words");
            } else {
                let error = shaped(client, &got, &cell);
                assert!(client == OpenAiChat || error["status"] == *word, "{cell}: {error}");
            }
            let row = kit.rows_of(&got.id).await.pop().unwrap();
            assert_eq!((row.status, row.provenance), (AttemptStatus::Failure, Provenance::None), "{cell}");
            assert_eq!((row.http_status, row.error_kind.as_deref()), (Some(*status), Some(*kind)), "{cell}");
            assert_eq!((row.call_type.as_str(), row.cost.map(money::Nanos::get)), ("aembedding", Some(0)), "{cell}");
        }
    }
    kit.assert_one_row_an_attempt().await;
}

/// A group of two deployments, the first of which is asked first.
async fn either(first: &str, second: &str, retries: u32) -> Kit {
    Kit::with(|setup| {
        for (group, weight) in [(first, 1), (second, 0)] {
            let mut member = deployment(group, &setup.base);
            (member.group, member.weight) = ("either".to_owned(), weight);
            setup.deployments.push(member);
        }
        setup.settings.retries = retries;
    })
    .await
}

#[tokio::test]
async fn another_deployment_is_tried() {
    for client in CLIENTS {
        for (first, second) in [(GPT, GEMINI), (GEMINI, GPT)] {
            for script in [
                Script { status: Some(503), ..Script::default() },
                Script { hang_up: true, ..Script::default() },
                Script { cut_after_bytes: Some(20), ..Script::default() },
                Script { raw_body: Some(b"<html>".to_vec()), ..Script::default() },
            ] {
                let kit = either(first, second, 1).await;
                kit.upstream.script(script);
                let got = embed(&kit, client, "either", &ask(client, "either", &["a"], &json!({}))).await;
                assert_eq!(vectors(client, &got).len(), 1);
                assert_eq!(got.header("x-litellm-attempted-retries"), Some("1"));
                let rows = kit.assert_one_row_an_attempt().await;
                let seen: Vec<_> = rows.iter().map(|row| (row.status, row.model.as_str())).collect();
                let models = [first, second].map(|group| format!("{group}-model"));
                assert_eq!(seen, [(AttemptStatus::Failure, &*models[0]), (AttemptStatus::Success, &*models[1])]);
            }
        }
    }
}

#[tokio::test]
async fn who_has_no_vectors_says_so_and_leaves_it_to_others() {
    let kit = start().await;
    let without = [CLAUDE, BEDROCK, COHERE, RESPONSES, INVOKE, COMPLETIONS];
    for client in CLIENTS {
        for group in without {
            let got = embed(&kit, client, group, &ask(client, group, &["a"], &json!({}))).await;
            let error = shaped(client, &got, group);
            let message = error["message"].as_str().unwrap();
            assert!(got.status == 400 && message.contains(group) && message.contains("has no embeddings"), "{error}");
            let either = either(group, GPT, 0).await;
            let got = embed(&either, client, "either", &ask(client, "either", &["a"], &json!({}))).await;
            assert_eq!((vectors(client, &got).len(), last(&either).model.as_deref()), (1, Some("openai-model")));
        }
    }
    assert_eq!((kit.upstream.count(), kit.rows().await.len()), (0, 0));
}

/// Answers that break off, or say something else than vectors. On the same dialect what is an object goes on as it came.
#[tokio::test]
async fn an_answer_that_is_none_is_an_error() {
    let kit = start().await;
    let raw = |text: &str| Script { raw_body: Some(text.as_bytes().to_vec()), ..Script::default() };
    let numbers =
        |list: &str| format!(r#"{{"data":[{{"index":0,"embedding":{list}}}],"embeddings":[{{"values":{list}}}]}}"#);
    for (name, script, passes) in [
        ("cut", Script { cut_after_bytes: Some(30), ..Script::default() }, false),
        ("ended", Script { end_after_bytes: Some(30), ..Script::default() }, false),
        ("not JSON", Script { malformed_after: Some(0), ..Script::default() }, false),
        ("hung up", Script { hang_up: true, ..Script::default() }, false),
        ("nothing", raw(""), false),
        ("not text", Script { raw_body: Some(vec![b'{', 0xff, b'}']), ..Script::default() }, false),
        ("a list", raw("[]"), false),
        ("empty", raw("{}"), true),
        ("words", raw(&numbers(r#"["x"]"#)), true),
        ("no base64", raw(&numbers(r#""AAA""#)), true),
        ("one too few", raw(&numbers("[1]")), true),
    ] {
        for (client, group, provider) in cells() {
            let cell = format!("{name}: {client:?} ← {group}");
            kit.upstream.script(script.clone());
            let got = embed(&kit, client, group, &ask(client, group, &["a", "b"], &json!({}))).await;
            let row = kit.rows_of(&got.id).await.pop().unwrap();
            if passes && client == provider {
                assert_eq!((got.status, row.status), (200, AttemptStatus::Success), "{cell}: {}", got.text());
                assert_eq!(got.body, script.raw_body.clone().unwrap(), "{cell}");
            } else {
                assert!(matches!(got.status, 500..), "{cell}: {}", got.text());
                shaped(client, &got, &cell);
                assert_eq!(row.status, AttemptStatus::Failure, "{cell}");
            }
            // it may have been billed, so it is charged
            assert_eq!(row.provenance, Provenance::Estimated, "{cell}: {row:?}");
            assert!(row.tokens.input > 0 && row.tokens.output == 0, "{cell}: {row:?}");
        }
    }
    kit.assert_one_row_an_attempt().await;
}

/// An error behind a status of success is one; what it says of its cost is charged.
#[tokio::test]
async fn an_error_in_disguise_is_an_error() {
    let kit = start().await;
    for (client, group, provider) in cells() {
        let (error, usage) = if provider == Gemini {
            (json!({"code": 429, "message": "so", "status": "RESOURCE_EXHAUSTED"}), json!({"promptTokenCount": 7}))
        } else {
            (
                json!({"message": "so", "type": "rate_limit_exceeded", "code": "rate_limit_exceeded"}),
                json!({"prompt_tokens": 7}),
            )
        };
        for told in [false, true] {
            let name = if provider == Gemini { "usageMetadata" } else { "usage" };
            let body = if told { json!({"error": error, name: usage}) } else { json!({"error": error}) };
            kit.upstream.script(Script { raw_body: Some(body.to_string().into_bytes()), ..Script::default() });
            let got = embed(&kit, client, group, &ask(client, group, &["a"], &json!({}))).await;
            let cell = format!("{client:?} ← {group}, told {told}: {}", got.text());
            assert_eq!((got.status, &shaped(client, &got, &cell)["message"]), (429, &json!("so")), "{cell}");
            let row = kit.rows_of(&got.id).await.pop().unwrap();
            assert_eq!(
                (row.status, row.error_kind.as_deref()),
                (AttemptStatus::Failure, Some("rate_limited")),
                "{cell}"
            );
            assert_eq!(row.tokens.input, if told { 7 } else { 0 }, "{cell}: {row:?}");
        }
    }
    assert_eq!(EMBEDDERS.len() * CLIENTS.len() * 2, kit.assert_one_row_an_attempt().await.len());
}
