//! `POST /tag/update`.

use http::StatusCode;
use serde_json::json;

use crate::app::{MASTER, TestApp, on_both};

on_both![changes_what_is_named_and_clears_what_is_null,];

async fn changes_what_is_named_and_clears_what_is_null(app: TestApp) {
    app.post(MASTER, "/tag/new", json!({"name": "t", "description": "d", "max_budget": 5})).await;
    let (status, changed) = app.post(MASTER, "/tag/update", json!({"name": "t", "rpm_limit": 3})).await;
    assert_eq!((status, &changed["message"]), (StatusCode::OK, &json!("Tag t updated successfully")), "{changed}");
    let budget = &changed["tag"]["litellm_budget_table"];
    assert_eq!((&budget["max_budget"], &budget["rpm_limit"]), (&json!(5.0), &json!(3)));
    assert_eq!(changed["tag"]["description"], "d");
    let change = json!({"name": "t", "description": null, "max_budget": null});
    let (_, changed) = app.post(MASTER, "/tag/update", change).await;
    assert_eq!(changed["tag"]["description"], json!(null));
    assert_eq!(changed["tag"]["litellm_budget_table"]["max_budget"], json!(null));
    app.post(MASTER, "/budget/new", json!({"budget_id": "b"})).await;
    let (_, changed) = app.post(MASTER, "/tag/update", json!({"name": "t", "budget_id": "b"})).await;
    assert_eq!(changed["tag"]["budget_id"], "b");
    assert_eq!(app.get(MASTER, "/budget/list").await.1.as_array().unwrap().len(), 1, "its own went with it");
    assert_eq!(app.post(MASTER, "/tag/update", json!({"name": "none"})).await.0, StatusCode::NOT_FOUND);
}
