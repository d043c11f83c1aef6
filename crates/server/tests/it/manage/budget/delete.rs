//! `POST /budget/delete`.

use http::StatusCode;
use serde_json::json;

use crate::app::{MASTER, TestApp, on_both};
use crate::tenants::Tenants;

on_both![deletes_what_nobody_has,];

async fn deletes_what_nobody_has(app: TestApp) {
    let _callers = Tenants::new(&app).await;
    app.post(MASTER, "/budget/new", json!({"budget_id": "b", "max_budget": 5})).await;
    let (key, _) = app.generate(json!({"budget_id": "b"})).await;
    for held in ["b", "budget-of-ours"] {
        let (status, error) = app.post(MASTER, "/budget/delete", json!({"id": held})).await;
        assert_eq!((status, &error["error"]["param"]), (StatusCode::BAD_REQUEST, &json!("id")), "{held}: {error}");
    }
    app.post(MASTER, "/key/delete", json!({"keys": [key]})).await;
    let (status, deleted) = app.post(MASTER, "/budget/delete", json!({"id": "b"})).await;
    assert_eq!((status, &deleted["budget_id"], &deleted["max_budget"]), (StatusCode::OK, &json!("b"), &json!(5.0)));
    assert_eq!(app.post(MASTER, "/budget/delete", json!({"id": "b"})).await.0, StatusCode::NOT_FOUND);
    assert_eq!(app.post(MASTER, "/budget/delete", json!({})).await.0, StatusCode::UNPROCESSABLE_ENTITY);
}
