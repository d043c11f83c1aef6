//! `POST /user/bulk_update`.

use http::StatusCode;
use serde_json::json;

use crate::app::{MASTER, TestApp, on_both};
use crate::tenants::Tenants;

on_both![changes_each_or_all_or_none, is_for_administrators,];

async fn changes_each_or_all_or_none(app: TestApp) {
    for id in ["a", "b"] {
        app.post(MASTER, "/user/new", json!({"user_id": id, "auto_create_key": false})).await;
    }
    let each = json!({"users": [{"user_id": "a", "max_budget": 1}, {"user_id": "b", "user_alias": "B"}]});
    let (status, done) = app.post(MASTER, "/user/bulk_update", each).await;
    assert_eq!((status, &done["successful_updates"], &done["failed_updates"]), (StatusCode::OK, &json!(2), &json!(0)));
    assert_eq!(done["results"][0]["updated_user"]["data"]["max_budget"], 1.0);
    let all = json!({"all_users": true, "user_updates": {"max_budget": 7}});
    let (status, done) = app.post(MASTER, "/user/bulk_update", all).await;
    assert_eq!((status, &done["total_requested"]), (StatusCode::OK, &json!(2)), "{done}");
    let none = json!({"users": [{"user_id": "a", "max_budget": 1}, {"user_id": "none", "max_budget": 1}]});
    assert_eq!(app.post(MASTER, "/user/bulk_update", none).await.0, StatusCode::NOT_FOUND);
    let (_, a) = app.get(MASTER, "/v2/user/info?user_id=a").await;
    assert_eq!(a["max_budget"], 7.0);
    for (body, param) in [
        (json!({}), "users"),
        (json!({"users": [], "all_users": true}), "users"),
        (json!({"users": []}), "users"),
        (json!({"all_users": true}), "user_updates"),
        (json!({"all_users": true, "user_updates": {"user_email": "x@example.org"}}), "user_updates"),
        (json!({"users": [{"user_id": "a", "colour": 1}]}), "colour"),
        (json!({"users": [{"max_budget": 1}]}), "user_id"),
    ] {
        let (status, error) = app.post(MASTER, "/user/bulk_update", &body).await;
        assert!(status.is_client_error(), "{body}");
        assert_eq!(error["error"]["param"], param, "{body} {error}");
    }
}

async fn is_for_administrators(app: TestApp) {
    let callers = Tenants::new(&app).await;
    callers.assert_admin_only(&app, "POST", "/user/bulk_update", StatusCode::FORBIDDEN).await;
}
