//! `POST /team/key/bulk_update`.

use engine::secret::Secret;
use http::StatusCode;
use serde_json::{Value, json};
use store::keys::KeyRow;
use store::{Actor, KeyHash, Scope, Transaction};

use crate::app::{MASTER, NOON, TestApp, on_both};
use crate::tenants::Tenants;

on_both![changes_the_keys_of_the_team, who_leads_the_team_may, refuses_by_name, refuses_too_many,];

const PATH: &str = "/team/key/bulk_update";

fn keys(answer: &Value, what: &str) -> Vec<String> {
    let named = answer[what].as_array().unwrap().iter();
    let mut keys: Vec<_> = named.map(|one| one["key"].as_str().unwrap().to_owned()).collect();
    keys.sort();
    keys
}

async fn changes_the_keys_of_the_team(app: TestApp) {
    Tenants::new(&app).await;
    let (_, first) = app.generate(json!({"team_id": "our-team", "user_id": "member"})).await;
    let (_, second) = app.generate(json!({"team_id": "our-team"})).await;
    let (_, blocked) = app.generate(json!({"team_id": "our-team", "blocked": true})).await;
    let (_, foreign) = app.generate(json!({"team_id": "their-team"})).await;
    let mut usable = vec![first, second];
    usable.sort();

    let fields = json!({"max_budget": 3, "tags": ["t"]});
    let body = json!({"team_id": "our-team", "all_keys_in_team": true, "update_fields": fields});
    let (status, answer) = app.post(MASTER, PATH, body).await;
    assert_eq!((status, keys(&answer, "successful_updates")), (StatusCode::OK, usable), "{answer}");
    assert_eq!(answer["successful_updates"][0]["key_info"]["max_budget"], json!(3.0));

    let named = [&blocked, &foreign, "sk-none"];
    let body = json!({"team_id": "our-team", "key_ids": named, "update_fields": {"rpm_limit": 9}});
    let (status, answer) = app.post(MASTER, PATH, body).await;
    assert_eq!((status, keys(&answer, "successful_updates")), (StatusCode::OK, vec![blocked]));
    let failed = answer["failed_updates"].as_array().unwrap();
    let reasons: Vec<_> = failed.iter().map(|one| one["failed_reason"].as_str().unwrap()).collect();
    assert_eq!((&answer["total_requested"], reasons), (&json!(3), vec!["No such key."; 2]));
    assert_eq!(app.get(MASTER, &format!("/key/info?key={foreign}")).await.1["info"]["rpm_limit"], Value::Null);
}

async fn who_leads_the_team_may(app: TestApp) {
    let tenants = Tenants::new(&app).await;
    app.generate(json!({"team_id": "our-team", "user_id": "member"})).await;
    let asked = |fields: Value| json!({"team_id": "our-team", "all_keys_in_team": true, "update_fields": fields});
    for (key, expected) in [
        (&tenants.admin, StatusCode::OK),
        (&tenants.org_admin, StatusCode::OK),
        (&tenants.team_admin, StatusCode::OK),
        (&tenants.viewer, StatusCode::FORBIDDEN),
        (&tenants.member, StatusCode::FORBIDDEN),
        (&tenants.user, StatusCode::UNAUTHORIZED),
        (&tenants.user_viewer, StatusCode::UNAUTHORIZED),
        (&tenants.service, StatusCode::UNAUTHORIZED),
        (&tenants.stranger, StatusCode::NOT_FOUND),
    ] {
        let (status, answer) = app.post(key, PATH, asked(json!({"max_budget": 3}))).await;
        assert_eq!(status, expected, "{answer}");
        assert!(status != StatusCode::OK || keys(&answer, "successful_updates").len() == 1, "{answer}");
    }
    let (_, answer) = app.post(&tenants.team_admin, PATH, asked(json!({"budget_id": "budget-of-ours"}))).await;
    assert_eq!((keys(&answer, "successful_updates").len(), keys(&answer, "failed_updates").len()), (0, 1));
}

async fn refuses_by_name(app: TestApp) {
    Tenants::new(&app).await;
    let fields = json!({"max_budget": 3});
    let (form, meaning, missing) = (StatusCode::UNPROCESSABLE_ENTITY, StatusCode::BAD_REQUEST, StatusCode::NOT_FOUND);
    for (team, mut body, status, param) in [
        ("our-team", json!({"update_fields": fields}), form, json!("key_ids")),
        (
            "our-team",
            json!({"key_ids": ["sk-1"], "all_keys_in_team": true, "update_fields": fields}),
            form,
            json!("key_ids"),
        ),
        ("our-team", json!({"key_ids": [], "update_fields": fields}), meaning, json!("key_ids")),
        ("our-team", json!({"key_ids": ["sk-1"]}), form, json!("update_fields")),
        ("our-team", json!({"key_ids": ["sk-1"], "update_fields": {}}), form, json!("update_fields")),
        ("our-team", json!({"key_ids": ["sk-1"], "update_fields": {"models": ["a"]}}), form, json!("models")),
        ("our-team", json!({"all_keys_in_team": true, "update_fields": fields}), missing, Value::Null),
        ("no-team", json!({"all_keys_in_team": true, "update_fields": fields}), missing, Value::Null),
    ] {
        body["team_id"] = json!(team);
        let (answered, error) = app.post(MASTER, PATH, &body).await;
        assert_eq!((answered, &error["error"]["param"]), (status, &param), "{body}");
    }
}

async fn refuses_too_many(app: TestApp) {
    Tenants::new(&app).await;
    let (text, hash) = app.generate(json!({"team_id": "our-team"})).await;
    let like: KeyRow = store::find(&app.engine.db, &Scope::Gateway, &[&hash]).await.unwrap().unwrap();
    let actor = Actor { id: "test".to_owned(), changed_by: None, at: NOON };
    let mut change = Transaction::begin(&app.engine.db, actor).await.unwrap();
    for n in 0..500 {
        let hash = Secret::new(format!("{text}-{n}")).sha256_hex();
        change.insert(&KeyRow { hash: KeyHash::parse(&hash).unwrap(), ..like.clone() }).await.unwrap();
    }
    app.engine.changed(&change.commit().await.unwrap());
    let body = json!({"team_id": "our-team", "all_keys_in_team": true, "update_fields": {"rpm_limit": 9}});
    let (status, error) = app.post(MASTER, PATH, &body).await;
    assert_eq!((status, &error["error"]["param"]), (StatusCode::BAD_REQUEST, &json!("key_ids")), "{error}");
    // with one less it is as many as can be changed
    assert_eq!(app.post(MASTER, "/key/block", json!({"key": hash})).await.0, StatusCode::OK);
    let (status, answer) = app.post(MASTER, PATH, &body).await;
    assert_eq!((status, keys(&answer, "successful_updates").len()), (StatusCode::OK, 500));
}
