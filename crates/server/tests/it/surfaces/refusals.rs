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
