//! `DELETE /project/delete`.

use http::StatusCode;
use serde_json::json;

use crate::app::{MASTER, TestApp, on_both};
use crate::tenants::Tenants;

on_both![deletes_all_or_none,];

const DELETE: &str = "/project/delete";

async fn deletes_all_or_none(app: TestApp) {
    let callers = Tenants::new(&app).await;
    for id in ["p", "q"] {
        let body = json!({"project_id": id, "team_id": "our-team", "max_budget": 1});
        app.post(MASTER, "/project/new", body).await;
    }
    let (key, _) = app.generate(json!({"team_id": "our-team", "project_id": "q"})).await;
    let missing = app.call(&callers.stranger, "DELETE", DELETE, json!({"project_ids": ["none"]})).await;
    assert_eq!(missing.0, StatusCode::NOT_FOUND);
    assert_eq!(app.call(&callers.stranger, "DELETE", DELETE, json!({"project_ids": ["p"]})).await, missing);
    for (caller, body, expected) in [
        (MASTER, json!({"project_ids": ["p", "none"]}), StatusCode::NOT_FOUND),
        (MASTER, json!({"project_ids": ["p", "q"]}), StatusCode::BAD_REQUEST),
        (MASTER, json!({"project_ids": []}), StatusCode::BAD_REQUEST),
        (MASTER, json!({}), StatusCode::UNPROCESSABLE_ENTITY),
        (&callers.viewer, json!({"project_ids": ["p"]}), StatusCode::FORBIDDEN),
        (&callers.member, json!({"project_ids": ["p"]}), StatusCode::UNAUTHORIZED),
    ] {
        assert_eq!(app.call(caller, "DELETE", DELETE, &body).await.0, expected, "{body}");
    }
    assert_eq!(app.get(MASTER, "/project/list").await.1.as_array().unwrap().len(), 2);
    app.post(MASTER, "/key/delete", json!({"keys": [key]})).await;
    let (status, deleted) = app.call(&callers.team_admin, "DELETE", DELETE, json!({"project_ids": ["q", "p"]})).await;
    assert_eq!((status, &deleted[1]["project_id"]), (StatusCode::OK, &json!("q")), "{deleted}");
    assert_eq!(deleted[0]["litellm_budget_table"]["max_budget"], 1.0);
    assert_eq!(app.get(MASTER, "/project/list").await.1, json!([]));
    assert_eq!(app.get(MASTER, "/budget/list").await.1.as_array().unwrap().len(), 2);
}
