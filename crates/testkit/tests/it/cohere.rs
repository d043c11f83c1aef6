//! Cohere's chat: reply, stream, lines, documents, markers, errors.

use bytes::Bytes;
use http::Request;
use http_body_util::Full;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use serde_json::{Value, json};
use testkit::{Auth, Counts, Dialect, Script, Served, State, Stop, Upstream, UsageMode};

use crate::client::{Got, merged, read};

const PATH: &str = "/v2/chat";

fn chat(prompt: &str, more: Value) -> Value {
    merged(json!({"model": "m", "messages": [{"role": "user", "content": prompt}]}), more)
}

fn tools() -> Value {
    let schema = json!({"type": "object", "properties": {"city": {"type": "string"}}});
    json!([{"type": "function", "function": {"name": "look", "parameters": schema}}])
}

async fn ask(upstream: &Upstream, accept: Option<&str>, body: &Value) -> Got {
    let mut request = Request::post(format!("{}{PATH}", upstream.base_url())).header("authorization", "Bearer key");
    if let Some(accept) = accept {
        request = request.header("accept", accept);
    }
    let request = request.body(Full::new(Bytes::from(body.to_string()))).unwrap();
    read(Client::builder(TokioExecutor::new()).build_http().request(request).await.unwrap()).await
}

async fn reply(prompt: &str, more: Value) -> Value {
    let got = ask(&Upstream::start().await, None, &chat(prompt, more)).await;
    assert_eq!(got.status, 200, "{}", got.body);
    got.json()
}

async fn stream(prompt: &str, more: Value) -> Vec<Value> {
    let body = chat(prompt, merged(json!({"stream": true}), more));
    let got = ask(&Upstream::start().await, Some("text/event-stream"), &body).await;
    assert_eq!((got.whole, got.data().last()), (true, Some(&"[DONE]")), "{}", got.body);
    got.events()
}

async fn streamed_with(script: Script) -> (Got, Served) {
    let upstream = Upstream::start().await;
    upstream.script(script);
    let body = chat("[[say:hello there]]", json!({"stream": true}));
    let got = ask(&upstream, Some("text/event-stream"), &body).await;
    (got, upstream.wait_for_ended(1).await.unwrap().remove(0))
}

fn kinds(events: &[Value]) -> Vec<&str> {
    events.iter().filter_map(|event| event["type"].as_str()).collect()
}

fn joined(events: &[Value], pointer: &str) -> String {
    events.iter().filter_map(|event| event.pointer(pointer)?.as_str()).collect()
}

#[tokio::test]
async fn a_reply() {
    let upstream = Upstream::start().await;
    let got = ask(&upstream, None, &chat("[[say:hi]]", json!({"thinking": {"type": "enabled"}}))).await;
    let reply = got.json();
    let content = json!([{"type": "thinking", "thinking": "mock thinking"}, {"type": "text", "text": "hi"}]);
    assert_eq!(reply["message"], json!({"role": "assistant", "content": content}));
    assert_eq!((&reply["finish_reason"], reply["id"].as_str().unwrap().len()), (&json!("COMPLETE"), 36));
    let served = upstream.served().remove(0);
    assert_eq!((served.dialect, served.stream, served.auth), (Some(Dialect::Cohere), false, Some(Auth::Bearer)));
    let Counts { input, output, .. } = served.usage.unwrap();
    let expect = json!({"billed_units": {"input_tokens": input, "output_tokens": output},
        "tokens": {"input_tokens": input + 496, "output_tokens": output}, "cached_tokens": 0});
    assert_eq!((&reply["usage"], served.usage_json), (&expect, Some(expect.clone())));
}

#[tokio::test]
async fn a_stream() {
    let (got, served) = streamed_with(Script::default()).await;
    assert_eq!(got.headers["content-type"], "text/event-stream; charset=utf-8");
    assert!(got.body.starts_with("event: message-start\ndata: {\"type\":\"message-start\",\"id\":"), "{}", got.body);
    let events = got.events();
    let expect = ["message-start", "content-start", "content-delta", "content-delta", "content-end", "message-end"];
    assert_eq!(kinds(&events), expect);
    assert_eq!(joined(&events, "/delta/message/content/text"), "hello there");
    assert_eq!((&events[1]["index"], &events[5]["delta"]["usage"]["tokens"]["output_tokens"]), (&json!(0), &json!(2)));
    assert_eq!((served.stream, served.state, served.terminal_sent), (true, State::Complete, true));
    assert_eq!((served.usage, served.bytes_sent), (Some(served.measured), got.bytes.len() as u64));
}

#[tokio::test]
async fn lines_where_events_are_not_asked_for() {
    let upstream = Upstream::start().await;
    for (accept, lines) in [
        (None, true),
        (Some("application/json"), true),
        (Some("*/*"), false),
        (Some("application/json, text/event-stream;q=0.9"), false),
    ] {
        let got = ask(&upstream, accept, &chat("[[say:hi]]", json!({"stream": true}))).await;
        let kind = if lines { "application/stream+json" } else { "text/event-stream; charset=utf-8" };
        assert_eq!(got.headers["content-type"], kind, "{accept:?}");
        if lines {
            let events: Vec<Value> = got.body.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
            assert_eq!(kinds(&events)[..2], ["message-start", "content-start"]);
            assert_eq!(events.last().unwrap()["type"], "message-end");
        }
        assert!(upstream.last().unwrap().terminal_sent);
    }
}

#[tokio::test]
async fn calls_with_a_plan() {
    let prompt = r#"[[before:let me look]] [[tool:look:{"b": 1}]] [[tool:look:{}]]"#;
    let reply = reply(prompt, json!({"tools": tools()})).await;
    let message = &reply["message"];
    assert_eq!((&message["tool_plan"], message.get("content")), (&json!("let me look"), None));
    assert_eq!(message["tool_calls"][0]["function"], json!({"name": "look", "arguments": r#"{"b": 1}"#}));
    assert_ne!(message["tool_calls"][0]["id"], message["tool_calls"][1]["id"]);
    assert_eq!(reply["finish_reason"], "TOOL_CALL");
    let events = stream(prompt, json!({"tools": tools()})).await;
    assert_eq!(joined(&events, "/delta/message/tool_plan"), "let me look");
    assert_eq!(joined(&events, "/delta/message/tool_calls/function/arguments"), r#"{"b": 1}{}"#);
    let starts: Vec<_> = events.iter().filter(|event| event["type"] == "tool-call-start").collect();
    assert_eq!((starts.len(), &starts[1]["index"]), (2, &json!(1)));
    assert_eq!(starts[0]["delta"]["message"]["tool_calls"]["type"], "function");
    assert_eq!(joined(&events, "/delta/finish_reason"), "TOOL_CALL");
}

#[tokio::test]
async fn what_a_prompt_can_ask() {
    let schema = json!({"type": "object", "properties": {"n": {"type": "integer"}}});
    let format = json!({"response_format": {"type": "json_object", "json_schema": schema}});
    let forced = |choice: &str| json!({"tools": tools(), "tool_choice": choice});
    for (prompt, more, text, arguments) in [
        ("hi", json!({}), "mock: hi", ""),
        ("[[unicode]]", json!({}), "h\u{e9}llo w\u{f6}rld \u{2014} \u{4f60}\u{597d} \u{1F980}", ""),
        ("take 7", format, r#"{"n":7}"#, ""),
        ("x", json!({"response_format": {"type": "json_object"}}), r#"{"ok":true}"#, ""),
        ("'Oslo'", forced("REQUIRED"), "", r#"{"city":"Oslo"}"#),
        ("look", forced("NONE"), "mock: look", ""),
        ("[[refuse:no]]", json!({}), "no", ""),
    ] {
        let reply = reply(prompt, more.clone()).await;
        let message = &reply["message"];
        assert_eq!(message["content"][0]["text"].as_str().unwrap_or_default(), text, "{prompt}");
        let said = message["tool_calls"][0]["function"]["arguments"].as_str().unwrap_or_default();
        assert_eq!(said, arguments, "{prompt}");
        let events = stream(prompt, more).await;
        assert_eq!(joined(&events, "/delta/message/content/text"), text, "{prompt}");
        assert_eq!(joined(&events, "/delta/message/tool_calls/function/arguments"), arguments, "{prompt}");
        assert_eq!(joined(&events, "/delta/finish_reason"), reply["finish_reason"].as_str().unwrap(), "{prompt}");
    }
}

#[tokio::test]
async fn documents_are_cited() {
    let more = json!({"documents": ["a", {"id": "mine", "data": {"text": "b"}}, "c"], "thinking": {"type": "enabled"}});
    let reply = reply("[[say:hello there]]", more.clone()).await;
    let citation = |start: u64, end: u64, text: &str, id: &str, said: &str| {
        let source = json!({"type": "document", "id": id, "document": {"id": id, "text": said}});
        json!({"start": start, "end": end, "text": text, "sources": [source], "content_index": 1, "type": "TEXT_CONTENT"})
    };
    let cited = [citation(0, 9, "hello the", "doc:0", "a"), citation(9, 11, "re", "mine", "b")];
    assert_eq!(reply["message"]["citations"], json!(cited));
    let events = stream("[[say:hello there]]", more.clone()).await;
    let told: Vec<_> = events.iter().filter_map(|event| event.pointer("/delta/message/citations")).collect();
    assert_eq!(told[1..], cited.each_ref());
    let expect = ["content-delta", "citation-start", "citation-end", "content-delta", "citation-start", "citation-end"];
    assert_eq!(kinds(&events)[6..12], expect);
    let off = merged(more, json!({"citation_options": {"mode": "OFF"}}));
    assert_eq!(self::reply("[[say:hello there]]", off).await["message"].get("citations"), None);
}

#[tokio::test]
async fn results_are_answered_and_cited() {
    let upstream = Upstream::start().await;
    let call = json!({"id": "look_1", "type": "function", "function": {"name": "look", "arguments": "{}"}});
    let after = |first: &str, content: Value| {
        let result = json!({"role": "tool", "tool_call_id": "look_1", "content": content});
        let called = json!({"role": "assistant", "tool_calls": [call]});
        json!({"model": "m", "messages": [{"role": "user", "content": first}, called, result], "tools": tools()})
    };
    let told = json!([{"type": "document", "document": {"data": "{\"temperature\":7}"}}]);
    let reply = ask(&upstream, None, &after("[[count]]", told)).await.json();
    let said = &reply["message"]["content"][0]["text"];
    assert_eq!(said, "TOOL_RESULT: {\"temperature\":7} n=3");
    let source = json!({"type": "tool", "id": "look_1:0", "tool_output": {"temperature": 7}});
    assert_eq!(reply["message"]["citations"][0]["sources"], json!([source]));
    let again = ask(&upstream, None, &after(r#"[[then:look:{"city":"Rome"}]]"#, json!("7C"))).await.json();
    assert_eq!(again["message"]["tool_calls"][0]["function"]["arguments"], r#"{"city":"Rome"}"#);
}

#[tokio::test]
async fn log_probabilities_when_asked() {
    let reply = reply("[[say:hello there]]", json!({"logprobs": true})).await;
    let token = |text: &str| json!({"text": text, "token_ids": [7], "logprobs": [-0.25]});
    assert_eq!(reply["logprobs"], json!([token("hello the"), token("re")]));
    let events = stream("[[say:hello there]]", json!({"logprobs": true})).await;
    assert_eq!((&events[2]["logprobs"], &events[3]["logprobs"]), (&token("hello the"), &token("re")));
}

#[tokio::test]
async fn errors() {
    let upstream = Upstream::start().await;
    for status in [400, 401, 422, 429, 498, 500, 503] {
        let got = ask(&upstream, None, &chat(&format!("[[error:{status}]]"), json!({}))).await;
        let id = got.headers["x-request-id"].to_str().unwrap();
        assert_eq!((got.status.as_u16(), got.json()), (status, json!({"id": id, "message": "mock error"})));
    }
    for (more, status, message) in [
        (json!({"top_p": 1}), 422, "unknown field: parameter 'top_p'"),
        (json!({"messages": []}), 400, "invalid request: request: messages must not be empty"),
    ] {
        let got = ask(&upstream, None, &chat("x", more)).await;
        assert_eq!(got.status, status);
        assert!(got.json()["message"].as_str().unwrap().starts_with(message), "{}", got.body);
    }
    assert_eq!(ask(&upstream, None, &json!("{")).await.status, 400);
}

#[tokio::test]
async fn streams_that_break() {
    let upstream = Upstream::start().await;
    let ask = |prompt: &'static str| {
        let body = chat(prompt, json!({"stream": true}));
        let upstream = &upstream;
        async move { ask(upstream, Some("text/event-stream"), &body).await }
    };
    let got = ask("[[midstream]] some text").await;
    let last = got.events().pop().unwrap();
    assert_eq!(last["delta"], json!({"error": "mock midstream", "finish_reason": "ERROR"}));
    let served = upstream.wait_for_ended(1).await.unwrap().remove(0);
    assert_eq!((got.whole, served.state, served.terminal_sent), (true, State::Error, false));
    let got = ask("[[cut]] some text").await;
    let served = upstream.wait_for_ended(2).await.unwrap().remove(1);
    assert_eq!((got.whole, served.state, served.usage), (false, State::Cut, None));
    let (got, served) = streamed_with(Script { omit_terminal: true, ..Script::default() }).await;
    assert_eq!(kinds(&got.events()).last(), Some(&"content-end"));
    assert_eq!((got.whole, served.terminal_sent, served.usage), (true, false, None));
}

#[tokio::test]
async fn usage_modes() {
    for (mode, output) in [
        (UsageMode::Present, json!(2)),
        (UsageMode::Zero, json!(0)),
        (UsageMode::Negative, json!(-2)),
        (UsageMode::Float, json!(2.5)),
        (UsageMode::Huge, json!(9_000_000_000_000_000_000_u64)),
        (UsageMode::Decreasing, json!(2)),
        (UsageMode::Null, json!(null)),
        (UsageMode::Absent, json!(null)),
    ] {
        let (got, served) = streamed_with(Script { usage: mode, ..Script::default() }).await;
        let end = got.events().pop().unwrap();
        assert_eq!(end["delta"]["usage"]["tokens"]["output_tokens"], output, "{mode:?}");
        assert_eq!(end["delta"].get("usage").is_some(), mode != UsageMode::Absent);
        assert_eq!(served.usage.map(|counts| counts.output), output.as_u64(), "{mode:?}");
    }
}

#[tokio::test]
async fn counts_stops_and_unknown_fields() {
    let fields = |value: Value| value.as_object().unwrap().clone();
    let counts = Counts { input: 1000, output: 20, cache_read: 300, cache_write: 0 };
    for (stop, word) in [
        (Stop::Length, "MAX_TOKENS"),
        (Stop::Filter, "ERROR_TOXIC"),
        (Stop::Sequence, "STOP_SEQUENCE"),
        (Stop::Verbatim("TIMEOUT".to_owned()), "TIMEOUT"),
    ] {
        let script = Script {
            counts: Some(counts),
            stop: Some(stop),
            extra: fields(json!({"x_new": [1]})),
            extra_inner: fields(json!({"x_deep": 1})),
            ..Script::default()
        };
        let (got, served) = streamed_with(script).await;
        assert_eq!((served.usage, served.measured), (Some(counts), counts));
        let events = got.events();
        assert!(events.iter().all(|event| event["x_new"] == json!([1])));
        assert_eq!((&events[2]["delta"]["message"]["x_deep"], &events[5]["delta"]["x_deep"]), (&json!(1), &json!(1)));
        assert_eq!(events[5]["delta"]["usage"]["cached_tokens"], 300);
        assert_eq!(events[5]["delta"]["finish_reason"], word);
    }
}
