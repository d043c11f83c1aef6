//! `POST /key/{key}/reset_spend`.

use http::StatusCode;
use serde_json::{Value, json};
use store::Scope;
use store::keys::KeyRow;

use crate::app::{MASTER, TestApp, on_both};
use crate::tenants::Tenants;

on_both![sets_what_was_spent_here_and_in_the_row, who_leads_the_team_may, refuses_what_cannot_be,];

async fn row(app: &TestApp, hash: &str) -> KeyRow {
    store::find(&app.engine.db, &Scope::Gateway, &[hash]).await.unwrap().unwrap()
}

/// Lets the key have spent so many billionths of a dollar.
async fn spend(app: &TestApp, hash: &str, amount: i64) {
    let row = row(app, hash).await;
    let hold = app.hold(&row, amount).await.unwrap();
    app.settle(&row, hold, amount).await;
}

async fn sets_what_was_spent_here_and_in_the_row(app: TestApp) {
    let (key, hash) = app.generate(json!({"max_budget": 1, "budget_duration": "30d"})).await;
    spend(&app, &hash, 900_000_000).await;
    let under_way = app.hold(&row(&app, &hash).await, 100_000_000).await.unwrap();
    let (status, answer) = app.post(MASTER, &format!("/key/{key}/reset_spend"), json!({"reset_to": 0.25})).await;
    let expected = json!({
        "key_hash": hash, "spend": 0.25, "previous_spend": 0.9, "max_budget": 1.0,
        "budget_reset_at": "2026-02-01T00:00:00.000000Z",
    });
    assert_eq!((status, answer), (StatusCode::OK, expected));
    let now = row(&app, &hash).await;
    assert_eq!((now.spend.get(), app.left(&now).await), (250_000_000, 650_000_000));
    app.settle(&now, under_way, 50_000_000).await;
    assert_eq!(app.get(MASTER, &format!("/key/info?key={hash}")).await.1["info"]["spend"], json!(0.3));

    let (_, unused) = app.generate(json!({})).await;
    let (status, answer) = app.post(MASTER, &format!("/key/{unused}/reset_spend"), json!({"reset_to": 0})).await;
    assert_eq!((status, &answer["previous_spend"]), (StatusCode::OK, &json!(0.0)));
}

async fn who_leads_the_team_may(app: TestApp) {
    let tenants = Tenants::new(&app).await;
    let (_, hash) = app.generate(json!({"team_id": "our-team", "user_id": "member"})).await;
    let path = format!("/key/{hash}/reset_spend");
    let missing = app.post(&tenants.stranger, "/key/sk-none/reset_spend", json!({"reset_to": 0})).await;
    assert_eq!(missing.0, StatusCode::NOT_FOUND);
    for (key, expected) in [
        (&tenants.admin, StatusCode::OK),
        (&tenants.org_admin, StatusCode::OK),
        (&tenants.team_admin, StatusCode::OK),
        (&tenants.viewer, StatusCode::FORBIDDEN),
        (&tenants.member, StatusCode::FORBIDDEN),
        (&tenants.user, StatusCode::UNAUTHORIZED),
        (&tenants.user_viewer, StatusCode::UNAUTHORIZED),
        (&tenants.service, StatusCode::UNAUTHORIZED),
    ] {
        let (status, answer) = app.post(key, &path, json!({"reset_to": 0})).await;
        assert_eq!(status, expected, "{answer}");
    }
    // the value says nothing about a key that one does not see
    for body in [json!({"reset_to": 0}), json!({"reset_to": 5})] {
        assert_eq!(app.post(&tenants.stranger, &path, body).await, missing);
    }
}

async fn refuses_what_cannot_be(app: TestApp) {
    let (_, hash) = app.generate(json!({"max_budget": 0.5})).await;
    spend(&app, &hash, 500_000_000).await;
    app.post(MASTER, "/key/update", json!({"key": hash, "max_budget": 0.2})).await;
    let path = format!("/key/{hash}/reset_spend");
    for (body, status) in [
        (json!({}), StatusCode::UNPROCESSABLE_ENTITY),
        (json!({"reset_to": true}), StatusCode::UNPROCESSABLE_ENTITY),
        (json!({"reset_to": null}), StatusCode::UNPROCESSABLE_ENTITY),
        (json!({"reset_to": -1}), StatusCode::UNPROCESSABLE_ENTITY),
        (json!({"reset_to": 0.6}), StatusCode::BAD_REQUEST),
        (json!({"reset_to": 0.3}), StatusCode::BAD_REQUEST),
    ] {
        let (answered, error) = app.post(MASTER, &path, &body).await;
        assert_eq!((answered, &error["error"]["param"]), (status, &json!("reset_to")), "{body}");
    }
    let (status, error) = app.post(MASTER, &path, json!({"reset_to": 0, "all": 1})).await;
    assert_eq!((status, &error["error"]["param"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("all")));
    let (status, error) = app.post(MASTER, "/key/neither/reset_spend", json!({"reset_to": 0})).await;
    assert_eq!((status, &error["error"]["param"]), (StatusCode::NOT_FOUND, &Value::Null));
}
