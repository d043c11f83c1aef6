//! Bedrock Converse: reply, stream, markers, errors.

use bytes::Bytes;
use http::Request;
use http_body_util::Full;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use serde_json::{Value, json};
use testkit::{Auth, Counts, Dialect, Script, State, Stop, Upstream, UsageMode};

use crate::client::{CONVERSE, CONVERSE_STREAM, Got, converse, post, request};
use crate::event_stream::{Message, messages};

fn tool() -> Value {
    json!({"tools": [{"toolSpec": {"name": "f", "inputSchema": {"json": {"type": "object",
        "properties": {"city": {"type": "string"}}}}}}]})
}

async fn reply(prompt: &str, more: Value) -> Value {
    let got = post(&Upstream::start().await, CONVERSE, &converse(prompt, more)).await;
    assert_eq!(got.status, 200, "{}", got.body);
    got.json()
}

async fn stream(prompt: &str, more: Value) -> Vec<Message> {
    let got = post(&Upstream::start().await, CONVERSE_STREAM, &converse(prompt, more)).await;
    assert!(got.whole);
    messages(&got)
}

async fn streamed_with(script: Script) -> (Got, testkit::Served) {
    let upstream = Upstream::start().await;
    upstream.script(script);
    let got = post(&upstream, CONVERSE_STREAM, &converse("[[say:hello there]]", json!({}))).await;
    (got, upstream.wait_for_ended(1).await.unwrap().remove(0))
}

fn names(messages: &[Message]) -> Vec<&str> {
    messages.iter().map(Message::name).collect()
}

fn joined(messages: &[Message], pointer: &str) -> String {
    messages.iter().filter_map(|message| message.json().pointer(pointer)?.as_str().map(str::to_owned)).collect()
}

#[tokio::test]
async fn a_reply() {
    let upstream = Upstream::start().await;
    let got = post(&upstream, CONVERSE, &converse("[[say:hi]]", json!({}))).await;
    let reply = got.json();
    assert_eq!(got.headers["content-type"], "application/json");
    assert!(got.headers.contains_key("x-amzn-requestid"));
    assert_eq!(reply["output"]["message"], json!({"role": "assistant", "content": [{"text": "hi"}]}));
    assert_eq!((&reply["stopReason"], &reply["metrics"]["latencyMs"]), (&json!("end_turn"), &json!(5)));
    let served = upstream.served().remove(0);
    assert_eq!((served.dialect, served.stream, served.state), (Some(Dialect::Bedrock), false, State::Complete));
    let Counts { input, output, .. } = served.usage.unwrap();
    let expect = json!({"inputTokens": input, "outputTokens": output, "totalTokens": input + output,
        "cacheReadInputTokens": 0, "cacheWriteInputTokens": 0});
    assert_eq!((&reply["usage"], served.usage_json), (&expect, Some(expect.clone())));
}

#[tokio::test]
async fn the_model_is_in_the_path() {
    let upstream = Upstream::start().await;
    let arn = "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc123";
    for (path, model) in [
        ("/model/m/converse", "m"),
        ("/bedrock/model/eu.amazon.nova-lite-v1:0/converse", "eu.amazon.nova-lite-v1:0"),
        ("/model/anthropic.claude-3-5-sonnet-20240620-v1%3A0/converse", "anthropic.claude-3-5-sonnet-20240620-v1:0"),
        (
            "/model/arn%3Aaws%3Abedrock%3Aus-east-1%3A123456789012%3Aapplication-inference-profile%2Fabc123/converse",
            arn,
        ),
        ("/model/arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc123/converse", arn),
        ("/bedrock/model/my%2Fmodel/converse-stream", "my/model"),
    ] {
        assert_eq!(post(&upstream, path, &converse("x", json!({}))).await.status, 200, "{path}");
        let served = upstream.last().unwrap();
        assert_eq!((served.model.as_deref(), served.path.as_str()), (Some(model), path));
        assert_eq!(served.stream, path.ends_with("-stream"));
    }
}

#[tokio::test]
async fn reasoning_tools_and_the_cache() {
    let prompt = r#"[[tool:f:{"b": 1}]]"#;
    let more = json!({"toolConfig": tool(), "system": [{"text": "s"}, {"cachePoint": {"type": "default"}}],
        "additionalModelRequestFields": {"thinking": {"type": "enabled", "budget_tokens": 1024}}});
    let reply = reply(prompt, more.clone()).await;
    let thought = json!({"reasoningContent": {"reasoningText": {"text": "mock thinking", "signature": "sig-mock"}}});
    let content = &reply["output"]["message"]["content"];
    assert_eq!((&content[0], &content[1]["toolUse"]["input"]), (&thought, &json!({"b": 1})));
    assert_eq!(reply["stopReason"], "tool_use");
    let usage = &reply["usage"];
    assert_eq!((&usage["cacheReadInputTokens"], &usage["cacheWriteInputTokens"]), (&json!(11), &json!(7)));
    assert_eq!(usage["cacheDetails"], json!([{"ttl": "5m", "inputTokens": 7}]));
    let sum = usage["inputTokens"].as_u64().unwrap() + usage["outputTokens"].as_u64().unwrap() + 18;
    assert_eq!(usage["totalTokens"], sum);

    let events = stream(prompt, more).await;
    assert_eq!(joined(&events, "/delta/reasoningContent/text"), "mock thinking");
    assert_eq!(joined(&events, "/delta/reasoningContent/signature"), "sig-mock");
    assert_eq!(joined(&events, "/delta/toolUse/input"), r#"{"b": 1}"#);
    let starts: Vec<_> = events.iter().filter(|event| event.name() == "contentBlockStart").map(Message::json).collect();
    assert_eq!((starts.len(), &starts[0]["contentBlockIndex"]), (1, &json!(1)));
    assert_eq!(starts[0]["start"]["toolUse"]["name"], "f");
    assert_eq!(joined(&events, "/stopReason"), "tool_use");
}

#[tokio::test]
async fn a_stream() {
    let (got, served) = streamed_with(Script::default()).await;
    assert_eq!(got.headers["content-type"], "application/vnd.amazon.eventstream");
    let events = messages(&got);
    let expect =
        ["messageStart", "contentBlockDelta", "contentBlockDelta", "contentBlockStop", "messageStop", "metadata"];
    assert_eq!(names(&events), expect);
    for event in &events {
        assert_eq!(event.header(":message-type"), Some("event"));
        assert_eq!(event.header(":content-type"), Some("application/json"));
        assert!(event.json()["p"].as_str().is_some_and(|padding| !padding.is_empty()));
    }
    assert_eq!(joined(&events, "/delta/text"), "hello there");
    assert_eq!(events[0].json()["role"], "assistant");
    assert_eq!(events[1].json()["contentBlockIndex"], 0);
    assert_eq!(events[5].json()["usage"]["outputTokens"], 2);
    assert_eq!((served.stream, served.state, served.terminal_sent), (true, State::Complete, true));
    assert_eq!((served.usage, served.bytes_sent), (Some(served.measured), got.bytes.len() as u64));
}

#[tokio::test]
async fn what_a_prompt_can_ask() {
    let schema = json!({"outputConfig": {"textFormat": {"type": "json_schema", "structure": {"jsonSchema":
        {"schema": r#"{"type":"object","properties":{"n":{"type":"integer"}}}"#}}}}});
    let forced = |choice: Value| json!({"toolConfig": {"tools": tool()["tools"], "toolChoice": choice}});
    for (prompt, more, text, input) in [
        ("hi", json!({}), "mock: hi", json!(null)),
        ("[[long:3]]", json!({}), "w1 w2 w3", json!(null)),
        ("[[unicode]]", json!({}), "h\u{e9}llo w\u{f6}rld \u{2014} \u{4f60}\u{597d} \u{1F980}", json!(null)),
        ("[[sleep:1]] [[slow:1]] [[say:x]]", json!({}), "x", json!(null)),
        ("take 7", schema, r#"{"n":7}"#, json!(null)),
        ("'Oslo'", forced(json!({"any": {}})), "", json!({"city": "Oslo"})),
        ("'Oslo'", forced(json!({"tool": {"name": "f"}})), "", json!({"city": "Oslo"})),
        ("'Oslo'", forced(json!({"auto": {}})), "mock: 'Oslo'", json!(null)),
        (r#"[[script:{"text":"scripted"}]]"#, json!({}), "scripted", json!(null)),
    ] {
        let reply = reply(prompt, more.clone()).await;
        let content = &reply["output"]["message"]["content"][0];
        assert_eq!(content["text"].as_str().unwrap_or_default(), text, "{prompt}");
        assert_eq!(content["toolUse"]["input"], input, "{prompt}");
        let events = stream(prompt, more).await;
        assert_eq!(joined(&events, "/delta/text"), text, "{prompt}");
        let streamed = joined(&events, "/delta/toolUse/input");
        assert_eq!(serde_json::from_str::<Value>(&streamed).unwrap_or_default(), input, "{prompt}");
    }
}

#[tokio::test]
async fn results_counts_and_second_calls() {
    let upstream = Upstream::start().await;
    let after = |first: &str| {
        json!({"toolConfig": tool(), "messages": [
            {"role": "user", "content": [{"text": first}]},
            {"role": "assistant", "content": [{"toolUse": {"toolUseId": "t", "name": "f", "input": {}}}]},
            {"role": "user", "content": [{"toolResult": {"toolUseId": "t", "content": [{"text": "7C"}]}}]}]})
    };
    let counted = post(&upstream, CONVERSE, &after("[[count]]")).await.json();
    assert_eq!(counted["output"]["message"]["content"][0]["text"], "TOOL_RESULT: 7C n=3");
    let again = post(&upstream, CONVERSE, &after(r#"[[then:f:{"city":"Rome"}]]"#)).await.json();
    assert_eq!(again["output"]["message"]["content"][0]["toolUse"]["input"]["city"], "Rome");
}

#[tokio::test]
async fn errors_by_status() {
    let upstream = Upstream::start().await;
    for (status, name) in [
        (400, "ValidationException"),
        (403, "AccessDeniedException"),
        (404, "ResourceNotFoundException"),
        (408, "ModelTimeoutException"),
        (424, "ModelErrorException"),
        (429, "ThrottlingException"),
        (500, "InternalServerException"),
        (503, "ServiceUnavailableException"),
        (529, "InternalServerException"),
    ] {
        let got = post(&upstream, CONVERSE_STREAM, &converse(&format!("[[error:{status}]]"), json!({}))).await;
        assert_eq!((got.status.as_u16(), &got.headers["x-amzn-errortype"]), (status, &name.parse().unwrap()));
        assert_eq!(got.json(), json!({"message": "mock error"}));
        assert_eq!(got.headers["content-type"], "application/json");
        assert!(got.headers.contains_key("x-amzn-requestid"));
    }
    for (path, body, status, name) in [
        (CONVERSE, "{", 400, "ValidationException"),
        (CONVERSE, "{}", 400, "ValidationException"),
        ("/bedrock/model/m/invoke-elsewhere", "{}", 404, "UnknownOperationException"),
    ] {
        let response = request(&upstream, "POST", path, body.to_owned()).await.unwrap();
        assert_eq!(
            (response.status().as_u16(), &response.headers()["x-amzn-errortype"]),
            (status, &name.parse().unwrap())
        );
    }
}

#[tokio::test]
async fn flaky_recovers() {
    let upstream = Upstream::start().await;
    let mut statuses = Vec::new();
    for _ in 0..3 {
        let got = post(&upstream, CONVERSE_STREAM, &converse("[[flaky:k:2:429]]", json!({}))).await;
        statuses.push(got.status.as_u16());
    }
    assert_eq!(statuses, [429, 429, 200]);
}

#[tokio::test]
async fn an_exception_inside_a_stream() {
    let upstream = Upstream::start().await;
    let got = post(&upstream, CONVERSE_STREAM, &converse("[[midstream]] some text", json!({}))).await;
    let events = messages(&got);
    assert_eq!(names(&events), ["messageStart", "contentBlockDelta", "throttlingException"]);
    assert_eq!(events[2].header(":message-type"), Some("exception"));
    assert_eq!(events[2].json(), json!({"message": "mock midstream"}));
    let served = upstream.wait_for_ended(1).await.unwrap().remove(0);
    assert_eq!((got.whole, served.state, served.terminal_sent), (true, State::Error, false));
}

#[tokio::test]
async fn a_connection_that_drops() {
    let upstream = Upstream::start().await;
    let got = post(&upstream, CONVERSE_STREAM, &converse("[[cut]] some text", json!({}))).await;
    let served = upstream.wait_for_ended(1).await.unwrap().remove(0);
    assert_eq!((got.whole, served.state, served.usage), (false, State::Cut, None));
    assert_eq!(names(&messages(&got)), ["messageStart", "contentBlockDelta"]);
}

#[tokio::test]
async fn usage_modes() {
    for (mode, output) in [
        (UsageMode::Present, json!(2)),
        (UsageMode::Zero, json!(0)),
        (UsageMode::Negative, json!(-2)),
        (UsageMode::Float, json!(2.5)),
        (UsageMode::Huge, json!(9_000_000_000_000_000_000_u64)),
        (UsageMode::Null, json!(null)),
        (UsageMode::Absent, json!(null)),
    ] {
        let (got, served) = streamed_with(Script { usage: mode, ..Script::default() }).await;
        let metadata = messages(&got).pop().unwrap().json();
        assert_eq!(metadata["usage"]["outputTokens"], output, "{mode:?}");
        assert_eq!(metadata.get("usage").is_some(), mode != UsageMode::Absent);
        assert_eq!(served.usage.map(|counts| counts.output), output.as_u64(), "{mode:?}");
    }
    let (got, served) = streamed_with(Script { usage: UsageMode::Decreasing, ..Script::default() }).await;
    let told: Vec<_> =
        messages(&got).iter().filter_map(|event| event.json()["usage"]["outputTokens"].as_u64()).collect();
    assert_eq!((told, served.usage.unwrap().output), (vec![12, 2], 2));
}

#[tokio::test]
async fn counts_stops_and_unknown_fields() {
    let counts = Counts { input: 1000, output: 20, cache_read: 300, cache_write: 4 };
    let fields = |value: Value| value.as_object().unwrap().clone();
    let script = Script {
        counts: Some(counts),
        stop: Some(Stop::Filter),
        extra: fields(json!({"xNew": [1]})),
        extra_inner: fields(json!({"xDeep": 1})),
        ..Script::default()
    };
    let (got, served) = streamed_with(script.clone()).await;
    assert_eq!(served.usage, Some(counts));
    let events = messages(&got);
    assert!(events.iter().all(|event| event.json()["xNew"] == json!([1])));
    assert_eq!(events.last().unwrap().json()["usage"]["totalTokens"], 1324);
    assert_eq!(joined(&events, "/stopReason"), "content_filtered");

    let upstream = Upstream::start().await;
    upstream.script(Script { stop: Some(Stop::Sequence), ..script });
    let more = json!({"toolConfig": tool(), "inferenceConfig": {"stopSequences": ["HALT"]},
        "additionalModelResponseFieldPaths": ["/delta/stop_sequence"]});
    let reply = post(&upstream, CONVERSE, &converse("[[tool:f:{}]]", more)).await.json();
    assert_eq!((&reply["stopReason"], &reply["xNew"]), (&json!("stop_sequence"), &json!([1])));
    assert_eq!(reply["additionalModelResponseFields"], json!({"delta": {"stop_sequence": "HALT"}}));
    assert_eq!(reply["output"]["message"]["xDeep"], 1);
    let block = &reply["output"]["message"]["content"][0];
    assert_eq!((block.as_object().unwrap().len(), &block["toolUse"]["xDeep"]), (1, &json!(1)));
}

#[tokio::test]
async fn how_a_request_proved_who_sends_it() {
    let upstream = Upstream::start().await;
    let signed =
        "AWS4-HMAC-SHA256 Credential=a/20261122/us-east-1/bedrock/aws4_request, SignedHeaders=host, Signature=0";
    for (name, value, auth) in [
        ("authorization", signed, Some(Auth::Sigv4)),
        ("authorization", "Bearer key", Some(Auth::Bearer)),
        ("authorization", "Basic a", Some(Auth::Other)),
        ("x-api-key", "key", Some(Auth::ApiKey)),
        ("x-other", "key", None),
    ] {
        let uri = format!("{}{CONVERSE}", upstream.base_url());
        let body = Full::new(Bytes::from(converse("x", json!({})).to_string()));
        let request = Request::post(uri).header(name, value).body(body).unwrap();
        Client::builder(TokioExecutor::new()).build_http().request(request).await.unwrap();
        let served = upstream.last().unwrap();
        assert_eq!((served.auth, served.header(name)), (auth, Some(value)));
    }
}

#[tokio::test]
async fn a_pushed_script_knows_the_model_of_the_path() {
    let upstream = Upstream::start().await;
    let when = testkit::When { model: Some("a:0".to_owned()), ..testkit::When::default() };
    upstream.script(Script { when, status: Some(503), ..Script::default() });
    assert_eq!(post(&upstream, CONVERSE, &converse("x", json!({}))).await.status, 200);
    assert_eq!(post(&upstream, "/model/a%3A0/converse", &converse("x", json!({}))).await.status, 503);
}
