//! An id that was somebody's and is given out again: whoever has it now sees nothing of whoever had it.

use std::sync::Arc;

use http::StatusCode;
use money::{Nanos, Tokens};
use serde_json::{Value, json};
use store::KeyHash;
use store::ledger::{AttemptStatus, LedgerRow, Payer, Provenance, insert_batch};

use crate::app::{MASTER, TestApp, on_both};

on_both![who_gets_an_id_again_sees_nothing_of_who_had_it,];

const DAYS: &str = "start_date=2026-01-01&end_date=2026-01-31";
const HOUR: i64 = 3_600_000_000;

/// An organization with a team, and who leads both; his keys: of his own, and of the team.
async fn make(app: &TestApp) -> (String, String) {
    for (path, body) in [
        ("/organization/new", json!({"organization_id": "o", "organization_alias": "o"})),
        ("/user/new", json!({"user_id": "u", "auto_create_key": false, "organizations": ["o"]})),
        (
            "/team/new",
            json!({"team_id": "t", "organization_id": "o", "members_with_roles": [{"user_id": "u", "role": "admin"}]}),
        ),
    ] {
        let (status, made) = app.post(MASTER, path, body).await;
        assert_eq!(status, StatusCode::OK, "{path} {made}");
    }
    let lead = json!({"organization_id": "o", "user_id": "u", "role": "org_admin"});
    assert_eq!(app.call(MASTER, "PATCH", "/organization/member_update", lead).await.0, StatusCode::OK);
    let (own, _) = app.generate(json!({"user_id": "u"})).await;
    let (_, of_team) = app.generate(json!({"user_id": "u", "team_id": "t"})).await;
    (own, of_team)
}

/// An attempt that begins now, with a key of the team that is deleted then.
async fn call(app: &TestApp, id: &str, hash: &str) {
    let at = app.engine.clock.now();
    let payer = Payer {
        user_id: Some("u".to_owned()),
        team_id: Some("t".to_owned()),
        organization_id: Some("o".to_owned()),
        ..Payer::key(KeyHash::parse(hash).unwrap())
    };
    let row = LedgerRow {
        request_id: id.to_owned(),
        attempt: 1,
        payer: Arc::new(payer),
        call_type: "acompletion".to_owned(),
        model_group: "group".to_owned(),
        model: "model".to_owned(),
        deployment_id: "d".to_owned(),
        provider: "echo".to_owned(),
        stream: false,
        started_at: at,
        first_byte_at: None,
        ended_at: at + 1,
        tokens: Tokens { input: 10, cache_read: 0, cache_write_5m: 0, cache_write_1h: 0, output: 20, reasoning: 0 },
        cost: Some(Nanos::new(1_000_000_000)),
        price_version: None,
        provenance: Provenance::Final,
        status: AttemptStatus::Success,
        http_status: None,
        error_kind: None,
        detail: None,
    };
    insert_batch(&app.engine.db, &[row]).await.unwrap();
    assert_eq!(app.post(MASTER, "/key/delete", json!({"keys": [hash]})).await.0, StatusCode::OK);
}

async fn seen(app: &TestApp, key: &str) -> Vec<Value> {
    let mut seen = Vec::new();
    let (status, logs) = app.get(key, &format!("/spend/logs?{DAYS}&summarize=false")).await;
    assert_eq!(status, StatusCode::OK, "{logs}");
    seen.push(json!(logs.as_array().unwrap().len()));
    for noun in ["user", "team", "organization"] {
        let (status, activity) = app.get(key, &format!("/{noun}/daily/activity?{DAYS}")).await;
        assert_eq!(status, StatusCode::OK, "{noun} {activity}");
        seen.push(activity["metadata"]["total_spend"].clone());
    }
    let (status, keys) = app.get(key, "/key/list?status=deleted&include_team_keys=true").await;
    assert_eq!(status, StatusCode::OK, "{keys}");
    seen.push(keys["total_count"].clone());
    seen
}

async fn who_gets_an_id_again_sees_nothing_of_who_had_it(app: TestApp) {
    let (own, of_team) = make(&app).await;
    call(&app, "first", &of_team).await;
    let one = vec![json!(1), json!(1.0), json!(1.0), json!(1.0), json!(1)];
    assert_eq!(seen(&app, &own).await, one);

    let gone = json!({"organization_ids": ["o"]});
    assert_eq!(app.call(MASTER, "DELETE", "/organization/delete", gone).await.0, StatusCode::OK);
    assert_eq!(app.post(MASTER, "/user/delete", json!({"user_ids": ["u"]})).await.0, StatusCode::OK);
    app.engine.clock.advance(HOUR);
    let (own, of_team) = make(&app).await;
    assert_eq!(seen(&app, &own).await, [json!(0), json!(0.0), json!(0.0), json!(0.0), json!(0)]);
    call(&app, "second", &of_team).await;
    assert_eq!(seen(&app, &own).await, one);
    // those who see everything see both
    assert_eq!(seen(&app, MASTER).await, [json!(2), json!(2.0), json!(2.0), json!(2.0), json!(3)]);
}
