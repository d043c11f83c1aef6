//! `POST /organization/new`.

use http::StatusCode;
use serde_json::{Value, json};

use crate::app::{MASTER, TestApp, on_both};
use crate::tenants::Tenants;

on_both![
    what_was_made_is_shown,
    a_budget_that_exists_can_be_named,
    refuses_by_name_and_makes_nothing,
    organizations_are_made_by_administrators,
];

async fn what_was_made_is_shown(app: TestApp) {
    let body = json!({
        "organization_id": "data", "organization_alias": "Data", "models": ["echo"], "metadata": {"cost_centre": "77"},
        "model_rpm_limit": {"echo": 3}, "max_budget": 100, "tpm_limit": 1000, "budget_duration": "30d",
        "object_permission": null, "spend": 0,
    });
    let (status, made) = app.post(MASTER, "/organization/new", body).await;
    assert_eq!(status, StatusCode::OK, "{made}");
    let budget_id = made["budget_id"].as_str().unwrap();
    let stamps = json!({
        "created_at": "2026-01-01T12:00:00.000000Z", "created_by": "default_user_id",
        "updated_at": "2026-01-01T12:00:00.000000Z", "updated_by": "default_user_id",
    });
    let mut expected = json!({
        "organization_id": "data", "organization_alias": "Data", "budget_id": budget_id, "spend": 0.0,
        "metadata": {"cost_centre": "77", "model_rpm_limit": {"echo": 3}}, "models": ["echo"], "model_spend": {},
        "litellm_budget_table": {
            "budget_id": budget_id, "max_budget": 100.0, "soft_budget": null, "budget_duration": "30d",
            "budget_reset_at": "2026-02-01T00:00:00.000000Z", "budget_limits": null, "max_parallel_requests": null,
            "tpm_limit": 1000, "rpm_limit": null, "tpd_limit": null, "model_max_budget": {}, "allowed_models": [],
            "temp_budget_increase": null, "temp_budget_expiry": null, "budget_mode": "hard",
        },
        "users": null, "object_permission": null, "object_permission_id": null,
    });
    for (name, value) in stamps.as_object().unwrap() {
        expected[name] = value.clone();
        expected["litellm_budget_table"][name] = value.clone();
    }
    assert_eq!(made, expected);
    let (_, shown) = app.get(MASTER, "/organization/info?organization_id=data").await;
    expected["members"] = json!([]);
    expected["teams"] = json!([]);
    assert_eq!(shown, expected);
    let (_, shown) = app.post(MASTER, "/organization/info", json!({"organizations": ["data", "none"]})).await;
    assert_eq!(shown, json!([expected]));
    let (_, random) = app.post(MASTER, "/organization/new", json!({"organization_alias": "Data"})).await;
    assert_eq!(random["organization_id"].as_str().map(str::len), Some(36));
}

async fn a_budget_that_exists_can_be_named(app: TestApp) {
    app.post(MASTER, "/budget/new", json!({"budget_id": "shared", "max_budget": 5})).await;
    let body = json!({"organization_alias": "a", "budget_id": "shared", "max_budget": null});
    let (_, made) = app.post(MASTER, "/organization/new", body).await;
    assert_eq!(made["litellm_budget_table"]["max_budget"], 5.0);
}

async fn refuses_by_name_and_makes_nothing(app: TestApp) {
    app.post(MASTER, "/organization/new", json!({"organization_id": "taken", "organization_alias": "a"})).await;
    for (body, status, param) in [
        (json!({"organization_id": "taken", "organization_alias": "a"}), 400, "organization_id"),
        (json!({}), 422, "organization_alias"),
        (json!({"organization_alias": null}), 422, "organization_alias"),
        (json!({"organization_alias": "a", "budget_id": "none"}), 400, "budget_id"),
        (json!({"organization_alias": "a", "budget_id": "none", "max_budget": 1}), 422, "budget_id"),
        (json!({"organization_alias": "a", "max_budget": -1}), 422, "max_budget"),
        (json!({"organization_alias": "a", "budget_duration": "soon"}), 422, "budget_duration"),
        (json!({"organization_alias": "a", "models": "echo"}), 422, "models"),
        (json!({"organization_alias": "a", "spend": 5}), 400, "spend"),
        (json!({"organization_alias": "a", "object_permission": {"mcp_servers": ["s"]}}), 400, "object_permission"),
        (json!({"organization_alias": "a", "colour": "red"}), 422, "colour"),
    ] {
        let (found, error) = app.post(MASTER, "/organization/new", &body).await;
        assert_eq!((found.as_u16(), &error["error"]["param"]), (status, &json!(param)), "{body}: {error}");
    }
    let count = |list: Value| list.as_array().unwrap().len();
    assert_eq!(count(app.get(MASTER, "/organization/list").await.1), 1);
    assert_eq!(count(app.get(MASTER, "/budget/list").await.1), 1);
}

async fn organizations_are_made_by_administrators(app: TestApp) {
    let callers = Tenants::new(&app).await;
    let (status, _) = app.post(&callers.admin, "/organization/new", json!({"organization_alias": "a"})).await;
    assert_eq!(status, StatusCode::OK);
    for (method, path) in [
        ("POST", "/organization/new"),
        ("PATCH", "/organization/update"),
        ("PATCH", "/v2/organization/ours"),
        ("DELETE", "/organization/delete"),
    ] {
        callers.assert_admin_only(&app, method, path, StatusCode::FORBIDDEN).await;
    }
}
