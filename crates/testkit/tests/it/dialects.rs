//! Both dialects, reply and stream.

use serde_json::{Value, json};
use testkit::Upstream;

use crate::client::{CHAT, MESSAGES, chat, get, message, post};

fn joined(events: &[Value], pointer: &str) -> String {
    events.iter().filter_map(|event| event.pointer(pointer)?.as_str()).collect()
}

#[tokio::test]
async fn chat_reply() {
    let upstream = Upstream::start().await;
    let got = post(&upstream, CHAT, &chat("[[say:hi]]", json!({"reasoning_effort": "low"}))).await;
    let reply = got.json();
    assert_eq!(got.status, 200);
    assert!(got.body.starts_with(r#"{"id":"chatcmpl-"#), "fields keep the provider's order: {}", got.body);
    assert_eq!(reply["object"], "chat.completion");
    assert_eq!(reply["choices"][0]["message"]["content"], "hi");
    assert_eq!(reply["choices"][0]["message"]["reasoning_content"], "mock thinking");
    assert_eq!(reply["choices"][0]["finish_reason"], "stop");
    assert_eq!(reply["usage"]["completion_tokens"], 3);
}

#[tokio::test]
async fn chat_stream() {
    let upstream = Upstream::start().await;
    let more = json!({"stream": true, "stream_options": {"include_usage": true}});
    let got = post(&upstream, CHAT, &chat("[[unicode]]", more)).await;
    let events = got.events();
    assert_eq!(joined(&events, "/choices/0/delta/content"), "héllo wörld — 你好 🦀");
    assert_eq!(joined(&events, "/choices/0/finish_reason"), "stop");
    assert_eq!(events.first().unwrap()["usage"], Value::Null);
    assert_eq!(events.last().unwrap()["choices"], json!([]));
    assert_eq!(events.last().unwrap()["usage"]["completion_tokens"], 4);
    assert_eq!(got.data().last(), Some(&"[DONE]"));
}

#[tokio::test]
async fn chat_stream_says_usage_only_if_asked() {
    let upstream = Upstream::start().await;
    let got = post(&upstream, CHAT, &chat("[[say:x]]", json!({"stream": true}))).await;
    assert!(got.events().iter().all(|event| event.get("usage").is_none()));
    assert_eq!(upstream.served()[0].usage, None);
    assert!(upstream.served()[0].measured.input > 1);
}

#[tokio::test]
async fn chat_tools() {
    let upstream = Upstream::start().await;
    let tools = json!([{"type": "function", "function": {"name": "f", "parameters": {"type": "object"}}}]);
    let prompt = r#"[[tool:f:{"b":1, "a":2}]] [[tool:f:{}]]"#;
    let reply = post(&upstream, CHAT, &chat(prompt, json!({"tools": tools}))).await.json();
    let calls = &reply["choices"][0]["message"]["tool_calls"];
    assert_eq!(calls[0]["function"]["arguments"], r#"{"b":1, "a":2}"#);
    assert_ne!(calls[0]["id"], calls[1]["id"]);
    let events = post(&upstream, CHAT, &chat(prompt, json!({"tools": tools, "stream": true}))).await.events();
    let call = "/choices/0/delta/tool_calls/0";
    assert_eq!(joined(&events, &format!("{call}/function/arguments")), r#"{"b":1, "a":2}{}"#);
    assert_eq!(joined(&events, &format!("{call}/function/name")), "ff");
    assert_eq!(joined(&events, "/choices/0/finish_reason"), "tool_calls");
}

#[tokio::test]
async fn message_reply() {
    let upstream = Upstream::start().await;
    let tools = json!([{"name": "f", "input_schema": {"type": "object"}}]);
    let more = json!({"tools": tools, "thinking": {"type": "enabled"}, "cache_control": {"type": "ephemeral"}});
    let got = post(&upstream, MESSAGES, &message(r#"[[tool:f:{"b":1}]]"#, more)).await;
    let reply = got.json();
    assert_eq!(reply["content"][0], json!({"type": "thinking", "thinking": "mock thinking", "signature": "sig-mock"}));
    assert_eq!(reply["content"][1]["input"], json!({"b": 1}));
    assert_eq!(reply["stop_reason"], "tool_use");
    assert_eq!(reply["usage"]["cache_read_input_tokens"], 11);
    assert_eq!(reply["usage"]["cache_creation"]["ephemeral_5m_input_tokens"], 7);
    assert!(got.headers.contains_key("request-id"));
}

#[tokio::test]
async fn message_stream() {
    let upstream = Upstream::start().await;
    let got = post(&upstream, MESSAGES, &message("[[say:hello there]]", json!({"stream": true}))).await;
    let events = got.events();
    let kinds: Vec<_> = events.iter().filter_map(|event| event["type"].as_str()).collect();
    let expect = ["message_start", "ping", "content_block_start", "content_block_delta", "content_block_delta"];
    assert_eq!(kinds[..5], expect);
    assert_eq!(kinds[5..], ["content_block_stop", "message_delta", "message_stop"]);
    assert_eq!(joined(&events, "/delta/text"), "hello there");
    assert_eq!(events[0]["message"]["usage"]["output_tokens"], 1);
    assert_eq!(events[6]["usage"]["output_tokens"], 2);
    assert!(got.body.starts_with("event: message_start\ndata: {\"type\":\"message_start\","));
}

#[tokio::test]
async fn errors_speak_the_dialect() {
    let upstream = Upstream::start().await;
    let got = post(&upstream, CHAT, &chat("[[error:429]]", json!({}))).await;
    assert_eq!((got.status.as_u16(), &got.json()["error"]["code"]), (429, &json!("rate_limit_exceeded")));
    assert_eq!(got.headers["retry-after-ms"], "20");
    let got = post(&upstream, MESSAGES, &message("[[error:529]]", json!({}))).await;
    assert_eq!((got.status.as_u16(), &got.json()["error"]["type"]), (529, &json!("overloaded_error")));
    assert_eq!(got.json()["request_id"], got.headers["request-id"].to_str().unwrap());
    let got = post(&upstream, MESSAGES, &chat("no limit", json!({}))).await;
    assert_eq!((got.status.as_u16(), &got.json()["error"]["message"]), (400, &json!("max_tokens: Field required")));
    let got = post(&upstream, "/v1/nothing", &json!({})).await;
    assert_eq!((got.status.as_u16(), &got.json()["error"]["code"]), (404, &json!("not_found")));
}

#[tokio::test]
async fn errors_inside_a_stream() {
    let upstream = Upstream::start().await;
    let streamed = json!({"stream": true});
    let got = post(&upstream, CHAT, &chat("[[midstream]] text", streamed.clone())).await;
    assert_eq!(got.events().last().unwrap()["error"]["message"], "mock midstream");
    let got = post(&upstream, MESSAGES, &message("[[midstream]] text", streamed)).await;
    assert_eq!(got.events().last().unwrap()["error"]["type"], "overloaded_error");
    assert!(upstream.served().iter().all(|served| served.state == testkit::State::Error));
}

#[tokio::test]
async fn models() {
    let upstream = Upstream::start().await;
    assert_eq!(get(&upstream, "/v1/models").await.json()["data"][0]["id"], "mock-model");
    assert_eq!(get(&upstream, "/v1/models/x").await.json()["object"], "model");
}
