//! `/model/info` and its kin: what is shown is what may be used.

use http::StatusCode;
use serde_json::{Value, json};

use crate::app::{MASTER, TestApp, on_both};

on_both![a_key_sees_the_deployments_behind_its_models, pages_and_filters,];

fn names(shown: &Value) -> Vec<&str> {
    shown["data"].as_array().unwrap().iter().map(|model| model["model_name"].as_str().unwrap()).collect()
}

async fn add(app: &TestApp, name: &str) {
    // the clock stands still: what was made at once is in the order of ids
    let body = json!({"model_name": name, "litellm_params": {"model": "echo/echo"}, "model_info": {"id": name}});
    assert_eq!(app.post(MASTER, "/model/new", body).await.0, StatusCode::OK);
    // they are listed in the order in which they were made
    app.engine.clock.advance(1);
}

async fn a_key_sees_the_deployments_behind_its_models(app: TestApp) {
    add(&app, "other").await;
    let (key, _) = app.generate(json!({"models": ["other"]})).await;
    let (status, shown) = app.get(&key, "/model/info").await;
    assert_eq!((status, names(&shown)), (StatusCode::OK, vec!["other"]));
    assert!(shown["data"][0]["litellm_params"].is_object() && shown["data"][0]["model_info"]["id"].is_string());
    let (_, all) = app.get(MASTER, "/v1/model/info").await;
    assert_eq!(names(&all), ["echo", "other"]);
    assert_eq!(
        (&all["data"][0]["model_info"]["db_model"], &all["data"][1]["model_info"]["db_model"]),
        (&json!(false), &json!(true))
    );
    let (_, groups) = app.get(&key, "/model_group/info").await;
    assert_eq!(groups["data"].as_array().unwrap().len(), 1);
    assert_eq!(app.get(&key, "/model/info?litellm_model_id=echo-1").await.0, StatusCode::BAD_REQUEST);
}

async fn pages_and_filters(app: TestApp) {
    for name in ["a1", "a2", "b1"] {
        add(&app, name).await;
    }
    let (_, page) = app.get(MASTER, "/v2/model/info?page=2&size=3").await;
    assert_eq!((&page["total_count"], &page["total_pages"], names(&page).len()), (&json!(4), &json!(2), 1));
    let (_, found) = app.get(MASTER, "/v2/model/info?search=A").await;
    assert_eq!(names(&found), ["a1", "a2"]);
    let wide =
        json!({"model_name": "w/*", "litellm_params": {"model": "echo/*"}, "model_info": {"access_groups": ["beta"]}});
    assert_eq!(app.post(MASTER, "/model/new", wide).await.0, StatusCode::OK);
    for (filter, expected) in
        [("wildcard_only=true", &["w/*"][..]), ("access_group=beta", &["w/*"]), ("access_group=b", &[])]
    {
        let (_, found) = app.get(MASTER, &format!("/v2/model/info?{filter}")).await;
        assert_eq!(names(&found), expected, "{filter}");
    }
    // behind a name that only a wildcard serves there is the wildcard's deployment
    let (key, _) = app.generate(json!({"models": ["w/one"]})).await;
    assert_eq!(names(&app.get(&key, "/model/info").await.1), ["w/*"]);
    assert_eq!(app.get(MASTER, "/v2/model/info?size=0").await.0, StatusCode::BAD_REQUEST);
    assert_eq!(app.get(MASTER, "/model/info?colour=red").await.0, StatusCode::BAD_REQUEST);
}
