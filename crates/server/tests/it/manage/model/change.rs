//! Models that are added, changed, blocked and deleted while the gateway runs.

use http::StatusCode;
use serde_json::{Value, json};

use crate::app::{MASTER, TestApp, on_both};

on_both![
    an_added_model_answers_at_once_and_keeps_its_secrets,
    parameters_are_merged_and_taken_away,
    a_model_that_cannot_be_called_is_refused_by_name,
    a_blocked_model_is_left_out_and_a_deleted_one_gone,
    clients_that_send_text_are_understood,
];

async fn add(app: &TestApp, body: Value) -> Value {
    let (status, added) = app.post(MASTER, "/model/new", &body).await;
    assert_eq!(status, StatusCode::OK, "{added}");
    added
}

/// Whether a call for the model is answered.
async fn answers(app: &TestApp, key: &str, model: &str) -> bool {
    let body = json!({"model": model, "messages": [{"role": "user", "content": "Hi"}]});
    app.post(key, "/v1/chat/completions", body).await.0 == StatusCode::OK
}

async fn names(app: &TestApp, key: &str) -> Vec<String> {
    let (_, listed) = app.get(key, "/v1/models").await;
    listed["data"].as_array().unwrap().iter().map(|model| model["id"].as_str().unwrap().to_owned()).collect()
}

async fn an_added_model_answers_at_once_and_keeps_its_secrets(app: TestApp) {
    let added = add(
        &app,
        json!({"model_name": "mine", "litellm_params": {"model": "echo/echo", "api_key": "sk-canary-of-a-provider"},
            "model_info": {"id": "m-1", "access_groups": ["staff"], "note": [1, "x"]}}),
    )
    .await;
    assert_eq!((&added["model_id"], &added["model_name"]), (&json!("m-1"), &json!("mine")));
    assert_eq!(added["litellm_params"], json!({"model": "echo/echo", "api_key": "sk****er"}));
    assert_eq!(added["model_info"]["note"], json!([1, "x"]));
    assert!(answers(&app, MASTER, "mine").await);
    assert_eq!(names(&app, MASTER).await, ["echo", "mine"]);
    let (key, _) = app.generate(json!({"models": ["staff"]})).await;
    assert_eq!(names(&app, &key).await, ["mine"]);
    assert!(answers(&app, &key, "mine").await && !answers(&app, &key, "echo").await);
    for path in ["/model/info", "/v1/model/info", "/v2/model/info", "/model_group/info", "/key/list"] {
        let (status, shown) = app.get(MASTER, path).await;
        assert_eq!(status, StatusCode::OK, "{shown}");
        assert!(!shown.to_string().contains("canary"), "{path}");
    }
    let again = json!({"model_name": "x", "litellm_params": {"model": "echo/echo"}, "model_info": {"id": "m-1"}});
    assert_eq!(app.post(MASTER, "/model/new", again).await.0, StatusCode::CONFLICT);
}

async fn parameters_are_merged_and_taken_away(app: TestApp) {
    let added = add(
        &app,
        json!({"model_name": "a", "litellm_params": {"model": "echo/echo", "timeout": 5, "api_key": "0123456789"}}),
    )
    .await;
    let id = added["model_id"].as_str().unwrap().to_owned();
    let change = json!({"id": id, "model_name": "b", "litellm_params": {"timeout": 7, "api_key": added["litellm_params"]["api_key"]}});
    let (status, changed) = app.post(MASTER, "/model/update", change).await;
    assert_eq!(status, StatusCode::OK, "{changed}");
    assert_eq!(changed["litellm_params"], json!({"model": "echo/echo", "timeout": 7, "api_key": "01****89"}));
    assert!(answers(&app, MASTER, "b").await && !answers(&app, MASTER, "a").await);

    let patch = |body: Value| {
        let request =
            http::Request::patch(format!("/model/{id}/update")).header("authorization", format!("Bearer {MASTER}"));
        app.send(request, body.to_string())
    };
    let (status, changed) =
        patch(json!({"litellm_params_to_remove": ["timeout"], "model_info": {"tier": "free"}})).await;
    assert_eq!(status, StatusCode::OK, "{changed}");
    assert_eq!((&changed["litellm_params"]["timeout"], &changed["model_info"]["tier"]), (&Value::Null, &json!("free")));
    for wrong in [json!({"litellm_params_to_remove": ["model"]}), json!({"colour": "red"})] {
        assert_eq!(patch(wrong).await.0, StatusCode::UNPROCESSABLE_ENTITY);
    }
}

async fn a_model_that_cannot_be_called_is_refused_by_name(app: TestApp) {
    for (body, param) in [
        (json!({"model_name": "x"}), "litellm_params"),
        (json!({"litellm_params": {"model": "echo/echo"}}), "model_name"),
        (json!({"model_name": "x", "litellm_params": {}}), "litellm_params"),
        (json!({"model_name": "x", "litellm_params": {"model": "nobody-knows/m"}}), "litellm_params"),
        (json!({"model_name": "x", "litellm_params": {"model": "echo/echo", "colour": "red"}}), "litellm_params"),
        (
            json!({"model_name": "x", "litellm_params": {"model": "echo/echo", "litellm_credential_name": "none"}}),
            "litellm_params.litellm_credential_name",
        ),
        (
            json!({"model_name": "x", "litellm_params": {"model": "echo/echo"}, "model_info": {"team_id": "none"}}),
            "model_info.team_id",
        ),
        (json!({"model_name": "x", "litellm_params": {"model": "echo/echo"}, "colour": "red"}), "colour"),
    ] {
        let (status, error) = app.post(MASTER, "/model/new", &body).await;
        assert!(status.is_client_error(), "{body} {error}");
        assert_eq!(error["error"]["param"], param, "{body} {error}");
    }
    let (status, error) = app.post(MASTER, "/model/update", json!({"id": "none", "model_name": "x"})).await;
    assert_eq!(status, StatusCode::NOT_FOUND, "{error}");
    let (status, error) = app.post(MASTER, "/model/delete", json!({"id": "none"})).await;
    assert!(status == StatusCode::BAD_REQUEST && error.to_string().contains("not found"), "{error}");
}

async fn a_blocked_model_is_left_out_and_a_deleted_one_gone(app: TestApp) {
    add(&app, json!({"model_name": "m", "litellm_params": {"model": "echo/echo"}, "model_info": {"id": "m-1"}})).await;
    let (_, blocked) = app.post(MASTER, "/model/block", json!({"model_id": "m-1"})).await;
    assert_eq!(blocked["blocked"], true);
    assert!(!answers(&app, MASTER, "m").await);
    app.post(MASTER, "/model/unblock", json!({"model_id": "m-1"})).await;
    assert!(answers(&app, MASTER, "m").await);
    let (status, deleted) = app.post(MASTER, "/model/delete", json!({"id": "m-1"})).await;
    assert_eq!((status, &deleted["message"]), (StatusCode::OK, &json!("Model: m-1 deleted successfully")));
    assert!(!answers(&app, MASTER, "m").await);
    assert_eq!(names(&app, MASTER).await, ["echo"]);
}

async fn clients_that_send_text_are_understood(app: TestApp) {
    let added = add(
        &app,
        json!({"model_name": "m", "litellm_params": {"model": "echo/echo", "timeout": "2.5", "drop_params": "true"}}),
    )
    .await;
    assert_eq!(
        (&added["litellm_params"]["timeout"], &added["litellm_params"]["drop_params"]),
        (&json!(2.5), &json!(true))
    );
}
