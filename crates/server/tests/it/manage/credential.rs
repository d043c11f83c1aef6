//! `/credentials/…`.

use http::{Request, StatusCode};
use serde_json::{Value, json};

use crate::app::{MASTER, TestApp, on_both};

on_both![values_are_sealed_masked_and_used, names_may_have_slashes, what_is_wrong_is_named,];

async fn send(app: &TestApp, method: &str, path: &str, body: Value) -> (StatusCode, Value) {
    let request = Request::builder().method(method).uri(path).header("authorization", format!("Bearer {MASTER}"));
    app.send(request, body.to_string()).await
}

async fn values_are_sealed_masked_and_used(app: TestApp) {
    let body = json!({"credential_name": "c", "credential_info": {"custom_llm_provider": "openai"},
        "credential_values": {"api_key": "canary-0123456789", "api_base": "https://x.example"}});
    let (status, done) = app.post(MASTER, "/credentials", body).await;
    assert_eq!((status, &done["success"]), (StatusCode::OK, &json!(true)));
    let (_, listed) = app.get(MASTER, "/credentials").await;
    let shown = &listed["credentials"][0];
    assert_eq!(shown["credential_values"], json!({"api_key": "ca****89", "api_base": "https://x.example"}));

    let model =
        json!({"model_name": "m", "litellm_params": {"model": "openai/gpt-4o", "litellm_credential_name": "c"}});
    let (status, added) = app.post(MASTER, "/model/new", model).await;
    assert_eq!((status, &added["litellm_params"]["litellm_credential_name"]), (StatusCode::OK, &json!("c")), "{added}");

    let change = json!({"credential_info": {"owner": "ada"}, "credential_values": {"api_key": "ca****89", "api_base": "https://y.example"}});
    assert_eq!(send(&app, "PATCH", "/credentials/c", change).await.0, StatusCode::OK);
    let (_, shown) = app.get(MASTER, "/credentials/by_name/c").await;
    assert_eq!(
        shown["credential_values"],
        json!({"api_key": "ca****89", "api_base": "https://y.example"}),
        "what was masked stays"
    );
    assert_eq!(shown["credential_info"], json!({"custom_llm_provider": "openai", "owner": "ada"}));
    assert_eq!(send(&app, "DELETE", "/credentials/c", json!({})).await.0, StatusCode::OK);
    assert_eq!(app.get(MASTER, "/credentials/by_name/c").await.0, StatusCode::NOT_FOUND);
}

async fn names_may_have_slashes(app: TestApp) {
    let body = json!({"credential_name": "azure/eu", "credential_info": {}, "credential_values": {"api_key": "k"}});
    assert_eq!(app.post(MASTER, "/credentials", &body).await.0, StatusCode::OK);
    assert_eq!(app.post(MASTER, "/credentials", &body).await.0, StatusCode::CONFLICT);
    assert_eq!(app.get(MASTER, "/credentials/by_name/azure/eu").await.0, StatusCode::OK);
    let patch = json!({"display_name": null, "credential_info": {}});
    assert_eq!(send(&app, "PATCH", "/credentials/azure%2Feu", patch).await.0, StatusCode::OK);
    assert_eq!(send(&app, "DELETE", "/credentials/azure/eu", json!({})).await.0, StatusCode::OK);
}

async fn what_is_wrong_is_named(app: TestApp) {
    for (body, param) in [
        (json!({"credential_info": {}, "credential_values": {}}), "credential_name"),
        (json!({"credential_name": "c", "credential_values": {}}), "credential_info"),
        (json!({"credential_name": "c", "credential_info": {}}), "credential_values"),
        (json!({"credential_name": "c", "credential_info": {}, "credential_values": {}, "colour": 1}), "colour"),
    ] {
        let (status, error) = app.post(MASTER, "/credentials", &body).await;
        assert_eq!((status, &error["error"]["param"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!(param)), "{error}");
    }
    assert_eq!(send(&app, "PATCH", "/credentials/none", json!({})).await.0, StatusCode::NOT_FOUND);
}
