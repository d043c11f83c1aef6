//! `/access_group/…`: groups that deployments say they are of.

use http::StatusCode;
use serde_json::{Value, json};

use super::{add, callable};
use crate::app::{MASTER, TestApp, on_both};
use crate::tenants::Tenants;

on_both![a_group_from_end_to_end, whoever_has_a_group_that_is_gone_has_nothing, refuses_what_is_wrong, who_may_not,];

async fn a_group_from_end_to_end(app: TestApp) {
    add(&app, &[("a-1", "a"), ("a-2", "a"), ("b-1", "b"), ("c-1", "c")]).await;
    let made = app.post(MASTER, "/access_group/new", json!({"access_group": "g", "model_names": ["a"]})).await;
    let expected = json!({"access_group": "g", "model_names": ["a"], "model_ids": ["a-1", "a-2"], "models_updated": 2});
    assert_eq!(made, (StatusCode::OK, expected));
    let (key, _) = app.generate(json!({"models": ["g"]})).await;
    let all = ["a", "b", "c", "echo"];
    assert_eq!(callable(&app, &key, &all).await, ["a"]);

    // the ids win, and whatever is not named is no part of it any more
    let body = json!({"model_ids": ["a-1", "b-1"], "model_names": ["none"]});
    let (status, changed) = app.call(MASTER, "PUT", "/access_group/g/update", body).await;
    let expected =
        json!({"access_group": "g", "model_names": ["a", "b"], "model_ids": ["a-1", "b-1"], "models_updated": 2});
    assert_eq!((status, changed), (StatusCode::OK, expected));
    assert_eq!(callable(&app, &key, &all).await, ["a", "b"]);
    app.post(MASTER, "/access_group/new", json!({"access_group": "f", "model_names": ["b", "c"]})).await;
    let of_g =
        json!({"access_group": "g", "model_names": ["a", "b"], "deployment_count": 2, "spend": 0.0, "budget": null});
    let of_f =
        json!({"access_group": "f", "model_names": ["b", "c"], "deployment_count": 2, "spend": 0.0, "budget": null});
    assert_eq!(app.get(MASTER, "/access_group/list").await.1, json!({"access_groups": [of_f, of_g]}));
    assert_eq!(app.get(MASTER, "/access_group/g/info").await, (StatusCode::OK, of_g));

    let (status, deleted) = app.call(MASTER, "DELETE", "/access_group/g/delete", "").await;
    assert_eq!(
        (status, &deleted["access_group"], &deleted["models_updated"]),
        (StatusCode::OK, &json!("g"), &json!(2))
    );
    for (method, path) in [("GET", "info"), ("PUT", "update"), ("DELETE", "delete")] {
        let (status, _) =
            app.call(MASTER, method, &format!("/access_group/g/{path}"), json!({"model_ids": ["a-1"]})).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{path}");
    }
    let (_, shown) = app.get(MASTER, "/model/info?litellm_model_id=b-1").await;
    assert_eq!(shown["data"][0]["model_info"]["access_groups"], json!(["f"]));
}

async fn whoever_has_a_group_that_is_gone_has_nothing(app: TestApp) {
    add(&app, &[("a-1", "a")]).await;
    app.post(MASTER, "/access_group/new", json!({"access_group": "g", "model_names": ["a"]})).await;
    app.post(MASTER, "/team/new", json!({"team_id": "t", "models": ["g"]})).await;
    let (own, _) = app.generate(json!({"models": ["g"]})).await;
    let (of_team, _) = app.generate(json!({"team_id": "t"})).await;
    for key in [&own, &of_team] {
        assert_eq!(callable(&app, key, &["a", "echo"]).await, ["a"]);
    }
    app.call(MASTER, "DELETE", "/access_group/g/delete", "").await;
    for key in [&own, &of_team] {
        assert_eq!(callable(&app, key, &["a", "echo"]).await, Vec::<String>::new());
    }
}

async fn refuses_what_is_wrong(app: TestApp) {
    add(&app, &[("a-1", "a")]).await;
    app.post(MASTER, "/access_group/new", json!({"access_group": "g", "model_names": ["a"]})).await;
    let bad = StatusCode::BAD_REQUEST;
    for (body, status, param) in [
        (json!({"model_names": ["a"]}), StatusCode::UNPROCESSABLE_ENTITY, "access_group"),
        (json!({"access_group": " ", "model_names": ["a"]}), bad, "access_group"),
        (json!({"access_group": "h"}), bad, "model_names"),
        (json!({"access_group": "h", "model_names": []}), bad, "model_names"),
        (json!({"access_group": "h", "model_names": ["a", "none"]}), bad, "model_names"),
        // the configuration says there of which groups its models are
        (json!({"access_group": "h", "model_names": ["echo"]}), bad, "model_names"),
        (json!({"access_group": "h", "model_ids": ["echo-1"]}), bad, "model_ids"),
        (json!({"access_group": "g", "model_names": ["a"]}), StatusCode::CONFLICT, "access_group"),
        (json!({"access_group": "h", "model_names": ["a"], "budget": 1}), StatusCode::UNPROCESSABLE_ENTITY, "budget"),
    ] {
        let (refused, error) = app.post(MASTER, "/access_group/new", &body).await;
        assert_eq!((refused, &error["error"]["param"]), (status, &json!(param)), "{body}");
    }
    let (_, list) = app.get(MASTER, "/access_group/list").await;
    assert_eq!(list["access_groups"].as_array().unwrap().len(), 1);
    let (status, error) = app.call(MASTER, "PUT", "/access_group/g/update", json!({})).await;
    assert_eq!((status, &error["error"]["param"]), (bad, &json!("model_names")));
    // what a team has for itself is nobody else's under its name
    app.post(MASTER, "/team/new", json!({"team_id": "t"})).await;
    let own: Value =
        json!({"model_name": "own", "litellm_params": {"model": "echo/echo"}, "model_info": {"team_id": "t"}});
    assert_eq!(app.post(MASTER, "/model/new", own).await.0, StatusCode::OK);
    let (status, _) = app.post(MASTER, "/access_group/new", json!({"access_group": "h", "model_names": ["own"]})).await;
    assert_eq!(status, bad);
}

async fn who_may_not(app: TestApp) {
    let callers = Tenants::new(&app).await;
    let looks = StatusCode::FORBIDDEN;
    callers.assert_admin_only(&app, "POST", "/access_group/new", looks).await;
    callers.assert_admin_only(&app, "PUT", "/access_group/g/update", looks).await;
    callers.assert_admin_only(&app, "DELETE", "/access_group/g/delete", looks).await;
    callers.assert_admin_only(&app, "GET", "/access_group/list", StatusCode::OK).await;
    callers.assert_admin_only(&app, "GET", "/access_group/g/info", StatusCode::NOT_FOUND).await;
}
