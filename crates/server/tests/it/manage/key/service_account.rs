//! `POST /key/service-account/generate`.

use http::StatusCode;
use serde_json::{Value, json};

use crate::app::{MASTER, TestApp, on_both};
use crate::tenants::Tenants;

on_both![the_key_is_its_teams_and_nobodys, who_leads_the_team_may_make_one, refuses_by_name,];

const PATH: &str = "/key/service-account/generate";

async fn the_key_is_its_teams_and_nobodys(app: TestApp) {
    Tenants::new(&app).await;
    let body = json!({"team_id": "our-team", "user_id": "member", "key_alias": "nightly", "metadata": {"a": 1}});
    let (status, made) = app.post(MASTER, PATH, body).await;
    assert_eq!(status, StatusCode::OK, "{made}");
    assert_eq!((&made["team_id"], &made["user_id"]), (&json!("our-team"), &Value::Null));
    assert_eq!(made["metadata"], json!({"a": 1, "service_account_id": "nightly"}));
    let key = made["key"].as_str().unwrap();
    assert_eq!(app.post(key, "/key/health", "").await.0, StatusCode::OK);

    let (_, made) = app.post(MASTER, PATH, json!({"team_id": "our-team"})).await;
    assert_eq!(made["metadata"]["service_account_id"].as_str().unwrap().len(), 36);
    let own = json!({"team_id": "our-team", "metadata": {"service_account_id": "mine"}});
    assert_eq!(app.post(MASTER, PATH, own).await.1["metadata"]["service_account_id"], "mine");
}

async fn who_leads_the_team_may_make_one(app: TestApp) {
    let tenants = Tenants::new(&app).await;
    let body = json!({"team_id": "our-team"});
    for (key, expected) in [
        (&tenants.admin, StatusCode::OK),
        (&tenants.org_admin, StatusCode::OK),
        (&tenants.team_admin, StatusCode::OK),
        (&tenants.viewer, StatusCode::FORBIDDEN),
        (&tenants.member, StatusCode::FORBIDDEN),
        (&tenants.user, StatusCode::UNAUTHORIZED),
        (&tenants.user_viewer, StatusCode::UNAUTHORIZED),
        (&tenants.service, StatusCode::UNAUTHORIZED),
    ] {
        let (status, answer) = app.post(key, PATH, &body).await;
        assert_eq!(status, expected, "{answer}");
    }
    // a team that one does not see does not exist
    let missing = app.post(&tenants.stranger, PATH, json!({"team_id": "no-such-team"})).await;
    assert_eq!((missing.0, &missing.1["error"]["param"]), (StatusCode::BAD_REQUEST, &json!("team_id")));
    assert_eq!(app.post(&tenants.stranger, PATH, &body).await, missing);
    let wide = json!({"team_id": "our-team", "permissions": {"a": 1}});
    let (status, answer) = app.post(&tenants.team_admin, PATH, wide).await;
    assert_eq!((status, &answer["error"]["param"]), (StatusCode::FORBIDDEN, &json!("permissions")));
}

async fn refuses_by_name(app: TestApp) {
    Tenants::new(&app).await;
    for (body, status, param) in [
        (json!({}), StatusCode::BAD_REQUEST, "team_id"),
        (json!({"team_id": ""}), StatusCode::BAD_REQUEST, "team_id"),
        (json!({"team_id": "no-such-team"}), StatusCode::BAD_REQUEST, "team_id"),
        (json!({"team_id": "our-team", "max_budget": -1}), StatusCode::UNPROCESSABLE_ENTITY, "max_budget"),
        (json!({"team_id": "our-team", "colour": 1}), StatusCode::UNPROCESSABLE_ENTITY, "colour"),
        (json!({"team_id": "our-team", "key": "sk-short"}), StatusCode::BAD_REQUEST, "key"),
    ] {
        let (answered, error) = app.post(MASTER, PATH, &body).await;
        assert_eq!((answered, &error["error"]["param"]), (status, &json!(param)), "{body}");
    }
}
