//! `GET /tag/list`, `/tag/distinct`.

use http::StatusCode;
use serde_json::json;

use crate::app::{MASTER, TestApp, on_both};
use crate::tenants::Tenants;

on_both![administrators_see_all_and_others_none,];

async fn administrators_see_all_and_others_none(app: TestApp) {
    let callers = Tenants::new(&app).await;
    for name in ["b", "a"] {
        app.post(MASTER, "/tag/new", json!({"name": name, "max_budget": 1})).await;
    }
    for key in [MASTER, &callers.viewer] {
        let (_, list) = app.get(key, "/tag/list?start_date=2026-01-01&end_date=2026-01-31").await;
        assert_eq!((&list[0]["name"], &list[1]["name"], &list[2]), (&json!("a"), &json!("b"), &json!(null)));
        assert_eq!(list[0]["litellm_budget_table"]["max_budget"], 1.0);
    }
    for key in callers.others() {
        assert_eq!(app.get(key, "/tag/list").await, (StatusCode::OK, json!([])));
    }
    assert_eq!(app.get(MASTER, "/tag/list?start_date=2026-01-01").await.1["error"]["param"], "end_date");
    assert_eq!(app.get(MASTER, "/tag/distinct").await, (StatusCode::OK, json!({"results": []})));
}
