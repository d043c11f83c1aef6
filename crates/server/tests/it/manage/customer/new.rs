//! `POST /customer/new`, `GET /customer/info`.

use http::StatusCode;
use serde_json::json;

use super::NAMES;
use crate::app::{MASTER, TestApp, on_both};
use crate::tenants::Tenants;

on_both![what_was_made_is_shown, refuses_by_name_and_makes_nothing, customers_are_the_administrators,];

async fn what_was_made_is_shown(app: TestApp) {
    for (number, name) in NAMES.into_iter().enumerate() {
        let id = format!("cust-{number}");
        let body = json!({
            "user_id": id, "alias": "Acme", "models": ["echo"], "max_budget": 10, "budget_duration": "30d",
            "default_model": null, "spend": 0, "budget_reset_at": "2026-01-31T12:00:00Z",
        });
        let (status, made) = app.post(MASTER, &format!("{name}/new"), body).await;
        assert_eq!(status, StatusCode::OK, "{made}");
        let budget = &made["litellm_budget_table"];
        assert_eq!((&budget["max_budget"], &budget["budget_id"]), (&json!(10.0), &made["budget_id"]));
        // the calendar says when: what clients read they send back
        assert_eq!(budget["budget_reset_at"], "2026-02-01T00:00:00.000000Z");
        let expected = json!({
            "user_id": id, "blocked": false, "alias": "Acme", "spend": 0.0, "allowed_model_region": null,
            "default_model": null, "models": ["echo"], "budget_id": made["budget_id"], "litellm_budget_table": budget,
            "object_permission_id": null, "object_permission": null,
        });
        assert_eq!(made, expected);
        assert_eq!(app.get(MASTER, &format!("{name}/info?end_user_id={id}")).await.1, made);
    }
    let (_, plain) = app.post(MASTER, "/customer/new", json!({"user_id": "plain"})).await;
    assert_eq!((&plain["budget_id"], &plain["litellm_budget_table"]), (&json!(null), &json!(null)));
}

async fn refuses_by_name_and_makes_nothing(app: TestApp) {
    app.post(MASTER, "/customer/new", json!({"user_id": "taken"})).await;
    app.post(MASTER, "/budget/new", json!({"budget_id": "b", "max_budget": 1})).await;
    for (body, status, param) in [
        (json!({"user_id": "taken"}), 400, "user_id"),
        (json!({}), 422, "user_id"),
        (json!({"user_id": ""}), 422, "user_id"),
        (json!({"user_id": "c", "max_budget": 1, "budget_id": "b"}), 422, "budget_id"),
        (json!({"user_id": "c", "budget_id": "none"}), 400, "budget_id"),
        (json!({"user_id": "c", "max_budget": -1}), 422, "max_budget"),
        (json!({"user_id": "c", "tpm_limit": -1}), 422, "tpm_limit"),
        (json!({"user_id": "c", "budget_duration": "soon"}), 422, "budget_duration"),
        (json!({"user_id": "c", "allowed_model_region": "eu"}), 400, "allowed_model_region"),
        (json!({"user_id": "c", "default_model": "echo"}), 400, "default_model"),
        (json!({"user_id": "c", "blocked": "yes"}), 422, "blocked"),
        (json!({"user_id": "c", "colour": "red"}), 422, "colour"),
    ] {
        let (found, error) = app.post(MASTER, "/customer/new", &body).await;
        assert_eq!((found.as_u16(), &error["error"]["param"]), (status, &json!(param)), "{body}: {error}");
    }
    assert_eq!(app.get(MASTER, "/customer/list").await.1.as_array().unwrap().len(), 1);
    assert_eq!(app.get(MASTER, "/customer/info?end_user_id=c").await.0, StatusCode::NOT_FOUND);
    assert_eq!(app.get(MASTER, "/customer/info").await.0, StatusCode::UNPROCESSABLE_ENTITY);
}

async fn customers_are_the_administrators(app: TestApp) {
    let callers = Tenants::new(&app).await;
    assert_eq!(app.post(&callers.admin, "/customer/new", json!({"user_id": "c"})).await.0, StatusCode::OK);
    for name in NAMES {
        for verb in ["new", "update", "delete", "block", "unblock"] {
            callers.assert_admin_only(&app, "POST", &format!("{name}/{verb}"), StatusCode::FORBIDDEN).await;
        }
        for verb in ["list", "info?end_user_id=c"] {
            callers.assert_admin_only(&app, "GET", &format!("{name}/{verb}"), StatusCode::OK).await;
        }
    }
}
