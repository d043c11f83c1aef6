//! `POST /key/regenerate` and `/key/{key}/regenerate`.

use http::StatusCode;
use serde_json::{Value, json};
use store::Scope;
use store::keys::KeyRow;

use crate::app::{MASTER, TestApp, on_both};
use crate::tenants::Tenants;

on_both![
    another_text_and_all_else_as_it_was,
    the_old_text_opens_for_as_long_as_it_was_given,
    a_call_under_way_is_counted_once,
    whoever_could_act_as_another_is_not_given_his_key,
    a_new_text_is_no_way_to_more,
    refuses_by_name_and_replaces_nothing,
];

const PATH: &str = "/key/regenerate";

async fn another_text_and_all_else_as_it_was(app: TestApp) {
    let settings = json!({"key_alias": "a", "models": ["echo"], "user_id": "ada", "max_budget": 2});
    let (old, old_hash) = app.generate(settings).await;
    app.engine.clock.advance(1_000_000);
    let (status, mut made) = app.post(MASTER, &format!("/key/{old}/regenerate"), "").await;
    assert_eq!(status, StatusCode::OK, "{made}");
    let new = made["key"].as_str().unwrap().to_owned();
    let new_hash = made["token_id"].as_str().unwrap().to_owned();
    assert!(new != old && new_hash != old_hash);
    assert_eq!(made["key_name"], format!("sk-...{}", new.get(21..).unwrap()));
    for (field, expected) in [
        ("key_alias", json!("a")),
        ("models", json!(["echo"])),
        ("user_id", json!("ada")),
        ("max_budget", json!(2.0)),
        ("rotation_count", json!(1)),
        ("last_rotation_at", json!("2026-01-01T12:00:01.000000Z")),
        ("created_at", json!("2026-01-01T12:00:00.000000Z")),
    ] {
        assert_eq!(made[field].take(), expected, "{field}");
    }
    assert_eq!(app.get(&old, "/key/info").await.0, StatusCode::UNAUTHORIZED);
    assert_eq!(app.get(&new, "/key/info").await.1["key"], new_hash);
    let (_, gone) = app.get(MASTER, &format!("/key/info?key={old_hash}")).await;
    assert_eq!((&gone["info"]["status"], &gone["info"]["key_alias"]), (&json!("deleted"), &json!("a")));

    let own = "sk-chosen-by-hand-1";
    let body = json!({"key": new_hash, "new_key": own, "models": [], "max_budget": null, "key_alias": "b"});
    let (status, made) = app.post(MASTER, PATH, body).await;
    assert_eq!((status, &made["key"], &made["key_alias"]), (StatusCode::OK, &json!(own), &json!("b")));
    assert_eq!((&made["models"], &made["max_budget"], &made["rotation_count"]), (&json!([]), &Value::Null, &json!(2)));
    assert_eq!(app.get(MASTER, "/key/list").await.1["total_count"], 1);
}

async fn the_old_text_opens_for_as_long_as_it_was_given(app: TestApp) {
    let (old, hash) = app.generate(json!({})).await;
    let (_, made) = app.post(MASTER, PATH, json!({"key": hash, "grace_period": "1h"})).await;
    let new = made["key"].as_str().unwrap();
    let body = json!({"model": "echo", "messages": [{"role": "user", "content": "hi"}]});
    let ask = async |key: &str| app.post(key, "/v1/chat/completions", &body).await.0;
    assert_eq!((ask(&old).await, ask(new).await), (StatusCode::OK, StatusCode::OK));
    // whoever has it could make himself a key that outlives it, or replace the new one
    for (path, body) in [("/key/generate", json!({})), (PATH, json!({"key": made["token"]}))] {
        assert_eq!(app.post(&old, path, body).await.0, StatusCode::FORBIDDEN, "{path}");
    }
    app.engine.clock.advance(3_599_000_000);
    assert_eq!(ask(&old).await, StatusCode::OK);
    app.engine.clock.advance(1_000_000);
    assert_eq!(ask(&old).await, StatusCode::UNAUTHORIZED);
    assert_eq!(app.get(new, "/key/info").await.0, StatusCode::OK);
}

async fn a_call_under_way_is_counted_once(app: TestApp) {
    let (_, hash) = app.generate(json!({"max_budget": 1})).await;
    let old: KeyRow = store::find(&app.engine.db, &Scope::Gateway, &[&hash]).await.unwrap().unwrap();
    let hold = app.hold(&old, 600_000_000).await.unwrap();
    let (_, made) = app.post(MASTER, PATH, json!({"key": hash, "grace_period": "1h"})).await;
    let new = made["token"].as_str().unwrap();
    let new: KeyRow = store::find(&app.engine.db, &Scope::Gateway, &[new]).await.unwrap().unwrap();
    assert_eq!(app.left(&new).await, 400_000_000, "it is still held");
    app.settle(&old, hold, 500_000_000).await;
    assert_eq!(app.left(&new).await, 500_000_000);
    let shown = app.get(made["key"].as_str().unwrap(), "/key/info").await.1;
    assert_eq!(shown["info"]["spend"], json!(0.5));
}

async fn whoever_could_act_as_another_is_not_given_his_key(app: TestApp) {
    let tenants = Tenants::new(&app).await;
    let of_service = json!({"team_id": "our-team"});
    let of_member = json!({"team_id": "our-team", "user_id": "member"});
    let of_leader = json!({"team_id": "our-team", "user_id": "team_admin"});
    let for_calls = json!({"team_id": "our-team", "user_id": "member", "key_type": "llm_api"});
    let of_user = json!({"user_id": "user"});
    let of_looker = json!({"user_id": "user_viewer"});
    let (ok, forbidden, missing) = (StatusCode::OK, StatusCode::FORBIDDEN, StatusCode::NOT_FOUND);
    for (key, body, expected, param) in [
        (&tenants.admin, &of_member, ok, None),
        (&tenants.team_admin, &of_service, ok, None),
        (&tenants.team_admin, &for_calls, ok, None),
        (&tenants.team_admin, &of_member, forbidden, Some("key")),
        (&tenants.team_admin, &of_leader, ok, None),
        (&tenants.org_admin, &of_service, ok, None),
        (&tenants.org_admin, &for_calls, ok, None),
        (&tenants.org_admin, &of_member, forbidden, Some("key")),
        (&tenants.viewer, &of_user, forbidden, None),
        // the team does not let its members do that
        (&tenants.member, &of_member, forbidden, None),
        (&tenants.member, &of_service, missing, None),
        (&tenants.user, &of_user, ok, None),
        (&tenants.user, &of_member, missing, None),
        (&tenants.stranger, &of_service, missing, None),
        (&tenants.stranger, &of_user, missing, None),
        (&tenants.user_viewer, &of_looker, StatusCode::UNAUTHORIZED, None),
    ] {
        let (_, hash) = app.generate(body).await;
        let (status, answer) = app.post(key, PATH, json!({"key": hash})).await;
        assert_eq!((status, answer["error"]["param"].as_str()), (expected, param), "{body}");
    }
}

async fn a_new_text_is_no_way_to_more(app: TestApp) {
    let tenants = Tenants::new(&app).await;
    let (_, hash) = app.generate(json!({"user_id": "user"})).await;
    for (field, value) in [("max_budget", json!(5)), ("allowed_routes", json!(["/key/info"]))] {
        let (status, error) = app.post(&tenants.user, PATH, json!({"key": hash, field: value})).await;
        assert_eq!((status, &error["error"]["param"]), (StatusCode::FORBIDDEN, &json!(field)));
    }
    let (status, _) = app.post(&tenants.user, PATH, json!({"key": hash, "user_id": "member"})).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    // a key of less opens no key of more, and may renew itself
    let (small, _) = app.generate(json!({"user_id": "user", "max_budget": 1})).await;
    assert_eq!(app.post(&small, PATH, json!({"key": hash})).await.0, StatusCode::FORBIDDEN);
    assert_eq!(app.post(&small, PATH, json!({"key": small, "tpm_limit": 5})).await.0, StatusCode::FORBIDDEN);
    assert_eq!(app.post(&small, PATH, json!({"key": small})).await.0, StatusCode::OK);
}

async fn refuses_by_name_and_replaces_nothing(app: TestApp) {
    let (first, hash) = app.generate(json!({"key_alias": "first"})).await;
    let (second, _) = app.generate(json!({"key_alias": "second"})).await;
    let gone = "sk-a-key-that-was-replaced";
    app.generate(json!({"key": gone})).await;
    assert_eq!(app.post(MASTER, PATH, json!({"key": gone})).await.0, StatusCode::OK);
    for (body, status, param) in [
        (json!({}), StatusCode::BAD_REQUEST, json!("key")),
        (json!({"key": "sk-there-is-no-such-key"}), StatusCode::NOT_FOUND, Value::Null),
        (json!({"key": gone}), StatusCode::NOT_FOUND, Value::Null),
        (json!({"key": hash, "new_key": "sk-short"}), StatusCode::BAD_REQUEST, json!("new_key")),
        (json!({"key": hash, "new_key": MASTER}), StatusCode::BAD_REQUEST, json!("new_key")),
        (json!({"key": hash, "new_key": second}), StatusCode::BAD_REQUEST, json!("key")),
        (json!({"key": hash, "new_key": first}), StatusCode::BAD_REQUEST, json!("key")),
        (json!({"key": hash, "new_key": gone}), StatusCode::BAD_REQUEST, json!("key")),
        (json!({"key": hash, "grace_period": "soon"}), StatusCode::BAD_REQUEST, json!("grace_period")),
        (json!({"key": hash, "key_alias": "second"}), StatusCode::BAD_REQUEST, json!("key_alias")),
        (json!({"key": hash, "new_master_key": "sk-1"}), StatusCode::BAD_REQUEST, json!("new_master_key")),
        (json!({"key": hash, "colour": "red"}), StatusCode::UNPROCESSABLE_ENTITY, json!("colour")),
    ] {
        let (answered, error) = app.post(MASTER, PATH, &body).await;
        assert_eq!((answered, &error["error"]["param"]), (status, &param), "{body}");
    }
    let (status, error) = app.post(MASTER, &format!("/key/{hash}/regenerate"), json!({"key": second})).await;
    assert_eq!((status, &error["error"]["param"]), (StatusCode::BAD_REQUEST, &json!("key")));
    let (status, error) = app.post(MASTER, "/key/generate", json!({"key": gone})).await;
    assert_eq!((status, &error["error"]["param"]), (StatusCode::BAD_REQUEST, &json!("key")));
    assert_eq!(app.get(&first, "/key/info").await.1["key"], hash);
}
