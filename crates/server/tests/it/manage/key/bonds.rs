//! What binds a key beside models, routes, time and money binds each key that is made or changed with it.

use http::StatusCode;
use serde_json::{Value, json};

use crate::app::{MASTER, TestApp, on_both};
use crate::tenants::Tenants;

on_both![a_new_key_is_bound_as_its_giver_is, nothing_that_is_less_bound_is_given, limits_by_model_are_not_doubled,];

async fn bound(app: &TestApp, metadata: Value) -> String {
    app.generate(json!({"user_id": "user", "metadata": metadata})).await.0
}

async fn a_new_key_is_bound_as_its_giver_is(app: TestApp) {
    Tenants::new(&app).await;
    let bonds = json!({
        "enforced_params": ["user"], "denied_passthrough_routes": ["/bedrock/model/a/*"],
        "allowed_passthrough_routes": ["/bedrock/*"], "service_account_id": "nightly",
    });
    let giver = bound(&app, bonds.clone()).await;
    for body in [json!({}), json!({"metadata": {"a": 1}})] {
        let (status, made) = app.post(&giver, "/key/generate", &body).await;
        assert_eq!(status, StatusCode::OK, "{made}");
        for (name, value) in bonds.as_object().unwrap() {
            assert_eq!(&made["metadata"][name], value, "{body} {made}");
        }
        // and so on
        let (status, next) = app.post(made["key"].as_str().unwrap(), "/key/generate", json!({})).await;
        assert_eq!((status, &next["metadata"]["enforced_params"]), (StatusCode::OK, &json!(["user"])), "{next}");
    }
}

async fn nothing_that_is_less_bound_is_given(app: TestApp) {
    Tenants::new(&app).await;
    let free = bound(&app, json!({})).await;
    for (name, value) in [
        ("enforced_params", json!(["user"])),
        ("denied_passthrough_routes", json!(["/bedrock/*"])),
        ("allowed_passthrough_routes", json!(["/bedrock/model/{id}/invoke"])),
        ("service_account_id", json!("nightly")),
    ] {
        let giver = bound(&app, json!({name: value})).await;
        let path = format!("/key/{free}/regenerate");
        for (path, body) in [
            ("/key/update", json!({"key": free, "key_alias": "mine"})),
            (path.as_str(), json!({})),
            ("/key/regenerate", json!({"key": free})),
        ] {
            let (status, error) = app.post(&giver, path, &body).await;
            assert_eq!((status, &error["error"]["param"]), (StatusCode::FORBIDDEN, &json!(name)), "{path}: {error}");
        }
        // its own are not for it to take away
        let (status, answer) = app.post(&giver, "/key/update", json!({"key": giver, "metadata": {}})).await;
        let (_, shown) = app.get(MASTER, &format!("/key/info?key={giver}")).await;
        assert_eq!(shown["info"]["metadata"], json!({name: value}), "{status} {answer}");
        assert_eq!(app.post(&giver, "/key/update", json!({"key": giver, "key_alias": name})).await.0, StatusCode::OK);
    }
    let (_, group) = app.post(MASTER, "/v1/access_group", json!({"access_group_name": "g"})).await;
    let body = json!({"user_id": "user", "models": ["echo"], "access_group_ids": [group["access_group_id"]]});
    let wide = app.generate(body).await.0;
    let giver = app.generate(json!({"user_id": "user", "models": ["echo"]})).await.0;
    let (status, error) = app.post(&giver, "/key/regenerate", json!({"key": wide})).await;
    assert_eq!((status, &error["error"]["param"]), (StatusCode::FORBIDDEN, &json!("access_group_ids")), "{error}");
}

async fn limits_by_model_are_not_doubled(app: TestApp) {
    Tenants::new(&app).await;
    for name in ["model_rpm_limit", "model_tpm_limit", "model_itpm_limit", "model_otpm_limit"] {
        let giver = bound(&app, json!({name: {"echo": 5}})).await;
        for (path, body) in [
            ("/key/generate", json!({"metadata": {name: {"echo": 5}}})),
            ("/key/update", json!({"key": giver, "metadata": {}})),
            ("/key/update", json!({"key": giver, name: null})),
        ] {
            let (status, error) = app.post(&giver, path, &body).await;
            assert_eq!((status, &error["error"]["param"]), (StatusCode::FORBIDDEN, &json!("key")), "{path}: {error}");
        }
    }
}
