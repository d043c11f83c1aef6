//! `POST /key/update`, `/key/block`, `/key/unblock`.

use http::StatusCode;
use serde_json::json;
use store::Scope;
use store::keys::KeyRow;

use crate::app::{MASTER, TestApp, on_both};

on_both![
    answers_with_what_changed_and_leaves_the_rest,
    an_alias_may_name_the_key,
    a_new_cap_counts_at_once,
    unknown_keys_and_fields_are_refused,
    a_blocked_key_is_refused_at_once_and_comes_back,
    an_expiry_can_be_moved_and_taken_away,
];

async fn answers_with_what_changed_and_leaves_the_rest(app: TestApp) {
    let (key, hash) =
        app.generate(json!({"key_alias": "a", "max_budget": 5, "duration": "1h", "models": ["echo"]})).await;
    let change = json!({"key": key, "max_budget": 0.1, "duration": null, "metadata": {"n": [1, {"m": "\u{1f600}"}]}});
    let (status, changed) = app.post(MASTER, "/key/update", &change).await;
    assert_eq!(status, StatusCode::OK);
    let metadata = &change["metadata"];
    assert_eq!((&changed["key"], &changed["token"], &changed["expires"]), (&json!(key), &json!(hash), &json!(null)));
    assert_eq!((&changed["max_budget"], &changed["metadata"]), (&json!(0.1), metadata));
    let (_, shown) = app.get(MASTER, &format!("/key/info?key={hash}")).await;
    assert_eq!((&shown["info"]["key_alias"], &shown["info"]["models"]), (&json!("a"), &json!(["echo"])));
    assert_eq!((&shown["info"]["max_budget"], &shown["info"]["metadata"]), (&json!(0.1), metadata));
}

async fn an_alias_may_name_the_key(app: TestApp) {
    let (_, hash) = app.generate(json!({"key_alias": "a"})).await;
    let (status, changed) = app.post(MASTER, "/key/update", json!({"key_alias": "a", "models": ["echo"]})).await;
    assert_eq!((status, &changed["key"], &changed["key_alias"]), (StatusCode::OK, &json!(hash), &json!("a")));
    assert_eq!(changed["models"], json!(["echo"]));
    for (body, expected) in [
        (json!({"key_alias": "b", "models": []}), StatusCode::NOT_FOUND),
        (json!({"models": []}), StatusCode::UNPROCESSABLE_ENTITY),
        (json!({"key": null, "key_alias": null}), StatusCode::UNPROCESSABLE_ENTITY),
    ] {
        assert_eq!(app.post(MASTER, "/key/update", &body).await.0, expected, "{body}");
    }
}

async fn a_new_cap_counts_at_once(app: TestApp) {
    let (_, hash) = app.generate(json!({"max_budget": 1})).await;
    let row = || async { store::find::<KeyRow>(&app.engine.db, &Scope::Gateway, &[&hash]).await.unwrap().unwrap() };
    let hold = app.hold(&row().await, 600_000_000).await.unwrap();
    let change = json!({"key": hash, "max_budget": 0.7});
    assert_eq!(app.post(MASTER, "/key/update", change).await.0, StatusCode::OK);
    assert_eq!(app.left(&row().await).await, 100_000_000);
    assert!(app.hold(&row().await, 100_000_001).await.is_err());
    assert_eq!(app.post(MASTER, "/key/update", json!({"key": hash, "max_budget": null})).await.0, StatusCode::OK);
    assert!(app.hold(&row().await, i64::MAX).await.is_ok());
    app.settle(&row().await, hold, 0).await;
}

async fn unknown_keys_and_fields_are_refused(app: TestApp) {
    let (key, _) = app.generate(json!({})).await;
    for path in ["/key/update", "/key/block", "/key/unblock"] {
        for missing in ["sk-there-is-no-such-key", "neither"] {
            let (status, error) = app.post(MASTER, path, json!({"key": missing})).await;
            assert_eq!(status, StatusCode::NOT_FOUND, "{error}");
            assert!(!error.to_string().contains(missing));
        }
        let (status, error) = app.post(MASTER, path, json!({"key": key, "colour": "red"})).await;
        assert_eq!((status, &error["error"]["param"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("colour")), "{path}");
    }
}

async fn a_blocked_key_is_refused_at_once_and_comes_back(app: TestApp) {
    let (key, hash) = app.generate(json!({})).await;
    assert_eq!(app.get(&key, "/key/info").await.0, StatusCode::OK);
    let (_, row) = app.post(MASTER, "/key/block", json!({"key": hash})).await;
    assert_eq!((&row["blocked"], &row["token"]), (&json!(true), &json!(hash)));
    assert_eq!(app.get(&key, "/key/info").await.0, StatusCode::UNAUTHORIZED);
    let (_, row) = app.post(MASTER, "/key/unblock", json!({"key": key})).await;
    assert_eq!(row["blocked"], false);
    assert_eq!(app.get(&key, "/key/info").await.0, StatusCode::OK);
}

async fn an_expiry_can_be_moved_and_taken_away(app: TestApp) {
    let (key, _) = app.generate(json!({"duration": "30s"})).await;
    app.engine.clock.advance(31_000_000);
    assert_eq!(app.get(&key, "/key/info").await.0, StatusCode::UNAUTHORIZED);
    let (_, changed) = app.post(MASTER, "/key/update", json!({"key": key, "duration": "-1"})).await;
    assert_eq!((&changed["key"], &changed["expires"]), (&json!(key), &json!(null)));
    assert_eq!(app.get(&key, "/key/info").await.0, StatusCode::OK);
}
