//! Both versions of Cohere's chat, as its SDKs call them.

use http::{Request, StatusCode};
use serde_json::{Value, json};

use crate::app::{MASTER, TestApp};

fn post(path: &str) -> http::request::Builder {
    Request::post(path).header("authorization", format!("Bearer {MASTER}"))
}

#[tokio::test]
async fn the_second_version_answers() {
    let app = TestApp::new().await;
    let mut asked = json!({"model": "echo", "messages": [{"role": "user", "content": "one two three"}]});
    let (status, told) = app.send(post("/v2/chat"), asked.to_string()).await;
    assert_eq!(status, StatusCode::OK, "{told}");
    assert_eq!(told["message"]["content"], json!([{"type": "text", "text": "one two three"}]));
    assert_eq!((&told["finish_reason"], &told["usage"]["tokens"]["input_tokens"]), (&json!("COMPLETE"), &json!(3)));
    asked["stream"] = true.into();
    let (head, events) = app.answer(post("/v2/chat"), asked.to_string()).await;
    assert_eq!((head.status, head.headers["content-type"].to_str().unwrap()), (StatusCode::OK, "text/event-stream"));
    let events = String::from_utf8_lossy(&events).into_owned();
    assert!(events.starts_with("event: message-start\n") && events.ends_with("data: [DONE]\n\n"), "{events}");
}

#[tokio::test]
async fn the_first_version_answers_in_lines() {
    let app = TestApp::new().await;
    let mut asked = json!({"model": "echo", "message": "one two three"});
    let (status, told) = app.send(post("/v1/chat"), asked.to_string()).await;
    assert_eq!((status, &told["text"]), (StatusCode::OK, &json!("one two three")), "{told}");
    assert_eq!(told["chat_history"][0], json!({"role": "USER", "message": "one two three"}));
    asked["stream"] = true.into();
    let (head, lines) = app.answer(post("/v1/chat"), asked.to_string()).await;
    assert_eq!(
        (head.status, head.headers["content-type"].to_str().unwrap()),
        (StatusCode::OK, "application/stream+json")
    );
    let lines: Vec<Value> =
        String::from_utf8_lossy(&lines).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines[0]["event_type"], "stream-start");
    let last = lines.last().unwrap();
    assert_eq!((&last["event_type"], &last["response"]["text"]), (&json!("stream-end"), &json!("one two three")));
}

#[tokio::test]
async fn what_is_wrong_is_said_in_its_form() {
    let app = TestApp::new().await;
    for (path, asked, status, part) in [
        ("/v2/chat", json!({"model": "echo"}), 400, "messages"),
        ("/v2/chat", json!({"model": "gone", "messages": []}), 404, "gone"),
        ("/v1/chat", json!({"model": "echo", "message": 1}), 400, "'message' must be a string"),
        ("/v1/chat", json!({"model": "echo", "message": "x", "conversation_id": "c"}), 400, "chat_history"),
    ] {
        let (told, body) = app.send(post(path), asked.to_string()).await;
        assert_eq!(told.as_u16(), status, "{body}");
        assert!(body["message"].as_str().is_some_and(|message| message.contains(part)), "{body}");
        assert!(body["id"].is_string(), "{body}");
    }
    for (request, status) in [
        (Request::get("/v2/chat"), 405),
        (Request::put("/v1/chat"), 405),
        (post("/v2/embed"), 404),
        (post("/v2/chat/"), 404),
    ] {
        let (told, body) = app.send(request, String::new()).await;
        assert!(told.as_u16() == status && body["message"].is_string() && body["id"].is_string(), "{told} {body}");
    }
    let (status, body) = app.send(Request::post("/v2/chat"), "{}".into()).await;
    assert_eq!((status, body["message"].is_string()), (StatusCode::UNAUTHORIZED, true), "{body}");
}
