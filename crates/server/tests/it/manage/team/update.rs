//! `POST /team/update`, `PATCH /team/{team_id}`, `/team/block`, `/team/unblock`.

use http::StatusCode;
use serde_json::{Value, json};

use crate::app::{MASTER, TestApp, on_both};
use crate::tenants::Tenants;

on_both![
    changes_what_is_named_and_clears_what_is_null,
    a_patch_merges_metadata,
    admins_of_teams_change_how_members_share,
    a_team_moves_with_its_members,
    limits_of_members_reach_those_without_any,
    a_blocked_team_is_refused_at_once_and_comes_back,
    others_do_not_exist,
];

async fn changes_what_is_named_and_clears_what_is_null(app: TestApp) {
    let team = json!({"team_id": "t", "team_alias": "A", "max_budget": 5, "budget_duration": "1d", "models": ["echo"],
        "metadata": {"a": 1}});
    app.post(MASTER, "/team/new", team).await;
    let change = json!({"team_id": "t", "max_budget": null, "budget_duration": null, "rpm_limit": 3,
        "metadata": {"b": 2}, "tpm_limit_type": "guaranteed_throughput", "members_with_roles": [], "model_id": null});
    let (status, changed) = app.post(MASTER, "/team/update", change).await;
    assert_eq!((status, &changed["team_id"]), (StatusCode::OK, &json!("t")), "{changed}");
    let team = &changed["data"];
    assert_eq!((&team["max_budget"], &team["budget_reset_at"]), (&Value::Null, &Value::Null));
    assert_eq!((&team["team_alias"], &team["models"], &team["rpm_limit"]), (&json!("A"), &json!(["echo"]), &json!(3)));
    assert_eq!(team["metadata"], json!({"b": 2}));
    for (body, param) in [
        (json!({"team_id": "t", "colour": 1}), "colour"),
        (json!({"team_id": "t", "policies": ["p"]}), "policies"),
        (json!({"team_id": "t", "organization_id": "none"}), "organization_id"),
        (json!({"max_budget": 1}), "team_id"),
    ] {
        let (status, error) = app.post(MASTER, "/team/update", &body).await;
        assert!(status.is_client_error(), "{body}");
        assert_eq!(error["error"]["param"], param, "{body}");
    }
    assert_eq!(app.post(MASTER, "/team/update", json!({"team_id": "none"})).await.0, StatusCode::NOT_FOUND);
}

async fn a_patch_merges_metadata(app: TestApp) {
    app.post(MASTER, "/team/new", json!({"team_id": "t", "metadata": {"a": 1, "b": {"c": 1, "d": 1}}})).await;
    let patch = json!({"metadata": {"a": null, "b": {"c": null, "e": 2}}, "team_alias": "T"});
    let (status, team) = app.call(MASTER, "PATCH", "/team/t", patch).await;
    assert_eq!((status, &team["metadata"]), (StatusCode::OK, &json!({"b": {"d": 1, "e": 2}})), "{team}");
    assert_eq!((&team["team_id"], &team["team_alias"]), (&json!("t"), &json!("T")));
    assert_eq!(app.call(MASTER, "PATCH", "/team/t", json!({"team_id": "t"})).await.0, StatusCode::OK);
    assert_eq!(app.call(MASTER, "PATCH", "/team/t", json!({"team_id": "u"})).await.0, StatusCode::BAD_REQUEST);
    assert_eq!(app.call(MASTER, "PATCH", "/team/none", json!({})).await.0, StatusCode::NOT_FOUND);
}

async fn admins_of_teams_change_how_members_share(app: TestApp) {
    let callers = Tenants::new(&app).await;
    app.post(MASTER, "/team/update", json!({"team_id": "our-team", "max_budget": 10, "enforced_params": ["user"]}))
        .await;
    let change = json!({"team_id": "our-team", "team_alias": "We", "team_member_budget": 10,
        "metadata": {"enforced_params": ["user"], "x": 1}});
    let (status, changed) = app.post(&callers.team_admin, "/team/update", change).await;
    assert_eq!((status, &changed["data"]["team_alias"]), (StatusCode::OK, &json!("We")), "{changed}");
    for (field, value, param) in [
        ("max_budget", json!(11), "max_budget"),
        ("max_budget", Value::Null, "max_budget"),
        ("models", json!([]), "models"),
        ("organization_id", Value::Null, "organization_id"),
        ("blocked", json!(false), "blocked"),
        ("tags", json!(["t"]), "tags"),
        ("metadata", json!({}), "enforced_params"),
        (
            "metadata",
            json!({"enforced_params": ["user"], "allowed_passthrough_routes": ["/x"]}),
            "allowed_passthrough_routes",
        ),
        ("team_member_budget", json!(11), "team_member_budget"),
    ] {
        let body = json!({"team_id": "our-team", field: value});
        let (status, error) = app.post(&callers.team_admin, "/team/update", &body).await;
        assert_eq!((status, &error["error"]["param"]), (StatusCode::FORBIDDEN, &json!(param)), "{body} {error}");
    }
    let body = json!({"team_id": "our-team", "max_budget": 20, "models": ["echo"], "rpm_limit": 1});
    assert_eq!(app.post(&callers.org_admin, "/team/update", body).await.0, StatusCode::OK);
    let body = json!({"team_id": "our-team", "organization_id": null});
    assert_eq!(app.post(&callers.org_admin, "/team/update", body).await.0, StatusCode::FORBIDDEN);
    let body = json!({"team_id": "our-team", "organization_id": "theirs"});
    assert_eq!(app.post(&callers.org_admin, "/team/update", body).await.0, StatusCode::BAD_REQUEST);
}

async fn a_team_moves_with_its_members(app: TestApp) {
    let callers = Tenants::new(&app).await;
    let (key, _) = app.generate(json!({"team_id": "our-team", "organization_id": "ours"})).await;
    let (status, moved) =
        app.post(MASTER, "/team/update", json!({"team_id": "our-team", "organization_id": "theirs"})).await;
    assert_eq!((status, &moved["data"]["organization_id"]), (StatusCode::OK, &json!("theirs")), "{moved}");
    assert_eq!(app.get(MASTER, &format!("/key/info?key={key}")).await.1["info"]["organization_id"], "theirs");
    let (_, list) = app.get(MASTER, "/user/list?organization_ids=theirs").await;
    assert_eq!(list["total"], 3);
    assert_eq!(app.get(&callers.org_admin, "/team/info?team_id=our-team").await.0, StatusCode::NOT_FOUND);
    assert_eq!(app.get(&callers.stranger, "/team/info?team_id=our-team").await.0, StatusCode::OK);
}

async fn limits_of_members_reach_those_without_any(app: TestApp) {
    Tenants::new(&app).await;
    let own = json!({"team_id": "our-team", "user_id": "member", "max_budget_in_team": 1});
    app.post(MASTER, "/team/member_update", own).await;
    let change = json!({"team_id": "our-team", "team_member_budget": 5, "team_member_rpm_limit": 2});
    assert_eq!(app.post(MASTER, "/team/update", change).await.0, StatusCode::OK);
    let caps = || async {
        let (_, info) = app.get(MASTER, "/team/info?team_id=our-team").await;
        let of = |membership: &Value| {
            let user = membership["user_id"].as_str().unwrap().to_owned();
            (user, membership["litellm_budget_table"]["max_budget"].clone(), membership["budget_source"].clone())
        };
        info["team_memberships"].as_array().unwrap().iter().map(of).collect::<Vec<_>>()
    };
    let expected = [
        ("member".to_owned(), json!(1.0), json!("custom")),
        ("team_admin".to_owned(), json!(5.0), json!("team_default")),
    ];
    assert_eq!(caps().await, expected);
    app.post(MASTER, "/team/update", json!({"team_id": "our-team", "team_member_budget": 6})).await;
    assert_eq!(caps().await[1].1, json!(6.0));
}

async fn a_blocked_team_is_refused_at_once_and_comes_back(app: TestApp) {
    let callers = Tenants::new(&app).await;
    let (key, _) = app.generate(json!({"team_id": "our-team"})).await;
    let body = json!({"team_id": "our-team", "organization_id": "ours"});
    assert_eq!(app.get(&key, "/key/info").await.0, StatusCode::OK);
    assert_eq!(app.post(&callers.org_admin, "/team/block", &body).await.1["blocked"], true);
    assert_ne!(app.get(&key, "/key/info").await.0, StatusCode::OK);
    assert_eq!(app.post(&callers.org_admin, "/team/unblock", &body).await.1["blocked"], false);
    assert_eq!(app.get(&key, "/key/info").await.0, StatusCode::OK);
}

async fn others_do_not_exist(app: TestApp) {
    let callers = Tenants::new(&app).await;
    for (path, body) in [
        ("/team/update", json!({"team_alias": "x"})),
        ("/team/block", json!({})),
        ("/team/unblock", json!({})),
        ("/team/member_add", json!({"member": {"user_id": "stranger"}})),
        ("/team/member_update", json!({"user_id": "stranger"})),
        ("/team/member_delete", json!({"user_id": "stranger"})),
        ("/team/model/add", json!({"models": ["m"]})),
        ("/team/model/delete", json!({"models": ["m"]})),
        ("/team/permissions_update", json!({"team_member_permissions": []})),
    ] {
        let with = |team: &str| {
            let mut body = body.clone();
            body["team_id"] = json!(team);
            body
        };
        let missing = app.post(&callers.org_admin, path, with("none")).await;
        assert_eq!(missing.0, StatusCode::NOT_FOUND, "{path} {}", missing.1);
        assert_eq!(app.post(&callers.org_admin, path, with("their-team")).await, missing, "{path}");
        if !path.ends_with("block") {
            assert_eq!(app.post(&callers.team_admin, path, with("their-team")).await, missing, "{path}");
        }
        // members see their team and change nothing of it
        assert_eq!(app.post(&callers.member, path, with("our-team")).await.0, StatusCode::UNAUTHORIZED, "{path}");
        assert_eq!(app.post(&callers.viewer, path, with("our-team")).await.0, StatusCode::FORBIDDEN, "{path}");
    }
}
