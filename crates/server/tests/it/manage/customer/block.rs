//! `POST /customer/block`, `/customer/unblock`.

use http::StatusCode;
use serde_json::json;

use super::NAMES;
use crate::app::{MASTER, TestApp, on_both};

on_both![who_is_blocked_need_not_be_known, all_or_none,];

async fn who_is_blocked_need_not_be_known(app: TestApp) {
    app.post(MASTER, "/customer/new", json!({"user_id": "a", "max_budget": 1})).await;
    for name in NAMES {
        let (status, blocked) = app.post(MASTER, &format!("{name}/block"), json!({"user_ids": ["b", "a", "a"]})).await;
        assert_eq!(status, StatusCode::OK, "{blocked}");
        let rows = &blocked["blocked_users"];
        assert_eq!((&rows[0]["user_id"], &rows[0]["blocked"]), (&json!("a"), &json!(true)));
        assert_eq!(rows[0]["litellm_budget_table"]["max_budget"], 1.0);
        assert_eq!((&rows[1]["user_id"], &rows[1]["blocked"], &rows[2]), (&json!("b"), &json!(true), &json!(null)));
        assert_eq!(app.get(MASTER, &format!("{name}/info?end_user_id=b")).await.1["blocked"], true);
        let (status, still) = app.post(MASTER, &format!("{name}/unblock"), json!({"user_ids": ["a"]})).await;
        assert_eq!((status, still), (StatusCode::OK, json!({"blocked_users": ["b"]})));
        assert_eq!(app.get(MASTER, &format!("{name}/info?end_user_id=a")).await.1["blocked"], false);
    }
}

async fn all_or_none(app: TestApp) {
    app.post(MASTER, "/customer/block", json!({"user_ids": ["a"]})).await;
    for (verb, body, expected) in [
        ("block", json!({"user_ids": []}), StatusCode::BAD_REQUEST),
        ("block", json!({"user_ids": ["b", ""]}), StatusCode::BAD_REQUEST),
        ("block", json!({}), StatusCode::UNPROCESSABLE_ENTITY),
        ("unblock", json!({"user_ids": []}), StatusCode::BAD_REQUEST),
        ("unblock", json!({"user_ids": ["a", "none"]}), StatusCode::NOT_FOUND),
    ] {
        assert_eq!(app.post(MASTER, &format!("/customer/{verb}"), &body).await.0, expected, "{verb} {body}");
    }
    let (_, list) = app.get(MASTER, "/customer/list").await;
    assert_eq!((&list[0]["blocked"], &list[1]), (&json!(true), &json!(null)));
}
