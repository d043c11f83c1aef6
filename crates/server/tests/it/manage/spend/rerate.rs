//! `POST /spend/rerate`.

use std::collections::HashMap;
use std::sync::Arc;

use engine::models::Models;
use http::StatusCode;
use money::{Catalog, Nanos};
use serde_json::{Value, json};
use store::balances::{self, BalanceId, Charges, Sign, Want};
use store::ledger::{self, Detail, LedgerRow, Payer};
use store::{KeyHash, Page, Scope, audit};

use super::{attempt, tagged};
use crate::app::{MASTER, NOON, TestApp, on_both};

on_both![
    what_was_spent_moves_with_a_corrected_price,
    the_same_again_adds_nothing,
    what_had_no_price_gets_one,
    what_a_deployment_that_is_gone_cost_stays,
    only_what_is_asked_for_is_rated,
];

async fn rerate(app: &TestApp, body: Value) -> Value {
    let (status, answer) = app.post(MASTER, "/spend/rerate", body).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    answer
}

async fn spend(app: &TestApp, path: &str, field: &str) -> Value {
    let (status, answer) = app.get(MASTER, path).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    answer.pointer(field).cloned().unwrap_or_else(|| panic!("{field} is not in {answer}"))
}

async fn what_was_spent_moves_with_a_corrected_price(app: TestApp) {
    let (_, hash) = app.generate(json!({"max_budget": 100})).await;
    let (status, team) = app.post(MASTER, "/team/new", json!({"team_id": "red"})).await;
    assert_eq!(status, StatusCode::OK, "{team}");
    let key = KeyHash::parse(&hash).unwrap();
    let balance =
        BalanceId { account: money::Account::of(money::AccountKind::Key, &hash), starts_at: 0, ends_at: i64::MAX };
    open(&app, &balance).await;
    let payer = Arc::new(Payer { team_id: Some("red".to_owned()), ..Payer::key(key) });
    let detail =
        Detail { charged: Charges::new([balance.clone()]), tags: vec!["night".to_owned()], ..Detail::default() };
    let row = LedgerRow { payer, detail: Some(Box::new(detail)), ..attempt("a", None, 4_000) };
    ledger::insert_batch(&app.engine.db, &[row]).await.unwrap();

    app.serve_priced("0.0005");
    let tried = rerate(&app, json!({"model": "fast-1", "dry_run": true})).await;
    let sums = json!({"dry_run": true, "attempts": 1, "adjusted": 1, "unpriced": 0, "cost_before": 4.0, "cost_after": 2.0,
        "by_price_version": {"config": -2.0}});
    assert_eq!(tried, sums);
    assert_eq!(spend(&app, "/team/info?team_id=red", "/team_info/spend").await, json!(4.0), "nothing was done");
    rerate(&app, json!({"model": "fast-1"})).await;
    assert_eq!(spend(&app, "/team/info?team_id=red", "/team_info/spend").await, json!(2.0));
    assert_eq!(spend(&app, &format!("/key/info?key={hash}"), "/info/spend").await, json!(2.0));
    assert_eq!(spend(&app, "/spend/logs?request_id=a", "/0/spend").await, json!(2.0));
    assert_eq!(
        spend(&app, "/spend/logs?request_id=a", "/0/metadata/adjusted_nanodollars").await,
        json!(-2_000_000_000)
    );
    assert_eq!(spend(&app, "/global/spend", "/spend").await, json!(2.0));
    assert_eq!(spend(&app, "/spend/tags", "/0/total_spend").await, json!(2.0));
    let shown = balances::show(&app.engine.db, std::slice::from_ref(&balance.account)).await.unwrap();
    assert_eq!((shown[0].spent, shown[0].held), (Nanos::new(2_000_000_000), Nanos::ZERO));
    let (trail, _) =
        audit::list(&app.engine.db, &Scope::Gateway, &audit::AuditFilter::default(), Page { number: 1, size: 1 })
            .await
            .unwrap();
    assert_eq!((trail[0].object_table.as_str(), trail[0].object_id.as_str()), ("adjustments", "fast-1"));
    assert_eq!(trail[0].after, Some(json!({"attempts": 1, "cost": -2_000_000_000, "price_versions": ["config"]})));
}

/// A budget that there is from the beginning.
async fn open(app: &TestApp, balance: &BalanceId) {
    let want = Want {
        balance: balance.clone(),
        cap: Nanos::new(100_000_000_000),
        settled: Nanos::ZERO,
        least: Nanos::ZERO,
        needed: Nanos::ZERO,
        likely: Nanos::ZERO,
        part: 1,
    };
    balances::register(&app.engine.db, "somebody", false, NOON).await.unwrap();
    balances::take(&app.engine.db, Sign { instance: "somebody", told: 0 }, &[want], NOON).await.unwrap();
}

async fn the_same_again_adds_nothing(app: TestApp) {
    ledger::insert_batch(&app.engine.db, &[attempt("a", None, 1_000), tagged(&["t"], attempt("b", None, 500))])
        .await
        .unwrap();
    for (price, adjusted, spent) in
        [("0.002", 2, 3.0), ("0.002", 0, 3.0), ("0.001", 2, 1.5), ("0.002", 2, 3.0), ("0.002", 0, 3.0)]
    {
        app.serve_priced(price);
        assert_eq!(rerate(&app, json!({"model": "fast-1"})).await["adjusted"], adjusted, "{price}");
        assert_eq!(spend(&app, "/global/spend", "/spend").await, json!(spent), "{price}");
    }
}

async fn what_had_no_price_gets_one(app: TestApp) {
    let rows = [LedgerRow { cost: None, price_version: None, ..attempt("a", None, 1_000) }];
    ledger::insert_batch(&app.engine.db, &rows).await.unwrap();
    let days = "/spend/logs?start_date=2026-01-01&end_date=2026-01-01";
    assert_eq!(rerate(&app, json!({"model": "fast"})).await["unpriced"], 1);
    assert_eq!(spend(&app, days, "/0/unpriced").await, json!(1));
    app.serve_priced("0.001");
    assert_eq!(rerate(&app, json!({"model": "fast"})).await["cost_after"], json!(1.0));
    assert_eq!((spend(&app, days, "/0/unpriced").await, spend(&app, days, "/0/spend").await), (json!(0), json!(1.0)));
}

async fn what_a_deployment_that_is_gone_cost_stays(app: TestApp) {
    let listed = LedgerRow { price_version: Some("catalog:2026-01-01".to_owned()), ..attempt("b", None, 1_000) };
    let rows = [attempt("a", None, 1_000), listed];
    let gone = rows.map(|row| LedgerRow { deployment_id: "gone".to_owned(), model: "listed".to_owned(), ..row });
    ledger::insert_batch(&app.engine.db, &gone).await.unwrap();
    let catalog = r#"{"models": [{"provider": "openai", "id": "listed", "mode": "chat",
        "usd_per_million": {"input": "2000", "output": "2000"}, "source": "a test", "date": "2026-02-01"}]}"#;
    let catalog = Arc::new(Catalog::parse(catalog).unwrap());
    app.serve(Models::new(Vec::new(), HashMap::new(), catalog));
    let rated = rerate(&app, json!({"model": "listed"})).await;
    assert_eq!((&rated["adjusted"], &rated["unpriced"], &rated["cost_after"]), (&json!(1), &json!(1), &json!(3.0)));
}

async fn only_what_is_asked_for_is_rated(app: TestApp) {
    app.serve_priced("0.002");
    ledger::insert_batch(&app.engine.db, &[attempt("a", None, 1_000)]).await.unwrap();
    for (body, attempts) in [
        (json!({"model": "slow"}), 0),
        (json!({"model": "fast", "provider": "nobody"}), 0),
        (json!({"model": "fast", "start_date": "2026-01-02"}), 0),
        (json!({"model": "fast", "end_date": "2025-12-31"}), 0),
        (json!({"model": "fast", "provider": "openai", "start_date": "2026-01-01", "end_date": "2026-01-01"}), 1),
    ] {
        assert_eq!(rerate(&app, body.clone()).await["attempts"], attempts, "{body}");
    }
    for (body, param) in [(json!({}), "model"), (json!({"model": "m", "end_date": "soon"}), "end_date")] {
        let (status, error) = app.post(MASTER, "/spend/rerate", body).await;
        assert!(status.is_client_error(), "{error}");
        assert_eq!(error["error"]["param"], param);
    }
}
