//! `POST /user/new`.

use engine::settings::WrittenBudgets;
use http::StatusCode;
use money::Nanos;
use serde_json::{Value, json};

use crate::app::{MASTER, TestApp, on_both};
use crate::tenants::Tenants;

on_both![
    makes_a_user_with_a_key_that_works,
    a_user_without_a_key_and_with_teams,
    refuses_by_name_and_makes_nothing,
    what_somebody_has_already_is_a_conflict,
    admins_of_organizations_make_users_there_and_nowhere_else,
    a_user_of_an_organization_has_no_more_than_that_has,
    who_may_not,
    configuration_gives_new_users_a_budget,
];

async fn makes_a_user_with_a_key_that_works(app: TestApp) {
    let body = json!({
        "user_id": "ann", "user_email": " Ann@example.org ", "user_alias": "Ann", "user_role": "internal_user",
        "models": ["echo"], "max_budget": 50, "budget_duration": "30d", "rpm_limit": 7, "metadata": {"a": 1},
        "key_alias": "anns", "duration": "1h", "tags": ["t"], "teams": null, "send_invite_email": false,
    });
    let (status, mut made) = app.post(MASTER, "/user/new", &body).await;
    assert_eq!(status, StatusCode::OK, "{made}");
    let key = made["key"].take();
    let key = key.as_str().unwrap();
    for random in ["token", "token_id", "key_name"] {
        made[random].take();
    }
    insta::assert_snapshot!("made", serde_json::to_string_pretty(&made).unwrap());
    let (_, own) = app.get(key, "/key/info").await;
    assert_eq!((&own["info"]["user_id"], &own["info"]["max_budget"]), (&json!("ann"), &Value::Null));
    assert_eq!((&own["info"]["models"], &own["info"]["rpm_limit"]), (&json!(["echo"]), &json!(7)));
    assert_eq!(app.get(key, "/user/info").await.1["user_info"]["user_email"], "Ann@example.org");
}

async fn a_user_without_a_key_and_with_teams(app: TestApp) {
    Tenants::new(&app).await;
    let body = json!({
        "auto_create_key": false, "organizations": ["ours"], "organization_id": "ours",
        "teams": ["our-team", {"team_id": "their-team", "user_role": "admin", "max_budget_in_team": 5}],
    });
    let (status, made) = app.post(MASTER, "/user/new", body).await;
    assert_eq!(status, StatusCode::OK, "{made}");
    assert_eq!((&made["key"], &made["token"]), (&json!(""), &Value::Null));
    assert_eq!((&made["teams"], &made["user_role"]), (&json!(["our-team", "their-team"]), &json!("internal_user")));
    let id = made["user_id"].as_str().unwrap();
    let (_, info) = app.get(MASTER, &format!("/user/info?user_id={id}")).await;
    assert_eq!(info["user_info"]["organization_memberships"][0]["organization_id"], "ours");
    let (_, team) = app.get(MASTER, "/team/info?team_id=their-team").await;
    let membership = team["team_memberships"].as_array().unwrap().iter().find(|one| one["user_id"] == *id).unwrap();
    assert_eq!(membership["litellm_budget_table"]["max_budget"], 5.0);
    let body = json!({"user_id": "with-team-key", "team_id": "our-team"});
    let (_, made) = app.post(MASTER, "/user/new", body).await;
    let (_, own) = app.get(made["key"].as_str().unwrap(), "/key/info").await;
    assert_eq!(own["info"]["team_id"], "our-team");
}

async fn refuses_by_name_and_makes_nothing(app: TestApp) {
    app.generate(json!({"key_alias": "taken"})).await;
    for (body, param) in [
        (json!({"colour": "red"}), "colour"),
        (json!({"password": "p"}), "password"),
        (json!({"permissions": {"a": 1}}), "permissions"),
        (json!({"user_role": "owner"}), "user_role"),
        (json!({"user_role": "org_admin"}), "user_role"),
        (json!({"max_budget": -1}), "max_budget"),
        (json!({"budget_duration": "soon"}), "budget_duration"),
        (json!({"tpm_limit": -1}), "tpm_limit"),
        (json!({"teams": ["none"]}), "teams"),
        (json!({"team_id": "none"}), "teams"),
        (json!({"organizations": ["none"]}), "organization_id"),
        (json!({"organization_id": "none"}), "organization_id"),
        (json!({"key_alias": "taken"}), "key_alias"),
        (json!({"user_id": "x\0"}), "user_id"),
        (json!([]), "request_body"),
    ] {
        let (status, error) = app.post(MASTER, "/user/new", &body).await;
        assert!(status == StatusCode::BAD_REQUEST || status == StatusCode::UNPROCESSABLE_ENTITY, "{body} {error}");
        assert_eq!(error["error"]["param"], param, "{body}");
    }
    assert_eq!(app.get(MASTER, "/user/list").await.1["total"], 0);
    assert_eq!(app.get(MASTER, "/key/list").await.1["total_count"], 1);
}

async fn what_somebody_has_already_is_a_conflict(app: TestApp) {
    let first = json!({"user_id": "u", "user_email": "u@example.org", "sso_user_id": "s"});
    assert_eq!(app.post(MASTER, "/user/new", &first).await.0, StatusCode::OK);
    for (body, param) in [
        (json!({"user_id": "u"}), "user_id"),
        (json!({"user_email": "U@EXAMPLE.org "}), "user_email"),
        (json!({"sso_user_id": "s"}), "sso_user_id"),
    ] {
        let (status, error) = app.post(MASTER, "/user/new", &body).await;
        assert_eq!((status, &error["error"]["param"]), (StatusCode::CONFLICT, &json!(param)), "{error}");
        assert!(error["error"]["message"].as_str().unwrap().contains("already exists"), "{error}");
    }
}

async fn admins_of_organizations_make_users_there_and_nowhere_else(app: TestApp) {
    let callers = Tenants::new(&app).await;
    let key = &callers.org_admin;
    let body = json!({"organization_id": "ours", "teams": ["our-team"], "user_role": "internal_user"});
    let (status, made) = app.post(key, "/user/new", body).await;
    assert_eq!(status, StatusCode::OK, "{made}");
    let (_, info) = app.get(key, &format!("/user/info?user_id={}", made["user_id"].as_str().unwrap())).await;
    assert_eq!(info["user_info"]["organization_memberships"][0]["user_role"], "internal_user");
    // whoever made the key has read it: nobody acts as the new user with it
    let theirs = made["key"].as_str().unwrap();
    assert_eq!(app.get(theirs, "/user/info").await.0, StatusCode::FORBIDDEN);
    let (_, shown) = app.get(MASTER, &format!("/key/info?key={theirs}")).await;
    assert_eq!(shown["info"]["allowed_routes"], json!(["llm_api_routes"]));
    assert_eq!(shown["info"]["organization_id"], "ours");
    for (body, expected, param) in [
        (json!({}), StatusCode::FORBIDDEN, Value::Null),
        (json!({"organization_id": "theirs"}), StatusCode::BAD_REQUEST, json!("organization_id")),
        (json!({"organizations": ["ours", "theirs"]}), StatusCode::BAD_REQUEST, json!("organization_id")),
        (json!({"organization_id": "ours", "teams": ["their-team"]}), StatusCode::BAD_REQUEST, json!("teams")),
        (json!({"organization_id": "ours", "user_role": "proxy_admin"}), StatusCode::FORBIDDEN, json!("user_role")),
        (
            json!({"organization_id": "ours", "user_role": "proxy_admin_viewer"}),
            StatusCode::FORBIDDEN,
            json!("user_role"),
        ),
        (json!({"organization_id": "ours", "sso_user_id": "s"}), StatusCode::FORBIDDEN, json!("sso_user_id")),
        (
            json!({"organization_id": "ours", "metadata": {"allowed_passthrough_routes": ["/x"]}}),
            StatusCode::FORBIDDEN,
            json!("allowed_passthrough_routes"),
        ),
    ] {
        let (status, error) = app.post(key, "/user/new", &body).await;
        assert_eq!((status, &error["error"]["param"]), (expected, &param), "{body} {error}");
    }
}

async fn a_user_of_an_organization_has_no_more_than_that_has(app: TestApp) {
    let callers = Tenants::new(&app).await;
    let limits = json!({"budget_id": "budget-of-ours", "max_budget": 10, "rpm_limit": 5});
    assert_eq!(app.post(MASTER, "/budget/update", limits).await.0, StatusCode::OK);
    for (field, value) in [("max_budget", 11), ("rpm_limit", 6)] {
        let body = json!({"organization_id": "ours", field: value});
        let (status, error) = app.post(&callers.org_admin, "/user/new", body).await;
        assert_eq!((status, &error["error"]["param"]), (StatusCode::FORBIDDEN, &json!(field)), "{error}");
    }
    let body = json!({"organization_id": "ours", "max_budget": 9});
    let (_, made) = app.post(&callers.org_admin, "/user/new", body).await;
    assert_eq!((&made["max_budget"], &made["rpm_limit"]), (&json!(9.0), &json!(5)));
    let (_, made) = app.post(&callers.org_admin, "/user/new", json!({"organization_id": "ours"})).await;
    assert_eq!((&made["max_budget"], &made["rpm_limit"]), (&json!(10.0), &json!(5)));
}

async fn who_may_not(app: TestApp) {
    let callers = Tenants::new(&app).await;
    let refused = [
        (&callers.viewer, StatusCode::FORBIDDEN),
        (&callers.team_admin, StatusCode::UNAUTHORIZED),
        (&callers.member, StatusCode::UNAUTHORIZED),
        (&callers.user, StatusCode::UNAUTHORIZED),
        (&callers.user_viewer, StatusCode::UNAUTHORIZED),
        (&callers.service, StatusCode::UNAUTHORIZED),
    ];
    for path in ["/user/new", "/user/delete"] {
        for (key, expected) in refused {
            let (status, error) = app.post(key, path, json!({"organization_id": "ours", "no": 1})).await;
            assert_eq!(status, expected, "{path} {error}");
        }
    }
    assert_eq!(app.post(&callers.admin, "/user/new", json!({})).await.0, StatusCode::OK);
}

async fn configuration_gives_new_users_a_budget(app: TestApp) {
    app.post(MASTER, "/team/new", json!({"team_id": "t"})).await;
    app.post(MASTER, "/organization/new", json!({"organization_id": "o", "organization_alias": "o"})).await;
    app.with_budgets(WrittenBudgets {
        of_users: Some(Nanos::new(5_000_000_000)),
        of_users_duration: Some("7d".to_owned()),
        ..WrittenBudgets::default()
    });
    for (id, body, expected) in [
        ("plain", json!({}), (json!(5.0), json!("7d"))),
        ("null", json!({"max_budget": null}), (json!(5.0), json!("7d"))),
        ("said", json!({"max_budget": 9}), (json!(9.0), json!("7d"))),
        ("both", json!({"max_budget": 9, "budget_duration": "1d"}), (json!(9.0), json!("1d"))),
        ("admin", json!({"user_role": "proxy_admin"}), (Value::Null, Value::Null)),
    ] {
        let mut body = body;
        (body["user_id"], body["auto_create_key"]) = (json!(id), json!(false));
        let (status, made) = app.post(MASTER, "/user/new", body).await;
        assert_eq!(status, StatusCode::OK, "{made}");
        assert_eq!((made["max_budget"].clone(), made["budget_duration"].clone()), expected, "{id}");
    }
    // whoever is made by joining is as new
    let joins = json!({"team_id": "t", "member": {"role": "user", "user_id": "joins"}});
    app.post(MASTER, "/team/member_add", joins).await;
    let member = json!({"role": "internal_user", "user_id": "member"});
    app.post(MASTER, "/organization/member_add", json!({"organization_id": "o", "member": member})).await;
    for id in ["joins", "member"] {
        let (_, user) = app.get(MASTER, &format!("/v2/user/info?user_id={id}")).await;
        assert_eq!((&user["max_budget"], &user["budget_duration"]), (&json!(5.0), &json!("7d")), "{user}");
    }
}
