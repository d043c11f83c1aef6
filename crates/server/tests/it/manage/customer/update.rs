//! `POST /customer/update`.

use http::StatusCode;
use serde_json::json;

use super::NAMES;
use crate::app::{MASTER, TestApp, on_both};

on_both![changes_what_is_named_and_clears_what_is_null, budgets_come_and_go, what_does_not_exist_is_not_found,];

async fn changes_what_is_named_and_clears_what_is_null(app: TestApp) {
    app.post(MASTER, "/customer/new", json!({"user_id": "c", "alias": "A", "models": ["echo"], "blocked": true})).await;
    let change = json!({"user_id": "c", "alias": null, "blocked": false});
    let (status, changed) = app.post(MASTER, "/customer/update", change).await;
    assert_eq!(status, StatusCode::OK, "{changed}");
    assert_eq!((&changed["alias"], &changed["blocked"]), (&json!(null), &json!(false)));
    assert_eq!(changed["models"], json!(["echo"]));
    let (_, changed) = app.post(MASTER, "/end_user/update", json!({"user_id": "c", "models": []})).await;
    assert_eq!(changed["models"], json!([]));
    assert_eq!(app.get(MASTER, "/customer/info?end_user_id=c").await.1, changed);
}

async fn budgets_come_and_go(app: TestApp) {
    app.post(MASTER, "/customer/new", json!({"user_id": "c"})).await;
    app.post(MASTER, "/customer/new", json!({"user_id": "d", "budget_id": null})).await;
    app.post(MASTER, "/budget/new", json!({"budget_id": "shared", "max_budget": 9})).await;
    let update = async |change| app.post(MASTER, "/customer/update", change).await;
    let budgets = async || app.get(MASTER, "/budget/list").await.1.as_array().unwrap().len();
    // 0 is a budget
    let (_, changed) = update(json!({"user_id": "c", "max_budget": 0})).await;
    assert_eq!((&changed["litellm_budget_table"]["max_budget"], budgets().await), (&json!(0.0), 2));
    let (_, changed) = update(json!({"user_id": "c", "rpm_limit": 3})).await;
    let budget = &changed["litellm_budget_table"];
    assert_eq!((&budget["max_budget"], &budget["rpm_limit"], budgets().await), (&json!(0.0), &json!(3), 2));
    let (_, changed) = update(json!({"user_id": "c", "budget_id": "shared"})).await;
    assert_eq!((&changed["budget_id"], budgets().await), (&json!("shared"), 1), "its own went with it");
    update(json!({"user_id": "d", "budget_id": "shared"})).await;
    let (status, error) = update(json!({"user_id": "d", "max_budget": 8})).await;
    assert_eq!((status, &error["error"]["param"]), (StatusCode::BAD_REQUEST, &json!("budget_id")));
    let (_, changed) = update(json!({"user_id": "c", "budget_id": null})).await;
    assert_eq!((&changed["budget_id"], budgets().await), (&json!(null), 1));
}

async fn what_does_not_exist_is_not_found(app: TestApp) {
    for name in NAMES {
        let (status, _) = app.post(MASTER, &format!("{name}/update"), json!({"user_id": "none"})).await;
        assert_eq!(status, StatusCode::NOT_FOUND);
    }
    assert_eq!(app.post(MASTER, "/customer/update", json!({})).await.0, StatusCode::UNPROCESSABLE_ENTITY);
}
