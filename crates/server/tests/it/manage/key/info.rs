//! `GET /key/info`.

use http::StatusCode;
use serde_json::json;
use store::Scope;
use store::keys::KeyRow;

use crate::app::{MASTER, TestApp, on_both};
use crate::tenants::Tenants;

on_both![
    names_the_key_as_it_was_asked_for,
    says_what_became_of_the_key,
    a_deleted_key_is_shown_to_those_who_saw_it,
    spend_is_live,
];

async fn names_the_key_as_it_was_asked_for(app: TestApp) {
    let (key, hash) = app.generate(json!({})).await;
    for (credential, path, named) in [
        (MASTER, format!("/key/info?key={key}"), &key),
        (MASTER, format!("/key/info?key={hash}"), &hash),
        (&key, format!("/key/info?key={key}"), &key),
        (&key, "/key/info".to_owned(), &hash),
    ] {
        let (status, shown) = app.get(credential, &path).await;
        assert_eq!((status, &shown["key"]), (StatusCode::OK, &json!(named)), "{path}");
        assert!(shown["info"]["key_name"].is_string() && shown["info"].get("token").is_none(), "{shown}");
    }
    let (status, error) = app.get(MASTER, "/key/info").await;
    assert_eq!((status, &error["error"]["param"]), (StatusCode::BAD_REQUEST, &json!("key")));
}

async fn says_what_became_of_the_key(app: TestApp) {
    let (key, hash) = app.generate(json!({"duration": "1h", "key_alias": "short"})).await;
    let path = format!("/key/info?key={hash}");
    let status = async || app.get(MASTER, &path).await.1["info"]["status"].clone();
    assert_eq!(status().await, "active");
    app.post(MASTER, "/key/block", json!({"key": hash})).await;
    assert_eq!(status().await, "revoked");
    app.post(MASTER, "/key/unblock", json!({"key": hash})).await;
    app.engine.clock.advance(3_600_000_000);
    assert_eq!(status().await, "expired");
    app.post(MASTER, "/key/delete", json!({"keys": [hash]})).await;
    let (found, shown) = app.get(MASTER, &format!("/key/info?key={key}")).await;
    assert_eq!((found, &shown["key"], &shown["info"]["status"]), (StatusCode::OK, &json!(key), &json!("deleted")));
    let info = &shown["info"];
    assert_eq!((&info["key_alias"], &info["deleted_by"]), (&json!("short"), &json!("default_user_id")));
    assert_eq!(info["deleted_at"], "2026-01-01T13:00:00.000000Z");
}

async fn a_deleted_key_is_shown_to_those_who_saw_it(app: TestApp) {
    let tenants = Tenants::new(&app).await;
    let (_, hash) = app.generate(json!({"user_id": "member", "team_id": "our-team"})).await;
    app.post(MASTER, "/key/delete", json!({"keys": [hash]})).await;
    let path = format!("/key/info?key={hash}");
    let missing = app.get(&tenants.user, "/key/info?key=sk-there-is-no-such-key").await;
    for key in [&tenants.admin, &tenants.viewer, &tenants.org_admin, &tenants.team_admin, &tenants.member] {
        assert_eq!(app.get(key, &path).await.1["info"]["status"], "deleted");
    }
    for key in [&tenants.user, &tenants.user_viewer, &tenants.service, &tenants.stranger] {
        assert_eq!(app.get(key, &path).await, missing);
    }
}

async fn spend_is_live(app: TestApp) {
    let (key, hash) = app.generate(json!({"max_budget": 1})).await;
    let row = store::find::<KeyRow>(&app.engine.db, &Scope::Gateway, &[&hash]).await.unwrap().unwrap();
    let hold = app.hold(&row, 300_000_000).await.unwrap();
    app.settle(&row, hold, 250_000_001).await;
    let (_, shown) = app.get(&key, "/key/info").await;
    assert_eq!(shown["info"]["spend"].to_string(), "0.250000001");
}
