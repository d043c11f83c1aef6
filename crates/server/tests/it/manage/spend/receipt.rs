//! `GET /spend/receipt/{call_id}`.

use http::{Request, StatusCode};
use money::{Account, AccountKind, Nanos, Tokens};
use serde_json::json;
use store::balances::{BalanceId, Charges};
use store::ledger::{self, Detail, LedgerRow, Provenance};

use super::attempt;
use crate::app::{MASTER, NOON, TestApp, on_both};

on_both![a_receipt_says_how_the_cost_came_about, an_answer_names_its_receipt, a_receipt_is_for_those_who_see_the_rows,];

async fn a_receipt_says_how_the_cost_came_about(app: TestApp) {
    app.serve_priced("0.001");
    let (_, hash) = app.generate(json!({"key_alias": "build"})).await;
    let detail = Detail {
        hold: Some(Nanos::new(9_000_000_000)),
        charged: Charges::new([
            BalanceId { account: Account::of(AccountKind::Key, &hash), starts_at: 0, ends_at: i64::MAX },
            BalanceId { account: Account::of(AccountKind::Team, "red"), starts_at: NOON, ends_at: NOON + 1_000_000 },
        ]),
        tags: vec!["night".to_owned()],
        chosen: Some("the only one left".to_owned()),
        ..Detail::default()
    };
    let failed = LedgerRow {
        cost: Some(Nanos::ZERO),
        tokens: Tokens::default(),
        provenance: Provenance::None,
        price_version: Some("config".to_owned()),
        ..attempt("call", Some(&hash), 0)
    };
    let answered = LedgerRow {
        attempt: 2,
        price_version: Some("config".to_owned()),
        tokens: Tokens { input: 2_000, output: 3_000, reasoning: 1_000, ..Tokens::default() },
        cost: Some(Nanos::new(5_000_000_000)),
        detail: Some(Box::new(detail)),
        ..attempt("call", Some(&hash), 0)
    };
    ledger::insert_batch(&app.engine.db, &[answered, failed]).await.unwrap();
    let (status, receipt) = app.get(MASTER, "/spend/receipt/call").await;
    assert_eq!(status, StatusCode::OK, "{receipt}");
    assert_eq!((&receipt["cost"], &receipt["paid_by"]["api_key"]), (&json!(5.0), &json!(hash)));
    let attempts = receipt["attempts"].as_array().unwrap();
    assert_eq!(attempts.iter().map(|each| each["attempt"].clone()).collect::<Vec<_>>(), [1, 2]);
    let answered = &attempts[1];
    let lines = json!([
        {"class": "input", "count": 2_000, "price": "0.001", "amount": "2"},
        {"class": "output", "count": 2_000, "price": "0.001", "amount": "2"},
        {"class": "reasoning", "count": 1_000, "price": "0.001", "amount": "1"},
    ]);
    assert_eq!(answered["price"], json!({"version": "config", "lines": lines}));
    assert_eq!(answered["hold"], json!({"held": 9.0, "spent": 5.0, "released": 4.0, "exceeded": 0.0}));
    let levels = json!([
        {"level": "key", "account": format!("key:{hash}"), "window_start": null, "window_end": null},
        {"level": "team", "account": "team:red", "window_start": "2026-01-01T12:00:00.000000Z",
            "window_end": "2026-01-01T12:00:01.000000Z"},
    ]);
    assert_eq!(answered["budgets"], levels);
    assert_eq!((&answered["first_byte_ms"], &answered["duration_ms"]), (&json!(1000), &json!(2500)));
    assert_eq!((&answered["chosen"], &receipt["tags"]), (&json!("the only one left"), &json!(["night"])));

    // the price was corrected: what it was computed with is not known any more, and what was added is said
    app.serve_priced("0.002");
    let (status, rated) = app.post(MASTER, "/spend/rerate", json!({"model": "fast-1"})).await;
    assert_eq!(status, StatusCode::OK, "{rated}");
    let (_, receipt) = app.get(MASTER, "/spend/receipt/call").await;
    let answered = &receipt["attempts"][1];
    assert_eq!((&receipt["cost"], &answered["charged"], &answered["cost"]), (&json!(10.0), &json!(5.0), &json!(10.0)));
    let note = json!({"version": "config", "note": "the figures of this version are not in force any more"});
    assert_eq!(answered["price"], note);
    assert_eq!(
        (&answered["adjustments"][0]["cost"], &answered["adjustments"][0]["reason"]),
        (&json!(5.0), &json!("rerated"))
    );
}

async fn an_answer_names_its_receipt(app: TestApp) {
    let (key, _) = app.generate(json!({})).await;
    let call = json!({"model": "echo", "messages": [{"role": "user", "content": "hello"}]});
    let request = Request::post("/v1/chat/completions").header("authorization", format!("Bearer {key}"));
    let (head, _) = app.answer(request, call.to_string()).await;
    let receipt = head.headers["x-turnpike-receipt"].to_str().unwrap();
    let (status, receipt) = app.get(&key, receipt).await;
    assert_eq!((status, &receipt["cost"]), (StatusCode::OK, &json!(0.0)), "{receipt}");
    assert_eq!(receipt["attempts"][0]["model_id"], "echo-1");
    assert_eq!(receipt["call_id"], head.headers["x-litellm-call-id"].to_str().unwrap());
}

async fn a_receipt_is_for_those_who_see_the_rows(app: TestApp) {
    let (key, hash) = app.generate(json!({})).await;
    let (other, _) = app.generate(json!({})).await;
    ledger::insert_batch(&app.engine.db, &[attempt("call", Some(&hash), 1)]).await.unwrap();
    for (key, call, expected) in [
        (key.as_str(), "call", StatusCode::OK),
        (&other, "call", StatusCode::NOT_FOUND),
        (&key, "none", StatusCode::NOT_FOUND),
        (MASTER, "call", StatusCode::OK),
    ] {
        let (status, answer) = app.get(key, &format!("/spend/receipt/{call}")).await;
        assert_eq!(status, expected, "{answer}");
    }
}
