//! The questions how many tokens a request is, as each dialect asks them.

use http::{Request, StatusCode};
use serde_json::{Value, json};

use crate::app::{MASTER, TestApp};

fn post(path: &str, key: &str) -> http::request::Builder {
    Request::post(path).header("authorization", format!("Bearer {key}"))
}

#[tokio::test]
async fn every_dialect_asks_in_its_own_words() {
    let app = TestApp::new().await;
    let messages = json!([{"role": "user", "content": "one two three"}]);
    let converse =
        json!({"input": {"converse": {"messages": [{"role": "user", "content": [{"text": "one two three"}]}]}}});
    let input = json!({"model": "echo", "input": "one two three"});
    let counted = json!({"object": "response.input_tokens", "input_tokens": 3});
    // that body for Claude, with a ceiling, in base64
    let claude = "eyJhbnRocm9waWNfdmVyc2lvbiI6ImJlZHJvY2stMjAyMy0wNS0zMSIsIm1heF90b2tlbnMiOjEsIm1lc3NhZ2VzIj\
                  pbeyJyb2xlIjoidXNlciIsImNvbnRlbnQiOiJvbmUgdHdvIHRocmVlIn1dfQ==";
    let invoked = json!({"input": {"invokeModel": {"body": claude}}});
    for (path, asked, told) in [
        ("/v1/messages/count_tokens", json!({"model": "echo", "messages": messages}), json!({"input_tokens": 3})),
        (
            "/v1/messages/count_tokens?beta=true",
            json!({"model": "echo", "messages": messages}),
            json!({"input_tokens": 3}),
        ),
        ("/v1/responses/input_tokens", input.clone(), counted.clone()),
        ("/responses/input_tokens", input.clone(), counted.clone()),
        ("/openai/v1/responses/input_tokens", input, counted),
        ("/model/echo/count-tokens", converse.clone(), json!({"inputTokens": 3})),
        ("/bedrock/model/echo/count-tokens", converse, json!({"inputTokens": 3})),
        ("/model/echo/count-tokens", invoked, json!({"inputTokens": 3})),
    ] {
        let (head, body) = app.answer(post(path, MASTER), asked.to_string()).await;
        assert_eq!(head.status, StatusCode::OK, "{path} {body:?}");
        assert_eq!(serde_json::from_slice::<Value>(&body).unwrap(), told, "{path}");
        assert_eq!(head.headers["x-turnpike-token-count"], "provider", "{path}");
        assert!(head.headers.contains_key("request-id"), "{path}");
    }
    let (_, logs) = app.get(MASTER, "/spend/logs").await;
    assert!(!logs.to_string().contains("echo"), "counting is not on record: {logs}");
}

#[tokio::test]
async fn refusals_are_in_the_words_of_the_dialect() {
    let app = TestApp::new().await;
    let (no_access, _) = app.generate(json!({"models": ["another"]})).await;
    let (spent, _) = app.generate(json!({"max_budget": 0})).await;
    let messages = json!({"model": "echo", "messages": [{"role": "user", "content": "x"}]});
    let invoke = json!({"input": {"invokeModel": {"body": "e30="}}});
    for (path, key, asked, status, kind) in [
        ("/v1/messages/count_tokens", "sk-nobody", &messages, 401, "authentication_error"),
        ("/v1/messages/count_tokens", no_access.as_str(), &messages, 403, "key_model_access_denied"),
        ("/v1/messages/count_tokens", spent.as_str(), &messages, 200, "input_tokens"),
        ("/v1/messages/count_tokens", MASTER, &json!({"model": "gone", "messages": []}), 404, "not_found_error"),
        ("/v1/messages/count_tokens", MASTER, &json!({"model": "echo"}), 400, "invalid_request_error"),
        (
            "/v1/messages/count_tokens",
            MASTER,
            &json!({"model": "echo", "messages": [], "thread": {"id": "t"}}),
            400,
            "error",
        ),
        (
            "/v1/responses/input_tokens",
            MASTER,
            &json!({"model": "echo", "input": "x", "previous_response_id": "r"}),
            400,
            "previous_response_id",
        ),
        ("/v1/responses/input_tokens", MASTER, &json!({"model": "gone", "input": "x"}), 404, "model_not_found"),
        ("/model/echo/count-tokens", MASTER, &invoke, 400, "anthropic_version"),
        ("/model/echo/count-tokens", MASTER, &json!({"messages": []}), 400, "'input'"),
    ] {
        let (head, body) = app.answer(post(path, key), asked.to_string()).await;
        let text = String::from_utf8_lossy(&body);
        assert!(head.status.as_u16() == status && text.contains(kind), "{path} {asked}: {} {text}", head.status);
        let word = head.headers.get("x-amzn-errortype").map(|word| word.to_str().unwrap());
        assert_eq!(word, path.starts_with("/model").then_some("ValidationException"), "{path}");
    }
}
