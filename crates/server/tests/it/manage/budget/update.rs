//! `POST /budget/update`.

use http::StatusCode;
use serde_json::json;

use crate::app::{MASTER, TestApp, on_both};

on_both![changes_what_is_named_and_clears_what_is_null, what_does_not_exist_is_not_found,];

async fn changes_what_is_named_and_clears_what_is_null(app: TestApp) {
    let made = json!({"budget_id": "b", "max_budget": 5, "tpm_limit": 7, "budget_duration": "1d"});
    app.post(MASTER, "/budget/new", made).await;
    app.engine.clock.advance(1_000_000);
    let (status, changed) =
        app.post(MASTER, "/budget/update", json!({"budget_id": "b", "max_budget": null, "rpm_limit": 3})).await;
    assert_eq!(status, StatusCode::OK, "{changed}");
    assert_eq!((&changed["max_budget"], &changed["rpm_limit"]), (&json!(null), &json!(3)));
    assert_eq!((&changed["tpm_limit"], &changed["budget_duration"]), (&json!(7), &json!("1d")));
    assert_eq!(changed["updated_at"], "2026-01-01T12:00:01.000000Z");
    assert_eq!(app.post(MASTER, "/budget/info", json!({"budgets": ["b"]})).await.1, json!([changed]));
    let (_, changed) = app.post(MASTER, "/budget/update", json!({"budget_id": "b", "budget_duration": null})).await;
    assert_eq!((&changed["budget_duration"], &changed["budget_reset_at"]), (&json!(null), &json!(null)));
}

async fn what_does_not_exist_is_not_found(app: TestApp) {
    let (status, _) = app.post(MASTER, "/budget/update", json!({"budget_id": "none", "rpm_limit": 1})).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    let (status, error) = app.post(MASTER, "/budget/update", json!({"rpm_limit": 1})).await;
    assert_eq!((status, &error["error"]["param"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("budget_id")));
}
