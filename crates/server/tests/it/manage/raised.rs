//! `temp_budget_increase`, `temp_budget_expiry` and `budget_mode` of whatever has a budget, and who may set them.

use http::StatusCode;
use serde_json::{Value, json};

use crate::app::{MASTER, TestApp, on_both};
use crate::tenants::Tenants;

on_both![
    everything_with_a_budget_takes_them,
    they_raise_no_more_than_their_giver_may,
    a_rise_that_is_over_is_forgotten,
];

const UNTIL: &str = "2026-03-01T00:00:00.000000Z";

async fn everything_with_a_budget_takes_them(app: TestApp) {
    app.post(MASTER, "/team/new", json!({"team_id": "wide"})).await;
    let raised = |mut of: Value| {
        of["max_budget"] = json!(5);
        of["temp_budget_increase"] = json!(2);
        of["temp_budget_expiry"] = json!("2026-03-01");
        of["budget_mode"] = json!("soft");
        of
    };
    for (path, body, change, id, at) in [
        ("/key/generate", json!({"key": "sk-a-key-that-is-raised"}), "/key/update", "key", ""),
        ("/team/new", json!({"team_id": "t"}), "/team/update", "team_id", ""),
        ("/user/new", json!({"user_id": "u", "auto_create_key": false}), "/user/update", "user_id", ""),
        ("/budget/new", json!({"budget_id": "b"}), "/budget/update", "budget_id", ""),
        ("/customer/new", json!({"user_id": "c"}), "/customer/update", "user_id", "/litellm_budget_table"),
        (
            "/project/new",
            json!({"project_id": "p", "team_id": "wide"}),
            "/project/update",
            "project_id",
            "/litellm_budget_table",
        ),
        ("/tag/new", json!({"name": "g"}), "/tag/update", "name", "/tag/litellm_budget_table"),
        (
            "/organization/new",
            json!({"organization_id": "o", "organization_alias": "o"}),
            "PATCH /organization/update",
            "organization_id",
            "/litellm_budget_table",
        ),
    ] {
        let (status, made) = app.post(MASTER, path, raised(body.clone())).await;
        assert_eq!(status, StatusCode::OK, "{path}: {made}");
        let limits = made.pointer(at).unwrap();
        let shown = (&limits["temp_budget_increase"], &limits["temp_budget_expiry"], &limits["budget_mode"]);
        assert_eq!(shown, (&json!(2.0), &json!(UNTIL), &json!("soft")), "{path}");
        let mut cleared = json!({"temp_budget_increase": null, "temp_budget_expiry": null, "budget_mode": null});
        cleared[id] = body[id].clone();
        let (method, change) = change.split_once(' ').unwrap_or(("POST", change));
        let (status, changed) = app.call(MASTER, method, change, &cleared).await;
        assert_eq!(status, StatusCode::OK, "{change}: {changed}");
        let limits =
            changed.pointer(at).filter(|limits| limits.get("budget_mode").is_some()).unwrap_or(&changed["data"]);
        let shown = (&limits["temp_budget_increase"], &limits["temp_budget_expiry"], &limits["budget_mode"]);
        assert_eq!(shown, (&Value::Null, &Value::Null, &json!("hard")), "{change}: {changed}");
    }
}

async fn they_raise_no_more_than_their_giver_may(app: TestApp) {
    let callers = Tenants::new(&app).await;
    app.post(MASTER, "/team/update", json!({"team_id": "our-team", "max_budget": 10})).await;
    let key = json!({"team_id": "our-team", "user_id": "member", "max_budget": 8});
    let (_, hash) = app.generate(key).await;
    let rise = |by: i64| json!({"key": hash, "temp_budget_increase": by, "temp_budget_expiry": UNTIL});
    let soft = json!({"key": hash, "budget_mode": "soft"});
    for (caller, body, expected) in [
        (&callers.member, rise(1), StatusCode::FORBIDDEN),
        (&callers.member, soft.clone(), StatusCode::FORBIDDEN),
        (&callers.team_admin, rise(3), StatusCode::FORBIDDEN),
        (&callers.team_admin, soft.clone(), StatusCode::FORBIDDEN),
        (&callers.team_admin, rise(2), StatusCode::OK),
        (&callers.admin, soft, StatusCode::OK),
    ] {
        let (status, answer) = app.post(caller, "/key/update", &body).await;
        assert_eq!(status, expected, "{body}: {answer}");
    }
    let team = json!({"team_id": "our-team", "budget_mode": "soft"});
    for (caller, expected) in [
        (&callers.team_admin, StatusCode::FORBIDDEN),
        (&callers.org_admin, StatusCode::FORBIDDEN),
        (&callers.admin, StatusCode::OK),
    ] {
        let (status, answer) = app.post(caller, "/team/update", &team).await;
        assert_eq!(status, expected, "{answer}");
    }
    let member = json!({"team_id": "our-team", "user_id": "member", "max_budget_in_team": 5, "budget_mode": "soft"});
    app.post(MASTER, "/project/new", json!({"project_id": "p", "team_id": "our-team", "max_budget": 5})).await;
    let project = json!({"project_id": "p", "budget_mode": "soft"});
    for (path, body) in [("/team/member_update", member), ("/project/update", project)] {
        let (status, error) = app.post(&callers.team_admin, path, &body).await;
        assert_eq!((status, &error["error"]["param"]), (StatusCode::FORBIDDEN, &json!("budget_mode")), "{path}");
        let (status, made) = app.post(&callers.admin, path, &body).await;
        assert_eq!(status, StatusCode::OK, "{path}: {made}");
    }
    let project = json!({"project_id": "p", "temp_budget_increase": 6, "temp_budget_expiry": UNTIL});
    let (status, error) = app.post(&callers.team_admin, "/project/update", project).await;
    assert_eq!((status, &error["error"]["param"]), (StatusCode::BAD_REQUEST, &json!("max_budget")));
}

async fn a_rise_that_is_over_is_forgotten(app: TestApp) {
    let callers = Tenants::new(&app).await;
    app.post(MASTER, "/team/update", json!({"team_id": "our-team", "max_budget": 10})).await;
    let (_, hash) = app.generate(json!({"team_id": "our-team", "max_budget": 8})).await;
    let body = json!({"key": hash, "temp_budget_increase": 5, "temp_budget_expiry": "2026-01-02"});
    assert_eq!(app.post(MASTER, "/key/update", body).await.0, StatusCode::OK);
    let change = json!({"key": hash, "rpm_limit": 3});
    assert_eq!(app.post(&callers.team_admin, "/key/update", &change).await.0, StatusCode::FORBIDDEN);
    app.engine.clock.advance(24 * 3_600_000_000);
    let (status, changed) = app.post(&callers.team_admin, "/key/update", &change).await;
    assert_eq!((status, &changed["temp_budget_increase"]), (StatusCode::OK, &Value::Null), "{changed}");
}
