//! `POST /user/delete`.

use http::StatusCode;
use serde_json::json;

use crate::app::{MASTER, TestApp, on_both};
use crate::tenants::Tenants;

on_both![everything_of_his_goes_with_him, all_or_none, admins_of_organizations_delete_their_own,];

async fn everything_of_his_goes_with_him(app: TestApp) {
    let callers = Tenants::new(&app).await;
    let limits = json!({"team_id": "our-team", "user_id": "member", "max_budget_in_team": 3});
    assert_eq!(app.post(MASTER, "/team/member_update", limits).await.0, StatusCode::OK);
    app.generate(json!({"user_id": "member", "team_id": "our-team"})).await;
    assert_eq!(app.post(MASTER, "/invitation/new", json!({"user_id": "member"})).await.0, StatusCode::OK);
    let (status, deleted) = app.post(MASTER, "/user/delete", json!({"user_ids": ["member", "member"]})).await;
    assert_eq!((status, deleted), (StatusCode::OK, json!(1)));
    assert_eq!(app.get(&callers.member, "/key/info").await.0, StatusCode::UNAUTHORIZED);
    assert_eq!(app.get(MASTER, "/key/list?user_id=member").await.1["total_count"], 0);
    assert_eq!(app.get(MASTER, "/user/info?user_id=member").await.0, StatusCode::NOT_FOUND);
    let (_, team) = app.get(MASTER, "/team/info?team_id=our-team").await;
    assert_eq!(team["team_info"]["members_with_roles"].as_array().unwrap().len(), 1);
    let (_, budgets) = app.get(MASTER, "/budget/list").await;
    assert_eq!(budgets.as_array().unwrap().len(), 2, "the budget of the membership is gone: {budgets}");
}

async fn all_or_none(app: TestApp) {
    Tenants::new(&app).await;
    let body = json!({"user_ids": ["member", "none"]});
    assert_eq!(app.post(MASTER, "/user/delete", body).await.0, StatusCode::NOT_FOUND);
    assert_eq!(app.get(MASTER, "/user/info?user_id=member").await.0, StatusCode::OK);
    assert_eq!(app.post(MASTER, "/user/delete", json!({"user_ids": []})).await.1, json!(0));
    for (body, param) in [(json!({}), "user_ids"), (json!({"user_ids": ["a"], "all": true}), "all")] {
        let (status, error) = app.post(MASTER, "/user/delete", body).await;
        assert_eq!((status, &error["error"]["param"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!(param)));
    }
}

async fn admins_of_organizations_delete_their_own(app: TestApp) {
    let callers = Tenants::new(&app).await;
    let body = |id: &str| json!({"user_ids": [id], "organization_id": "ours"});
    let missing = app.post(&callers.org_admin, "/user/delete", body("none")).await;
    assert_eq!(missing.0, StatusCode::NOT_FOUND);
    for foreign in ["stranger", "admin", "user"] {
        assert_eq!(app.post(&callers.org_admin, "/user/delete", body(foreign)).await, missing, "{foreign}");
    }
    // a member of the organization who is also somewhere else
    let joined = json!({"team_id": "their-team", "member": {"user_id": "member", "role": "user"}});
    assert_eq!(app.post(MASTER, "/team/member_add", joined).await.0, StatusCode::OK);
    assert_eq!(app.post(&callers.org_admin, "/user/delete", body("member")).await.0, StatusCode::FORBIDDEN);
    let left = json!({"team_id": "their-team", "user_id": "member"});
    assert_eq!(app.post(MASTER, "/team/member_delete", left).await.0, StatusCode::OK);
    // one whose role is above the organization
    let role = |role| json!({"user_id": "member", "user_role": role});
    app.post(MASTER, "/user/update", role("proxy_admin")).await;
    assert_eq!(app.post(&callers.org_admin, "/user/delete", body("member")).await.0, StatusCode::FORBIDDEN);
    app.post(MASTER, "/user/update", role("internal_user")).await;
    assert_eq!(app.post(&callers.org_admin, "/user/delete", body("member")).await, (StatusCode::OK, json!(1)));
}
