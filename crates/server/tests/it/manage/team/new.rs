//! `POST /team/new`.

use http::StatusCode;
use serde_json::{Value, json};

use crate::app::{MASTER, TestApp, on_both};
use crate::tenants::Tenants;

on_both![
    makes_a_team,
    whoever_makes_it_leads_it,
    refuses_by_name_and_makes_nothing,
    a_team_fits_into_its_organization,
    admins_of_organizations_make_teams_there_and_nowhere_else,
    who_may_not,
];

async fn makes_a_team(app: TestApp) {
    Tenants::new(&app).await;
    let body = json!({
        "team_id": "t", "team_alias": "T", "organization_id": "ours", "models": ["echo"], "max_budget": 500,
        "budget_duration": "30d", "rpm_limit": 100, "metadata": {"a": 1, "team_member_budget_id": "x"}, "tags": ["prod"],
        "members_with_roles": [{"user_id": "member", "role": "user"}, {"user_email": "new@example.org", "role": "admin"}],
        "model_aliases": {"small": "echo"}, "team_member_permissions": ["/key/generate"], "team_member_budget": 5,
        "guardrails": null, "admins": [], "spend": 0,
    });
    let (status, mut made) = app.post(MASTER, "/team/new", body).await;
    assert_eq!(status, StatusCode::OK, "{made}");
    let members = made["members_with_roles"].take();
    insta::assert_snapshot!("made", serde_json::to_string_pretty(&made).unwrap());
    let of = |email: &str| members.as_array().unwrap().iter().find(|one| one["user_email"] == *email).unwrap().clone();
    assert_eq!((members.as_array().unwrap().len(), &of("member@example.org")["role"]), (2, &json!("user")));
    assert_eq!(of("new@example.org")["role"], "admin");
    let (_, new) = app.get(MASTER, "/user/list?user_email=new@").await;
    assert_eq!((&new["users"][0]["user_role"], &new["users"][0]["teams"]), (&json!("internal_user"), &json!(["t"])));
    let (_, info) = app.get(MASTER, "/team/info?team_id=t").await;
    assert_eq!(info["team_info"]["team_member_budget_table"]["max_budget"], 5.0);
    for membership in info["team_memberships"].as_array().unwrap() {
        assert_eq!(membership["budget_source"], "team_default");
    }
}

async fn whoever_makes_it_leads_it(app: TestApp) {
    let callers = Tenants::new(&app).await;
    let (_, made) = app.post(&callers.admin, "/team/new", json!({})).await;
    assert_eq!(
        (&made["members_with_roles"][0]["user_id"], &made["members_with_roles"][0]["role"]),
        (&json!("admin"), &json!("admin"))
    );
    assert_eq!(made["team_id"].as_str().unwrap().len(), 36);
    assert_eq!(app.post(MASTER, "/team/new", json!({})).await.1["members_with_roles"], json!([]));
}

async fn refuses_by_name_and_makes_nothing(app: TestApp) {
    app.post(MASTER, "/team/new", json!({"team_id": "taken"})).await;
    for (body, param) in [
        (json!({"team_id": "taken"}), "team_id"),
        (json!({"team_id": "litellm-dashboard"}), "team_id"),
        (json!({"organization_id": "none"}), "organization_id"),
        (json!({"colour": 1}), "colour"),
        (json!({"guardrails": ["g"]}), "guardrails"),
        (json!({"object_permission": {"models": []}}), "object_permission"),
        (json!({"max_budget": -1}), "max_budget"),
        (json!({"max_budget": 5, "soft_budget": 5}), "soft_budget"),
        (json!({"team_member_budget": -1}), "team_member_budget"),
        (json!({"team_member_permissions": ["/key/steal"]}), "team_member_permissions"),
        (json!({"members_with_roles": [{"role": "user"}]}), "member"),
        (json!({"members_with_roles": [{"user_id": "u", "role": "owner"}]}), "members_with_roles"),
        (json!({"tpm_limit": "many"}), "tpm_limit"),
    ] {
        let (status, error) = app.post(MASTER, "/team/new", &body).await;
        assert!(status == StatusCode::BAD_REQUEST || status == StatusCode::UNPROCESSABLE_ENTITY, "{body} {error}");
        assert_eq!(error["error"]["param"], param, "{body}");
    }
    assert_eq!(app.get(MASTER, "/v2/team/list").await.1["total"], 1);
    assert_eq!(app.get(MASTER, "/user/list").await.1["total"], 0);
}

async fn a_team_fits_into_its_organization(app: TestApp) {
    Tenants::new(&app).await;
    let limits = json!({"budget_id": "budget-of-ours", "max_budget": 10, "tpm_limit": 5});
    app.post(MASTER, "/budget/update", limits).await;
    for (field, value) in [("max_budget", 11), ("tpm_limit", 6)] {
        let body = json!({"organization_id": "ours", field: value});
        let (status, error) = app.post(MASTER, "/team/new", body).await;
        assert_eq!((status, &error["error"]["param"]), (StatusCode::BAD_REQUEST, &json!(field)), "{error}");
    }
    let (_, made) = app.post(MASTER, "/team/new", json!({"organization_id": "ours", "max_budget": 10})).await;
    assert_eq!((&made["max_budget"], &made["tpm_limit"]), (&json!(10.0), &Value::Null));
}

async fn admins_of_organizations_make_teams_there_and_nowhere_else(app: TestApp) {
    let callers = Tenants::new(&app).await;
    let key = &callers.org_admin;
    let body = json!({"organization_id": "ours", "members_with_roles": [{"user_id": "member"}]});
    let (status, made) = app.post(key, "/team/new", body).await;
    assert_eq!((status, made["members_with_roles"].as_array().unwrap().len()), (StatusCode::OK, 2), "{made}");
    for (body, expected, param) in [
        (json!({}), StatusCode::FORBIDDEN, Value::Null),
        (json!({"organization_id": "theirs"}), StatusCode::BAD_REQUEST, json!("organization_id")),
        (
            json!({"organization_id": "ours", "access_group_ids": ["g"]}),
            StatusCode::FORBIDDEN,
            json!("access_group_ids"),
        ),
        (
            json!({"organization_id": "ours", "metadata": {"allowed_passthrough_routes": ["/x"]}}),
            StatusCode::FORBIDDEN,
            json!("allowed_passthrough_routes"),
        ),
        // users that he does not see, and users who do not exist, are the same to him
        (
            json!({"organization_id": "ours", "members_with_roles": [{"user_id": "stranger"}]}),
            StatusCode::NOT_FOUND,
            Value::Null,
        ),
        (
            json!({"organization_id": "ours", "members_with_roles": [{"user_id": "none"}]}),
            StatusCode::NOT_FOUND,
            Value::Null,
        ),
    ] {
        let (status, error) = app.post(key, "/team/new", &body).await;
        assert_eq!((status, &error["error"]["param"]), (expected, &param), "{body} {error}");
    }
}

async fn who_may_not(app: TestApp) {
    let callers = Tenants::new(&app).await;
    for path in ["/team/new", "/team/delete", "/team/block", "/team/unblock", "/team/bulk_member_add"] {
        for key in [&callers.team_admin, &callers.member, &callers.user, &callers.user_viewer, &callers.service] {
            let (status, error) = app.post(key, path, json!({"no": 1})).await;
            assert_eq!(status, StatusCode::UNAUTHORIZED, "{path} {error}");
        }
        assert_eq!(app.post(&callers.viewer, path, json!({"no": 1})).await.0, StatusCode::FORBIDDEN);
    }
}
