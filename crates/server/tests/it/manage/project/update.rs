//! `POST /project/update`.

use http::StatusCode;
use serde_json::json;

use super::new::bound_the_team;
use crate::app::{MASTER, TestApp, on_both};
use crate::tenants::Tenants;

on_both![
    changes_what_is_named_and_clears_what_is_null,
    a_leader_stays_within_the_team,
    a_budget_under_a_name_is_the_administrators,
    it_moves_only_without_keys_and_between_teams_that_the_caller_leads,
    what_is_not_seen_does_not_exist,
];

const UPDATE: &str = "/project/update";

async fn changes_what_is_named_and_clears_what_is_null(app: TestApp) {
    let _callers = Tenants::new(&app).await;
    let body = json!({
        "project_id": "p", "team_id": "our-team", "description": "d", "metadata": {"a": 1}, "tags": ["t"], "max_budget": 5,
        "tpm_limit": 7,
    });
    app.post(MASTER, "/project/new", body).await;
    let change = json!({"project_id": "p", "blocked": true, "tags": null, "max_budget": null, "project_alias": "P"});
    let (status, changed) = app.post(MASTER, UPDATE, change).await;
    assert_eq!(status, StatusCode::OK, "{changed}");
    assert_eq!((&changed["blocked"], &changed["metadata"]), (&json!(true), &json!({"a": 1})));
    assert_eq!((&changed["description"], &changed["project_alias"]), (&json!("d"), &json!("P")));
    let budget = &changed["litellm_budget_table"];
    assert_eq!((&budget["max_budget"], &budget["tpm_limit"]), (&json!(null), &json!(7)));
    assert_eq!(app.get(MASTER, "/project/info?project_id=p").await.1, changed);
    let (_, changed) = app.post(MASTER, UPDATE, json!({"project_id": "p", "budget_id": null})).await;
    assert_eq!((&changed["budget_id"], &changed["litellm_budget_table"]), (&json!(null), &json!(null)));
    assert_eq!(app.get(MASTER, "/budget/list").await.1.as_array().unwrap().len(), 2, "those of the two organizations");
}

async fn a_leader_stays_within_the_team(app: TestApp) {
    let callers = Tenants::new(&app).await;
    bound_the_team(&app).await;
    app.post(MASTER, "/project/new", json!({"project_id": "p", "team_id": "our-team", "models": ["echo"]})).await;
    for (change, refused) in [
        (json!({"project_id": "p", "models": ["up/x"]}), None),
        (json!({"project_id": "p", "max_budget": 10, "blocked": true}), None),
        (json!({"project_id": "p", "models": ["other"]}), Some("models")),
        (json!({"project_id": "p", "max_budget": 11}), Some("max_budget")),
    ] {
        let (status, answer) = app.post(&callers.team_admin, UPDATE, &change).await;
        assert_eq!(status.as_u16(), if refused.is_some() { 400 } else { 200 }, "{change}: {answer}");
        assert_eq!(answer["error"]["param"].as_str(), refused, "{change}");
    }
}

async fn a_budget_under_a_name_is_the_administrators(app: TestApp) {
    let callers = Tenants::new(&app).await;
    app.post(MASTER, "/budget/new", json!({"budget_id": "b", "max_budget": 5})).await;
    app.post(MASTER, "/project/new", json!({"project_id": "p", "team_id": "our-team", "budget_id": "b"})).await;
    for (change, expected) in [
        (json!({"project_id": "p", "max_budget": 6}), StatusCode::FORBIDDEN),
        (json!({"project_id": "p", "max_budget": null}), StatusCode::FORBIDDEN),
        (json!({"project_id": "p", "budget_id": null}), StatusCode::FORBIDDEN),
        (json!({"project_id": "p", "budget_id": "budget-of-ours"}), StatusCode::FORBIDDEN),
        (json!({"project_id": "p", "budget_id": "b", "max_budget": 5, "description": "d"}), StatusCode::OK),
    ] {
        let (status, answer) = app.post(&callers.team_admin, UPDATE, &change).await;
        assert_eq!(status, expected, "{change}: {answer}");
    }
    assert_eq!(app.post(MASTER, UPDATE, json!({"project_id": "p", "max_budget": 6})).await.0, StatusCode::OK);
}

async fn it_moves_only_without_keys_and_between_teams_that_the_caller_leads(app: TestApp) {
    let callers = Tenants::new(&app).await;
    app.post(MASTER, "/project/new", json!({"project_id": "p", "team_id": "our-team"})).await;
    let to_theirs = json!({"project_id": "p", "team_id": "their-team"});
    assert_eq!(app.post(&callers.team_admin, UPDATE, &to_theirs).await.0, StatusCode::BAD_REQUEST, "no such team");
    let (key, _) = app.generate(json!({"team_id": "our-team", "project_id": "p"})).await;
    let (status, error) = app.post(MASTER, UPDATE, &to_theirs).await;
    assert_eq!((status, &error["error"]["param"]), (StatusCode::BAD_REQUEST, &json!("team_id")));
    app.post(MASTER, "/key/delete", json!({"keys": [key]})).await;
    assert_eq!(app.post(MASTER, UPDATE, to_theirs).await.1["team_id"], "their-team");
}

async fn what_is_not_seen_does_not_exist(app: TestApp) {
    let callers = Tenants::new(&app).await;
    app.post(MASTER, "/project/new", json!({"project_id": "p", "team_id": "our-team"})).await;
    let missing = app.post(&callers.stranger, UPDATE, json!({"project_id": "none"})).await;
    assert_eq!(missing.0, StatusCode::NOT_FOUND);
    assert_eq!(app.post(&callers.stranger, UPDATE, json!({"project_id": "p"})).await, missing);
    assert_eq!(app.post(MASTER, UPDATE, json!({})).await.0, StatusCode::UNPROCESSABLE_ENTITY);
}
