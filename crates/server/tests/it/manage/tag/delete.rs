//! `POST /tag/delete`.

use http::StatusCode;
use serde_json::json;

use crate::app::{MASTER, TestApp, on_both};

on_both![its_own_budget_goes_with_it,];

async fn its_own_budget_goes_with_it(app: TestApp) {
    app.post(MASTER, "/budget/new", json!({"budget_id": "b"})).await;
    app.post(MASTER, "/tag/new", json!({"name": "own", "max_budget": 1})).await;
    app.post(MASTER, "/tag/new", json!({"name": "shared", "budget_id": "b"})).await;
    for name in ["own", "shared"] {
        let (status, deleted) = app.post(MASTER, "/tag/delete", json!({"name": name})).await;
        let message = format!("Tag {name} deleted successfully");
        assert_eq!((status, deleted), (StatusCode::OK, json!({"message": message})));
        assert_eq!(app.post(MASTER, "/tag/delete", json!({"name": name})).await.0, StatusCode::NOT_FOUND);
    }
    let (_, budgets) = app.get(MASTER, "/budget/list").await;
    assert_eq!((&budgets[0]["budget_id"], &budgets[1]), (&json!("b"), &json!(null)));
}
