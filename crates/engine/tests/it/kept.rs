//! OpenAI's Responses where client and provider both speak them, and where a provider speaks chat too: which dialect is spoken,
//! what is charged, and that nothing which the provider would keep is asked of it.

use engine::secret::Secret;
use serde_json::{Value, json};
use store::ledger::{AttemptStatus, Provenance};
use testkit::Script;
use wire::Dialect::{Anthropic, Bedrock, Cohere, Gemini, OpenAiChat, OpenAiResponses};

use crate::kit::{BOTH, Kit, MASTER, RESPONSES, group};
use crate::{responses, seen};

/// Each client of OpenAI's gets its own dialect there, every other one the first.
#[tokio::test]
async fn a_provider_of_two_dialects_is_spoken_to_in_the_clients() {
    let kit = Kit::start().await;
    for (client, path) in [
        (OpenAiChat, "/chat/completions"),
        (OpenAiResponses, "/responses"),
        (Anthropic, "/chat/completions"),
        (Bedrock, "/chat/completions"),
        (Gemini, "/chat/completions"),
        (Cohere, "/chat/completions"),
    ] {
        for stream in [false, true] {
            let asked = json!({"model": BOTH, "max_tokens": 99, "stream": stream,
                "messages": [{"role": "user", "content": "[[say:hi]]"}]});
            let got = kit.call(client, &asked).await;
            let seen = seen::read(client, &got);
            assert_eq!((seen.complete, seen.text.as_str()), (true, "hi"), "{client:?}: {}", got.text());
            let served = kit.upstream.last().unwrap();
            assert!(served.path.ends_with(path), "{client:?}: {}", served.path);
            assert_eq!(served.model.as_deref(), Some("both-model"), "{client:?}");
        }
    }
    kit.assert_one_row_an_attempt().await;
}

/// The gateway keeps no conversations: what refers to one never leaves, and its name is told.
#[tokio::test]
async fn what_refers_to_kept_state_is_refused_by_name() {
    let kit = Kit::with(|setup| setup.settings.drop_params = true).await;
    let reference = json!([{"type": "item_reference", "id": "msg_1"}, {"role": "user", "content": "x"}]);
    for (field, value) in [
        ("previous_response_id", json!("resp_1")),
        ("conversation", json!("conv_1")),
        ("conversation", json!({"id": "conv_1"})),
        ("background", json!(true)),
        ("prompt", json!({"id": "pmpt_1"})),
        ("input", reference),
    ] {
        for group in wire::Dialect::SQUARE.map(group).into_iter().chain([BOTH]) {
            let mut asked = json!({"model": group, "input": "x"});
            asked[field] = value.clone();
            let got = kit.call(OpenAiResponses, &asked).await;
            let error = &got.json()["error"];
            assert_eq!((got.status, &error["type"]), (400, &json!("invalid_request_error")), "{field}: {}", got.text());
            let (named, said) = (error["param"].as_str().unwrap(), error["message"].as_str().unwrap());
            assert!(named.starts_with(field) && said.contains(field), "{field}: {}", got.text());
        }
    }
    assert_eq!((kit.upstream.count(), kit.rows().await.len()), (0, 0));
    // what says that nothing is kept is no reference
    for fields in [json!({"background": false}), json!({"store": false})] {
        let mut asked = json!({"model": RESPONSES, "input": "x"});
        asked.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        assert_eq!(kit.call(OpenAiResponses, &asked).await.status, 200, "{fields}");
    }
}

/// How an answer ends, and what the row says then.
#[tokio::test]
async fn usage_is_charged_from_whatever_event_is_the_last() {
    let kit = Kit::start().await;
    let item = [responses::message("some words")];
    let usage: Value = responses::USAGE.parse().unwrap();
    let cut = json!({"status": "incomplete", "incomplete_details": {"reason": "max_output_tokens"}});
    let failed = json!({"status": "failed", "error": {"code": "server_error", "message": "mock failure"}});
    for (beside, status, provenance) in [
        (json!({}), AttemptStatus::Success, Provenance::Final),
        (cut, AttemptStatus::Success, Provenance::Final),
        (failed, AttemptStatus::Failure, Provenance::Partial),
    ] {
        for client in wire::Dialect::ALL {
            // what is said reaches the client before the end does
            let script = responses::raw(true, responses::stream(&item, &beside));
            kit.upstream.script(Script { chunk_bytes: Some(200), between_ms: 2, ..script });
            let asked = json!({"model": RESPONSES, "max_tokens": 99, "stream": true,
                "messages": [{"role": "user", "content": "x"}]});
            let got = kit.call(client, &asked).await;
            let cell = format!("{beside} for {client:?}: {}", got.text());
            let row = kit.rows_of(&got.id).await.pop().unwrap();
            assert_eq!((row.status, row.provenance), (status, provenance), "{cell}: {row:?}");
            assert_eq!((row.tokens.input, row.tokens.cache_read, row.tokens.output), (34, 6, 9), "{cell}: {usage}");
            let seen = seen::read(client, &got);
            assert_eq!((seen.text.as_str(), seen.complete), ("some words", beside["error"].is_null()), "{cell}");
            assert_eq!(seen.error["message"] == "mock failure", !beside["error"].is_null(), "{cell}");
        }
    }
    kit.assert_one_row_an_attempt().await;
}

/// A failure that the provider's answer of 200 tells: nothing of it is an answer.
#[tokio::test]
async fn a_failed_answer_is_an_error() {
    let kit = Kit::start().await;
    let failed = json!({"status": "failed", "error": {"code": "rate_limit_exceeded", "message": "mock failure"}});
    for client in wire::Dialect::ALL {
        kit.upstream.script(responses::raw(false, responses::whole(&[], &failed)));
        let asked = json!({"model": RESPONSES, "max_tokens": 99, "messages": [{"role": "user", "content": "x"}]});
        let got = kit.call(client, &asked).await;
        assert!(got.status >= 400, "{client:?}: {} {}", got.status, got.text());
        assert_eq!(seen::read(client, &got).error["message"], "mock failure", "{client:?}: {}", got.text());
        let row = kit.rows_of(&got.id).await.pop().unwrap();
        assert_eq!(row.status, AttemptStatus::Failure, "{client:?}: {row:?}");
    }
}

/// The shortest and the longest way to ask, and members that nobody knows, both ways.
#[tokio::test]
async fn only_the_model_is_changed() {
    let kit = Kit::start().await;
    for asked in [
        r#"{"model":"MODEL","input":"x"}"#,
        r#"{ "input" : [ {"role":"user","content":"\u0041"} ] ,"model":  "MODEL", "max_output_tokens":null }"#,
        r#"{"model":"MODEL","input":[{"role":"user","content":[{"type":"input_text","text":"x"}]}],"temperature":1.00,"stream":false}"#,
    ] {
        let got = kit.call_as(&Secret::new(MASTER), OpenAiResponses, asked.replace("MODEL", RESPONSES)).await;
        assert_eq!(got.status, 200, "{asked}: {}", got.text());
        assert_eq!(kit.upstream.last().unwrap().body, asked.replace("MODEL", "responses-model"));
    }
    let output = [responses::message("hi"), json!({"id": "x_1", "type": "x_new", "deep": {"a": [1, null]}})];
    for stream in [false, true] {
        let beside = json!({"x_future": {"b": 2}});
        let body = if stream { responses::stream(&output, &beside) } else { responses::whole(&output, &beside) };
        kit.upstream.script(responses::raw(stream, body.clone()));
        let got = kit.call(OpenAiResponses, &json!({"model": RESPONSES, "input": "x", "stream": stream})).await;
        assert_eq!(got.body, body, "{}", got.text());
        assert!(seen::read(OpenAiResponses, &got).complete);
    }
}

/// Some clients end on `response.failed` only: it stands last, once, whether the provider said it or stopped at `error`.
#[tokio::test]
async fn a_stream_that_broke_off_ends_in_a_failed_response() {
    let kit = Kit::start().await;
    let error = json!({"type": "error", "code": "server_error", "message": "so", "param": null});
    let mut alone = responses::begun();
    alone.push(error);
    let alone = Script { chunk_bytes: Some(100), ..responses::raw(true, responses::numbered(&alone)) };
    for (script, prompt) in [(None, "[[midstream]] one two three four"), (Some(alone), "x")] {
        if let Some(script) = script {
            kit.upstream.script(script);
        }
        let asked = json!({"model": RESPONSES, "stream": true, "input": prompt});
        let body = asked.to_string();
        let got = kit.call_as(&Secret::new(MASTER), OpenAiResponses, body).await;
        let text = got.text();
        let names: Vec<_> = text.lines().filter_map(|line| line.strip_prefix("event: ")).collect();
        assert_eq!(names.iter().filter(|name| **name == "error").count(), 1, "{text}");
        assert_eq!(names.iter().filter(|name| **name == "response.failed").count(), 1, "{text}");
        assert_eq!(names.last(), Some(&"response.failed"), "{text}");
        let numbers: Vec<u64> = text
            .lines()
            .filter_map(|line| {
                serde_json::from_str::<Value>(line.strip_prefix("data: ")?).ok()?["sequence_number"].as_u64()
            })
            .collect();
        assert!(numbers.iter().zip(0..).all(|(number, at)| *number == at), "{text}");
    }
}

/// OpenAI refuses ceilings below 16 here. What another dialect's client asks for is raised, held for and named; a client of this
/// one is told by the provider.
#[tokio::test]
async fn a_ceiling_that_the_provider_would_refuse_is_raised() {
    let kit = Kit::start().await;
    let key = kit.key(Some(1_000_000_000)).await;
    for key in [&key, &Secret::new(MASTER)] {
        for (client, asked, sent) in [
            (OpenAiChat, 9, 16),
            (Anthropic, 1, 16),
            (Bedrock, 15, 16),
            (Gemini, 9, 16),
            (Cohere, 9, 16),
            (OpenAiChat, 16, 16),
            (OpenAiResponses, 9, 9),
        ] {
            let body = json!({"model": RESPONSES, "max_tokens": asked, "messages": [{"role": "user", "content": "[[say:x]]"}]});
            let got = kit.call_as(key, client, body.to_string()).await;
            assert_eq!(got.status, if sent < 16 { 400 } else { 200 }, "{client:?}: {}", got.text());
            let served: Value = serde_json::from_slice(&kit.upstream.last().unwrap().body).unwrap();
            assert_eq!(served["max_output_tokens"], json!(sent), "{client:?} {served}");
            let named = (asked != sent).then_some("modified:max_output_tokens (raised to 16)");
            assert_eq!(got.header("x-turnpike-dropped"), named, "{client:?}");
        }
    }
}
