//! Gemini's operations and its list of models, as its SDKs ask for them.

use http::{Request, StatusCode};
use serde_json::{Value, json};

use crate::app::{MASTER, TestApp};

const ASKED: &str = r#"{"contents":[{"role":"user","parts":[{"text":"one two three"}]}]}"#;

fn post(path: &str) -> http::request::Builder {
    Request::post(path).header("x-goog-api-key", MASTER)
}

#[tokio::test]
async fn a_model_answers_under_every_path() {
    let app = TestApp::new().await;
    for at in ["/v1beta", "/v1", ""] {
        let (status, told) = app.send(post(&format!("{at}/models/echo:generateContent")), ASKED.into()).await;
        assert_eq!(status, StatusCode::OK, "{told}");
        assert_eq!(told["candidates"][0]["content"]["parts"][0]["text"], "one two three");
        assert_eq!(told["candidates"][0]["finishReason"], "STOP");
        assert_eq!(told["usageMetadata"]["totalTokenCount"], 6);
        for asked in [
            ASKED.to_owned(),
            format!(r#"{{"generateContentRequest":{{"model":"models/echo",{}}}"#, ASKED.trim_start_matches('{')),
        ] {
            let (status, told) = app.send(post(&format!("{at}/models/echo:countTokens")), asked).await;
            assert_eq!((status, &told["totalTokens"]), (StatusCode::OK, &json!(3)), "{told}");
        }
    }
    let (_, logs) = app.get(MASTER, "/spend/logs").await;
    assert!(logs.to_string().contains("agenerate_content"), "{logs}");
}

#[tokio::test]
async fn a_stream_is_events_or_a_list() {
    let app = TestApp::new().await;
    let stream = "/v1beta/models/echo:streamGenerateContent";
    let (head, events) = app.answer(post(&format!("{stream}?alt=sse")), ASKED.into()).await;
    assert_eq!((head.status, head.headers["content-type"].to_str().unwrap()), (StatusCode::OK, "text/event-stream"));
    let events = String::from_utf8_lossy(&events).into_owned();
    let of_events: Vec<Value> =
        events.lines().filter_map(|line| serde_json::from_str(line.strip_prefix("data:")?).ok()).collect();
    let (head, list) = app.answer(post(stream), ASKED.into()).await;
    assert_eq!((head.status, head.headers["content-type"].to_str().unwrap()), (StatusCode::OK, "application/json"));
    let listed: Vec<Value> = serde_json::from_slice(&list).unwrap();
    assert_eq!(listed.len(), of_events.len());
    for chunks in [&of_events, &listed] {
        let ending = chunks.last().unwrap();
        assert_eq!(ending["candidates"][0]["finishReason"], "STOP", "{ending}");
        let said: String =
            chunks.iter().filter_map(|chunk| chunk["candidates"][0]["content"]["parts"][0]["text"].as_str()).collect();
        assert_eq!(said, "one two three");
    }
    // what goes wrong before it begins is of the same form
    let gone = "/v1beta/models/gone:streamGenerateContent";
    let (status, error) = app.send(post(gone), ASKED.into()).await;
    assert_eq!((status, &error[0]["error"]["status"]), (StatusCode::NOT_FOUND, &json!("NOT_FOUND")), "{error}");
    let (status, error) = app.send(post(&format!("{gone}?alt=sse")), ASKED.into()).await;
    assert_eq!((status, &error["error"]["code"]), (StatusCode::NOT_FOUND, &json!(404)), "{error}");
}

#[tokio::test]
async fn the_key_may_stand_in_the_query() {
    let app = TestApp::new().await;
    for (path, status) in [
        (format!("/v1beta/models/echo:generateContent?key={MASTER}"), 200),
        (format!("/v1beta/models/echo:streamGenerateContent?alt=sse&key={MASTER}"), 200),
        ("/v1beta/models/echo:generateContent?key=sk-nobody".to_owned(), 401),
        (format!("/v1beta/models/echo:generateContent?key={MASTER}&key=sk-b"), 401),
        (format!("/v1/chat/completions?key={MASTER}"), 401),
    ] {
        let (head, body) = app.answer(Request::post(&path), ASKED.into()).await;
        let told = String::from_utf8_lossy(&body);
        assert_eq!(head.status.as_u16(), status, "{path} {told}");
        assert!(!told.contains(MASTER) && !told.contains("sk-nobody"), "{path} {told}");
    }
    let (status, listed) = app.send(Request::get(format!("/v1beta/models?key={MASTER}")), String::new()).await;
    assert_eq!((status, &listed["models"][0]["name"]), (StatusCode::OK, &json!("models/echo")), "{listed}");
}

#[tokio::test]
async fn models_are_listed_in_its_form() {
    let app = TestApp::new().await;
    for path in ["/v1beta/models?pageSize=50", "/v1/models", "/models"] {
        let (status, listed) = app.send(Request::get(path).header("x-goog-api-key", MASTER), String::new()).await;
        let model = &listed["models"][0];
        assert_eq!(
            (status, &model["name"], &model["displayName"]),
            (StatusCode::OK, &json!("models/echo"), &json!("echo"))
        );
        assert_eq!(model["supportedGenerationMethods"], json!(["generateContent", "countTokens"]));
    }
    let one = Request::get("/v1beta/models/echo").header("authorization", format!("Bearer {MASTER}"));
    let (status, model) = app.send(one, String::new()).await;
    assert_eq!((status, &model["name"]), (StatusCode::OK, &json!("models/echo")));
    let (_, listed) = app.get(MASTER, "/v1/models").await;
    assert_eq!(listed["object"], "list", "OpenAI's clients share the path");
}

#[tokio::test]
async fn errors_are_in_its_form() {
    let app = TestApp::new().await;
    for (request, body, status, word) in [
        (post("/v1beta/models/gone:generateContent"), ASKED, 404, "NOT_FOUND"),
        (post("/v1beta/models/echo:generateContent"), "{", 400, "INVALID_ARGUMENT"),
        (post("/v1beta/models/echo:generateContent"), r#"{"model":"other"}"#, 400, "INVALID_ARGUMENT"),
        (Request::post("/v1/models/echo:generateContent"), ASKED, 401, "UNAUTHENTICATED"),
        (post("/v1/models/echo:embedContent"), "{}", 400, "INVALID_ARGUMENT"),
        (post("/models/echo:batchEmbedContents"), "{}", 400, "INVALID_ARGUMENT"),
        (post("/v1beta/models/echo:predict"), "{}", 404, "NOT_FOUND"),
        (post("/v1beta/cachedContents"), "{}", 404, "NOT_FOUND"),
        (Request::put("/v1beta/models"), "", 405, "INVALID_ARGUMENT"),
        (Request::get("/v1beta/models/echo:generateContent"), "", 405, "INVALID_ARGUMENT"),
        (Request::get("/v1/models/echo:embedContent"), "", 405, "INVALID_ARGUMENT"),
        (Request::get("/models/echo:batchEmbedContents"), "", 405, "INVALID_ARGUMENT"),
        (Request::put("/v1/models/echo:embedContent"), "", 405, "INVALID_ARGUMENT"),
        (Request::get("/v1beta/models"), "", 401, "UNAUTHENTICATED"),
        (Request::get("/v1/models/gone").header("x-goog-api-key", MASTER), "", 404, "NOT_FOUND"),
    ] {
        let (told, error) = app.send(request, body.to_owned()).await;
        let error = &error["error"];
        let expected = (status, &json!(status), &json!(word));
        assert_eq!((told.as_u16(), &error["code"], &error["status"]), expected, "{error}");
        assert!(error["message"].is_string());
    }
}

#[tokio::test]
async fn operations_say_which_method_they_take() {
    let app = TestApp::new().await;
    for operation in ["generateContent", "streamGenerateContent", "countTokens", "embedContent", "batchEmbedContents"] {
        for request in
            [Request::get(format!("/v1/models/echo:{operation}")), Request::head(format!("/models/a/b:{operation}"))]
        {
            let (head, _) = app.answer(request, String::new()).await;
            let allowed = head.headers["allow"].to_str().unwrap();
            assert_eq!((head.status, allowed), (StatusCode::METHOD_NOT_ALLOWED, "POST"), "{operation}");
        }
    }
}
