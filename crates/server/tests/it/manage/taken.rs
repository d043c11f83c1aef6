//! What one tenant has, no refusal tells another: the answer is the same whether somebody else has it or nobody.

use http::StatusCode;
use serde_json::json;

use crate::app::{MASTER, TestApp, on_both};
use crate::tenants::Tenants;

on_both![
    only_administrators_choose_ids,
    an_address_is_taken_where_it_is_seen,
    an_address_means_whom_the_caller_sees,
    an_alias_is_taken_where_it_is_seen,
];

async fn only_administrators_choose_ids(app: TestApp) {
    let callers = Tenants::new(&app).await;
    app.post(MASTER, "/project/new", json!({"team_id": "their-team", "project_id": "their-project"})).await;
    let params = json!({"model": "openai/gpt-5", "api_key": "sk-own"});
    let model = |id: &str, team: &str| json!({"model_name": format!("of-{team}-{id}"), "litellm_params": params, "model_info": {"id": id, "team_id": team}});
    app.post(MASTER, "/model/new", model("their-model", "their-team")).await;
    let new = |field: &str, id: &str| match field {
        "user_id" => ("/user/new", json!({"user_id": id, "organization_id": "ours"})),
        "team_id" => ("/team/new", json!({"team_id": id, "organization_id": "ours"})),
        "project_id" => ("/project/new", json!({"project_id": id, "team_id": "our-team"})),
        _ => ("/model/new", model(id, "our-team")),
    };
    for (caller, field, taken) in [
        (&callers.org_admin, "user_id", "stranger"),
        (&callers.org_admin, "team_id", "their-team"),
        (&callers.team_admin, "project_id", "their-project"),
        (&callers.team_admin, "model_info.id", "their-model"),
    ] {
        let (path, body) = new(field, "free");
        let free = app.post(caller, path, body).await;
        assert_eq!((free.0, &free.1["error"]["param"]), (StatusCode::FORBIDDEN, &json!(field)), "{}", free.1);
        let (path, body) = new(field, taken);
        assert_eq!(app.post(caller, path, body).await, free, "{field}");
        // empty is left out, as LiteLLM's clients send it
        let (path, body) = new(field, "");
        let (status, made) = app.post(caller, path, body).await;
        assert_eq!(status, StatusCode::OK, "{field} {made}");
        let (path, body) = new(field, "free");
        assert_eq!(app.post(MASTER, path, body).await.0, StatusCode::OK, "{field}");
    }
}

async fn an_address_is_taken_where_it_is_seen(app: TestApp) {
    let callers = Tenants::new(&app).await;
    let new = |email: &str| json!({"organization_id": "ours", "user_email": email, "auto_create_key": false});
    let add =
        |email: &str| json!({"organization_id": "ours", "member": {"role": "internal_user", "user_email": email}});
    for (path, free, theirs) in [
        ("/user/new", new("a@example.org"), new("stranger@example.org")),
        ("/organization/member_add", add("b@example.org"), add("Viewer@example.org")),
    ] {
        for body in [free, theirs] {
            let (status, made) = app.post(&callers.org_admin, path, &body).await;
            assert_eq!(status, StatusCode::OK, "{path} {body} {made}");
        }
    }
    let (status, error) = app.post(&callers.org_admin, "/user/new", new("MEMBER@example.org")).await;
    assert_eq!((status, &error["error"]["param"]), (StatusCode::CONFLICT, &json!("user_email")), "{error}");
    let (status, _) = app.post(MASTER, "/user/new", json!({"user_email": "a@example.org"})).await;
    assert_eq!(status, StatusCode::CONFLICT);
}

async fn an_address_means_whom_the_caller_sees(app: TestApp) {
    let callers = Tenants::new(&app).await;
    let twin = json!({"organization_id": "ours", "user_email": "stranger@example.org", "auto_create_key": false});
    let (_, twin) = app.post(&callers.org_admin, "/user/new", twin).await;
    let add = |team: &str, email: &str| json!({"team_id": team, "member": {"role": "user", "user_email": email}});
    // to administrators it is said that there are two
    let (status, error) = app.post(MASTER, "/team/member_add", add("our-team", "stranger@example.org")).await;
    assert_eq!((status, &error["error"]["param"]), (StatusCode::BAD_REQUEST, &json!("user_email")));
    let (status, added) =
        app.post(&callers.org_admin, "/team/member_add", add("our-team", "stranger@example.org")).await;
    assert_eq!((status, &added["updated_users"][0]["user_id"]), (StatusCode::OK, &twin["user_id"]), "{added}");
    let missing = app.post(&callers.org_admin, "/team/member_add", add("our-team", "nobody@example.org")).await;
    assert_eq!(missing.0, StatusCode::NOT_FOUND);
    assert_eq!(app.post(&callers.org_admin, "/team/member_add", add("our-team", "viewer@example.org")).await, missing);

    let limit = |team: &str| json!({"team_id": team, "user_email": "stranger@example.org", "rpm_limit": 5});
    for (caller, team, user) in
        [(&callers.team_admin, "our-team", &twin["user_id"]), (&callers.stranger, "their-team", &json!("stranger"))]
    {
        let (status, changed) = app.post(MASTER, "/team/member_update", limit(team)).await;
        assert_eq!((status, &changed["user_id"]), (StatusCode::OK, user), "{caller} {changed}");
    }
    let own = json!({"user_email": "stranger@example.org", "user_alias": "me"});
    let (status, changed) = app.post(&callers.stranger, "/user/update", own).await;
    assert_eq!((status, &changed["user_id"]), (StatusCode::OK, &json!("stranger")), "{changed}");
}

async fn an_alias_is_taken_where_it_is_seen(app: TestApp) {
    let callers = Tenants::new(&app).await;
    let (_, theirs) = app.generate(json!({"team_id": "their-team", "key_alias": "build"})).await;
    let named = |alias: &str| json!({"team_id": "our-team", "key_alias": alias});
    let (status, made) = app.post(&callers.team_admin, "/key/generate", named("build")).await;
    assert_eq!(status, StatusCode::OK, "{made}");
    let (_, other) = app.post(&callers.team_admin, "/key/generate", named("other")).await;
    for (path, body) in [
        ("/key/generate", named("build")),
        ("/key/service-account/generate", named("build")),
        ("/key/update", json!({"key": other["key"], "key_alias": "build"})),
        ("/key/regenerate", json!({"key": other["key"], "key_alias": "build"})),
    ] {
        let (status, error) = app.post(&callers.team_admin, path, body).await;
        assert_eq!(
            (status, &error["error"]["param"]),
            (StatusCode::BAD_REQUEST, &json!("key_alias")),
            "{path} {error}"
        );
    }
    let (status, _) = app.post(MASTER, "/key/generate", json!({"key_alias": "build"})).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);

    // whoever sees both says which
    for (path, body) in [
        ("/key/update", json!({"key_alias": "build", "models": ["echo"]})),
        ("/key/delete", json!({"key_aliases": ["build"]})),
    ] {
        let (status, error) = app.post(MASTER, path, body).await;
        assert_eq!(
            (status, &error["error"]["param"]),
            (StatusCode::BAD_REQUEST, &json!("key_alias")),
            "{path} {error}"
        );
    }
    let (status, _) = app.post(&callers.team_admin, "/key/delete", json!({"key_aliases": ["build"]})).await;
    assert_eq!(status, StatusCode::OK);
    for (hash, expected) in [(&json!(theirs), "active"), (&made["token"], "deleted")] {
        let (_, shown) = app.get(MASTER, &format!("/key/info?key={}", hash.as_str().unwrap())).await;
        assert_eq!(shown["info"]["status"], expected, "{shown}");
    }
}
