//! `POST /project/new`.

use http::StatusCode;
use serde_json::json;
use store::teams::TeamRow;
use store::{Actor, Scope, Transaction, UPDATED};

use crate::app::{MASTER, NOON, TestApp, on_both};
use crate::tenants::Tenants;

on_both![
    what_was_made_is_shown,
    a_project_has_no_more_than_its_team,
    those_who_lead_the_team_make_projects,
    refuses_by_name_and_makes_nothing,
];

/// Gives `our-team` a list of models and a budget of ten dollars.
pub(super) async fn bound_the_team(app: &TestApp) {
    let actor = Actor { id: "test".to_owned(), changed_by: None, at: NOON };
    let mut change = Transaction::begin(&app.engine.db, actor).await.unwrap();
    let before: TeamRow = change.require(&Scope::Gateway, &["our-team"]).await.unwrap();
    let mut after = before.clone();
    after.models = vec!["echo".to_owned(), "up/*".to_owned()];
    after.limits.max_budget = Some(money::Nanos::new(10_000_000_000));
    change.update(UPDATED, &before, &after).await.unwrap();
    let touched = change.commit().await.unwrap();
    app.engine.changed(&touched);
}

async fn what_was_made_is_shown(app: TestApp) {
    let _callers = Tenants::new(&app).await;
    let body = json!({
        "project_id": "p", "team_id": "our-team", "project_alias": "P", "description": "d", "models": ["echo"],
        "metadata": {"a": 1}, "tags": ["t"], "model_rpm_limit": {"echo": 3}, "guardrails": [], "max_budget": 5,
    });
    let (status, made) = app.post(MASTER, "/project/new", body).await;
    assert_eq!(status, StatusCode::OK, "{made}");
    assert_eq!(made["litellm_budget_table"]["max_budget"], 5.0);
    let mut expected = json!({
        "project_id": "p", "project_alias": "P", "description": "d", "team_id": "our-team", "models": ["echo"],
        "metadata": {"a": 1, "tags": ["t"], "model_rpm_limit": {"echo": 3}}, "spend": 0.0, "model_spend": {},
        "model_rpm_limit": {}, "model_tpm_limit": {}, "blocked": false, "created_at": "2026-01-01T12:00:00.000000Z",
        "created_by": "default_user_id", "updated_at": "2026-01-01T12:00:00.000000Z", "updated_by": "default_user_id",
        "object_permission": null, "object_permission_id": null,
    });
    for name in ["budget_id", "litellm_budget_table"] {
        expected[name] = made[name].clone();
    }
    assert_eq!(made, expected);
    assert_eq!(app.get(MASTER, "/project/info?project_id=p").await.1, made);
    assert_eq!(app.get(MASTER, "/project/list").await.1, json!([made]));
    let (_, plain) = app.post(MASTER, "/project/new", json!({"team_id": "our-team"})).await;
    assert_eq!((plain["project_id"].as_str().map(str::len), &plain["budget_id"]), (Some(36), &json!(null)));
}

async fn a_project_has_no_more_than_its_team(app: TestApp) {
    let callers = Tenants::new(&app).await;
    bound_the_team(&app).await;
    for (fields, refused) in [
        (json!({"models": ["echo", "up/x"]}), None),
        (json!({"models": []}), None),
        (json!({"models": ["all-team-models"]}), None),
        (json!({"max_budget": 10}), None),
        (json!({"models": ["other"]}), Some("models")),
        (json!({"models": ["*"]}), Some("models")),
        (json!({"models": ["all-proxy-models"]}), Some("models")),
        (json!({"max_budget": 10.01}), Some("max_budget")),
    ] {
        let mut body = json!({"team_id": "our-team"});
        body.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        for key in [MASTER, &callers.team_admin] {
            let (status, made) = app.post(key, "/project/new", &body).await;
            assert_eq!(status.as_u16(), if refused.is_some() { 400 } else { 200 }, "{body}: {made}");
            assert_eq!(made["error"]["param"].as_str(), refused, "{body}");
        }
    }
}

async fn those_who_lead_the_team_make_projects(app: TestApp) {
    let callers = Tenants::new(&app).await;
    let body = json!({"team_id": "our-team"});
    for (key, expected) in [
        (callers.admin.as_str(), StatusCode::OK),
        (&callers.org_admin, StatusCode::OK),
        (&callers.team_admin, StatusCode::OK),
        (&callers.viewer, StatusCode::FORBIDDEN),
        (&callers.member, StatusCode::UNAUTHORIZED),
        (&callers.user, StatusCode::UNAUTHORIZED),
        (&callers.user_viewer, StatusCode::UNAUTHORIZED),
        (&callers.service, StatusCode::UNAUTHORIZED),
        (&callers.stranger, StatusCode::BAD_REQUEST),
    ] {
        let (status, answer) = app.post(key, "/project/new", &body).await;
        assert_eq!(status, expected, "{answer}");
    }
    let missing = app.post(&callers.stranger, "/project/new", json!({"team_id": "none"})).await;
    assert_eq!(app.post(&callers.stranger, "/project/new", body).await, missing);
    app.post(MASTER, "/budget/new", json!({"budget_id": "b"})).await;
    let named = json!({"team_id": "our-team", "budget_id": "b"});
    let (status, error) = app.post(&callers.team_admin, "/project/new", &named).await;
    assert_eq!((status, &error["error"]["param"]), (StatusCode::FORBIDDEN, &json!("budget_id")));
    assert_eq!(app.post(MASTER, "/project/new", named).await.0, StatusCode::OK);
}

async fn refuses_by_name_and_makes_nothing(app: TestApp) {
    let _callers = Tenants::new(&app).await;
    app.post(MASTER, "/project/new", json!({"team_id": "our-team", "project_id": "taken"})).await;
    for (body, status, param) in [
        (json!({"team_id": "our-team", "project_id": "taken"}), 400, "project_id"),
        (json!({}), 422, "team_id"),
        (json!({"team_id": "none"}), 400, "team_id"),
        (json!({"team_id": "our-team", "tags": "t"}), 422, "tags"),
        (json!({"team_id": "our-team", "description": "d".repeat(5_000)}), 422, "description"),
        (json!({"team_id": "our-team", "budget_id": "none"}), 400, "budget_id"),
        (json!({"team_id": "our-team", "guardrails": ["g"]}), 400, "guardrails"),
        (json!({"team_id": "our-team", "colour": "red"}), 422, "colour"),
    ] {
        let (found, error) = app.post(MASTER, "/project/new", &body).await;
        assert_eq!((found.as_u16(), &error["error"]["param"]), (status, &json!(param)), "{body}: {error}");
    }
    assert_eq!(app.get(MASTER, "/project/list").await.1.as_array().unwrap().len(), 1);
}
