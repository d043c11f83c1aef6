//! `POST /key/health`.

use http::StatusCode;
use serde_json::json;

use crate::app::{MASTER, TestApp, on_both};

on_both![a_key_that_opens_is_healthy,];

async fn a_key_that_opens_is_healthy(app: TestApp) {
    let (key, hash) = app.generate(json!({})).await;
    for credential in [MASTER, &key] {
        for body in ["", "{}"] {
            let (status, answer) = app.post(credential, "/key/health", body).await;
            assert_eq!((status, answer), (StatusCode::OK, json!({"key": "healthy", "logging_callbacks": null})));
        }
    }
    let (status, error) = app.post(&key, "/key/health", json!({"key": hash})).await;
    assert_eq!((status, &error["error"]["param"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("key")));
    app.post(MASTER, "/key/block", json!({"key": hash})).await;
    assert_eq!(app.post(&key, "/key/health", "").await.0, StatusCode::UNAUTHORIZED);
}
