//! `POST /team/delete`.

use http::StatusCode;
use serde_json::json;

use crate::app::{MASTER, TestApp, on_both};
use crate::tenants::Tenants;

on_both![everything_of_it_goes_with_it, all_or_none,];

async fn everything_of_it_goes_with_it(app: TestApp) {
    let callers = Tenants::new(&app).await;
    let (key, _) = app.generate(json!({"team_id": "our-team"})).await;
    app.post(MASTER, "/team/update", json!({"team_id": "our-team", "team_member_budget": 5})).await;
    let own = json!({"team_id": "our-team", "user_id": "member", "max_budget_in_team": 1});
    app.post(MASTER, "/team/member_update", own).await;
    let body = json!({"team_ids": ["our-team", "our-team"], "organization_id": "ours"});
    let (status, deleted) = app.post(&callers.org_admin, "/team/delete", body).await;
    assert_eq!((status, deleted), (StatusCode::OK, json!({"deleted_teams": ["our-team"]})));
    assert_eq!(app.get(&key, "/key/info").await.0, StatusCode::UNAUTHORIZED);
    assert_eq!(app.get(MASTER, "/team/info?team_id=our-team").await.0, StatusCode::NOT_FOUND);
    assert_eq!(app.get(&callers.member, "/v2/user/info").await.1["teams"], json!([]));
    assert_eq!(app.get(MASTER, "/budget/list").await.1.as_array().unwrap().len(), 2);
}

async fn all_or_none(app: TestApp) {
    let callers = Tenants::new(&app).await;
    let missing = app.post(&callers.org_admin, "/team/delete", json!({"team_ids": ["our-team", "none"]})).await;
    assert_eq!(missing.0, StatusCode::NOT_FOUND);
    let foreign = app.post(&callers.org_admin, "/team/delete", json!({"team_ids": ["our-team", "their-team"]})).await;
    assert_eq!(foreign, missing);
    assert_eq!(app.get(MASTER, "/v2/team/list").await.1["total"], 2);
    let (status, error) = app.post(MASTER, "/team/delete", json!({})).await;
    assert_eq!((status, &error["error"]["param"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("team_ids")));
}
