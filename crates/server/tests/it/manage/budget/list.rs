//! `GET /budget/list`.

use serde_json::json;

use crate::app::{MASTER, TestApp, on_both};

on_both![shows_all_of_them_and_takes_no_parameters,];

async fn shows_all_of_them_and_takes_no_parameters(app: TestApp) {
    assert_eq!(app.get(MASTER, "/budget/list").await.1, json!([]));
    for id in ["b", "a"] {
        app.post(MASTER, "/budget/new", json!({"budget_id": id, "max_budget": 0})).await;
    }
    let (_, list) = app.get(MASTER, "/budget/list").await;
    assert_eq!((&list[0]["budget_id"], &list[1]["budget_id"], &list[2]), (&json!("a"), &json!("b"), &json!(null)));
    assert_eq!(list[0]["max_budget"], json!(0.0));
    assert_eq!(app.get(MASTER, "/budget/list?page=2").await.1["error"]["param"], "page");
}
