//! `POST /key/delete`.

use http::StatusCode;
use serde_json::json;

use crate::app::{MASTER, TestApp, on_both};

on_both![names_what_it_deleted_as_it_was_named, nothing_to_delete_is_an_error,];

async fn names_what_it_deleted_as_it_was_named(app: TestApp) {
    let (first, _) = app.generate(json!({})).await;
    let (second, second_hash) = app.generate(json!({})).await;
    let (third, _) = app.generate(json!({"key_alias": "third"})).await;
    let body = json!({"keys": [first, second_hash, "sk-there-is-no-such-key"], "key_aliases": ["third", "fourth"]});
    let (status, deleted) = app.post(MASTER, "/key/delete", body).await;
    assert_eq!((status, deleted), (StatusCode::OK, json!({"deleted_keys": [first, second_hash, "third"]})));
    for key in [first, second, third] {
        assert_eq!(app.get(&key, "/key/info").await.0, StatusCode::UNAUTHORIZED);
    }
    assert_eq!(app.get(MASTER, "/key/list").await.1["total_count"], 0);
}

async fn nothing_to_delete_is_an_error(app: TestApp) {
    for (body, expected) in [
        (json!({"keys": ["sk-there-is-no-such-key"]}), StatusCode::NOT_FOUND),
        (json!({"keys": ["neither"]}), StatusCode::NOT_FOUND),
        (json!({"key_aliases": ["none"]}), StatusCode::NOT_FOUND),
        (json!({"keys": []}), StatusCode::UNPROCESSABLE_ENTITY),
        (json!({}), StatusCode::UNPROCESSABLE_ENTITY),
    ] {
        let (status, error) = app.post(MASTER, "/key/delete", &body).await;
        assert_eq!(status, expected, "{body} {error}");
    }
}
