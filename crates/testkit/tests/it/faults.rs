//! Faults that a prompt cannot say, by script.

use serde_json::{Value, json};
use testkit::{Counts, Script, State, Stop, Upstream, UsageMode, When};

use crate::client::{CHAT, Got, MESSAGES, chat, message, post, request};

async fn chat_with(script: Script) -> (Got, testkit::Served) {
    let upstream = Upstream::start().await;
    upstream.script(script);
    let more = json!({"stream": true, "stream_options": {"include_usage": true}});
    let got = post(&upstream, CHAT, &chat("[[say:hello there]]", more)).await;
    (got, upstream.wait_for_ended(1).await.unwrap().remove(0))
}

async fn message_with(script: Script) -> (Got, testkit::Served) {
    let upstream = Upstream::start().await;
    upstream.script(script);
    let got = post(&upstream, MESSAGES, &message("[[say:hello there]]", json!({"stream": true}))).await;
    (got, upstream.wait_for_ended(1).await.unwrap().remove(0))
}

#[tokio::test]
async fn cut_after_bytes() {
    let (got, served) = chat_with(Script { cut_after_bytes: Some(100), ..Script::default() }).await;
    assert_eq!((got.body.len(), got.whole), (100, false));
    assert_eq!((served.state, served.bytes_sent, served.terminal_sent), (State::Cut, 100, false));
    assert_eq!(served.usage, None);
}

#[tokio::test]
async fn cut_by_prompt() {
    let upstream = Upstream::start().await;
    let got = post(&upstream, MESSAGES, &message("[[cut]] some text", json!({"stream": true}))).await;
    assert!(!got.whole);
    assert_eq!(got.events().last().unwrap()["type"], "content_block_delta");
    let served = upstream.wait_for_ended(1).await.unwrap();
    assert_eq!((served[0].state, served[0].usage.unwrap().output), (State::Cut, 1));
}

#[tokio::test]
async fn a_cut_reply_is_not_whole() {
    let upstream = Upstream::start().await;
    upstream.script(Script { cut_after_bytes: Some(10), ..Script::default() });
    let got = post(&upstream, CHAT, &chat("x", json!({}))).await;
    assert_eq!((got.body.len(), got.whole), (10, false));
}

#[tokio::test]
async fn chunks_change_no_byte() {
    let (plain, _) = message_with(Script::default()).await;
    for size in [1, 7] {
        let (got, served) = message_with(Script { chunk_bytes: Some(size), ..Script::default() }).await;
        assert_eq!((&got.body, got.whole), (&plain.body, true));
        assert!(served.terminal_sent);
    }
}

#[tokio::test]
async fn omit_terminal() {
    let script = Script { omit_terminal: true, ..Script::default() };
    let (got, served) = chat_with(script.clone()).await;
    assert!(got.whole && !got.body.contains("[DONE]"));
    assert_eq!((served.state, served.terminal_sent), (State::Complete, false));
    let (got, served) = message_with(script).await;
    assert_eq!(got.events().last().unwrap()["type"], "message_delta");
    assert!(got.whole && !served.terminal_sent);
}

#[tokio::test]
async fn a_clean_end_too_early() {
    let (got, served) = chat_with(Script { end_after_bytes: Some(33), ..Script::default() }).await;
    assert_eq!((got.body.len(), got.whole, served.state), (33, true, State::Complete));
    assert!(!served.terminal_sent);
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
    ] {
        let script = Script { usage: mode, ..Script::default() };
        let (got, served) = chat_with(script.clone()).await;
        assert_eq!(got.events().last().unwrap()["usage"]["completion_tokens"], output, "{mode:?}");
        assert_eq!(served.usage.map(|counts| counts.output), total, "{mode:?}");
        assert_eq!(served.measured.output, 2);
        let (got, served) = message_with(script).await;
        let end = got.events().into_iter().find(|event| event["type"] == "message_delta").unwrap();
        assert_eq!(end["usage"]["output_tokens"], output, "{mode:?}");
        assert_eq!(served.usage.map(|counts| counts.output), total, "{mode:?}");
    }
    for (mode, present) in [(UsageMode::Absent, false), (UsageMode::Null, true)] {
        let (got, served) = message_with(Script { usage: mode, ..Script::default() }).await;
        let start = got.events().remove(0);
        assert_eq!(start["message"].get("usage"), present.then_some(&Value::Null));
        assert_eq!(served.usage, None);
    }
}

#[tokio::test]
async fn decreasing_usage_starts_higher() {
    let script = Script { usage: UsageMode::Decreasing, ..Script::default() };
    let (got, _) = message_with(script.clone()).await;
    assert_eq!(got.events()[0]["message"]["usage"]["output_tokens"], 12);
    let (got, _) = chat_with(script).await;
    assert_eq!(got.events()[0]["usage"]["completion_tokens"], 12);
}

#[tokio::test]
async fn scripted_counts_stops_and_unknown_fields() {
    let counts = Counts { input: 1000, output: 20, cache_read: 300, cache_write: 4 };
    let extra = json!({"x_new": {"a": [1]}});
    let script = Script {
        counts: Some(counts),
        stop: Some(Stop::Filter),
        extra: extra.as_object().unwrap().clone(),
        extra_inner: json!({"x_deep": 1}).as_object().unwrap().clone(),
        ..Script::default()
    };
    let (got, served) = chat_with(script.clone()).await;
    assert_eq!((served.usage, served.measured), (Some(counts), counts));
    assert_eq!(got.events().last().unwrap()["usage"]["prompt_tokens_details"]["cache_write_tokens"], 4);
    assert!(got.events().iter().all(|event| event["x_new"] == extra["x_new"]));
    assert!(got.body.contains(r#""finish_reason":"content_filter""#) && got.body.contains(r#""x_deep":1"#));
    let (got, _) = message_with(script).await;
    assert!(got.body.contains(r#""stop_reason":"refusal""#) && got.body.contains(r#""x_deep":1"#));
}

#[tokio::test]
async fn malformed_raw_status_and_hang_up() {
    let (got, _) = chat_with(Script { malformed_after: Some(1), ..Script::default() }).await;
    assert!(serde_json::from_str::<Value>(got.data()[1]).is_err());
    let headers = [("content-type".to_owned(), "text/html".to_owned())].into();
    let script = Script { raw_body: Some(b"<html>".to_vec()), headers, ..Script::default() };
    let (got, _) = message_with(script).await;
    assert_eq!((got.body.as_str(), got.headers["content-type"].to_str().unwrap()), ("<html>", "text/html"));
    let (got, served) = message_with(Script { status: Some(503), ..Script::default() }).await;
    assert_eq!((got.status.as_u16(), served.state, served.status), (503, State::Error, Some(503)));
    let upstream = Upstream::start().await;
    upstream.script(Script { hang_up: true, ..Script::default() });
    assert!(request(&upstream, "POST", CHAT, chat("x", json!({})).to_string()).await.is_err());
    let served = upstream.wait_for_ended(1).await.unwrap();
    assert_eq!((served[0].state, served[0].status), (State::Cut, None));
}

#[tokio::test]
async fn a_script_waits_for_its_request_and_is_used_once() {
    let upstream = Upstream::start().await;
    let when = When { model: Some("other".to_owned()), ..When::default() };
    upstream.script(Script { when, status: Some(500), ..Script::default() });
    assert_eq!(post(&upstream, CHAT, &chat("x", json!({}))).await.status, 200);
    assert_eq!(post(&upstream, CHAT, &chat("x", json!({"model": "other"}))).await.status, 500);
    assert_eq!(post(&upstream, CHAT, &chat("x", json!({"model": "other"}))).await.status, 200);
    assert_eq!(upstream.scripts_waiting(), 0);
}

#[tokio::test]
async fn a_script_in_the_prompt() {
    let upstream = Upstream::start().await;
    let got = post(&upstream, CHAT, &chat(r#"[[script:{"usage":"absent"}]] [[say:x]]"#, json!({}))).await;
    assert_eq!((got.json().get("usage"), &got.json()["choices"][0]["message"]["content"]), (None, &json!("x")));
    let got = post(&upstream, CHAT, &chat(r#"[[script:{"typo":1}]]"#, json!({}))).await;
    assert_eq!(got.status, 400);
    let pushed = request(&upstream, "POST", "/testkit/script", r#"{"status":429}"#.to_owned()).await.unwrap();
    assert_eq!(pushed.status(), 200);
    assert_eq!(post(&upstream, CHAT, &chat("x", json!({}))).await.status, 429);
}
