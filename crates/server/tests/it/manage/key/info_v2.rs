//! `POST /v2/key/info`.

use http::StatusCode;
use serde_json::{Value, json};

use crate::app::{MASTER, TestApp, on_both};
use crate::tenants::Tenants;

on_both![shows_the_keys_that_one_sees, something_has_to_be_named,];

async fn shows_the_keys_that_one_sees(app: TestApp) {
    let tenants = Tenants::new(&app).await;
    let (first, first_hash) = app.generate(json!({"key_alias": "first", "team_id": "our-team"})).await;
    app.generate(json!({"key_alias": "second", "user_id": "user", "budget_id": "budget-of-ours"})).await;
    let body =
        json!({"keys": [first, first_hash, "sk-there-is-no-such-key", "neither"], "key_aliases": ["second", "no"]});
    for (key, expected) in [
        (MASTER, &["first", "second"][..]),
        (&tenants.viewer, &["first", "second"]),
        (&tenants.team_admin, &["first"]),
        (&tenants.org_admin, &["first"]),
        (&tenants.user, &["second"]),
        (&tenants.member, &[]),
        (&tenants.stranger, &[]),
        (&tenants.service, &[]),
    ] {
        let (status, answer) = app.post(key, "/v2/key/info", &body).await;
        assert_eq!((status, &answer["key"]), (StatusCode::OK, &body["keys"]), "{answer}");
        let info = answer["info"].as_array().unwrap();
        let mut aliases: Vec<_> = info.iter().map(|key| key["key_alias"].as_str().unwrap()).collect();
        aliases.sort_unstable();
        assert_eq!(aliases, expected);
        assert!(info.iter().all(|key| key.get("token").is_none()));
    }
    let (_, answer) = app.post(MASTER, "/v2/key/info", json!({"key_aliases": ["second"]})).await;
    let second = &answer["info"][0];
    assert_eq!((&answer["key"], &second["user_id"]), (&Value::Null, &json!("user")));
    assert_eq!(second["litellm_budget_table"]["budget_id"], "budget-of-ours");
}

async fn something_has_to_be_named(app: TestApp) {
    for (body, param) in [
        (json!({}), "keys"),
        (json!({"keys": [], "key_aliases": null}), "keys"),
        (json!({"keys": "sk-1"}), "keys"),
        (json!({"keys": ["sk-1"], "team_id": "t"}), "team_id"),
    ] {
        let (status, error) = app.post(MASTER, "/v2/key/info", &body).await;
        assert_eq!((status, &error["error"]["param"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!(param)), "{body}");
    }
}
