//! The gateway is stopped while calls are under way: each client is told, each attempt is settled.

use std::sync::Arc;

use serde_json::json;
use store::ledger::{AttemptStatus, Provenance};
use testkit::Script;
use wire::Dialect::{Anthropic, Bedrock, Cohere, Gemini, OpenAiChat, OpenAiResponses};

use crate::kit::{BEDROCK, CLAUDE, COHERE, GEMINI, GPT, Kit, RESPONSES, collect, group};
use crate::seen;

#[tokio::test]
async fn every_stream_gets_an_error_event_and_a_row() {
    let kit = Kit::start().await;
    let mut open = Vec::new();
    for client in wire::Dialect::ALL {
        for provider in wire::Dialect::SQUARE {
            kit.upstream.script(Script { stall_after_bytes: Some(4000), ..Script::default() });
            let body = json!({"model": group(provider), "stream": true, "max_tokens": 500,
                "messages": [{"role": "user", "content": "[[long:300]]"}]});
            let (id, answer) = kit.begin(client, &body).await;
            open.push((client, id, answer));
        }
    }
    kit.engine.stop();
    for (client, id, answer) in open {
        let got = collect(id, answer).await;
        let seen = seen::read(client, &got);
        assert!(got.stream && !seen.text.is_empty() && !seen.complete, "{}", got.text());
        assert!(seen.error["message"].as_str().unwrap().contains("stopped"), "{}", got.text());
    }
    for row in kit.assert_one_row_an_attempt().await {
        assert_eq!(row.status, AttemptStatus::Failure);
        assert!(matches!(row.provenance, Provenance::Partial | Provenance::Estimated), "{row:?}");
    }
    assert_eq!(kit.engine.tasks.running(), 0);
}

/// Before the head, in the middle of a whole answer, in the body of an error, in the pause before another try.
#[tokio::test]
async fn whatever_a_call_waits_for() {
    let waits = [
        ("head", Script { delay_ms: 600_000, ..Script::default() }),
        ("body", Script { stall_after_bytes: Some(20), ..Script::default() }),
        ("error's body", Script { status: Some(500), stall_after_bytes: Some(20), ..Script::default() }),
        (
            "pause",
            Script {
                status: Some(429),
                headers: [("retry-after-ms".to_owned(), "20000".to_owned())].into(),
                ..Script::default()
            },
        ),
    ];
    for (name, script) in waits {
        for (client, provider) in [
            (OpenAiChat, GPT),
            (OpenAiChat, CLAUDE),
            (Anthropic, CLAUDE),
            (OpenAiChat, BEDROCK),
            (Bedrock, GPT),
            (Bedrock, BEDROCK),
            (OpenAiResponses, GPT),
            (OpenAiResponses, RESPONSES),
            (Anthropic, RESPONSES),
            (Gemini, GPT),
            (Gemini, GEMINI),
            (OpenAiChat, GEMINI),
            (Cohere, GPT),
            (Cohere, COHERE),
            (OpenAiChat, COHERE),
        ] {
            let kit = Kit::with(|setup| setup.settings.retries = 3).await;
            kit.upstream.script(script.clone());
            let body = json!({"model": provider, "max_tokens": 50, "messages": [{"role": "user", "content": "x"}]});
            let key = engine::secret::Secret::new(crate::kit::MASTER);
            let (principal, call) = kit.prepare(&key, client, body.to_string()).await;
            let id = call.id.clone();
            let engine = Arc::clone(&kit.engine);
            let mut answer = std::pin::pin!(engine.serve(principal, call));
            let begun = |log: &[testkit::Served]| {
                log.first().is_some_and(|served| match name {
                    "head" => true,
                    "pause" => served.is_over(),
                    _ => served.bytes_sent > 0,
                })
            };
            tokio::select! {
                _ = &mut answer => panic!("{name}: answered before it was stopped"),
                log = kit.upstream.wait_for(begun) => drop(log.unwrap()),
            }
            kit.engine.stop();
            let got = collect(id, answer.await).await;
            assert!(matches!(got.status, 429 | 500 | 503), "{name}: {}", got.text());
            assert!(seen::read(client, &got).error["message"].is_string(), "{name}: {}", got.text());
            assert_eq!(kit.assert_one_row_an_attempt().await.len(), 1, "{name}");
        }
    }
}

#[tokio::test]
async fn a_call_that_comes_too_late_is_refused_before_it_costs_anything() {
    let kit = Kit::start().await;
    kit.engine.stop();
    for stream in [false, true] {
        let body = json!({"model": GPT, "stream": stream, "messages": [{"role": "user", "content": "x"}]});
        let got = kit.call(OpenAiChat, &body).await;
        assert_eq!(got.status, 503, "{}", got.text());
    }
    assert_eq!((kit.upstream.count(), kit.rows().await.len()), (0, 0));
}
