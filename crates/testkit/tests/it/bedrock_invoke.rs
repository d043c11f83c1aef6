//! Bedrock InvokeModel: Claude's answers whole and in chunks, other models' digests, headers, errors, counts.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::Request;
use http_body_util::Full;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use serde_json::{Value, json};
use testkit::{Counts, Dialect, FrameFault, FrameFaultKind, Script, Served, State, Upstream, UsageMode};

use crate::client::{Got, merged, post, read, request};
use crate::event_stream::{Flaw, Message, decode, messages};

const INVOKE: &str = "/model/m/invoke";
const STREAM: &str = "/model/m/invoke-with-response-stream";

fn claude(prompt: &str, more: Value) -> Value {
    let base = json!({"anthropic_version": "bedrock-2023-05-31", "max_tokens": 9,
        "messages": [{"role": "user", "content": prompt}]});
    merged(base, more)
}

async fn run(body: &Value, script: Script) -> (Got, Served) {
    let upstream = Upstream::start().await;
    upstream.script(script);
    let got = post(&upstream, STREAM, body).await;
    (got, upstream.wait_for_ended(1).await.unwrap().remove(0))
}

/// The model's own event in a chunk.
fn inner(chunk: &Message) -> Value {
    assert_eq!((chunk.name(), chunk.header(":message-type")), ("chunk", Some("event")));
    let payload = chunk.json();
    assert!(payload["p"].as_str().is_some_and(|padding| !padding.is_empty()));
    serde_json::from_slice(&STANDARD.decode(payload["bytes"].as_str().unwrap()).unwrap()).unwrap()
}

fn joined(events: &[Value], pointer: &str) -> String {
    events.iter().filter_map(|event| event.pointer(pointer)?.as_str()).collect()
}

#[tokio::test]
async fn claude_answers_as_at_anthropic() {
    let upstream = Upstream::start().await;
    let more = json!({"thinking": {"type": "enabled"}, "tools": [{"name": "f", "input_schema": {"type": "object"}}],
        "anthropic_beta": ["b"], "cache_control": {"type": "ephemeral"}});
    let got = post(&upstream, INVOKE, &claude(r#"[[tool:f:{"b":1}]]"#, more)).await;
    let reply = got.json();
    assert_eq!(
        (got.status.as_u16(), &reply["type"], &reply["stop_reason"]),
        (200, &json!("message"), &json!("tool_use"))
    );
    assert_eq!(
        (&reply["content"][0]["signature"], &reply["content"][1]["input"]),
        (&json!("sig-mock"), &json!({"b": 1}))
    );
    assert_eq!(reply["usage"]["cache_read_input_tokens"], 11);
    let served = upstream.served().remove(0);
    assert_eq!(
        (served.dialect, served.stream, served.model.as_deref()),
        (Some(Dialect::BedrockInvoke), false, Some("m"))
    );
    assert_eq!(served.usage, Some(served.measured));
    let count = |name: &str| got.headers[name].to_str().unwrap().parse::<u64>().unwrap();
    assert_eq!(count("x-amzn-bedrock-input-token-count"), served.measured.input);
    assert_eq!(count("x-amzn-bedrock-output-token-count"), served.measured.output);
    assert_eq!(count("x-amzn-bedrock-invocation-latency"), 5);
    assert_eq!(got.headers["content-type"], "application/json");
}

#[tokio::test]
async fn claude_streams_in_chunks() {
    let (got, served) = run(&claude("[[say:hello there]]", json!({})), Script::default()).await;
    assert_eq!(got.headers["content-type"], "application/vnd.amazon.eventstream");
    assert_eq!(got.headers["x-amzn-bedrock-content-type"], "application/json");
    let events: Vec<_> = messages(&got).iter().map(inner).collect();
    let kinds: Vec<_> = events.iter().map(|event| event["type"].as_str().unwrap()).collect();
    let expect = ["message_start", "content_block_start", "content_block_delta", "content_block_delta"];
    assert_eq!((&kinds[..4], &kinds[4..]), (&expect[..], &["content_block_stop", "message_delta", "message_stop"][..]));
    assert_eq!(joined(&events, "/delta/text"), "hello there");
    let Counts { input, output, .. } = served.measured;
    let metrics =
        json!({"inputTokenCount": input, "outputTokenCount": output, "invocationLatency": 5, "firstByteLatency": 5});
    assert_eq!(events[6], json!({"type": "message_stop", "amazon-bedrock-invocationMetrics": metrics}));
    assert_eq!((served.state, served.terminal_sent, served.usage), (State::Complete, true, Some(served.measured)));
    assert_eq!((served.stream, served.bytes_sent), (true, got.bytes.len() as u64));
}

#[tokio::test]
async fn bodies_that_claude_does_not_take() {
    let upstream = Upstream::start().await;
    let thought = json!([{"role": "user", "content": "a"}, {"role": "assistant",
        "content": [{"type": "thinking", "thinking": "t", "signature": "other"}]}, {"role": "user", "content": "b"}]);
    for (path, more, message) in [
        (INVOKE, json!({"model": "m"}), "model: Extra inputs are not permitted"),
        (STREAM, json!({"stream": true}), "stream: Extra inputs are not permitted"),
        (INVOKE, json!({"anthropic_version": "2023-06-01"}), "anthropic_version: Input should be a known version"),
        (INVOKE, json!({"anthropic_version": null}), "anthropic_version: Input should be a known version"),
        (INVOKE, json!({"anthropic_beta": "b"}), "anthropic_beta: Input should be a list of strings"),
        (INVOKE, json!({"max_tokens": null}), "max_tokens: Field required"),
        (INVOKE, json!({"messages": []}), "messages: Field required"),
        (INVOKE, json!({"messages": thought}), "messages.1.content.0: Invalid `signature` in `thinking` block"),
        (INVOKE, json!({"anthropic_version": "2026-10-21"}), ""),
    ] {
        let got = post(&upstream, path, &claude("x", more)).await;
        if message.is_empty() {
            assert_eq!(got.status, 200, "{}", got.body);
            continue;
        }
        assert_eq!((got.status.as_u16(), got.json()), (400, json!({"message": message})));
        assert_eq!(got.headers["x-amzn-errortype"], "ValidationException");
        assert!(!got.headers.contains_key("x-amzn-bedrock-input-token-count"));
    }
    let got = post(&upstream, "/model/eu.anthropic.claude-x-v1:0/invoke", &json!({"prompt": "x"})).await;
    assert_eq!(got.json()["message"], "anthropic_version: Field required");
}

#[tokio::test]
async fn other_bodies_are_answered_with_their_digest() {
    let upstream = Upstream::start().await;
    for (body, digest) in [
        // zlib's crc32 of each
        (r#"{"inputText":"[[say:hi]]"}"#, "8be2716e"),
        (r#"{"prompt": "x",  "max_gen_len": 3}"#, "97597606"),
    ] {
        let response = request(&upstream, "POST", INVOKE, body.to_owned()).await.unwrap();
        let got = read(response).await;
        assert_eq!(got.json(), json!({"digest": digest, "length": body.len()}));
        assert_eq!(got.headers["x-amzn-bedrock-input-token-count"], (body.len() / 4).to_string().as_str());
        let got = read(request(&upstream, "POST", STREAM, body.to_owned()).await.unwrap()).await;
        let events: Vec<_> = messages(&got).iter().map(inner).collect();
        assert_eq!(joined(&events, "/digest"), digest);
        let metrics = &events.last().unwrap()["amazon-bedrock-invocationMetrics"];
        assert_eq!((&metrics["inputTokenCount"], &metrics["outputTokenCount"]), (&json!(body.len() / 4), &json!(2)));
        let served = upstream.last().unwrap();
        assert_eq!((served.terminal_sent, served.usage), (true, Some(served.measured)));
    }
    for body in ["", "{", "[]", "text"] {
        let got = read(request(&upstream, "POST", INVOKE, body.to_owned()).await.unwrap()).await;
        assert_eq!(
            (got.status.as_u16(), &got.headers["x-amzn-errortype"]),
            (400, &"ValidationException".parse().unwrap())
        );
    }
}

#[tokio::test]
async fn the_kind_of_an_answer_is_as_the_request_had_it() {
    let upstream = Upstream::start().await;
    for (path, name, value, answered, expect) in [
        (INVOKE, "accept", "application/x-own", "content-type", "application/x-own"),
        (INVOKE, "accept", "*/*", "content-type", "application/json"),
        (STREAM, "accept", "application/x-own", "x-amzn-bedrock-content-type", "application/json"),
        (STREAM, "x-amzn-bedrock-accept", "application/x-own", "x-amzn-bedrock-content-type", "application/x-own"),
    ] {
        let body = Full::new(Bytes::from(claude("x", json!({})).to_string()));
        let request = Request::post(format!("{}{path}", upstream.base_url())).header(name, value).body(body).unwrap();
        let got = read(Client::builder(TokioExecutor::new()).build_http().request(request).await.unwrap()).await;
        assert_eq!(got.headers[answered], expect, "{path} {name} {value}");
    }
}

#[tokio::test]
async fn what_goes_wrong() {
    let upstream = Upstream::start().await;
    for (status, name) in
        [(403, "AccessDeniedException"), (429, "ThrottlingException"), (503, "ServiceUnavailableException")]
    {
        let got = post(&upstream, STREAM, &claude(&format!("[[error:{status}]]"), json!({}))).await;
        assert_eq!((got.status.as_u16(), &got.headers["x-amzn-errortype"]), (status, &name.parse().unwrap()));
        upstream.script(Script { status: Some(status), ..Script::default() });
        let got = post(&upstream, INVOKE, &json!({"inputText": "x"})).await;
        assert_eq!((got.status.as_u16(), got.json()), (status, json!({"message": "mock error"})));
    }
    let (got, served) = run(&claude("[[midstream]] text", json!({})), Script::default()).await;
    let said = messages(&got);
    let last = said.last().unwrap();
    assert_eq!((last.name(), last.json()), ("throttlingException", json!({"message": "mock midstream"})));
    assert_eq!(inner(&said[said.len() - 2])["type"], "content_block_delta");
    assert_eq!((got.whole, served.state, served.terminal_sent), (true, State::Error, false));
    let (got, served) = run(&claude("[[cut]] text", json!({})), Script::default()).await;
    assert_eq!((got.whole, served.state), (false, State::Cut));
}

#[tokio::test]
async fn chunks_can_be_broken() {
    let bodies = [claude("[[say:hello there]]", json!({})), json!({"inputText": "x"})];
    for body in bodies {
        let fault = Some(FrameFault { at: 2, kind: FrameFaultKind::BadMessageCrc });
        let (got, _) = run(&body, Script { frame_fault: fault, ..Script::default() }).await;
        let (before, flaw) = decode(&got.bytes);
        assert_eq!((before.len(), flaw), (2, Some(Flaw::MessageCrc)));
        let kind = FrameFaultKind::Exception("modelStreamErrorException".to_owned());
        let (got, served) =
            run(&body, Script { frame_fault: Some(FrameFault { at: 1, kind }), ..Script::default() }).await;
        assert_eq!((messages(&got)[1].name(), served.state), ("modelStreamErrorException", State::Error));
        let (got, _) = run(&body, Script { malformed_after: Some(1), ..Script::default() }).await;
        let said = messages(&got);
        assert!(said[1].name() == "chunk" && serde_json::from_slice::<Value>(&said[1].payload).is_err());
        let (got, served) = run(&body, Script { omit_terminal: true, ..Script::default() }).await;
        assert!(inner(messages(&got).last().unwrap()).get("amazon-bedrock-invocationMetrics").is_none());
        assert_eq!((got.whole, served.terminal_sent), (true, false));
        let (got, served) = run(&body, Script { omit_metadata: true, ..Script::default() }).await;
        assert!(inner(messages(&got).last().unwrap()).get("amazon-bedrock-invocationMetrics").is_none());
        assert!(served.terminal_sent);
    }
}

#[tokio::test]
async fn usage_modes() {
    for (mode, output) in [
        (UsageMode::Present, json!(2)),
        (UsageMode::Zero, json!(0)),
        (UsageMode::Negative, json!(-2)),
        (UsageMode::Float, json!(2.5)),
        (UsageMode::Null, json!(null)),
        (UsageMode::Absent, json!(null)),
    ] {
        for body in [claude("[[say:hello there]]", json!({})), json!({"inputText": "x"})] {
            let script = Script { usage: mode, ..Script::default() };
            let (got, served) = run(&body, script.clone()).await;
            let metrics = &inner(messages(&got).last().unwrap())["amazon-bedrock-invocationMetrics"];
            assert_eq!(metrics["outputTokenCount"], output, "{mode:?}");
            assert_eq!(served.usage.map(|counts| counts.output), output.as_u64(), "{mode:?}");
            let upstream = Upstream::start().await;
            upstream.script(script);
            let got = post(&upstream, INVOKE, &body).await;
            let told =
                got.headers.get("x-amzn-bedrock-output-token-count").map(|value| value.to_str().unwrap().to_owned());
            assert_eq!(told, (!output.is_null()).then(|| output.to_string()), "{mode:?}");
        }
    }
}

#[tokio::test]
async fn a_body_is_counted() {
    let upstream = Upstream::start().await;
    let count = |body: &str| json!({"input": {"invokeModel": {"body": STANDARD.encode(body)}}});
    let versioned = claude("x", json!({})).to_string();
    for (body, status, message) in [
        (versioned.as_str(), 200, ""),
        ("{}", 400, "anthropic_version: Field required"),
        ("text", 400, "request.input.invokeModel.body: must be JSON"),
    ] {
        let got = post(&upstream, "/model/m/count-tokens", &count(body)).await;
        assert_eq!(got.status, status, "{}", got.body);
        assert_eq!(got.json()["message"].as_str().unwrap_or_default(), message);
        assert_eq!(got.json()["inputTokens"].is_u64(), status == 200);
    }
    let failing = count(&claude("[[error:429]]", json!({})).to_string());
    assert_eq!(post(&upstream, "/model/m/count-tokens", &failing).await.status, 429);
    let raw = json!({"input": {"invokeModel": {"body": "!"}}});
    assert_eq!(post(&upstream, "/model/m/count-tokens", &raw).await.status, 400);
}
