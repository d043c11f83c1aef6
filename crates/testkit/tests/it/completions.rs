//! OpenAI's text completions: reply, stream, several prompts and answers, errors.

use serde_json::{Value, json};
use testkit::{Counts, Dialect, Script, Served, State, Stop, Upstream, UsageMode};

use crate::client::{Got, merged, post};

const PATH: &str = "/v1/completions";

fn complete(prompt: impl Into<Value>, more: Value) -> Value {
    merged(json!({"model": "m", "prompt": prompt.into()}), more)
}

fn streamed(body: Value) -> Value {
    merged(body, json!({"stream": true, "stream_options": {"include_usage": true}}))
}

/// The texts of the choices, put together by their index.
fn texts(events: &[Value]) -> Vec<String> {
    let mut texts = Vec::new();
    for choice in events.iter().flat_map(|event| event["choices"].as_array().unwrap()) {
        let index = usize::try_from(choice["index"].as_u64().unwrap()).unwrap();
        texts.resize(texts.len().max(index + 1), String::new());
        texts[index] += choice["text"].as_str().unwrap();
    }
    texts
}

async fn streamed_with(script: Script) -> (Got, Served) {
    let upstream = Upstream::start().await;
    upstream.script(script);
    let got = post(&upstream, PATH, &streamed(complete("[[say:hello there]]", json!({})))).await;
    (got, upstream.wait_for_ended(1).await.unwrap().remove(0))
}

#[tokio::test]
async fn a_reply() {
    let upstream = Upstream::start().await;
    let got = post(&upstream, PATH, &complete("[[say:hi]]", json!({"suffix": "end"}))).await;
    let reply = got.json();
    assert!(got.body.starts_with(r#"{"id":"cmpl-"#), "{}", got.body);
    assert_eq!((&reply["object"], &reply["model"]), (&json!("text_completion"), &json!("m")));
    assert_eq!(reply["choices"], json!([{"text": "hi", "index": 0, "logprobs": null, "finish_reason": "stop"}]));
    let served = upstream.served().remove(0);
    assert_eq!((served.dialect, served.stream), (Some(Dialect::OpenaiCompletions), false));
    let Counts { input, output, .. } = served.usage.unwrap();
    assert_eq!(reply["usage"]["prompt_tokens"], input);
    assert_eq!(reply["usage"]["total_tokens"], input + output);
}

#[tokio::test]
async fn a_stream() {
    let (got, served) = streamed_with(Script::default()).await;
    let events = got.events();
    assert_eq!(texts(&events), ["hello there"]);
    assert!(events.iter().all(|event| event["object"] == "text_completion"));
    let reasons: Vec<_> = events[..3].iter().map(|event| &event["choices"][0]["finish_reason"]).collect();
    assert_eq!(reasons, [&Value::Null, &Value::Null, &json!("stop")]);
    assert_eq!((&events[0]["usage"], &events[3]["usage"]["completion_tokens"]), (&Value::Null, &json!(2)));
    assert_eq!((&events[3]["choices"], got.data().last()), (&json!([]), Some(&"[DONE]")));
    assert_eq!((served.state, served.terminal_sent, served.usage), (State::Complete, true, Some(served.measured)));
    let upstream = Upstream::start().await;
    let got = post(&upstream, PATH, &complete("x", json!({"stream": true}))).await;
    assert!(got.events().iter().all(|event| event.get("usage").is_none()));
    assert_eq!(upstream.served()[0].usage, None);
}

#[tokio::test]
async fn several_prompts_and_several_answers() {
    let upstream = Upstream::start().await;
    let ask = json!({"n": 2, "best_of": 2});
    for (body, expect) in [
        (complete(json!(["[[say:a]]", "[[say:b]]"]), ask.clone()), vec!["a", "a", "b", "b"]),
        (complete(json!(["[[say:a]]", "b"]), json!({"echo": true})), vec!["[[say:a]]a", "bmock: b"]),
        (complete(json!([[1, 2], [3]]), json!({})), vec!["mock: 1 2", "mock: 3"]),
        (complete("User: [[say:a]]\n\nAssistant: a\n\nUser: [[say:b]]\n\nAssistant:", json!({})), vec!["b"]),
        (complete("[[refuse:no]]", ask), vec!["no", "no"]),
    ] {
        let reply = post(&upstream, PATH, &body).await.json();
        assert_eq!(texts(std::slice::from_ref(&reply)), expect, "{body}");
        assert_eq!(texts(&post(&upstream, PATH, &streamed(body)).await.events()), expect);
    }
    upstream.script(Script { text: Some("told".to_owned()), ..Script::default() });
    let reply = post(&upstream, PATH, &complete(json!(["x", "y"]), json!({}))).await.json();
    assert_eq!(texts(&[reply]), ["told", "told"]);
}

#[tokio::test]
async fn log_probabilities_when_asked() {
    let upstream = Upstream::start().await;
    let body = complete("prompt", json!({"logprobs": 2, "echo": true}));
    upstream.script(Script { text: Some("hello there".to_owned()), ..Script::default() });
    let reply = post(&upstream, PATH, &body).await.json();
    let top = |token: &str| json!({token: -0.25, "other1": -1.25});
    assert_eq!(
        reply["choices"][0]["logprobs"],
        json!({"tokens": ["prompt", "hello the", "re"], "token_logprobs": [null, -0.25, -0.25],
            "top_logprobs": [null, top("hello the"), top("re")], "text_offset": [0, 6, 15]})
    );
    upstream.script(Script { text: Some("hello there".to_owned()), ..Script::default() });
    let events = post(&upstream, PATH, &streamed(body)).await.events();
    let told: Vec<_> = events[..4].iter().map(|event| &event["choices"][0]["logprobs"]).collect();
    assert_eq!(
        (&told[0]["token_logprobs"], &told[2]["text_offset"], told[3]),
        (&json!([null]), &json!([15]), &Value::Null)
    );
    assert_eq!(told[1]["top_logprobs"], json!([top("hello the")]));
    let reply = post(&upstream, PATH, &complete("[[say:x]]", json!({"logprobs": 0}))).await.json();
    let expect = json!({"tokens": ["x"], "token_logprobs": [-0.25], "top_logprobs": null, "text_offset": [0]});
    assert_eq!(reply["choices"][0]["logprobs"], expect);
}

#[tokio::test]
async fn errors() {
    let upstream = Upstream::start().await;
    let got = post(&upstream, PATH, &complete("[[error:429]]", json!({}))).await;
    assert_eq!((got.status.as_u16(), &got.json()["error"]["code"]), (429, &json!("rate_limit_exceeded")));
    let got = post(&upstream, PATH, &complete("x", json!({"messages": []}))).await;
    let error = json!({"message": "Unrecognized request argument supplied: messages", "type": "invalid_request_error",
        "param": null, "code": null});
    assert_eq!((got.status.as_u16(), &got.json()["error"]), (400, &error));
    let got = post(&upstream, PATH, &complete("[[midstream]] text", json!({"stream": true}))).await;
    assert_eq!(got.events().last().unwrap()["error"]["message"], "mock midstream");
    let got = post(&upstream, PATH, &complete("[[cut]] text", json!({"stream": true}))).await;
    let served = upstream.wait_for_ended(4).await.unwrap();
    assert_eq!((got.whole, served[2].state, served[3].state), (false, State::Error, State::Cut));
}

#[tokio::test]
async fn usage_stops_and_unknown_fields() {
    for (mode, output) in [
        (UsageMode::Present, json!(2)),
        (UsageMode::Negative, json!(-2)),
        (UsageMode::Float, json!(2.5)),
        (UsageMode::Decreasing, json!(2)),
        (UsageMode::Null, json!(null)),
        (UsageMode::Absent, json!(null)),
    ] {
        let (got, served) = streamed_with(Script { usage: mode, ..Script::default() }).await;
        let events = got.events();
        assert_eq!(events.last().unwrap()["usage"]["completion_tokens"], output, "{mode:?}");
        assert_eq!(served.usage.map(|counts| counts.output), output.as_u64(), "{mode:?}");
        let early = if mode == UsageMode::Decreasing { json!(12) } else { json!(null) };
        assert_eq!(events[0]["usage"]["completion_tokens"], early, "{mode:?}");
    }
    let fields = |value: Value| value.as_object().unwrap().clone();
    for (stop, word) in [(Stop::Length, "length"), (Stop::Filter, "content_filter"), (Stop::Sequence, "stop")] {
        let script = Script {
            stop: Some(stop),
            extra: fields(json!({"x_new": 1})),
            extra_inner: fields(json!({"x_deep": 2})),
            ..Script::default()
        };
        let events = streamed_with(script).await.0.events();
        assert!(events.iter().all(|event| event["x_new"] == 1));
        assert_eq!(
            (&events[0]["choices"][0]["x_deep"], &events[2]["choices"][0]["finish_reason"]),
            (&json!(2), &json!(word))
        );
    }
}
