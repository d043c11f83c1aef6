//! `POST /key/generate`.

use http::{Request, StatusCode};
use serde_json::{Value, json};
use store::audit::{self, AuditFilter};
use store::{Page, Scope};

use crate::app::{MASTER, TestApp, on_both};

on_both![
    answers_with_everything_and_the_key_once,
    the_key_works_also_if_it_was_tried_before,
    refuses_by_name_and_makes_nothing,
    the_audit_trail_says_who_and_on_whose_behalf,
    a_key_that_moves_here_brings_what_it_has_spent,
];

async fn answers_with_everything_and_the_key_once(app: TestApp) {
    let body = json!({
        "key_alias": "build", "models": ["echo"], "duration": "1mo", "max_budget": "12.5", "user_id": "ada",
        "metadata": {"note": "x", "list": [1, 0.1, null]},
    });
    let (status, mut made) = app.post(MASTER, "/key/generate", &body).await;
    assert_eq!(status, StatusCode::OK);
    let key = made["key"].take();
    assert!(key.as_str().unwrap().starts_with("sk-"));
    let (hash, name) = (made["token"].take(), made["key_name"].take());
    assert_eq!(made["token_id"].take(), hash);
    assert_eq!(name, format!("sk-...{}", key.as_str().unwrap().get(21..).unwrap()));
    let made = serde_json::to_string_pretty(&made).unwrap();
    insta::assert_snapshot!("made", made);
    let (_, info) = app.get(MASTER, &format!("/key/info?key={}", hash.as_str().unwrap())).await;
    assert!(!info.to_string().contains(key.as_str().unwrap()));
}

async fn the_key_works_also_if_it_was_tried_before(app: TestApp) {
    let own = "sk-chosen-by-hand-1";
    assert_eq!(app.get(own, "/key/info").await.0, StatusCode::UNAUTHORIZED);
    let (key, _) = app.generate(json!({"key": own})).await;
    assert_eq!(key, own);
    assert_eq!(app.get(own, "/key/info").await.0, StatusCode::OK);
}

async fn refuses_by_name_and_makes_nothing(app: TestApp) {
    app.generate(json!({"key_alias": "taken", "key": "sk-taken-taken-taken"})).await;
    let many_aliases: serde_json::Map<_, _> = (0..1001).map(|n| (format!("alias-{n}"), json!("echo"))).collect();
    for (body, param) in [
        (json!({"key_alias": "taken"}), "key_alias"),
        (json!({"key": "sk-taken-taken-taken"}), "key"),
        (json!({"key": "sk-short"}), "key"),
        (json!({"key": MASTER}), "key"),
        (json!({"team_id": "t"}), "team_id"),
        (json!({"organization_id": "o"}), "organization_id"),
        (json!({"budget_id": "b"}), "budget_id"),
        (json!({"guardrails": ["g"]}), "guardrails"),
        (json!({"colour": "red"}), "colour"),
        (json!({"aliases": many_aliases}), "aliases"),
        (json!({"max_budget": -1}), "max_budget"),
        (json!({"max_budget": "NaN"}), "max_budget"),
        (json!([]), "request_body"),
    ] {
        let (status, error) = app.post(MASTER, "/key/generate", &body).await;
        assert!(status == StatusCode::BAD_REQUEST || status == StatusCode::UNPROCESSABLE_ENTITY, "{body} {error}");
        assert_eq!(error["error"]["param"], param, "{body}");
    }
    for text in ["key_alias", "user_id", "metadata"] {
        let value = if text == "metadata" { json!({"a": ["x\0"]}) } else { json!("x\0") };
        let (status, error) = app.post(MASTER, "/key/generate", json!({text: value})).await;
        assert!(status == StatusCode::BAD_REQUEST || status == StatusCode::UNPROCESSABLE_ENTITY, "{error}");
    }
    assert_eq!(app.get(MASTER, "/key/list").await.1["total_count"], 1);
}

async fn the_audit_trail_says_who_and_on_whose_behalf(app: TestApp) {
    let request = Request::post("/key/generate")
        .header("authorization", format!("Bearer {MASTER}"))
        .header("litellm-changed-by", "ada@example.com");
    let (_, made) = app.send(request, r#"{"metadata": {"api_key": "sk-canary"}}"#.to_owned()).await;
    let page = Page { number: 1, size: 10 };
    let (rows, _) = audit::list(&app.engine.db, &Scope::Gateway, &AuditFilter::default(), page).await.unwrap();
    let row = rows.first().unwrap();
    assert_eq!((row.action.as_str(), row.actor.as_str()), ("created", "default_user_id"));
    assert_eq!(row.changed_by.as_deref(), Some("ada@example.com"));
    assert_eq!(Value::from(row.object_id.clone()), made["token"]);
    assert!(!format!("{row:?}").contains("canary"));
}

async fn a_key_that_moves_here_brings_what_it_has_spent(app: TestApp) {
    let (key, hash) = app.generate(json!({"spend": 0.75, "max_budget": 1})).await;
    let (_, shown) = app.get(MASTER, &format!("/key/info?key={hash}")).await;
    assert_eq!(shown["info"]["spend"], json!(0.75));
    assert_eq!(app.get(&key, "/key/info").await.1["info"]["spend"], json!(0.75));
    // who has a key makes none that has spent something else
    let (own, _) = app.generate(json!({"user_id": "ada"})).await;
    app.post(MASTER, "/user/new", json!({"user_id": "ada", "auto_create_key": false})).await;
    let (status, error) = app.post(&own, "/key/generate", json!({"spend": 0})).await;
    assert_eq!((status, &error["error"]["param"]), (StatusCode::FORBIDDEN, &json!("spend")), "{error}");
    let (status, _) = app.post(MASTER, "/key/generate", json!({"spend": -1})).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
}
