//! Access groups: `/access_group/…`, `/v1/access_group`.

mod models;
mod unified;

use http::StatusCode;
use serde_json::{Value, json};

use crate::app::{MASTER, TestApp};

/// Adds deployments of these ids and names.
async fn add(app: &TestApp, models: &[(&str, &str)]) {
    for (id, name) in models {
        let body = json!({"model_name": name, "litellm_params": {"model": "echo/echo"}, "model_info": {"id": id}});
        let (status, added) = app.post(MASTER, "/model/new", body).await;
        assert_eq!(status, StatusCode::OK, "{added}");
    }
}

/// The models that a key sees, every one of which it can call, and no other of these.
async fn callable(app: &TestApp, key: &str, of: &[&str]) -> Vec<String> {
    let (_, listed) = app.get(key, "/v1/models").await;
    let names: Vec<_> = listed["data"].as_array().unwrap().iter().map(|model| text(&model["id"])).collect();
    for model in of {
        let body = json!({"model": model, "messages": [{"role": "user", "content": "Hi"}]});
        let (status, answer) = app.post(key, "/v1/chat/completions", body).await;
        assert_eq!(status == StatusCode::OK, names.iter().any(|name| name == model), "{model}: {answer}");
    }
    names
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}
