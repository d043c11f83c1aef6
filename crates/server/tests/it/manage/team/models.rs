//! `POST /team/model/add`, `/team/model/delete`.

use http::StatusCode;
use serde_json::json;

use crate::app::{MASTER, TestApp, on_both};
use crate::tenants::Tenants;

on_both![taking_away_never_gives, what_a_team_has_is_for_those_above_it,];

async fn taking_away_never_gives(app: TestApp) {
    app.post(MASTER, "/team/new", json!({"team_id": "t", "models": ["a", "b"]})).await;
    let change = |verb: &str, models: &[&str]| {
        let path = format!("/team/model/{verb}");
        let body = json!({"team_id": "t", "models": models});
        let app = &app;
        async move { app.post(MASTER, &path, body).await.1["models"].clone() }
    };
    assert_eq!(change("add", &["b", "c"]).await, json!(["a", "b", "c"]));
    assert_eq!(change("delete", &["a", "b"]).await, json!(["c"]));
    assert_eq!(change("delete", &["c"]).await, json!(["no-default-models"]));
    let (key, _) = app.generate(json!({"team_id": "t"})).await;
    assert_eq!(app.get(&key, "/v1/models").await.1["data"], json!([]));
    app.post(MASTER, "/team/update", json!({"team_id": "t", "models": []})).await;
    assert_eq!(change("delete", &["a"]).await, json!([]));
    assert_eq!(change("add", &["a"]).await, json!(["all-proxy-models", "a"]));
    assert_eq!(app.get(&key, "/v1/models").await.1["data"].as_array().unwrap().len(), 1);
}

async fn what_a_team_has_is_for_those_above_it(app: TestApp) {
    let callers = Tenants::new(&app).await;
    for path in ["/team/model/add", "/team/model/delete"] {
        let body = json!({"team_id": "our-team", "models": ["echo"]});
        assert_eq!(app.post(&callers.org_admin, path, &body).await.0, StatusCode::OK);
        let (status, error) = app.post(&callers.team_admin, path, &body).await;
        assert_eq!((status, &error["error"]["param"]), (StatusCode::FORBIDDEN, &json!("models")));
        let (status, error) = app.post(MASTER, path, json!({"team_id": "our-team"})).await;
        assert_eq!((status, &error["error"]["param"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("models")));
    }
}
