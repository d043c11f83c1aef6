//! `GET /spend/logs`.

use std::sync::Arc;

use http::StatusCode;
use money::{Nanos, Tokens};
use serde_json::{Value, json};
use store::KeyHash;
use store::ledger::{self, AttemptStatus, LedgerRow, Payer, Provenance};

use crate::app::{MASTER, NOON, TestApp, on_both};

on_both![
    a_row_says_what_litellm_says_and_why,
    no_price_is_null_and_not_zero,
    filters_by_key_call_and_time,
    a_client_finds_the_call_that_it_just_made,
    what_is_not_honoured_is_refused_by_name,
];

const DAY: i64 = 86_400_000_000;

fn row(id: &str, hash: Option<&str>, at: i64) -> LedgerRow {
    LedgerRow {
        request_id: id.to_owned(),
        attempt: 1,
        payer: Arc::new(hash.map(|hash| Payer::key(KeyHash::parse(hash).unwrap())).unwrap_or_default()),
        call_type: "acompletion".to_owned(),
        model_group: "fast".to_owned(),
        model: "fast-1".to_owned(),
        deployment_id: "d1".to_owned(),
        provider: "somebody".to_owned(),
        stream: false,
        started_at: at,
        first_byte_at: Some(at + 1_000),
        ended_at: at + 2_500,
        tokens: Tokens { input: 10, cache_read: 1, cache_write_5m: 2, cache_write_1h: 3, output: 20, reasoning: 4 },
        cost: Some(Nanos::new(100_000_001)),
        price_version: Some("2026-01".to_owned()),
        provenance: Provenance::Final,
        status: AttemptStatus::Success,
        http_status: Some(200),
        error_kind: None,
        detail: None,
    }
}

async fn ids(app: &TestApp, key: &str, query: &str) -> Vec<Value> {
    let (status, rows) = app.get(key, &format!("/spend/logs?{query}")).await;
    assert_eq!(status, StatusCode::OK, "{rows}");
    rows.as_array().unwrap().iter().map(|row| row["request_id"].clone()).collect()
}

async fn a_row_says_what_litellm_says_and_why(app: TestApp) {
    let (_, hash) = app.generate(json!({"key_alias": "build", "user_id": "ada"})).await;
    ledger::insert_batch(&app.engine.db, &[row("call-1", Some(&hash), NOON)]).await.unwrap();
    let (_, rows) = app.get(MASTER, "/spend/logs?request_id=call-1").await;
    let metadata = json!({
        "user_api_key": hash, "user_api_key_alias": "build", "user_api_key_user_id": "ada",
        "user_api_key_team_id": null, "user_api_key_org_id": null, "user_api_key_project_id": null,
        "litellm_call_id": "call-1", "attempt": 1, "stream": false, "provenance": "final",
        "price_version": "2026-01", "http_status": 200, "error_kind": null, "cost_nanodollars": 100_000_001,
        "tokens": {
            "input": 10, "cache_read": 1, "cache_write_5m": 2, "cache_write_1h": 3, "output": 20, "reasoning": 4,
        },
    });
    assert_eq!(
        rows,
        json!([{
            "request_id": "call-1", "call_type": "acompletion", "api_key": hash, "spend": 0.100_000_001,
            "total_tokens": 36, "prompt_tokens": 16, "completion_tokens": 20,
            "startTime": "2026-01-01T12:00:00.000000Z", "endTime": "2026-01-01T12:00:00.002500Z",
            "completionStartTime": "2026-01-01T12:00:00.001000Z", "request_duration_ms": 2,
            "model": "fast-1", "model_id": "d1", "model_group": "fast", "custom_llm_provider": "somebody",
            "user": "ada", "team_id": null, "organization_id": null, "end_user": null, "cache_hit": "False", "status": "success",
            "metadata": metadata,
            "messages": {}, "response": {}, "request_tags": [],
        }])
    );
}

async fn no_price_is_null_and_not_zero(app: TestApp) {
    let unpriced = LedgerRow { cost: None, price_version: None, ..row("call-1", None, NOON) };
    ledger::insert_batch(&app.engine.db, &[unpriced]).await.unwrap();
    let (_, rows) = app.get(MASTER, "/spend/logs").await;
    assert_eq!((&rows[0]["spend"], &rows[0]["metadata"]["cost_nanodollars"]), (&Value::Null, &Value::Null));
    assert_eq!(
        (&rows[0]["api_key"], &rows[0]["user"]),
        (&json!("litellm_proxy_master_key"), &json!("default_user_id"))
    );
    let (_, days) = app.get(MASTER, "/spend/logs?start_date=2026-01-01&end_date=2026-01-01").await;
    assert_eq!((&days[0]["spend"], &days[0]["unpriced"]), (&json!(0.0), &json!(1)));
}

async fn filters_by_key_call_and_time(app: TestApp) {
    let (key, hash) = app.generate(json!({})).await;
    let (_, other) = app.generate(json!({})).await;
    let again = LedgerRow { attempt: 2, ..row("a", Some(&hash), NOON + 1) };
    let rows = [row("a", Some(&hash), NOON), again, row("b", Some(&other), NOON + DAY), row("c", None, NOON + 2 * DAY)];
    ledger::insert_batch(&app.engine.db, &rows).await.unwrap();
    for (query, expected) in [
        ("", &["c", "b", "a", "a"][..]),
        ("page_size=2&page=2", &["a", "a"]),
        ("request_id=a", &["a", "a"]),
        ("start_date=2026-01-02", &["c", "b"]),
        ("end_date=2026-01-02", &["b", "a", "a"]),
        ("start_date=2026-01-02&end_date=2026-01-02&summarize=false", &["b"]),
        ("end_date=2026-01-01T12:00:00Z", &["a"]),
        (&format!("api_key={key}"), &["a", "a"]),
        (&format!("api_key={other}"), &["b"]),
    ] {
        assert_eq!(ids(&app, MASTER, query).await, expected, "{query}");
    }
    assert_eq!(ids(&app, &key, "").await, ["a", "a"]);
    assert!(ids(&app, &key, &format!("api_key={other}")).await.is_empty());
    assert!(ids(&app, &key, "request_id=c").await.is_empty());

    let (_, days) = app.get(&key, "/spend/logs?start_date=2026-01-01&end_date=2026-01-31").await;
    let day = json!({"startTime": "2026-01-01", "spend": 0.200_000_002, "unpriced": 0, "users": {"": 0.200_000_002},
        "models": {"fast": 0.200_000_002}, hash: 0.200_000_002});
    assert_eq!(days, json!([day]));
}

async fn a_client_finds_the_call_that_it_just_made(app: TestApp) {
    let (key, hash) = app.generate(json!({"max_budget": 1})).await;
    let call = json!({"model": "echo", "messages": [{"role": "user", "content": "hello"}]});
    let (status, reply) = app.post(&key, "/v1/chat/completions", call).await;
    assert_eq!(status, StatusCode::OK, "{reply}");
    let (_, rows) = app.get(&key, "/spend/logs").await;
    assert_eq!((&rows[0]["api_key"], &rows[0]["model_group"]), (&json!(hash), &json!("echo")));
    assert_eq!((&rows[0]["status"], &rows[0]["spend"]), (&json!("success"), &json!(0.0)));
}

async fn what_is_not_honoured_is_refused_by_name(app: TestApp) {
    for (query, param) in [
        ("start_date=yesterday", "start_date"),
        ("end_date=2026-13-01", "end_date"),
        ("organization_id=o", "organization_id"),
        ("page=0", "page"),
    ] {
        let (status, error) = app.get(MASTER, &format!("/spend/logs?{query}")).await;
        assert_eq!((status, &error["error"]["param"]), (StatusCode::BAD_REQUEST, &json!(param)), "{query}");
    }
}
