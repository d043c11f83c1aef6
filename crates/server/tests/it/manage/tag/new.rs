//! `POST /tag/new`, `/tag/info`.

use http::StatusCode;
use serde_json::json;

use crate::app::{MASTER, TestApp, on_both};
use crate::tenants::Tenants;

on_both![what_was_made_is_shown, refuses_by_name_and_makes_nothing, tags_are_the_administrators,];

async fn what_was_made_is_shown(app: TestApp) {
    let body = json!({"name": "t", "description": "d", "models": [], "model_info": null, "max_budget": 5});
    let (status, made) = app.post(MASTER, "/tag/new", body).await;
    assert_eq!((status, &made["message"]), (StatusCode::OK, &json!("Tag t created successfully")), "{made}");
    let tag = &made["tag"];
    assert_eq!(tag["litellm_budget_table"]["max_budget"], 5.0);
    let expected = json!({
        "name": "t", "description": "d", "models": [], "model_info": {}, "spend": 0.0, "budget_id": tag["budget_id"],
        "created_at": "2026-01-01T12:00:00.000000Z", "created_by": "default_user_id",
        "updated_at": "2026-01-01T12:00:00.000000Z", "updated_by": "default_user_id",
        "litellm_budget_table": tag["litellm_budget_table"],
    });
    assert_eq!(tag, &expected);
    let (_, plain) = app.post(MASTER, "/tag/new", json!({"name": "plain"})).await;
    assert_eq!((&plain["tag"]["budget_id"], plain["tag"].get("litellm_budget_table")), (&json!(null), None));
    let (_, shown) = app.post(MASTER, "/tag/info", json!({"names": ["t", "plain"]})).await;
    assert_eq!(shown, json!({"t": tag, "plain": plain["tag"]}));
    let (status, error) = app.post(MASTER, "/tag/info", json!({"names": ["t", "none", "other"]})).await;
    assert_eq!((status, &error["error"]["message"]), (StatusCode::NOT_FOUND, &json!("No such tags: none, other.")));
}

async fn refuses_by_name_and_makes_nothing(app: TestApp) {
    app.post(MASTER, "/tag/new", json!({"name": "taken"})).await;
    for (body, status, param) in [
        (json!({"name": "taken"}), 400, "name"),
        (json!({}), 422, "name"),
        (json!({"name": ""}), 422, "name"),
        (json!({"name": "t", "models": ["id"]}), 400, "models"),
        (json!({"name": "t", "description": "d".repeat(5_000)}), 422, "description"),
        (json!({"name": "t", "budget_id": "none"}), 400, "budget_id"),
        (json!({"name": "t", "max_budget": -1}), 422, "max_budget"),
        (json!({"name": "t", "colour": "red"}), 422, "colour"),
    ] {
        let (found, error) = app.post(MASTER, "/tag/new", &body).await;
        assert_eq!((found.as_u16(), &error["error"]["param"]), (status, &json!(param)), "{body}: {error}");
    }
    assert_eq!(app.get(MASTER, "/tag/list").await.1.as_array().unwrap().len(), 1);
    assert_eq!(app.post(MASTER, "/tag/info", json!({"names": []})).await.0, StatusCode::BAD_REQUEST);
}

async fn tags_are_the_administrators(app: TestApp) {
    let callers = Tenants::new(&app).await;
    assert_eq!(app.post(&callers.admin, "/tag/new", json!({"name": "t"})).await.0, StatusCode::OK);
    for path in ["/tag/new", "/tag/update", "/tag/info", "/tag/delete"] {
        callers.assert_admin_only(&app, "POST", path, StatusCode::FORBIDDEN).await;
    }
    callers.assert_admin_only(&app, "GET", "/tag/distinct", StatusCode::OK).await;
}
