//! `POST /health/test_connection`.

use http::StatusCode;
use serde_json::{Value, json};
use testkit::Upstream;

use crate::app::{MASTER, TestApp, on_both};
use crate::tenants::Tenants;

on_both![
    what_is_tried_is_called_once_and_charged_to_nobody,
    stored_credentials_go_nowhere_else,
    errors_say_why_and_no_secrets,
    a_team_tries_what_it_may_add,
    who_may_not,
];

const PATH: &str = "/health/test_connection";
const CANARY: &str = "sk-canary-of-a-provider";

fn params(upstream: &Upstream) -> Value {
    json!({"model": "openai/gpt-4o", "api_base": format!("{}/v1", upstream.base_url()), "api_key": CANARY})
}

async fn what_is_tried_is_called_once_and_charged_to_nobody(app: TestApp) {
    let upstream = Upstream::start().await;
    let callers = Tenants::new(&app).await;
    for (at, mode) in ["chat", "completion", "responses", "anthropic_messages", "embedding"].into_iter().enumerate() {
        let body = json!({"mode": mode, "litellm_params": params(&upstream)});
        let (status, tried) = app.post(&callers.admin, PATH, body).await;
        assert_eq!((status, &tried["status"]), (StatusCode::OK, &json!("success")), "{mode}: {tried}");
        assert_eq!((&tried["result"]["model"], &tried["result"]["error"]), (&json!("openai/gpt-4o"), &Value::Null));
        assert!(!tried.to_string().contains("canary"));
        assert_eq!(upstream.count(), at + 1, "{mode}");
    }
    let (_, rows) = app.get(MASTER, "/spend/logs").await;
    let rows = rows.as_array().unwrap();
    assert_eq!(rows.len(), 5);
    for row in rows {
        assert_eq!((&row["call_type"], &row["api_key"]), (&json!("ahealth_check"), &json!("litellm_proxy_master_key")));
    }
    let (_, own) = app.get(&callers.admin, "/key/info").await;
    assert_eq!(own["info"]["spend"], 0.0);
    // nothing of it stays
    assert_eq!(app.get(MASTER, "/v1/models").await.1["data"].as_array().unwrap().len(), 1);
    for (body, status, param) in [
        (json!({"mode": "rerank", "litellm_params": {"model": "echo/echo"}}), StatusCode::BAD_REQUEST, "mode"),
        (json!({"mode": "none", "litellm_params": {"model": "echo/echo"}}), StatusCode::UNPROCESSABLE_ENTITY, "mode"),
        (json!({"litellm_params": {}}), StatusCode::BAD_REQUEST, "litellm_params.model"),
        (json!({"litellm_params": {"model": "openai/*"}}), StatusCode::BAD_REQUEST, "litellm_params.model"),
        (json!({"litellm_params": {"model": "nobody/x"}}), StatusCode::BAD_REQUEST, "litellm_params"),
        (json!({"colour": 1}), StatusCode::UNPROCESSABLE_ENTITY, "colour"),
    ] {
        let (refused, error) = app.post(MASTER, PATH, &body).await;
        assert_eq!((refused, &error["error"]["param"]), (status, &json!(param)), "{body}");
    }
    let missing = app.post(MASTER, PATH, json!({"model_info": {"id": "none"}})).await;
    assert_eq!(missing.0, StatusCode::NOT_FOUND);
}

async fn stored_credentials_go_nowhere_else(app: TestApp) {
    let (upstream, other) = (Upstream::start().await, Upstream::start().await);
    let credential = json!({"credential_name": "c", "credential_info": {}, "credential_values": {"api_key": CANARY}});
    assert_eq!(app.post(MASTER, "/credentials", credential).await.0, StatusCode::OK);
    let named = json!({"model": "openai/gpt-4o", "api_base": format!("{}/v1", upstream.base_url()), "litellm_credential_name": "c"});
    let model = json!({"model_name": "m", "litellm_params": named, "model_info": {"id": "m-1"}});
    assert_eq!(app.post(MASTER, "/model/new", model).await.0, StatusCode::OK);
    for body in [
        json!({"model_info": {"id": "m-1"}}),
        json!({"litellm_params": {"model": "m"}}),
        json!({"litellm_params": {"model": "openai/gpt-4o", "timeout": 7}}),
        json!({"litellm_params": named}),
        json!({"litellm_params": {"model": "m"}, "model_info": {"id": "m-1"}}),
    ] {
        let (status, tried) = app.post(MASTER, PATH, &body).await;
        assert_eq!((status, &tried["status"]), (StatusCode::OK, &json!("success")), "{body}: {tried}");
        assert!(!tried.to_string().contains("canary"));
        let seen = upstream.last().unwrap();
        assert_eq!(seen.headers.get("authorization").unwrap(), &format!("Bearer {CANARY}"));
    }
    let count = upstream.count();
    let elsewhere = json!({"model": "m", "api_base": format!("{}/v1", other.base_url())});
    app.post(MASTER, PATH, json!({"litellm_params": elsewhere, "model_info": {"id": "m-1"}})).await;
    app.post(MASTER, PATH, json!({"litellm_params": elsewhere})).await;
    assert_eq!(upstream.count(), count);
    assert!(!format!("{:?}", other.served()).contains("canary"));
    // the one of the configuration
    let (_, tried) = app.post(MASTER, PATH, json!({"model_info": {"id": "echo-1"}})).await;
    assert_eq!(tried["status"], "success", "{tried}");
}

async fn errors_say_why_and_no_secrets(app: TestApp) {
    let nowhere = json!({"model": "openai/gpt-4o", "api_base": "http://127.0.0.1:1/v1", "api_key": CANARY});
    let (status, tried) = app.post(MASTER, PATH, json!({"litellm_params": nowhere})).await;
    assert_eq!((status, &tried["status"]), (StatusCode::OK, &json!("error")), "{tried}");
    assert!(tried["result"]["error"].as_str().is_some_and(|error| !error.is_empty()));
    assert_eq!(tried["result"]["api_base"], "http://127.0.0.1:1/v1");
    assert!(!tried.to_string().contains("canary"));
}

async fn a_team_tries_what_it_may_add(app: TestApp) {
    let upstream = Upstream::start().await;
    let callers = Tenants::new(&app).await;
    let whole = params(&upstream);
    let ours = json!({"team_id": "our-team"});
    for (params, info, param) in [
        (whole.clone(), ours.clone(), "litellm_params.api_base"),
        (json!({"model": "openai/m"}), ours.clone(), "litellm_params.api_key"),
        (json!({"model": "openai/m", "api_key": "os.environ/OPENAI_API_KEY"}), ours.clone(), "litellm_params.api_key"),
        (json!({"model": "os.environ/HOME", "api_key": "k"}), ours.clone(), "litellm_params.model"),
        (
            json!({"model": "openai/m", "litellm_credential_name": "c"}),
            ours.clone(),
            "litellm_params.litellm_credential_name",
        ),
        (
            json!({"model": "bedrock/m", "api_key": "k", "aws_role_name": "r"}),
            ours.clone(),
            "litellm_params.aws_role_name",
        ),
    ] {
        let body = json!({"litellm_params": params, "model_info": info});
        let (status, error) = app.post(&callers.team_admin, PATH, &body).await;
        assert_eq!((status, &error["error"]["param"]), (StatusCode::FORBIDDEN, &json!(param)), "{body}");
    }
    let own = json!({"litellm_params": {"model": "echo/echo", "api_key": "own"}, "model_info": ours});
    let (status, tried) = app.post(&callers.team_admin, PATH, own).await;
    assert_eq!((status, &tried["status"]), (StatusCode::OK, &json!("success")), "{tried}");
    // nothing of the gateway's own, nothing of others
    let alone = json!({"litellm_params": {"model": "echo/echo", "api_key": "own"}});
    assert_eq!(app.post(&callers.team_admin, PATH, alone).await.0, StatusCode::FORBIDDEN);
    for team in ["our-team", "their-team"] {
        let model = json!({"model_name": "x", "litellm_params": whole, "model_info": {"team_id": team, "id": team}});
        assert_eq!(app.post(MASTER, "/model/new", model).await.0, StatusCode::OK);
    }
    let missing = app.post(&callers.team_admin, PATH, json!({"model_info": {"id": "none"}})).await;
    assert_eq!(missing.0, StatusCode::NOT_FOUND);
    for id in ["their-team", "echo-1"] {
        assert_eq!(app.post(&callers.team_admin, PATH, json!({"model_info": {"id": id}})).await, missing, "{id}");
    }
    let theirs =
        json!({"litellm_params": {"model": "echo/echo", "api_key": "k"}, "model_info": {"team_id": "their-team"}});
    assert_eq!(app.post(&callers.team_admin, PATH, theirs).await.0, StatusCode::BAD_REQUEST);
    // an administrator gave it an address: the team calls it, and does not write it
    let given = app.post(&callers.team_admin, PATH, json!({"model_info": {"id": "our-team"}})).await;
    assert_eq!((given.0, &given.1["error"]["param"]), (StatusCode::FORBIDDEN, &json!("litellm_params.api_base")));
    // nor does it say so by a name or a note
    let named = json!({"model_name": "os.environ/HOME", "litellm_params": {"model": "echo/echo", "api_key": "k"}, "model_info": {"team_id": "our-team"}});
    assert_eq!(app.post(&callers.team_admin, "/model/new", named).await.0, StatusCode::FORBIDDEN);
    assert_eq!(upstream.count(), 0);
}

async fn who_may_not(app: TestApp) {
    let callers = Tenants::new(&app).await;
    let body = json!({"litellm_params": {"model": "echo/echo"}});
    assert_eq!(app.post(&callers.viewer, PATH, &body).await.0, StatusCode::FORBIDDEN);
    for key in [&callers.org_admin, &callers.member, &callers.user, &callers.user_viewer, &callers.service] {
        assert_eq!(app.post(key, PATH, json!({"no": 1})).await.0, StatusCode::UNAUTHORIZED);
    }
    let body = json!({"litellm_params": {"model": "echo/echo", "api_key": "k"}, "model_info": {"team_id": "our-team"}});
    assert_eq!(app.post(&callers.stranger, PATH, body).await.0, StatusCode::BAD_REQUEST);
}
