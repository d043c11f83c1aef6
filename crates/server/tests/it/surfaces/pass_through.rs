//! Which pass-throughs a key and its team allow and deny.

use serde_json::json;

use crate::app::{MASTER, TestApp, on_both};

on_both![lists_hold_under_either_path,];

async fn lists_hold_under_either_path(app: TestApp) {
    app.post(MASTER, "/team/new", json!({"team_id": "t", "denied_passthrough_routes": ["/bedrock"]})).await;
    let bodies = [
        ("/model/echo/converse", json!({"messages": [{"role": "user", "content": [{"text": "hi"}]}]})),
        ("/bedrock/model/echo/converse", json!({"messages": [{"role": "user", "content": [{"text": "hi"}]}]})),
        ("/model/%65cho/converse", json!({"messages": [{"role": "user", "content": [{"text": "hi"}]}]})),
        ("/v1/chat/completions", json!({"model": "echo", "messages": [{"role": "user", "content": "hi"}]})),
    ];
    for (of_key, expected) in [
        (json!({}), [200, 200, 200, 200]),
        (json!({"team_id": "t"}), [403, 403, 403, 200]),
        (json!({"denied_passthrough_routes": ["/bedrock/model/*"]}), [403, 403, 403, 200]),
        (json!({"denied_passthrough_routes": ["/bedrock/model/echo/*"]}), [403, 403, 403, 200]),
        (json!({"denied_passthrough_routes": ["/gemini"]}), [200, 200, 200, 200]),
        (json!({"allowed_passthrough_routes": ["/gemini"]}), [403, 403, 403, 200]),
        (json!({"allowed_passthrough_routes": ["/bedrock"]}), [200, 200, 200, 200]),
        (
            json!({"allowed_passthrough_routes": ["/bedrock"], "denied_passthrough_routes": ["/bedrock/model"]}),
            [403, 403, 403, 200],
        ),
    ] {
        let (key, _) = app.generate(&of_key).await;
        for ((path, body), status) in bodies.iter().zip(expected) {
            let (told, answer) = app.post(&key, path, body).await;
            assert_eq!(told.as_u16(), status, "{of_key} {path} {answer}");
        }
    }
}
