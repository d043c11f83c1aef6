//! `/v1/access_group`: models under one name, for teams and keys.

use http::{Request, StatusCode};
use serde_json::{Value, json};

use super::{add, callable, text};
use crate::app::{MASTER, TestApp, on_both};
use crate::tenants::Tenants;

on_both![
    a_group_from_end_to_end,
    what_a_group_holds_is_obeyed_at_once,
    nobody_may_do_more_because_a_group_is_gone,
    refuses_what_is_wrong,
    who_may_not,
    only_groups_that_there_are_can_be_given,
];

async fn create(app: &TestApp, body: Value) -> Value {
    let (status, made) = app.post(MASTER, "/v1/access_group", &body).await;
    assert_eq!(status, StatusCode::CREATED, "{made}");
    made
}

async fn delete(app: &TestApp, id: &str) -> StatusCode {
    let request = Request::delete(format!("/v1/access_group/{id}")).header("authorization", format!("Bearer {MASTER}"));
    let (head, body) = app.answer(request, String::new()).await;
    assert_eq!(body.is_empty(), head.status == StatusCode::NO_CONTENT);
    head.status
}

async fn a_group_from_end_to_end(app: TestApp) {
    app.post(MASTER, "/team/new", json!({"team_id": "t", "team_alias": "Team", "models": ["x"]})).await;
    let (_, hash) = app.generate(json!({"key_alias": "k", "models": ["x"]})).await;
    let body = json!({"access_group_name": "g", "description": "for g", "access_model_names": ["echo"],
        "assigned_team_ids": ["t"], "assigned_key_ids": [hash], "access_mcp_server_ids": [], "mcp_tool_permissions": null});
    let made = create(&app, body).await;
    let id = text(&made["access_group_id"]);
    assert_eq!(made["assigned_teams"], json!([{"id": "t", "name": "Team"}]));
    assert_eq!(
        (&made["assigned_keys"], &made["assigned_key_ids"]),
        (&json!([{"id": hash, "name": "k"}]), &json!([hash]))
    );
    assert_eq!((&made["access_agent_ids"], &made["created_by"]), (&json!([]), &json!("default_user_id")));
    let (_, team) = app.get(MASTER, "/team/info?team_id=t").await;
    assert_eq!(team["team_info"]["access_group_ids"], json!([id]));
    let newer = create(&app, json!({"access_group_name": "h"})).await;
    for path in ["/v1/access_group", "/v1/unified_access_group"] {
        assert_eq!(app.get(MASTER, &format!("{path}/{id}")).await, (StatusCode::OK, made.clone()));
        let (_, list) = app.get(MASTER, path).await;
        let mut names: Vec<_> =
            list.as_array().unwrap().iter().map(|group| text(&group["access_group_name"])).collect();
        names.sort();
        assert_eq!(names, ["g", "h"]);
    }

    let change = json!({"access_group_name": "g2", "access_model_names": null, "assigned_team_ids": []});
    let (status, changed) = app.call(MASTER, "PUT", &format!("/v1/access_group/{id}"), change).await;
    assert_eq!(
        (status, &changed["access_group_name"], &changed["description"]),
        (StatusCode::OK, &json!("g2"), &json!("for g"))
    );
    assert_eq!((&changed["access_model_names"], &changed["assigned_teams"]), (&json!([]), &json!([])));
    assert_eq!(changed["assigned_key_ids"], json!([hash]));
    let (_, team) = app.get(MASTER, "/team/info?team_id=t").await;
    assert_eq!((&team["team_info"]["access_group_ids"], &team["team_info"]["models"]), (&json!([]), &json!(["x"])));

    assert_eq!(delete(&app, &id).await, StatusCode::NO_CONTENT);
    assert_eq!(delete(&app, &id).await, StatusCode::NOT_FOUND);
    assert_eq!(app.get(MASTER, &format!("/v1/access_group/{id}")).await.0, StatusCode::NOT_FOUND);
    assert_eq!(app.get(MASTER, "/v1/access_group").await.1, json!([newer]));
    let (_, key) = app.get(MASTER, &format!("/key/info?key={hash}")).await;
    assert_eq!((&key["info"]["access_group_ids"], &key["info"]["models"]), (&json!([]), &json!(["x"])));
}

async fn what_a_group_holds_is_obeyed_at_once(app: TestApp) {
    add(&app, &[("a-1", "a"), ("b-1", "b")]).await;
    let id =
        text(&create(&app, json!({"access_group_name": "g", "access_model_names": ["a"]})).await["access_group_id"]);
    app.post(MASTER, "/team/new", json!({"team_id": "t", "models": ["b"]})).await;
    let (of_key, hash) = app.generate(json!({"models": ["b"]})).await;
    let (of_team, _) = app.generate(json!({"team_id": "t"})).await;
    let put = |body: Value| {
        let path = format!("/v1/access_group/{id}");
        let app = &app;
        async move { assert_eq!(app.call(MASTER, "PUT", &path, body).await.0, StatusCode::OK) }
    };
    for (change, models) in [
        (json!({}), &["b"][..]),
        (json!({"assigned_key_ids": [hash], "assigned_team_ids": ["t"]}), &["a", "b"]),
        (json!({"access_model_names": ["echo"]}), &["b", "echo"]),
        (json!({"access_model_names": []}), &["b"]),
        (json!({"access_model_names": ["a"]}), &["a", "b"]),
        (json!({"assigned_key_ids": null, "assigned_team_ids": []}), &["b"]),
    ] {
        put(change.clone()).await;
        for key in [&of_key, &of_team] {
            let mut names = callable(&app, key, &["a", "b", "echo"]).await;
            names.sort();
            assert_eq!(names, models, "{change}");
        }
    }
}

async fn nobody_may_do_more_because_a_group_is_gone(app: TestApp) {
    let make = async |name: &str| {
        let made = create(&app, json!({"access_group_name": name, "access_model_names": ["none"]})).await;
        text(&made["access_group_id"])
    };
    let (deleted, taken) = (make("deleted").await, make("taken").await);
    let mut keys = Vec::new();
    for (team, group) in [("t1", &deleted), ("t2", &taken)] {
        app.post(MASTER, "/team/new", json!({"team_id": team, "access_group_ids": [group]})).await;
        keys.push(app.generate(json!({"team_id": team})).await.0);
        keys.push(app.generate(json!({"access_group_ids": [group]})).await.0);
    }
    for key in &keys {
        assert_eq!(callable(&app, key, &["echo"]).await, Vec::<String>::new());
    }
    assert_eq!(delete(&app, &deleted).await, StatusCode::NO_CONTENT);
    let nobody = json!({"assigned_team_ids": [], "assigned_key_ids": null});
    let (_, changed) = app.call(MASTER, "PUT", &format!("/v1/access_group/{taken}"), nobody).await;
    assert_eq!((&changed["assigned_teams"], &changed["assigned_keys"]), (&json!([]), &json!([])));
    for key in &keys {
        assert_eq!(callable(&app, key, &["echo"]).await, Vec::<String>::new());
    }
    let (_, team) = app.get(MASTER, "/team/info?team_id=t1").await;
    assert_eq!(team["team_info"]["models"], json!(["no-default-models"]));
}

async fn refuses_what_is_wrong(app: TestApp) {
    create(&app, json!({"access_group_name": "g"})).await;
    let other = text(&create(&app, json!({"access_group_name": "h"})).await["access_group_id"]);
    let (bad, form) = (StatusCode::BAD_REQUEST, StatusCode::UNPROCESSABLE_ENTITY);
    let no_key = "0".repeat(64);
    for (body, status, param) in [
        (json!({}), form, "access_group_name"),
        (json!({"access_group_name": ""}), form, "access_group_name"),
        (json!({"access_group_name": "g"}), StatusCode::CONFLICT, "access_group_name"),
        (json!({"access_group_name": "n", "assigned_team_ids": ["none"]}), bad, "assigned_team_ids"),
        (json!({"access_group_name": "n", "assigned_key_ids": [no_key]}), bad, "assigned_key_ids"),
        (json!({"access_group_name": "n", "assigned_key_ids": ["k"]}), bad, "assigned_key_ids"),
        (json!({"access_group_name": "n", "access_agent_ids": ["x"]}), bad, "access_agent_ids"),
        (json!({"access_group_name": "n", "colour": 1}), form, "colour"),
        (json!({"access_group_name": "n", "access_model_names": "a"}), form, "access_model_names"),
    ] {
        let (refused, error) = app.post(MASTER, "/v1/access_group", &body).await;
        assert_eq!((refused, &error["error"]["param"]), (status, &json!(param)), "{body}");
    }
    assert_eq!(app.get(MASTER, "/v1/access_group").await.1.as_array().unwrap().len(), 2);
    let path = format!("/v1/access_group/{other}");
    let clash = app.call(MASTER, "PUT", &path, json!({"access_group_name": "g", "description": "x"})).await;
    assert_eq!((clash.0, app.get(MASTER, &path).await.1["description"].clone()), (StatusCode::CONFLICT, Value::Null));
    assert_eq!(app.call(MASTER, "PUT", &path, json!({"access_group_name": "h"})).await.0, StatusCode::OK);
    assert_eq!(app.call(MASTER, "PUT", "/v1/access_group/none", json!({})).await.0, StatusCode::NOT_FOUND);
}

async fn who_may_not(app: TestApp) {
    let callers = Tenants::new(&app).await;
    for path in ["/v1/access_group", "/v1/unified_access_group"] {
        callers.assert_admin_only(&app, "POST", path, StatusCode::FORBIDDEN).await;
        callers.assert_admin_only(&app, "PUT", &format!("{path}/g"), StatusCode::FORBIDDEN).await;
        callers.assert_admin_only(&app, "DELETE", &format!("{path}/g"), StatusCode::FORBIDDEN).await;
        callers.assert_admin_only(&app, "GET", path, StatusCode::OK).await;
        callers.assert_admin_only(&app, "GET", &format!("{path}/g"), StatusCode::NOT_FOUND).await;
    }
}

async fn only_groups_that_there_are_can_be_given(app: TestApp) {
    let group = text(&create(&app, json!({"access_group_name": "g"})).await["access_group_id"]);
    app.post(MASTER, "/team/new", json!({"team_id": "t", "access_group_ids": [group]})).await;
    let (_, key) = app.generate(json!({"access_group_ids": [group]})).await;
    let refused = async |method: &str, path: &str, body: Value| {
        let (status, error) = app.call(MASTER, method, path, &body).await;
        let message = text(&error["error"]["message"]);
        assert_eq!((status, &error["error"]["param"]), (StatusCode::BAD_REQUEST, &json!("access_group_ids")), "{path}");
        assert!(message.contains("'none'"), "{message}");
    };
    let ids = || json!([group, "none"]);
    refused("POST", "/team/new", json!({"access_group_ids": ids()})).await;
    refused("POST", "/team/update", json!({"team_id": "t", "access_group_ids": ids()})).await;
    refused("PATCH", "/team/t", json!({"access_group_ids": ids()})).await;
    refused("POST", "/key/generate", json!({"access_group_ids": ids()})).await;
    refused("POST", "/key/service-account/generate", json!({"team_id": "t", "access_group_ids": ids()})).await;
    refused("POST", "/key/update", json!({"key": key, "access_group_ids": ids()})).await;
    refused("POST", "/key/regenerate", json!({"key": key, "access_group_ids": ids()})).await;
}
