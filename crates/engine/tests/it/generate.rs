//! What Gemini has and nobody else: on the same dialect what is written into the client's own bytes, and streams without an ending of
//! their own.

use engine::secret::Secret;
use serde_json::{Value, json};
use store::ledger::{AttemptStatus, Provenance};
use testkit::Script;
use wire::Dialect::{self, Gemini};

use crate::kit::{GEMINI, Kit, MASTER, PROVIDER_KEY};
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
        let served = kit.upstream.served().pop().unwrap();
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
        let served = kit.upstream.served().pop().unwrap();
        assert_eq!(served.body, asked.as_bytes());
        let operation = if stream { "streamGenerateContent?alt=sse" } else { "generateContent" };
        assert_eq!(served.path, format!("/v1beta/models/gemini-3-model:{operation}"));
        assert_eq!(served.header("x-goog-api-key"), Some(PROVIDER_KEY));
    }
    let named = |model: &str| format!(r#"{{"model":"{model}",{}"#, asked.trim_start_matches('{'));
    for said in ["gemini-3", "models/gemini-3"] {
        kit.call_at(&key, Gemini, GEMINI, false, named(said)).await;
        assert_eq!(kit.upstream.served().pop().unwrap().body, named("models/gemini-3-model").as_bytes());
    }
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
