//! `GET /team/info`, `/team/{team_id}/members/me`.

use http::StatusCode;
use serde_json::{Value, json};

use crate::app::{MASTER, TestApp, on_both};
use crate::tenants::Tenants;

on_both![who_sees_what_of_a_team, members_see_themselves,];

async fn who_sees_what_of_a_team(app: TestApp) {
    let callers = Tenants::new(&app).await;
    app.generate(json!({"team_id": "our-team", "user_id": "member"})).await;
    app.generate(json!({"team_id": "our-team"})).await;
    let missing = app.get(&callers.user, "/team/info?team_id=none").await;
    assert_eq!(missing.0, StatusCode::NOT_FOUND);
    for (key, keys, memberships, kind) in [
        (&callers.admin, 2, 2, "unrestricted"),
        (&callers.viewer, 2, 2, "none"),
        (&callers.org_admin, 2, 2, "unrestricted"),
        (&callers.team_admin, 2, 2, "team_admin"),
        (&callers.member, 1, 1, "none"),
    ] {
        let (status, info) = app.get(key, "/team/info?team_id=our-team").await;
        assert_eq!((status, &info["team_id"]), (StatusCode::OK, &json!("our-team")), "{info}");
        let of = |field: &str| info[field].as_array().unwrap().len();
        assert_eq!((of("keys"), of("team_memberships")), (keys, memberships), "{kind}");
        let team = &info["team_info"];
        assert_eq!(team["caller_edit_access"]["kind"], kind);
        assert_eq!(team["members_with_roles"].as_array().unwrap().len(), 2);
        assert_eq!(team["organization_models"].is_null(), kind == "none");
        // Terraform wants to find these
        assert!(team.as_object().unwrap().contains_key("tpm_limit") && team["tpm_limit"].is_null());
    }
    for key in [&callers.user, &callers.user_viewer, &callers.service, &callers.stranger] {
        assert_eq!(app.get(key, "/team/info?team_id=our-team").await, missing);
    }
    let (_, info) = app.get(MASTER, "/team/info?team_id=our-team&key_limit=1").await;
    assert_eq!(info["keys"].as_array().unwrap().len(), 1);
    for (query, status, param) in [
        ("", StatusCode::UNPROCESSABLE_ENTITY, "team_id"),
        ("?team_id=our-team&key_limit=0", StatusCode::BAD_REQUEST, "key_limit"),
        ("?team_id=our-team&x=1", StatusCode::BAD_REQUEST, "x"),
    ] {
        let (refused, error) = app.get(MASTER, &format!("/team/info{query}")).await;
        assert_eq!((refused, &error["error"]["param"]), (status, &json!(param)));
    }
}

async fn members_see_themselves(app: TestApp) {
    let callers = Tenants::new(&app).await;
    let (status, own) = app.get(&callers.member, "/team/our-team/members/me").await;
    assert_eq!((status, &own["user_id"], &own["role"]), (StatusCode::OK, &json!("member"), &json!("user")), "{own}");
    assert_eq!((&own["user_email"], &own["team_alias"]), (&json!("member@example.org"), &json!("our-team")));
    assert_eq!((&own["spend"], &own["litellm_budget_table"]), (&json!(0.0), &Value::Null));
    for key in [&callers.org_admin, &callers.user, &callers.stranger, &callers.viewer] {
        assert_eq!(app.get(key, "/team/our-team/members/me").await.0, StatusCode::NOT_FOUND);
    }
    assert_eq!(app.get(&callers.service, "/team/our-team/members/me").await.0, StatusCode::BAD_REQUEST);
}
