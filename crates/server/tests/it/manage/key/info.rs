//! `GET /key/info`.

use http::StatusCode;
use money::Nanos;
use serde_json::json;
use store::Scope;
use store::keys::KeyRow;

use crate::app::{MASTER, TestApp, on_both};

on_both![names_the_key_as_it_was_asked_for, spend_is_live,];

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

async fn spend_is_live(app: TestApp) {
    let (key, hash) = app.generate(json!({"max_budget": 1})).await;
    let row = store::find::<KeyRow>(&app.engine.db, &Scope::Gateway, &[&hash]).await.unwrap().unwrap();
    let hold = app.engine.budgets.reserve(&row, Nanos::new(300_000_000)).unwrap();
    app.engine.budgets.settle(&row, hold, Nanos::new(250_000_001));
    let (_, shown) = app.get(&key, "/key/info").await;
    assert_eq!(shown["info"]["spend"].to_string(), "0.250000001");
}
