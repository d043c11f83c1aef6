//! Faults by script, in streams of OpenAI Responses.

use serde_json::{Value, json};
use testkit::{Classes, Counts, LineEnd, Script, Served, SseStyle, State, Stop, Upstream, UsageMode};

use crate::client::{CHAT, Got, MESSAGES, RESPONSES, chat, message, post, respond};
use crate::fold::fold;
use crate::sse;

async fn run(script: Script) -> (Got, Served) {
    let upstream = Upstream::start().await;
    upstream.script(script);
    let got = post(&upstream, RESPONSES, &respond("[[say:hello there]]", json!({"stream": true}))).await;
    (got, upstream.wait_for_ended(1).await.unwrap().remove(0))
}

#[tokio::test]
async fn usage_modes() {
    for (mode, output, total) in [
        (UsageMode::Present, json!(2), Some(2)),
        (UsageMode::Zero, json!(0), Some(0)),
        (UsageMode::Negative, json!(-2), None),
        (UsageMode::Float, json!(2.5), None),
        (UsageMode::Huge, json!(9_000_000_000_000_000_000_u64), Some(9_000_000_000_000_000_000)),
        (UsageMode::Decreasing, json!(2), Some(2)),
        (UsageMode::Null, json!(null), None),
        (UsageMode::Absent, json!(null), None),
    ] {
        let (got, served) = run(Script { usage: mode, ..Script::default() }).await;
        let (_, last) = fold(&got);
        assert_eq!(last["usage"]["output_tokens"], output, "{mode:?}");
        assert_eq!(last.get("usage").is_some(), mode != UsageMode::Absent);
        assert_eq!(served.usage.map(|counts| counts.output), total, "{mode:?}");
        let early = &sse::events(&got.body)[0].json()["response"]["usage"]["output_tokens"];
        assert_eq!(early, &if mode == UsageMode::Decreasing { json!(12) } else { Value::Null });
    }
}

#[tokio::test]
async fn counts_stops_and_unknown_fields() {
    let counts = Counts { input: 1000, output: 20, cache_read: 300, cache_write: 4 };
    let fields = |value: Value| value.as_object().unwrap().clone();
    let script = Script {
        counts: Some(counts),
        classes: Classes { reasoning: 5, ..Classes::default() },
        stop: Some(Stop::Length),
        extra: fields(json!({"x_new": [1]})),
        extra_inner: fields(json!({"x_deep": 1})),
        ..Script::default()
    };
    let (got, served) = run(script).await;
    let (names, last) = fold(&got);
    assert_eq!((served.usage, served.terminal_sent), (Some(counts), true));
    assert_eq!(last["usage"]["output_tokens_details"]["reasoning_tokens"], 5);
    assert_eq!(last["usage"]["input_tokens_details"], json!({"cached_tokens": 300, "cache_write_tokens": 4}));
    assert_eq!(names.last().unwrap(), "response.incomplete");
    assert_eq!(last["incomplete_details"]["reason"], "max_output_tokens");
    assert_eq!((&last["output"][0]["status"], &last["output"][0]["x_deep"]), (&json!("incomplete"), &json!(1)));
    assert!(sse::events(&got.body).iter().all(|event| event.json()["x_new"] == json!([1])));
    for (stop, reason) in [
        (Stop::Filter, json!("content_filter")),
        (Stop::Verbatim("steered".to_owned()), json!("steered")),
        (Stop::Sequence, json!(null)),
    ] {
        let (got, _) = run(Script { stop: Some(stop), ..Script::default() }).await;
        assert_eq!(fold(&got).1["incomplete_details"]["reason"], reason);
    }
}

#[tokio::test]
async fn bytes_that_are_cut_up_missing_or_not_json() {
    let (plain, _) = run(Script::default()).await;
    for size in [1, 7] {
        let (got, served) = run(Script { chunk_bytes: Some(size), ..Script::default() }).await;
        assert_eq!((&got.body, served.terminal_sent), (&plain.body, true));
    }
    let (got, served) = run(Script { omit_terminal: true, ..Script::default() }).await;
    assert_eq!(fold(&got).0.last().unwrap(), "response.output_item.done");
    assert_eq!((served.terminal_sent, served.usage, served.state), (false, None, State::Complete));
    let (got, served) = run(Script { cut_after_bytes: Some(100), ..Script::default() }).await;
    assert_eq!((got.body.len(), got.whole, served.state), (100, false, State::Cut));
    let (got, _) = run(Script { malformed_after: Some(1), ..Script::default() }).await;
    assert!(serde_json::from_str::<Value>(&sse::events(&got.body)[1].data).is_err());
    let (got, _) = run(Script { status: Some(503), ..Script::default() }).await;
    assert_eq!(got.status, 503);
    let (got, _) = run(Script { text: Some("else".to_owned()), ..Script::default() }).await;
    assert_eq!(fold(&got).1["output"][0]["content"][0]["text"], "else");
}

#[tokio::test]
async fn styles_say_the_same() {
    let upstream = Upstream::start().await;
    let style = SseStyle::default;
    for (path, body) in [
        (RESPONSES, respond("[[say:hello there]]", json!({"stream": true}))),
        (MESSAGES, message("[[say:hello there]]", json!({"stream": true}))),
        (CHAT, chat("[[say:hello there]]", json!({"stream": true}))),
    ] {
        // without ids, which differ
        let said = |got: &Got| -> Vec<String> {
            let events = sse::events(&got.body);
            events.iter().map(|event| format!("{} {}", event.name, event.data.contains("hello the"))).collect()
        };
        let plain = said(&post(&upstream, path, &body).await);
        for sse in [
            SseStyle { line_end: LineEnd::Crlf, comments: true, ..style() },
            SseStyle { line_end: LineEnd::Cr, split_data: true, ..style() },
            SseStyle { tight: true, ..style() },
        ] {
            upstream.script(Script { sse: sse.clone(), ..Script::default() });
            assert_eq!(said(&post(&upstream, path, &body).await), plain, "{path} {sse:?}");
        }
        upstream.script(Script { sse: SseStyle { doubled_end: true, ..style() }, ..Script::default() });
        let doubled = said(&post(&upstream, path, &body).await);
        assert_eq!((doubled.len(), doubled.last()), (plain.len() + 1, plain.last()));
        upstream.script(Script { sse: SseStyle { open_end: true, ..style() }, ..Script::default() });
        assert_eq!(said(&post(&upstream, path, &body).await), plain[..plain.len() - 1]);
    }
}

#[test]
fn a_style_reads_from_json() {
    let script: Script = serde_json::from_str(r#"{"sse":{"line_end":"crlf","invalid_utf8_after":2}}"#).unwrap();
    let expect = SseStyle { line_end: LineEnd::Crlf, invalid_utf8_after: Some(2), ..SseStyle::default() };
    assert_eq!(script.sse, expect);
}
