//! On whose behalf calls are made: what customers may use, who pays, and what each call has to say.

use http::{Request, StatusCode};
use serde_json::{Value, json};

use crate::app::{MASTER, TestApp, on_both};

on_both![
    whoever_names_a_blocked_customer_is_refused,
    a_customer_has_its_own_list_of_models,
    the_ledger_says_who_paid,
    what_a_key_and_its_team_demand_has_to_be_there,
];

fn ask() -> Value {
    json!({"model": "echo", "max_tokens": 9, "messages": [{"role": "user", "content": "hi"}]})
}

fn with(field: &str, value: Value) -> Value {
    let mut body = ask();
    body[field] = value;
    body
}

async fn whoever_names_a_blocked_customer_is_refused(app: TestApp) {
    let blocked = json!({"user_ids": ["bad", "7", "\u{e9}".repeat(200)]});
    assert_eq!(app.post(MASTER, "/customer/block", blocked).await.0, StatusCode::OK);
    let (key, _) = app.generate(json!({})).await;
    for (path, body, status) in [
        ("/v1/chat/completions", with("user", json!("bad")), 403),
        ("/v1/chat/completions", with("safety_identifier", json!("bad")), 403),
        ("/v1/chat/completions", with("metadata", json!({"user_id": "bad"})), 403),
        ("/v1/chat/completions", with("user", json!("good")), 200),
        ("/v1/messages", with("metadata", json!({"user_id": "bad"})), 403),
        ("/v1/messages", with("metadata", json!({"user_id": "good"})), 200),
        (
            "/v1/messages/count_tokens",
            json!({"model": "echo", "messages": ask()["messages"], "metadata": {"user_id": "bad"}}),
            403,
        ),
        ("/v1/responses", json!({"model": "echo", "input": "hi", "user": "bad"}), 403),
        ("/v1/completions", json!({"model": "echo", "prompt": "hi", "user": "bad"}), 403),
        ("/v1/completions", json!({"model": "echo", "prompt": "hi", "metadata": {"user_id": "bad"}}), 403),
        ("/v1/embeddings", json!({"model": "echo", "input": "hi", "safety_identifier": "bad"}), 403),
        ("/v1/chat/completions", with("metadata", json!({"user_id": 7})), 403),
        ("/v1/chat/completions", with("user", json!("\u{e9}".repeat(200))), 403),
        // no row of the ledger could name it
        ("/v1/chat/completions", with("user", json!("a\0b")), 400),
        ("/v1/chat/completions", with("metadata", json!({"user_id": "a\0b"})), 400),
        ("/v1/embeddings", json!({"model": "echo", "input": "hi", "user": "bad"}), 403),
    ] {
        for caller in [MASTER, &key] {
            let (told, answer) = app.post(caller, path, &body).await;
            assert_eq!(told.as_u16(), status, "{path} {body} {answer}");
        }
    }
    for (header, id, status) in [
        ("x-litellm-customer-id", "bad", 403),
        ("x-litellm-end-user-id", "bad", 403),
        ("x-litellm-customer-id", "good", 200),
        ("x-litellm-customer-id", &"x".repeat(256), 400),
    ] {
        for (path, body) in [
            // what the header says comes before the body
            ("/v1/chat/completions", with("user", json!("good"))),
            ("/v1beta/models/echo:generateContent", json!({"contents": [{"parts": [{"text": "hi"}]}]})),
            ("/model/echo/converse", json!({"messages": [{"role": "user", "content": [{"text": "hi"}]}]})),
        ] {
            let request = Request::post(path).header("authorization", format!("Bearer {key}")).header(header, id);
            let (told, answer) = app.send(request, body.to_string()).await;
            assert_eq!(told.as_u16(), status, "{path} {header} {answer}");
        }
    }
    app.post(MASTER, "/customer/unblock", json!({"user_ids": ["bad"]})).await;
    assert_eq!(app.post(&key, "/v1/chat/completions", with("user", json!("bad"))).await.0, StatusCode::OK);
}

async fn a_customer_has_its_own_list_of_models(app: TestApp) {
    app.post(MASTER, "/customer/new", json!({"user_id": "c", "models": ["other"]})).await;
    let (status, told) = app.post(MASTER, "/v1/chat/completions", with("user", json!("c"))).await;
    assert_eq!((status, &told["error"]["type"]), (StatusCode::FORBIDDEN, &json!("customer_model_access_denied")));
    app.post(MASTER, "/customer/update", json!({"user_id": "c", "models": ["ec*"]})).await;
    assert_eq!(app.post(MASTER, "/v1/chat/completions", with("user", json!("c"))).await.0, StatusCode::OK);
}

async fn the_ledger_says_who_paid(app: TestApp) {
    app.post(MASTER, "/organization/new", json!({"organization_id": "o", "organization_alias": "O"})).await;
    app.post(MASTER, "/team/new", json!({"team_id": "t", "organization_id": "o"})).await;
    app.post(MASTER, "/project/new", json!({"project_id": "p", "team_id": "t"})).await;
    let (key, hash) = app.generate(json!({"user_id": "u", "team_id": "t", "project_id": "p"})).await;
    let (status, told) = app.post(&key, "/v1/chat/completions", with("user", json!("c"))).await;
    assert_eq!(status, StatusCode::OK, "{told}");
    app.post(MASTER, "/v1/chat/completions", ask()).await;
    for query in ["user_id=u", "team_id=t", "end_user=c"] {
        let (_, rows) = app.get(MASTER, &format!("/spend/logs?{query}")).await;
        assert_eq!(rows.as_array().unwrap().len(), 1, "{query} {rows}");
        let row = &rows[0];
        let shown = [&row["api_key"], &row["user"], &row["team_id"], &row["organization_id"], &row["end_user"]];
        assert_eq!(shown, [&json!(hash), &json!("u"), &json!("t"), &json!("o"), &json!("c")]);
        assert_eq!(row["metadata"]["user_api_key_project_id"], "p");
    }
}

async fn what_a_key_and_its_team_demand_has_to_be_there(app: TestApp) {
    app.post(MASTER, "/team/new", json!({"team_id": "t", "enforced_params": ["user"]})).await;
    let (key, _) = app.generate(json!({"team_id": "t", "enforced_params": ["metadata.cost_center"]})).await;
    let whole = |center: Value| json!({"user": "u", "metadata": {"cost_center": center}});
    for (more, missing) in [
        (json!({}), Some("metadata.cost_center")),
        (json!({"user": "u"}), Some("metadata.cost_center")),
        (whole(Value::Null), Some("metadata.cost_center")),
        (whole(json!("")), Some("metadata.cost_center")),
        (json!({"metadata": {"cost_center": "7"}}), Some("user")),
        (json!({"metadata": {"cost_center": "7"}, "user": ""}), Some("user")),
        (json!({"metadata": {"cost_center": "7"}, "safety_identifier": "u"}), None),
        (whole(json!("7")), None),
    ] {
        let mut body = ask();
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let (status, told) = app.post(&key, "/v1/chat/completions", &body).await;
        let expected = if missing.is_some() { StatusCode::BAD_REQUEST } else { StatusCode::OK };
        assert_eq!((status, told["error"]["param"].as_str()), (expected, missing), "{body} {told}");
    }
}
