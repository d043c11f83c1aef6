//! `POST /budget/new`, `/budget/info`, `GET /budget/settings`.

use http::StatusCode;
use serde_json::{Value, json};

use crate::app::{MASTER, TestApp, on_both};
use crate::tenants::Tenants;

on_both![what_was_made_is_shown, refuses_by_name_and_makes_nothing, budgets_are_the_administrators,];

async fn what_was_made_is_shown(app: TestApp) {
    let body = json!({
        "budget_id": "free-tier", "max_budget": 5, "soft_budget": "4.5", "rpm_limit": 10, "budget_duration": "1d",
        "model_max_budget": {"echo": {"max_budget": 0.1, "budget_duration": "1d"}},
    });
    let (status, made) = app.post(MASTER, "/budget/new", body).await;
    assert_eq!(status, StatusCode::OK, "{made}");
    let expected = json!({
        "budget_id": "free-tier", "max_budget": 5.0, "soft_budget": 4.5, "max_parallel_requests": null,
        "tpm_limit": null, "rpm_limit": 10, "tpd_limit": null, "budget_limits": null,
        "model_max_budget": {
            "echo": {"max_budget": 0.1, "budget_duration": "1d", "tpm_limit": null, "rpm_limit": null},
        },
        "budget_duration": "1d", "budget_reset_at": "2026-01-02T00:00:00.000000Z", "allowed_models": [],
        "temp_budget_increase": null, "temp_budget_expiry": null, "budget_mode": "hard",
        "created_at": "2026-01-01T12:00:00.000000Z", "created_by": "default_user_id",
        "updated_at": "2026-01-01T12:00:00.000000Z", "updated_by": "default_user_id",
    });
    assert_eq!(made, expected);
    let (_, shown) = app.post(MASTER, "/budget/info", json!({"budgets": ["free-tier", "none"]})).await;
    assert_eq!(shown, json!([expected]));
    let (_, random) = app.post(MASTER, "/budget/new", json!({"budget_id": null})).await;
    assert_eq!(random["budget_id"].as_str().map(str::len), Some(36));

    let (_, settings) = app.get(MASTER, "/budget/settings?budget_id=free-tier").await;
    let values = |settings: &Value| {
        let settings = settings.as_array().unwrap();
        let pairs =
            settings.iter().map(|field| json!([field["field_name"], field["field_type"], field["field_value"]]));
        Value::from(pairs.collect::<Vec<_>>())
    };
    let said = json!([
        ["max_budget", "Float", 5.0],
        ["soft_budget", "Float", 4.5],
        ["max_parallel_requests", "Integer", null],
        ["tpm_limit", "Integer", null],
        ["rpm_limit", "Integer", 10],
        ["tpd_limit", "Integer", null],
        ["budget_duration", "String", "1d"],
        ["model_max_budget", "Object", expected["model_max_budget"]],
    ]);
    assert_eq!(values(&settings), said);
    let (_, settings) = app.get(MASTER, "/budget/settings?budget_id=none").await;
    assert!(values(&settings).as_array().unwrap().iter().all(|field| field[2].is_null()), "{settings}");
}

async fn refuses_by_name_and_makes_nothing(app: TestApp) {
    app.post(MASTER, "/budget/new", json!({"budget_id": "taken"})).await;
    for (body, status, param) in [
        (json!({"budget_id": "taken"}), 400, "budget_id"),
        (json!({"budget_id": 7}), 422, "budget_id"),
        (json!({"max_budget": -1}), 422, "max_budget"),
        (json!({"max_budget": "NaN"}), 422, "max_budget"),
        (json!({"tpm_limit": -1}), 422, "tpm_limit"),
        (json!({"budget_duration": "soon"}), 422, "budget_duration"),
        (json!({"temp_budget_increase": 1}), 422, "temp_budget_expiry"),
        (json!({"temp_budget_increase": 1, "temp_budget_expiry": "soon"}), 400, "temp_budget_expiry"),
        (json!({"budget_mode": "lenient"}), 422, "budget_mode"),
        (json!({"allowed_models": ["echo"]}), 400, "allowed_models"),
        (json!({"colour": "red"}), 422, "colour"),
    ] {
        let (found, error) = app.post(MASTER, "/budget/new", &body).await;
        assert_eq!((found.as_u16(), &error["error"]["param"]), (status, &json!(param)), "{body}: {error}");
    }
    assert_eq!(app.get(MASTER, "/budget/list").await.1.as_array().unwrap().len(), 1);
    let (status, error) = app.post(MASTER, "/budget/info", json!({"budgets": []})).await;
    assert_eq!((status, &error["error"]["param"]), (StatusCode::BAD_REQUEST, &json!("budgets")));
    assert_eq!(app.get(MASTER, "/budget/settings").await.0, StatusCode::UNPROCESSABLE_ENTITY);
}

async fn budgets_are_the_administrators(app: TestApp) {
    let callers = Tenants::new(&app).await;
    assert_eq!(app.post(&callers.admin, "/budget/new", json!({"budget_id": "b"})).await.0, StatusCode::OK);
    for path in ["/budget/new", "/budget/update", "/budget/info", "/budget/delete"] {
        callers.assert_admin_only(&app, "POST", path, StatusCode::FORBIDDEN).await;
    }
    for path in ["/budget/list", "/budget/settings?budget_id=b"] {
        callers.assert_admin_only(&app, "GET", path, StatusCode::OK).await;
    }
}
