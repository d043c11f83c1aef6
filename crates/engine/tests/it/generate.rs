//! What Gemini has and nobody else: on the same dialect what is written into the client's own bytes, and streams without an ending of
//! their own.

use std::time::Duration;

use engine::secret::Secret;
use futures_util::StreamExt as _;
use serde_json::{Value, json};
use store::ledger::{AttemptStatus, Provenance};
use testkit::{Script, When};
use wire::Dialect::{self, Bedrock, Cohere, Gemini};

use crate::kit::{COHERE, GEMINI, Kit, MASTER, PROVIDER_KEY};
use crate::{pieces, seen};

#[tokio::test]
async fn a_ceiling_is_set_where_the_client_wrote_it_or_wrote_none() {
    let kit = Kit::start().await;
    let contents = r#""contents":[{"role":"user","parts":[{"text":"[[say:hi]]"}]}]"#;
    for (fields, sent) in [
        ("", r#"{"generationConfig":{"maxOutputTokens":N},"contents""#),
        (r#","generationConfig":{ }"#, r#""generationConfig":{"maxOutputTokens":N }"#),
        (r#","generationConfig":{"topP":0.50}"#, r#""generationConfig":{"maxOutputTokens":N,"topP":0.50}"#),
        (r#","generation_config":null"#, r#""generation_config":{"maxOutputTokens":N}"#),
        (r#","generationConfig":{"maxOutputTokens":null}"#, r#""generationConfig":{"maxOutputTokens":N}"#),
        (r#","generationConfig":{"maxOutputTokens": 100000 }"#, r#""generationConfig":{"maxOutputTokens": N }"#),
        (r#","generation_config":{"max_output_tokens":100000}"#, r#""generation_config":{"max_output_tokens":N}"#),
    ] {
        let key = kit.key(Some(700_000)).await;
        let got = kit.call_at(&key, Gemini, GEMINI, false, format!("{{{contents}{fields}}}")).await;
        let served = kit.upstream.last().unwrap();
        let body = String::from_utf8(served.body.to_vec()).unwrap();
        let digits =
            |text: &str| text.split(|letter: char| !letter.is_ascii_digit()).find_map(|n| n.parse::<u64>().ok());
        let name = if fields.contains("max_output_tokens") { "max_output_tokens\"" } else { "maxOutputTokens\"" };
        let ceiling = digits(body.split(name).nth(1).unwrap()).unwrap();
        assert!((1..=350).contains(&ceiling), "{fields}: {body}");
        assert!(body.contains(&sent.replace('N', &ceiling.to_string())), "{fields}: {body}");
        assert_eq!(got.status, 200, "{fields}: {}", got.text());
    }
}

#[tokio::test]
async fn the_same_dialect_keeps_the_bytes_and_names_the_model() {
    let kit = Kit::start().await;
    let key = Secret::new(MASTER);
    let asked = r#"{"contents":[{"parts":[{"text":"[[say:a\u0062c]]"}]}], "generationConfig" : {"topP":0.50} ,"labels":{"a":"1"}}"#;
    for stream in [false, true] {
        kit.call_at(&key, Gemini, GEMINI, stream, asked).await;
        let served = kit.upstream.last().unwrap();
        assert_eq!(served.body, asked.as_bytes());
        let operation = if stream { "streamGenerateContent?alt=sse" } else { "generateContent" };
        assert_eq!(served.path, format!("/v1beta/models/gemini-3-model:{operation}"));
        assert_eq!(served.header("x-goog-api-key"), Some(PROVIDER_KEY));
    }
    let named = |model: &str| format!(r#"{{"model":"{model}",{}"#, asked.trim_start_matches('{'));
    for said in ["gemini-3", "models/gemini-3"] {
        kit.call_at(&key, Gemini, GEMINI, false, named(said)).await;
        assert_eq!(kit.upstream.last().unwrap().body, named("models/gemini-3-model").as_bytes());
    }
}

/// Google's newer models refuse calls of the current turn without a proof: these have lost it, or never had one.
#[tokio::test]
async fn a_call_without_a_proof_says_so_where_it_would_be_refused() {
    let kit = Kit::start().await;
    let turn = |beside: &str| {
        format!(
            r#"{{"role":"user","parts":[{{"text":"x"}}]}},{{"role":"model","parts":[{{{beside} "functionCall":{{"name":"f","args":{{"a": 1.50}}}}}}]}},
            {{"parts":[{{"function_response":{{"name":"f","response":{{"a":1}}}}}}]}}"#
        )
    };
    let body = |now: &str| format!(r#"{{"contents":[{},{}] , "labels":{{}}}}"#, turn(""), turn(now));
    let got = kit.call_at(&Secret::new(MASTER), Gemini, GEMINI, false, body("")).await;
    assert_eq!(got.status, 200, "{}", got.text());
    let sent = String::from_utf8(kit.upstream.last().unwrap().body.to_vec()).unwrap();
    assert_eq!(sent, body(r#""thoughtSignature":"skip_thought_signature_validator","#));
}

/// A piece of the answer at `index`, which stops there or does not.
fn said(index: u32, text: &str, stops: bool) -> Value {
    let mut candidate = json!({"content": {"role": "model", "parts": [{"text": text}]}, "index": index});
    if stops {
        candidate["finishReason"] = "STOP".into();
    }
    candidate
}

/// A stream is over when it is over: the reason to stop may stand in every piece, and one answer may stop before another.
#[tokio::test]
async fn a_stream_goes_on_behind_a_reason_to_stop() {
    let kit = Kit::start().await;
    let (every, one) = (|text| said(0, text, true), |text| said(0, text, false));
    for (name, candidates, whole) in [
        ("in every piece", vec![every("some "), every("words")], true),
        ("two answers", vec![said(0, "some words", true), said(1, "more ", false), said(1, "of them", true)], true),
        ("one of two", vec![said(0, "some words", true), said(1, "more", false)], false),
        ("none", vec![one("some "), one("words")], false),
        ("more behind it", vec![every("some "), one("words")], false),
    ] {
        let told =
            pieces::told(&candidates.iter().map(|said| pieces::of(std::slice::from_ref(said))).collect::<Vec<_>>());
        let last = pieces::one(&pieces::of(&candidates[candidates.len() - 1..])).len();
        // it closes, it breaks, and it breaks within a piece that nobody will see
        let raw = || pieces::raw(true, told.clone());
        let behind = [&told[..], b"data: {\"candidates\":[{\"conte"].concat();
        for (form, script, whole) in [
            ("closed", raw(), whole),
            ("broken", Script { cut_after_bytes: Some(told.len()), ..pieces::raw(true, behind.clone()) }, whole),
            ("half a piece", Script { cut_after_bytes: Some(told.len() - last / 2), ..raw() }, false),
        ] {
            for client in Dialect::ALL {
                let cell = format!("{name}, {form}: {client:?}");
                // each piece by itself, so that the first one has reached the client
                kit.upstream.script(Script { chunk_bytes: Some(120), between_ms: 1, ..script.clone() });
                let asked = json!({"model": GEMINI, "max_tokens": 99, "stream": true,
                    "messages": [{"role": "user", "content": "x"}]});
                let got = kit.call(client, &asked).await;
                let seen = seen::read(client, &got);
                let row = kit.rows_of(&got.id).await.pop().unwrap();
                let status = if whole { AttemptStatus::Success } else { AttemptStatus::Failure };
                assert_eq!(row.status, status, "{cell}: {}", got.text());
                if whole {
                    assert!(seen.complete && seen.error.is_null(), "{cell}: {}", got.text());
                    assert_eq!(seen.text, "some words", "{cell}: {}", got.text());
                    assert_eq!((row.provenance, row.tokens.output), (Provenance::Final, 9), "{cell}: {row:?}");
                } else {
                    assert!(!seen.complete && seen.error["message"].is_string(), "{cell}: {}", got.text());
                }
            }
        }
    }
    kit.assert_one_row_an_attempt().await;
}

/// So it is where nothing that is said behind it is text; what it cost is not said by the model.
#[tokio::test]
async fn media_and_calls_behind_a_reason_to_stop_go_on_and_usage_does_not() {
    let kit = Kit::with(|setup| setup.settings.deadlines.between_events = Duration::from_millis(200)).await;
    let picture = || json!({"inlineData": {"mimeType": "image/png", "data": "iVBORw0KGgo="}});
    let mut usage = pieces::of(&[]);
    usage.as_object_mut().unwrap().remove("candidates");
    let stop = json!({"finishReason": "STOP"});
    let behind = |part, beside: &Value| pieces::piece(&[part], beside);
    for (name, behind, whole) in [
        ("a picture", behind(picture(), &json!({})), false),
        ("a call", behind(json!({"functionCall": {"name": "f"}}), &json!({})), false),
        ("code", behind(json!({"executableCode": {"code": "1", "language": "PYTHON"}}), &json!({})), false),
        ("a picture that stops", behind(picture(), &stop), true),
        ("its own deadline", json!({"error": {"code": 504, "message": "late", "status": "DEADLINE_EXCEEDED"}}), false),
        ("usage", usage, true),
        ("nothing", behind(json!({"text": ""}), &json!({})), true),
    ] {
        let told = pieces::told(&[pieces::of(&[said(0, "some words", true)]), behind]);
        let raw = || pieces::raw(true, told.clone());
        for (form, script) in [
            ("closed", raw()),
            ("broken", Script { cut_after_bytes: Some(told.len()), ..raw() }),
            ("silent", Script { stall_after_bytes: Some(told.len()), ..raw() }),
        ] {
            // the reader of Bedrock's streams here has no pictures
            for client in Dialect::ALL.into_iter().filter(|client| !name.contains("picture") || *client != Bedrock) {
                kit.upstream.script(script.clone());
                let got = kit.call(client, &asked("x")).await;
                let (seen, row) = (seen::read(client, &got), kit.rows_of(&got.id).await.pop().unwrap());
                let cell = format!("{name}, {form}: {client:?} {row:?} {}", got.text());
                let status = if whole { AttemptStatus::Success } else { AttemptStatus::Failure };
                assert_eq!((row.status, seen.complete), (status, whole), "{cell}");
                // on the same dialect the client hears of it, too
                assert_eq!(seen.error["message"].is_string(), !whole, "{cell}");
            }
        }
    }
}

fn asked(prompt: &str) -> Value {
    json!({"model": GEMINI, "max_tokens": 99, "stream": true, "messages": [{"role": "user", "content": prompt}]})
}

/// A stream of Cohere's without the mark behind its last event.
fn cohere_without_a_mark() -> Vec<u8> {
    let end = json!({"finish_reason": "COMPLETE", "usage": {"tokens": {"input_tokens": 3, "output_tokens": 9}}});
    let content = |text: &str| json!({"message": {"content": {"type": "text", "text": text}}});
    let events = [
        json!({"type": "message-start", "id": "c", "delta": {"message": {"role": "assistant", "content": []}}}),
        json!({"type": "content-start", "index": 0, "delta": content("")}),
        json!({"type": "content-delta", "index": 0, "delta": content("some words")}),
        json!({"type": "content-end", "index": 0}),
        json!({"type": "message-end", "delta": end}),
    ];
    let frame = |event: &Value| format!("event: {}\ndata: {event}\n\n", event["type"].as_str().unwrap());
    events.iter().map(frame).collect::<String>().into_bytes()
}

/// Nobody waits for the end of an answer that lacks nothing as for its next word.
#[tokio::test]
async fn a_server_that_never_closes_holds_up_no_end() {
    let kit = Kit::with(|setup| {
        // the call would be over first
        setup.settings.deadlines.between_events = Duration::from_mins(5);
    })
    .await;
    let once = pieces::told(&[pieces::of(&[said(0, "some ", false)]), pieces::of(&[said(0, "words", true)])]);
    // signs of life are none of a further word
    let alive = [&once[..], b": ping\n\n"].concat();
    let gemini = [("once", once), ("alive", alive)].into_iter().flat_map(|(name, told)| {
        Dialect::ALL.map(|client| (format!("{name}: {client:?}."), client, GEMINI, pieces::raw(true, told.clone())))
    });
    let cohere = cohere_without_a_mark();
    let cells = gemini.chain([("mark: Cohere.".to_owned(), Cohere, COHERE, pieces::raw(true, cohere))]);
    futures_util::stream::iter(cells)
        .for_each_concurrent(None, async |(cell, client, model, script)| {
            let when = When { body_contains: Some(cell.clone()), ..When::default() };
            let stall = script.raw_body.as_ref().map(Vec::len);
            kit.upstream.script(Script { when, stall_after_bytes: stall, ..script });
            let mut body = asked(&cell);
            body["model"] = model.into();
            let got = kit.call(client, &body).await;
            let (seen, row) = (seen::read(client, &got), kit.rows_of(&got.id).await.pop().unwrap());
            assert!(seen.complete && seen.error.is_null(), "{cell} {}", got.text());
            assert_eq!(seen.text, "some words", "{cell}");
            let told = (row.status, row.provenance, row.tokens.output);
            assert_eq!(told, (AttemptStatus::Success, Provenance::Final, 9), "{cell} {row:?}");
        })
        .await;
}
