//! Streams that break off in the middle, as a client of Responses sees them: the end belongs to the same response as the
//! beginning. That names, settings and numbers go on is seen to by `seen`, here and wherever a stream fails.

use serde_json::{Value, json};
use store::ledger::AttemptStatus;
use testkit::Script;
use wire::Dialect::{self, OpenAiResponses};

use crate::kit::{Kit, collect, group};
use crate::{responses, seen};

/// The response as it failed.
fn failed(stream: &str) -> Value {
    let last = stream.trim_end().rsplit("data: ").next().unwrap();
    let event: Value = serde_json::from_str(last).unwrap();
    assert_eq!(event["type"], "response.failed", "{stream}");
    event["response"].clone()
}

#[tokio::test]
async fn the_end_has_what_was_said_until_then() {
    let kit = Kit::start().await;
    for provider in Dialect::SQUARE {
        for script in [
            Script { cut_after_bytes: Some(6000), ..Script::default() },
            Script { end_after_bytes: Some(6000), ..Script::default() },
        ] {
            kit.upstream.script(script);
            let asked = json!({"model": group(provider), "stream": true, "max_tokens": 2000,
                "instructions": "Be brief.", "messages": [{"role": "user", "content": "[[long:400]]"}]});
            let got = kit.call(OpenAiResponses, &asked).await;
            let seen = seen::read(OpenAiResponses, &got);
            assert!(got.stream && !seen.text.is_empty() && !seen.complete, "{provider:?}: {}", got.text());
            let failed = failed(&got.text());
            assert_eq!(failed["instructions"], asked["instructions"], "{provider:?}");
            let said = &failed["output"][0]["content"][0]["text"];
            // what is passed on is not kept
            let kept = provider != OpenAiResponses;
            assert_eq!(said == &json!(seen.text), kept, "{provider:?}: {failed}");
            // who tells usage at once has told it by then
            assert_eq!(
                failed["usage"]["input_tokens"].is_number(),
                matches!(provider, Dialect::Anthropic | Dialect::Gemini),
                "{failed}"
            );
        }
    }
    assert!(kit.assert_one_row_an_attempt().await.iter().all(|row| row.status == AttemptStatus::Failure));
}

/// The gateway is stopped, and the provider's events are numbered in a way of its own.
#[tokio::test]
async fn numbers_go_on_behind_what_was_passed_on() {
    let kit = Kit::start().await;
    let delta = json!({"type": "response.new_thing.delta", "delta": "x"});
    let mut begun = responses::begun();
    begun[0]["response"]["model"] = "gpt-of-theirs".into();
    let events = [(3, &begun[0]), (4, &begun[1]), (7, &delta)];
    let body: String = events.iter().map(|(number, event)| responses::one(*number, event)).collect();
    let script = responses::raw(true, format!("{body}: still there\n\n").into_bytes());
    kit.upstream.script(Script { stall_after_bytes: Some(body.len() + 15), ..script });
    let asked = json!({"model": group(OpenAiResponses), "stream": true, "input": "x"});
    let (id, answer) = kit.begin(OpenAiResponses, &asked).await;
    kit.engine.stop();
    let got = collect(id, answer).await;
    let stream = got.text();
    let numbers: Vec<u64> = stream
        .lines()
        .filter_map(|line| {
            serde_json::from_str::<Value>(line.strip_prefix("data: ")?).ok()?["sequence_number"].as_u64()
        })
        .collect();
    assert_eq!(numbers, [3, 4, 7, 8, 9], "{stream}");
    let failed = failed(&stream);
    assert_eq!((&failed["id"], &failed["model"]), (&json!("resp_1"), &json!("gpt-of-theirs")));
}
