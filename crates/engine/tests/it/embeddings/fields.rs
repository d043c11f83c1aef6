//! What a request says: byte for byte on the same dialect, but for the model; across dialects carried, or refused by name.

use engine::secret::Secret;
use serde_json::{Value, json};
use wire::Dialect::{self, Gemini, OpenAiChat};

use super::{ask, embed, embed_as, last, start, vectors, with_newer};
use crate::kit::{GEMINI, GPT, Got, Kit, MASTER};

/// Bodies of clients, and what goes on for them; `MODEL` is the group's name in one, the provider's in the other.
const STRANGE: &[(Dialect, &str)] = &[
    (OpenAiChat, "{ \"input\" : \"\\u0061\" ,\n\t\"model\":  \"MODEL\", \"dimensions\" : 8 , \"user\":\"\\/\" }"),
    (OpenAiChat, r#"{"model":"MODEL","input":[1, 2 ,3],"encoding_format":"base64","dimensions":null}"#),
    (OpenAiChat, r#"{"input":[[1], [2,3]],"model":"MODEL","x_new":{"model":"inner"},"dimensions":"many"}"#),
    (Gemini, r#"{"content" : {"parts":[{"text":"\u0061"}]}, "task_type":"CLUSTERING" ,"outputDimensionality":8.0}"#),
    (Gemini, r#"{"model": "models/MODEL", "content":{"parts":[{"text":"a"}]},"x_new":{"model":"inner"}}"#),
    (
        Gemini,
        r#"{ "requests":[ {"content":{"parts":[{"text":"models/gemini-3"}]}, "model" : "models/MODEL"},{"model":"models/MODEL","content":{"parts":[{"inlineData":{"mimeType":"image/png","data":"AAAA"}}]},"title":"t"} ,{"content":7}] }"#,
    ),
];

#[tokio::test]
async fn a_body_goes_on_byte_for_byte() {
    let kit = start().await;
    let master = Secret::new(MASTER);
    for (dialect, body) in STRANGE {
        let group = if *dialect == OpenAiChat { GPT } else { GEMINI };
        let asked = body.replace("MODEL", group);
        embed_as(&kit, &master, *dialect, group, asked).await;
        assert_eq!(last(&kit).body, body.replace("MODEL", &format!("{group}-model")), "{body}");
    }
    // the name without its folder is the model's too; Google wants it with
    let asked = json!({"requests": [{"model": GEMINI, "content": {"parts": [{"text": "a"}]}}]});
    let got = embed(&kit, Gemini, GEMINI, &asked).await;
    assert_eq!((got.status, &last(&kit).json()["requests"][0]["model"]), (200, &json!("models/gemini-3-model")));
}

/// Only the provider that made a model knows what its tokens mean.
#[tokio::test]
async fn tokens_stay_with_their_maker() {
    let kit = start().await;
    for input in [json!([1, 2]), json!([[1, 2], [3]])] {
        let asked = |model: &str| json!({"model": model, "input": input});
        let got = embed(&kit, OpenAiChat, GPT, &asked(GPT)).await;
        assert_eq!(vectors(OpenAiChat, &got).len(), if input[0].is_array() { 2 } else { 1 });
        let before = kit.upstream.count();
        refused(&embed(&kit, OpenAiChat, GEMINI, &asked(GEMINI)).await, OpenAiChat, "input");
        assert_eq!(kit.upstream.count(), before);
    }
}

/// More fields, the provider that has no word for them, and what they are called.
fn foreign() -> Vec<(Dialect, &'static str, Value, &'static str)> {
    vec![
        (OpenAiChat, GEMINI, json!({"user": "u"}), "user"),
        (OpenAiChat, GEMINI, json!({"x_new": {"a": 1}}), "x_new"),
        (Gemini, GPT, json!({"taskType": "RETRIEVAL_QUERY"}), "taskType"),
        (Gemini, GPT, json!({"task_type": "RETRIEVAL_QUERY"}), "taskType"),
        (Gemini, GPT, json!({"title": "t"}), "title"),
        (Gemini, GPT, json!({"x_new": 1}), "requests[0].xNew"),
        (Gemini, GPT, json!({"embedContentConfig": {"autoTruncate": true}}), "requests[0].embedContentConfig"),
        (
            Gemini,
            GPT,
            json!({"content": {"parts": [{"text": "a", "videoMetadata": {}}]}}),
            "requests[0].content.parts[0].videoMetadata",
        ),
    ]
}

#[tokio::test]
async fn what_has_no_counterpart_is_refused_by_name_or_dropped_and_named() {
    let (strict, lenient) = (start().await, lenient().await);
    for (client, group, more, name) in foreign() {
        let asked = ask(client, group, &["a"], &more);
        refused(&embed(&strict, client, group, &asked).await, client, name);
        let got = embed(&lenient, client, group, &asked).await;
        assert_eq!((vectors(client, &got).len(), got.header("x-turnpike-dropped")), (1, Some(name)), "{}", got.text());
        let field = name.rsplit('.').next().unwrap();
        assert!(!String::from_utf8(last(&lenient).body.to_vec()).unwrap().contains(field), "{name}");
        // null says nothing
        let nothing =
            more.as_object().unwrap().keys().filter(|key| *key != "content").map(|key| (key.clone(), Value::Null));
        let asked = ask(client, group, &["a"], &Value::Object(nothing.collect()));
        assert_eq!(vectors(client, &embed(&strict, client, group, &asked).await).len(), 1, "{name}");
    }
    assert!(strict.rows().await.iter().all(|row| row.error_kind.is_none()), "what is refused is not recorded");
    strict.assert_one_row_an_attempt().await;
}

async fn lenient() -> Kit {
    Kit::with(|setup| {
        with_newer(setup);
        setup.settings.drop_params = true;
    })
    .await
}

/// What no setting lets go on: values that mean nothing, pictures where only texts have vectors, settings that differ where one
/// must do for all, another model than the URL's.
#[tokio::test]
async fn what_is_wrong_is_refused_by_its_path() {
    let kit = lenient().await;
    let text = json!({"parts": [{"text": "a"}]});
    let one = |more: Value| ask(Gemini, GPT, &["a"], &more);
    for (client, group, asked, path) in [
        (OpenAiChat, GEMINI, json!({"model": GEMINI, "input": {}}), "input"),
        (OpenAiChat, GEMINI, json!({"model": GEMINI, "input": ["a", 1]}), "input"),
        (OpenAiChat, GEMINI, json!({"model": GEMINI, "input": "a", "dimensions": "x"}), "dimensions"),
        (OpenAiChat, GEMINI, json!({"model": GEMINI, "input": "a", "encoding_format": "hex"}), "encoding_format"),
        (OpenAiChat, GPT, json!({"model": GPT}), "input"),
        (OpenAiChat, GPT, json!({"model": GPT, "input": "a", "Model": "other"}), "Model"),
        (OpenAiChat, GPT, json!({"model": GPT, "input": "a", "api_base": "http://evil"}), "api_base"),
        (Gemini, GPT, one(json!({"content": null})), "requests[0].content"),
        (Gemini, GPT, one(json!({"content": {"parts": [{"inlineData": {}}]}})), "requests[0].content.parts[0]"),
        (Gemini, GPT, one(json!({"outputDimensionality": -1})), "requests[0].outputDimensionality"),
        (Gemini, GPT, json!({"requests": [{"content": text, "title": "t"}, {"content": text}]}), "requests[1]"),
        (Gemini, GPT, json!({"requests": []}), "requests"),
        (Gemini, GPT, one(json!({"model": "models/other"})), "model"),
        (Gemini, GEMINI, json!({"requests": [{"content": text, "model": "models/other"}]}), "model"),
        (Gemini, GEMINI, json!({"content": text, "model": "models/other"}), "model"),
    ] {
        refused(&embed(&kit, client, group, &asked).await, client, path);
    }
    assert_eq!((kit.upstream.count(), kit.rows().await.len()), (0, 0));
}

/// A refusal of the gateway's that names the field.
fn refused(got: &Got, client: Dialect, name: &str) {
    let error = &got.json()["error"];
    assert_eq!(got.status, 400, "{name}: {}", got.text());
    assert!(error["message"].as_str().unwrap().contains(name), "{name}: {error}");
    if client == OpenAiChat {
        assert_eq!((&error["type"], &error["param"]), (&json!("invalid_request_error"), &json!(name)), "{error}");
    } else {
        assert_eq!(error["status"], "INVALID_ARGUMENT", "{error}");
    }
}
