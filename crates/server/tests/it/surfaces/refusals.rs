//! What clients ask of OpenAI's Responses that is not there, and what agents call beside their models.

use http::{Method, Request};
use serde_json::Value;

use crate::app::{MASTER, TestApp};

#[tokio::test]
async fn kept_responses_are_not_here() {
    let app = TestApp::new().await;
    for at in ["/v1/responses", "/responses", "/openai/v1/responses"] {
        for (method, path, status, code) in [
            (Method::GET, "/resp_1", 404, "response_not_found"),
            (Method::DELETE, "/resp_1", 404, "response_not_found"),
            (Method::POST, "/resp_1/cancel", 404, "response_not_found"),
            (Method::GET, "/resp_1/input_items?limit=2", 404, "response_not_found"),
            (Method::POST, "/compact", 404, "compaction_not_available"),
        ] {
            let request = Request::builder().method(method.clone()).uri(format!("{at}{path}"));
            let (head, body) =
                app.answer(request.header("authorization", format!("Bearer {MASTER}")), String::new()).await;
            let error = serde_json::from_slice::<Value>(&body).unwrap()["error"].clone();
            let said = (head.status.as_u16(), error["code"].as_str(), error["type"].as_str());
            assert_eq!(said, (status, Some(code), Some("not_found_error")), "{method} {at}{path} {error}");
            assert!(head.headers.contains_key("x-request-id"));
        }
        let (head, body) = app.answer(Request::put(format!("{at}/resp_1")), String::new()).await;
        assert_eq!(head.status, 405, "{body:?}");
        assert!(String::from_utf8_lossy(&body).contains(&format!("{at}/resp_1 does not take PUT")), "{body:?}");
    }
}

#[tokio::test]
async fn what_agents_call_beside_their_models_is_answered() {
    let app = TestApp::new().await;
    for request in [Request::get("/"), Request::head("/"), Request::post("/api/event_logging/batch")] {
        let (head, _) = app.answer(request, r#"{"events":[]}"#.to_owned()).await;
        assert_eq!(head.status, 200);
    }
    let (_, greeting) = app.get(MASTER, "/").await;
    assert_eq!(greeting["service"], "turnpike");
}

/// Below `/v2/` and `/model/` there are routes that manage the gateway beside those of Cohere and of Bedrock.
#[tokio::test]
async fn what_is_not_there_is_said_in_the_shape_of_what_stands_beside_it() {
    let app = TestApp::new().await;
    for (request, status, shape) in [
        ("GET /v2/key/nope", 404, "management"),
        ("PUT /v2/key/info", 405, "management"),
        ("GET /v2/nope", 404, "management"),
        ("GET /v2/chats", 404, "management"),
        ("POST /model/nope", 404, "management"),
        ("POST /model/new/", 404, "management"),
        ("POST /model/a/update", 404, "management"),
        ("DELETE /model/info", 405, "management"),
        ("GET /model/new", 405, "management"),
        ("DELETE /model/a/update", 405, "management"),
        ("GET /key/nope", 404, "management"),
        ("DELETE /v2/chat", 405, "cohere"),
        ("POST /v2/embed", 404, "cohere"),
        ("POST /v2/rerank/more", 404, "cohere"),
        ("GET /model/a/converse", 400, "bedrock"),
        ("POST /model/a/nope", 404, "bedrock"),
        ("POST /model/arn:aws:bedrock:r:1:profile/a/nope", 404, "bedrock"),
        ("POST /bedrock/model/nope", 404, "bedrock"),
        ("POST /bedrock/model/a/update", 404, "bedrock"),
    ] {
        let (method, path) = request.split_once(' ').unwrap();
        let ask = Request::builder().method(method).uri(path).header("authorization", format!("Bearer {MASTER}"));
        let (head, body) = app.answer(ask, "{}".to_owned()).await;
        let body: Value = serde_json::from_slice(&body).unwrap();
        let said = if body["error"]["message"].is_string() {
            "management"
        } else if head.headers.contains_key("x-amzn-errortype") {
            "bedrock"
        } else {
            "cohere"
        };
        assert_eq!((head.status.as_u16(), said), (status, shape), "{request}: {body}");
        assert_eq!(body["message"].is_string(), shape != "management", "{request}: {body}");
    }
}
