//! Gemini: reply, stream, lists, searches, markers, errors, counts.

use serde_json::{Value, json};
use testkit::{Counts, Dialect, Script, Served, State, Stop, Upstream, UsageMode, When};

use crate::client::{Got, merged, post};

const GENERATE: &str = "/v1beta/models/m:generateContent";
const LIST: &str = "/v1beta/models/m:streamGenerateContent";
const STREAM: &str = "/v1beta/models/m:streamGenerateContent?alt=sse";

fn content(prompt: &str, more: Value) -> Value {
    merged(json!({"contents": [{"role": "user", "parts": [{"text": prompt}]}]}), more)
}

fn tools() -> Value {
    let schema = json!({"type": "OBJECT", "properties": {"city": {"type": "STRING"}}});
    json!([{"functionDeclarations": [{"name": "f", "parameters": schema}]}])
}

fn generation(config: &Value) -> Value {
    json!({"generationConfig": config})
}

async fn reply(prompt: &str, more: Value) -> Value {
    let got = post(&Upstream::start().await, GENERATE, &content(prompt, more)).await;
    assert_eq!(got.status, 200, "{}", got.body);
    got.json()
}

async fn stream(prompt: &str, more: Value) -> Vec<Value> {
    let got = post(&Upstream::start().await, STREAM, &content(prompt, more)).await;
    assert!(got.whole && !got.body.contains("[DONE]"), "{}", got.body);
    got.events()
}

async fn streamed_with(path: &str, script: Script) -> (Got, Served) {
    let upstream = Upstream::start().await;
    upstream.script(script);
    let got = post(&upstream, path, &content("[[say:hello there]]", json!({}))).await;
    (got, upstream.wait_for_ended(1).await.unwrap().remove(0))
}

/// All parts that are of this kind.
fn parts<'a>(pieces: &'a [Value], kind: &str) -> Vec<&'a Value> {
    let parts = pieces.iter().filter_map(|piece| piece["candidates"][0]["content"]["parts"].as_array()).flatten();
    parts.filter_map(|part| part.get(kind)).collect()
}

fn said(pieces: &[Value]) -> String {
    parts(pieces, "text").into_iter().filter_map(Value::as_str).collect()
}

#[tokio::test]
async fn a_reply() {
    let upstream = Upstream::start().await;
    let more = generation(&json!({"thinkingConfig": {"includeThoughts": true}}));
    let reply = post(&upstream, GENERATE, &content("[[say:hi]]", more)).await.json();
    let candidate = &reply["candidates"][0];
    let parts =
        json!([{"text": "mock thinking", "thought": true}, {"text": "hi", "thoughtSignature": "Z2VtaW5pLW1vY2s="}]);
    assert_eq!(candidate["content"], json!({"parts": parts, "role": "model"}));
    assert_eq!((&candidate["finishReason"], &reply["modelVersion"]), (&json!("STOP"), &json!("m")));
    let served = upstream.served().remove(0);
    assert_eq!((served.dialect, served.stream, served.model.as_deref()), (Some(Dialect::Gemini), false, Some("m")));
    let Counts { input, output, .. } = served.usage.unwrap();
    let usage = json!({"promptTokenCount": input, "candidatesTokenCount": output - 3, "thoughtsTokenCount": 3,
        "totalTokenCount": input + output});
    assert_eq!((&reply["usageMetadata"], served.usage_json), (&usage, Some(usage.clone())));
}

#[tokio::test]
async fn a_stream() {
    let (got, served) = streamed_with(STREAM, Script::default()).await;
    assert_eq!(got.headers["content-type"], "text/event-stream; charset=utf-8");
    let pieces = got.events();
    assert_eq!((said(&pieces).as_str(), pieces.len()), ("hello there", 3));
    let reasons: Vec<_> = pieces.iter().map(|piece| &piece["candidates"][0]["finishReason"]).collect();
    assert_eq!(reasons, [&Value::Null, &Value::Null, &json!("STOP")]);
    let counts: Vec<_> = pieces.iter().map(|piece| piece["usageMetadata"]["candidatesTokenCount"].as_u64()).collect();
    assert_eq!(counts, [Some(2), Some(2), Some(2)]);
    assert_eq!((served.stream, served.state, served.terminal_sent), (true, State::Complete, true));
    assert_eq!((served.usage, served.bytes_sent), (Some(served.measured), got.bytes.len() as u64));
}

#[tokio::test]
async fn a_list_where_events_are_not_asked_for() {
    let (events, _) = streamed_with(STREAM, Script::default()).await;
    for path in [LIST, "/v1beta/models/m:streamGenerateContent?key=k&alt=json"] {
        let (got, served) = streamed_with(path, Script::default()).await;
        assert_eq!(got.headers["content-type"], "application/json");
        assert_eq!(got.json(), json!(events.events()), "the pieces are the same");
        assert_eq!((served.terminal_sent, served.usage), (true, Some(served.measured)));
    }
    let (got, served) = streamed_with(LIST, Script { chunk_bytes: Some(7), ..Script::default() }).await;
    assert_eq!((got.json(), served.terminal_sent), (json!(events.events()), true));
    let (got, served) = streamed_with(LIST, Script { omit_terminal: true, ..Script::default() }).await;
    assert!(got.whole && !served.terminal_sent && serde_json::from_str::<Value>(&got.body).is_err());
    let (got, _) = streamed_with(LIST, Script { malformed_after: Some(1), ..Script::default() }).await;
    assert!(serde_json::from_str::<Value>(&got.body).is_err());
    assert_eq!(got.body.matches("{\"broken\": ").count(), 1);
}

#[tokio::test]
async fn errors_of_a_list_stand_in_one() {
    let upstream = Upstream::start().await;
    let error =
        |code: u16, message: &str, status: &str| json!({"error": {"code": code, "message": message, "status": status}});
    let got = post(&upstream, LIST, &content("[[error:429]]", json!({}))).await;
    assert_eq!((got.status.as_u16(), got.json()), (429, json!([error(429, "mock error", "RESOURCE_EXHAUSTED")])));
    let got = post(&upstream, STREAM, &content("[[error:429]]", json!({}))).await;
    assert_eq!((got.status.as_u16(), got.json()), (429, error(429, "mock error", "RESOURCE_EXHAUSTED")));
    let got = post(&upstream, LIST, &content("[[midstream]] text", json!({}))).await;
    assert_eq!(got.json()[1], error(503, "mock midstream", "UNAVAILABLE"));
    let served = upstream.wait_for_ended(3).await.unwrap().remove(2);
    assert_eq!((got.whole, served.state, served.terminal_sent), (true, State::Error, false));
    let got = post(&upstream, LIST, &content("[[cut]] text", json!({}))).await;
    assert!(!got.whole && got.body.starts_with("[{") && !got.body.ends_with(']'));
}

#[tokio::test]
async fn calls_have_proofs() {
    let prompt = r#"[[tool:f:{"b": 1}]] [[tool:f:{}]]"#;
    let more = json!({"tools": tools()});
    for pieces in [vec![reply(prompt, more.clone()).await], stream(prompt, more).await] {
        let calls = parts(&pieces, "functionCall");
        assert_eq!((calls.len(), &calls[0]["name"], &calls[0]["args"]), (2, &json!("f"), &json!({"b": 1})));
        assert_ne!(calls[0]["id"], calls[1]["id"]);
        assert_eq!(parts(&pieces, "thoughtSignature"), ["Z2VtaW5pLW1vY2s="]);
        assert_eq!(pieces.last().unwrap()["candidates"][0]["finishReason"], "STOP");
    }
}

#[tokio::test]
async fn what_a_prompt_can_ask() {
    let schema = json!({"type": "object", "properties": {"n": {"type": "integer"}}});
    let format = generation(&json!({"responseMimeType": "application/json", "responseJsonSchema": schema}));
    let forced = |config: Value| json!({"tools": tools(), "toolConfig": {"functionCallingConfig": config}});
    for (prompt, more, text, args) in [
        ("hi", json!({}), "mock: hi", json!(null)),
        ("[[long:3]]", json!({}), "w1 w2 w3", json!(null)),
        ("[[unicode]]", json!({}), "h\u{e9}llo w\u{f6}rld \u{2014} \u{4f60}\u{597d} \u{1F980}", json!(null)),
        ("take 7", format, r#"{"n":7}"#, json!(null)),
        ("'Oslo'", forced(json!({"mode": "ANY"})), "", json!({"city": "Oslo"})),
        ("'Oslo'", forced(json!({"mode": "ANY", "allowedFunctionNames": ["f"]})), "", json!({"city": "Oslo"})),
        ("'Oslo'", forced(json!({"mode": "NONE"})), "mock: 'Oslo'", json!(null)),
        (r#"[[script:{"text":"scripted"}]]"#, json!({}), "scripted", json!(null)),
    ] {
        for pieces in [vec![reply(prompt, more.clone()).await], stream(prompt, more.clone()).await] {
            let called = parts(&pieces, "functionCall").first().map(|call| call["args"].clone());
            assert_eq!((said(&pieces).as_str(), called.unwrap_or_default()), (text, args.clone()), "{prompt}");
        }
    }
}

#[tokio::test]
async fn results_counts_and_second_calls() {
    let upstream = Upstream::start().await;
    let after = |first: &str| {
        json!({"tools": tools(), "contents": [
            {"role": "user", "parts": [{"text": first}]},
            {"role": "model", "parts": [{"functionCall": {"name": "f", "args": {}}}]},
            {"role": "user", "parts": [{"functionResponse": {"name": "f", "response": {"output": "7C"}}}]}]})
    };
    let counted = post(&upstream, GENERATE, &after("[[count]]")).await.json();
    assert_eq!(said(&[counted]), "TOOL_RESULT: 7C n=3");
    let again = post(&upstream, GENERATE, &after(r#"[[then:f:{"city":"Rome"}]]"#)).await.json();
    assert_eq!(parts(&[again], "functionCall")[0]["args"]["city"], "Rome");
}

#[tokio::test]
async fn searches_candidates_and_log_probabilities() {
    let prompt = "[[search:crabs]] [[say:found it]]";
    let more = json!({"tools": [{"googleSearch": {}}],
        "generationConfig": {"candidateCount": 2, "responseLogprobs": true, "logprobs": 2}});
    let reply = reply(prompt, more.clone()).await;
    assert_eq!(reply["candidates"].as_array().unwrap().len(), 2);
    let grounding = &reply["candidates"][1]["groundingMetadata"];
    assert_eq!(grounding["webSearchQueries"], json!(["crabs"]));
    assert_eq!(grounding["groundingSupports"][0]["segment"]["endIndex"], 8);
    let tokens = &reply["candidates"][0]["logprobsResult"];
    assert_eq!(tokens["chosenCandidates"][0]["token"], "found it");
    assert_eq!(tokens["topCandidates"][0]["candidates"].as_array().unwrap().len(), 2);
    let pieces = stream(prompt, more).await;
    let indices: Vec<_> = pieces.iter().map(|piece| piece["candidates"][0]["index"].as_u64()).collect();
    assert_eq!(indices, [Some(0), Some(1), Some(0)]);
    assert_eq!(pieces[2]["candidates"].as_array().unwrap().len(), 2);
    assert_eq!(pieces[2]["candidates"][1]["groundingMetadata"]["groundingChunks"][0]["web"]["title"], "Found");
}

#[tokio::test]
async fn both_spellings_and_what_is_refused() {
    let upstream = Upstream::start().await;
    let snake = json!({"system_instruction": {"parts": [{"text": "s"}]}, "generation_config": {"candidate_count": 2}});
    let got = post(&upstream, GENERATE, &content("x", snake)).await;
    assert_eq!(got.json()["candidates"].as_array().unwrap().len(), 2);
    let proof = |proof: &str| json!([{"text": "t", "thought": true, "thoughtSignature": proof}]);
    let handed = |parts: Value| {
        json!({"contents": [{"role": "user", "parts": [{"text": "a"}]},
        {"role": "model", "parts": parts}, {"role": "user", "parts": [{"text": "b"}]}]})
    };
    for (more, message) in [
        (json!({"seed": 1}), "Unknown name \"seed\""),
        (json!({"generationConfig": {}, "generation_config": {}}), "Unknown name \"generation_config\""),
        (json!({"contents": []}), "contents is not specified"),
        (handed(proof("other")), "Thought signature is not valid."),
        (handed(proof("Z2VtaW5pLW1vY2s=")), ""),
    ] {
        let got = post(&upstream, GENERATE, &content("x", more)).await;
        if message.is_empty() {
            assert_eq!(got.status, 200, "{}", got.body);
            continue;
        }
        let error = &got.json()["error"];
        assert_eq!((got.status.as_u16(), &error["status"]), (400, &json!("INVALID_ARGUMENT")));
        assert!(error["message"].as_str().unwrap().contains(message), "{error}");
    }
    upstream.script(Script { any_proof: true, ..Script::default() });
    assert_eq!(post(&upstream, GENERATE, &content("x", handed(proof("other")))).await.status, 200);
}

#[tokio::test]
async fn errors_by_status() {
    let upstream = Upstream::start().await;
    for (status, word) in [
        (400, "INVALID_ARGUMENT"),
        (401, "UNAUTHENTICATED"),
        (403, "PERMISSION_DENIED"),
        (404, "NOT_FOUND"),
        (429, "RESOURCE_EXHAUSTED"),
        (500, "INTERNAL"),
        (503, "UNAVAILABLE"),
        (504, "DEADLINE_EXCEEDED"),
    ] {
        let got = post(&upstream, GENERATE, &content(&format!("[[error:{status}]]"), json!({}))).await;
        let error = json!({"error": {"code": status, "message": "mock error", "status": word}});
        assert_eq!((got.status.as_u16(), got.json()), (status, error));
    }
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
        for path in [STREAM, LIST] {
            let (got, served) = streamed_with(path, Script { usage: mode, ..Script::default() }).await;
            let pieces = if path == STREAM { got.events() } else { got.json().as_array().unwrap().clone() };
            let last = pieces.last().unwrap();
            assert_eq!(last["usageMetadata"]["candidatesTokenCount"], output, "{mode:?}");
            assert_eq!(last.get("usageMetadata").is_some(), mode != UsageMode::Absent);
            assert_eq!(served.usage.map(|counts| counts.output), output.as_u64(), "{mode:?}");
        }
    }
}

#[tokio::test]
async fn counts_stops_and_unknown_fields() {
    let fields = |value: Value| value.as_object().unwrap().clone();
    let counts = Counts { input: 1000, output: 20, cache_read: 300, cache_write: 0 };
    for (stop, word) in [
        (Stop::Length, "MAX_TOKENS"),
        (Stop::Filter, "SAFETY"),
        (Stop::Sequence, "STOP"),
        (Stop::Verbatim("RECITATION".to_owned()), "RECITATION"),
    ] {
        let script = Script {
            counts: Some(counts),
            stop: Some(stop),
            extra: fields(json!({"xNew": [1]})),
            extra_inner: fields(json!({"xDeep": 1})),
            ..Script::default()
        };
        let (got, served) = streamed_with(STREAM, script).await;
        assert_eq!(served.usage, Some(counts));
        let pieces = got.events();
        assert!(pieces.iter().all(|piece| piece["xNew"] == json!([1])));
        assert!(pieces.iter().all(|piece| piece["candidates"][0]["content"]["xDeep"] == 1));
        assert_eq!(pieces[2]["usageMetadata"]["cachedContentTokenCount"], 300);
        assert_eq!(pieces[2]["candidates"][0]["finishReason"], word);
    }
}

#[tokio::test]
async fn tokens_are_counted() {
    let upstream = Upstream::start().await;
    let path = "/v1beta/models/m:countTokens";
    let whole = json!({"generateContentRequest": content("x", json!({"model": "models/m"}))});
    for body in [content("x", json!({})), whole.clone()] {
        let expect = (body.to_string().len() / 4) as u64;
        assert_eq!(post(&upstream, path, &body).await.json(), json!({"totalTokens": expect}));
    }
    let nameless = json!({"generateContentRequest": content("x", json!({}))});
    assert_eq!(post(&upstream, path, &nameless).await.status, 400);
    let when = When { path: Some(path.to_owned()), ..When::default() };
    upstream.script(Script { when, status: Some(503), ..Script::default() });
    assert_eq!(post(&upstream, path, &whole).await.json()["error"]["status"], "UNAVAILABLE");
}
