//! Vectors, as OpenAI's embeddings and Gemini's: the numbers, usage, markers, scripts, refusals, the log.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use testkit::{Counts, Dialect, Script, State, Upstream, UsageMode, When};

use crate::client::{get, merged, post, request};

const OPENAI: &str = "/v1/embeddings";
const ONE: &str = "/v1beta/models/gemini-embedding-2:embedContent";
const SEVERAL: &str = "/v1beta/models/gemini-embedding-2:batchEmbedContents";
/// Of a model that tells no usage.
const OLDER: &str = "/v1beta/models/gemini-embedding-001:batchEmbedContents";

fn embed(input: impl Into<Value>, more: Value) -> Value {
    merged(json!({"model": "m", "input": input.into()}), more)
}

fn content(text: &str, more: Value) -> Value {
    merged(json!({"content": {"parts": [{"text": text}]}}), more)
}

fn several(model: &str, texts: &[&str]) -> Value {
    let requests = texts.iter().map(|text| content(text, json!({"model": format!("models/{model}")})));
    json!({"requests": requests.collect::<Vec<_>>()})
}

/// The same texts in each form, and where the list of vectors stands.
fn forms(texts: &[&str]) -> [(&'static str, Value, &'static str); 3] {
    [
        (OPENAI, embed(json!(texts), json!({})), "data"),
        (SEVERAL, several("gemini-embedding-2", texts), "embeddings"),
        (OLDER, several("gemini-embedding-001", texts), "embeddings"),
    ]
}

fn numbers(vector: &Value) -> Vec<f64> {
    let vector = vector.get("embedding").or(vector.get("values")).unwrap_or(vector);
    vector.as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect()
}

#[tokio::test]
async fn a_text_has_one_vector_in_both_languages() {
    let upstream = Upstream::start().await;
    let [openai, gemini, older] = forms(&["a", "b", "a"]);
    let mut all = Vec::new();
    for (path, body, member) in [openai, gemini, older] {
        let told = post(&upstream, path, &body).await.json();
        let vectors: Vec<_> = told[member].as_array().unwrap().iter().map(numbers).collect();
        assert_eq!((vectors.len(), vectors[0].len(), &vectors[0]), (3, 8, &vectors[2]), "{told}");
        assert_ne!(vectors[0], vectors[1]);
        all.push(vectors);
    }
    assert!(all.iter().all(|vectors| vectors == &all[0]));
    let one = post(&upstream, ONE, &content("a", json!({"outputDimensionality": 3}))).await.json();
    assert_eq!(numbers(&one["embedding"]), all[0][0][..3], "a shorter vector is the beginning of a longer one");
    let one = post(&upstream, ONE, &content("a", json!({"output_dimensionality": 3}))).await.json();
    assert_eq!(numbers(&one["embedding"]).len(), 3, "either spelling");
    let told = post(&upstream, OPENAI, &embed("b", json!({"dimensions": 3}))).await;
    assert!(told.body.starts_with(r#"{"object":"list","data":[{"object":"embedding","index":0,"embedding":["#));
    assert_eq!(numbers(&told.json()["data"][0]), all[0][1][..3]);
}

#[tokio::test]
async fn base64_is_of_the_same_numbers() {
    let upstream = Upstream::start().await;
    let told = async |format: &str| {
        let body = embed(json!([[7, 8], [9]]), json!({"encoding_format": format}));
        post(&upstream, OPENAI, &body).await.json()["data"].clone()
    };
    let (packed, plain) = (told("base64").await, told("float").await);
    for at in 0..2 {
        let bytes = STANDARD.decode(packed[at]["embedding"].as_str().unwrap()).unwrap();
        let (floats, rest) = bytes.as_chunks();
        let floats: Vec<_> = floats.iter().map(|bytes| f64::from(f32::from_le_bytes(*bytes))).collect();
        assert_eq!((floats, rest.len()), (numbers(&plain[at]), 0));
    }
}

#[tokio::test]
async fn usage_is_told_by_those_who_tell_it() {
    let upstream = Upstream::start().await;
    for (path, body, told) in [
        (OPENAI, embed("x", json!({})), true),
        (SEVERAL, several("gemini-embedding-2", &["x"]), true),
        (ONE, content("x", json!({})), true),
        (OLDER, several("gemini-embedding-001", &["x"]), false),
    ] {
        for (mode, input) in [
            (UsageMode::Present, json!(77)),
            (UsageMode::Absent, json!(null)),
            (UsageMode::Zero, json!(0)),
            (UsageMode::Negative, json!(-77)),
            (UsageMode::Huge, json!(9_000_000_000_000_000_000_u64)),
        ] {
            let counts = Some(Counts { input: 77, ..Counts::default() });
            upstream.script(Script { usage: mode, counts, ..Script::default() });
            let answer = post(&upstream, path, &body).await.json();
            let expect = if told { input } else { Value::Null };
            let usage = if path == OPENAI {
                &answer["usage"]["prompt_tokens"]
            } else {
                &answer["usageMetadata"]["promptTokenCount"]
            };
            assert_eq!(usage, &expect, "{path} {mode:?}: {answer}");
            let served = upstream.last().unwrap();
            assert_eq!(served.measured, Counts { input: 77, ..Counts::default() });
            let counts = expect.as_u64().map(|input| Counts { input, ..Counts::default() });
            assert_eq!(served.usage, counts, "{path} {mode:?}");
        }
    }
    // without a script: a quarter of what was sent
    let body = embed("some words", json!({}));
    let answer = post(&upstream, OPENAI, &body).await.json();
    let input = (body.to_string().len() / 4) as u64;
    assert_eq!(answer["usage"], json!({"prompt_tokens": input, "total_tokens": input}));
    let answer = post(&upstream, ONE, &content("x", json!({}))).await.json();
    let input = &answer["usageMetadata"]["promptTokenCount"];
    let details = json!([{"modality": "TEXT", "tokenCount": input}]);
    assert_eq!(answer["usageMetadata"], json!({"promptTokenCount": input, "promptTokenDetails": details}));
}

#[tokio::test]
async fn markers_and_scripts() {
    let upstream = Upstream::start().await;
    for (path, body, member) in forms(&["fine", "[[error:429]] [[sleep:1]]"]) {
        let got = post(&upstream, path, &body).await;
        assert_eq!((got.status.as_u16(), got.json().get(member)), (429, None), "{path}");
        assert_eq!(got.json()["error"]["message"], "mock error");
    }
    for (at, (path, body, _)) in [0, 1, 2].into_iter().zip(forms(&["[[flaky:K:1:503]]"])) {
        let body: Value = body.to_string().replace(":K:", &format!(":k{at}:")).parse().unwrap();
        let first = post(&upstream, path, &body).await.status.as_u16();
        assert_eq!((first, post(&upstream, path, &body).await.status.as_u16()), (503, 200), "{path}");
    }
    let marked = r#"[[script:{"usage":"absent","extra":{"x_new":1}}]]"#;
    for (path, body, member) in forms(&[marked]) {
        let told = post(&upstream, path, &body).await.json();
        assert_eq!((&told["x_new"], told.get("usage"), told.get("usageMetadata")), (&json!(1), None, None), "{path}");
        upstream.script(Script { status: Some(529), ..Script::default() });
        assert_eq!(post(&upstream, path, &body).await.status, 529);
        let extra_inner = json!({"x_deep": 2}).as_object().unwrap().clone();
        upstream.script(Script { extra_inner, ..Script::default() });
        assert_eq!(post(&upstream, path, &body).await.json()[member][0]["x_deep"], 2);
        upstream.script(Script { malformed_after: Some(0), ..Script::default() });
        assert!(serde_json::from_str::<Value>(&post(&upstream, path, &body).await.body).is_err());
        upstream.script(Script { cut_after_bytes: Some(20), ..Script::default() });
        let got = post(&upstream, path, &body).await;
        assert!(!got.whole && got.body.len() <= 20);
        let when = When { model: Some("m".to_owned()), ..When::default() };
        upstream.script(Script { when, hang_up: true, ..Script::default() });
        assert_eq!(request(&upstream, "POST", path, body.to_string()).await.is_err(), path == OPENAI);
    }
}

#[tokio::test]
async fn what_is_wrong_is_said_in_the_dialect() {
    let upstream = Upstream::start().await;
    for (path, body, message) in [
        (OPENAI, embed("x", json!({"taskType": "y"})), "Unrecognized request argument supplied: taskType"),
        (OPENAI, embed("", json!({})), "Invalid value for 'input'."),
        (ONE, content("x", json!({"model": "models/other"})), "must be the model of the URL"),
        (ONE, several("gemini-embedding-2", &["x"]), "Unknown name \"requests\""),
        (SEVERAL, several("gemini-embedding-001", &["x"]), "must be the model of the URL"),
        (SEVERAL, several("gemini-embedding-2", &["x"; 101]), "from 1 to 100"),
        (OLDER, json!({"requests": [content("x", json!({}))]}), "model is required"),
    ] {
        let got = post(&upstream, path, &body).await;
        let error = &got.json()["error"];
        assert!(got.status == 400 && error["message"].as_str().unwrap().contains(message), "{path}: {}", got.body);
        let word = if path == OPENAI { &error["type"] } else { &error["status"] };
        assert!(["invalid_request_error", "INVALID_ARGUMENT"].contains(&word.as_str().unwrap()), "{}", got.body);
    }
    assert_eq!(post(&upstream, OPENAI, &json!("{")).await.status, 400);
}

#[tokio::test]
async fn the_log_and_the_list_of_models() {
    let upstream = Upstream::start().await;
    for ((path, body, _), dialect) in
        forms(&["x"]).into_iter().zip([Dialect::OpenaiChat, Dialect::Gemini, Dialect::Gemini])
    {
        post(&upstream, path, &body).await;
        let served = upstream.wait_for_ended(1).await.unwrap().pop().unwrap();
        assert_eq!((served.path.as_str(), served.dialect, served.state), (path, Some(dialect), State::Complete));
        assert_eq!((served.stream, served.terminal_sent, served.json()), (false, true, body));
    }
    let models: Vec<_> = upstream.served().into_iter().map(|served| served.model.unwrap()).collect();
    assert_eq!(models, ["m", "gemini-embedding-2", "gemini-embedding-001"]);
    let listed = get(&upstream, "/v1/models").await.json();
    assert_eq!(listed["data"].as_array().unwrap().len(), 2);
}
