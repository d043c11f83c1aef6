//! `POST /model_group/make_public`.

use http::StatusCode;
use serde_json::{Value, json};

use crate::app::{MASTER, TestApp, on_both};
use crate::tenants::Tenants;

on_both![the_list_is_replaced_and_shown, who_may_not,];

async fn public(app: &TestApp, key: &str) -> Vec<String> {
    let (_, groups) = app.get(key, "/model_group/info").await;
    let public = groups["data"].as_array().unwrap().iter().filter(|group| group["is_public_model_group"] == true);
    public.map(|group| group["model_group"].as_str().unwrap().to_owned()).collect()
}

async fn the_list_is_replaced_and_shown(app: TestApp) {
    app.post(MASTER, "/model/new", json!({"model_name": "added", "litellm_params": {"model": "echo/echo"}})).await;
    app.post(MASTER, "/team/new", json!({"team_id": "t"})).await;
    let own = json!({"model_name": "own", "litellm_params": {"model": "echo/echo"}, "model_info": {"team_id": "t"}});
    app.post(MASTER, "/model/new", own).await;
    let (key, _) = app.generate(json!({"models": ["echo"]})).await;
    assert_eq!(public(&app, MASTER).await, Vec::<String>::new());
    for (groups, seen, seen_by_key) in [
        (json!(["echo", "added"]), &["echo", "added"][..], &["echo"][..]),
        (json!(["added"]), &["added"], &[]),
        (json!([]), &[], &[]),
    ] {
        let (status, made) = app.post(MASTER, "/model_group/make_public", json!({"model_groups": groups})).await;
        assert_eq!((status, &made["public_model_groups"]), (StatusCode::OK, &groups), "{made}");
        assert_eq!(made["updated_by"], "default_user_id");
        assert_eq!((public(&app, MASTER).await, public(&app, &key).await), (owned(seen), owned(seen_by_key)));
    }
    let (form, bad) = (StatusCode::UNPROCESSABLE_ENTITY, StatusCode::BAD_REQUEST);
    for (body, status, param) in [
        (json!({}), form, "model_groups"),
        (json!({"model_groups": ["echo"], "colour": 1}), form, "colour"),
        (json!({"model_groups": ["echo", "none"]}), bad, "model_groups"),
        (json!({"model_groups": ["own"]}), bad, "model_groups"),
    ] {
        let (refused, error) = app.post(MASTER, "/model_group/make_public", &body).await;
        assert_eq!((refused, &error["error"]["param"]), (status, &json!(param)), "{body}");
    }
    let (_, trail) = app.get(MASTER, "/audit?table_name=LiteLLM_Config").await;
    assert_eq!(trail["total"], 3);
    assert_eq!(trail["audit_logs"][0]["updated_values"]["content"], Value::Array(Vec::new()));
}

fn owned(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

async fn who_may_not(app: TestApp) {
    let callers = Tenants::new(&app).await;
    callers.assert_admin_only(&app, "POST", "/model_group/make_public", StatusCode::FORBIDDEN).await;
}
