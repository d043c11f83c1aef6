//! `GET /spend/export`.

use http::StatusCode;
use serde_json::{Value, json};
use store::ledger::{self, LedgerRow};

use super::{attempt, tagged};
use crate::app::{MASTER, NOON, TestApp, on_both};

on_both![
    an_export_has_every_row_once_and_in_order,
    in_focus_a_correction_is_a_line_of_its_own,
    what_a_client_wrote_is_never_computed,
    an_export_is_for_those_who_see_the_rows,
];

const DAYS: &str = "start_date=2026-01-01&end_date=2026-01-02";

/// Lines of cells by the names of their columns.
async fn export(app: &TestApp, key: &str, query: &str) -> Vec<Value> {
    let (status, table) = app.get(key, &format!("/spend/export?{DAYS}&{query}")).await;
    assert_eq!(status, StatusCode::OK, "{table}");
    let mut lines = table.as_str().unwrap().split_terminator("\r\n").map(cells);
    let header = lines.next().unwrap();
    lines
        .map(|cells| {
            header.iter().cloned().zip(cells.into_iter().map(Value::from)).collect::<serde_json::Map<_, _>>().into()
        })
        .collect()
}

fn cells(line: &str) -> Vec<String> {
    let (mut cells, mut is_quoted) = (vec![String::new()], false);
    let mut characters = line.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '"' if is_quoted && characters.peek() == Some(&'"') => {
                cells.last_mut().unwrap().push(characters.next().unwrap());
            }
            '"' => is_quoted = !is_quoted,
            ',' if !is_quoted => cells.push(String::new()),
            other => cells.last_mut().unwrap().push(other),
        }
    }
    cells
}

async fn an_export_has_every_row_once_and_in_order(app: TestApp) {
    // several pieces, and many that began at the same moment
    let rows: Vec<_> = (0..1_203_i64)
        .map(|n| LedgerRow { started_at: NOON + n / 600, ..attempt(&format!("call-{n:04}"), None, 1) })
        .collect();
    ledger::insert_batch(&app.engine.db, &rows).await.unwrap();
    for format in ["format=csv", "format=focus"] {
        let lines = export(&app, MASTER, format).await;
        let name = if format == "format=csv" { "request_id" } else { "x_RequestId" };
        let ids: Vec<_> = lines.iter().map(|line| line[name].as_str().unwrap().to_owned()).collect();
        assert_eq!(ids, rows.iter().map(|row| row.request_id.clone()).collect::<Vec<_>>(), "{format}");
    }
    let (_, nothing) = app.get(MASTER, "/spend/export?start_date=2025-01-01&end_date=2025-01-02").await;
    assert_eq!(nothing.as_str().unwrap().lines().count(), 1, "the names of the columns");
}

async fn in_focus_a_correction_is_a_line_of_its_own(app: TestApp) {
    let row = LedgerRow {
        payer: std::sync::Arc::new(store::ledger::Payer { team_id: Some("red".to_owned()), ..Default::default() }),
        ..tagged(&["env:prod", "night"], attempt("a", None, 1_000))
    };
    ledger::insert_batch(&app.engine.db, &[row]).await.unwrap();
    app.serve_priced("0.0005");
    let (status, _) = app.post(MASTER, "/spend/rerate", json!({"model": "fast"})).await;
    assert_eq!(status, StatusCode::OK);
    let lines = export(&app, MASTER, "format=focus").await;
    assert_eq!(lines.len(), 2);
    for (name, usage, correction) in [
        ("BilledCost", "1", "-0.5"),
        ("EffectiveCost", "1", "-0.5"),
        ("ListCost", "1", "-0.5"),
        ("ContractedCost", "1", "-0.5"),
        ("BillingCurrency", "USD", "USD"),
        ("ChargeCategory", "Usage", "Adjustment"),
        ("ChargeClass", "", "Correction"),
        ("ChargePeriodStart", "2026-01-01T12:00:00Z", "2026-01-01T12:00:00Z"),
        ("ChargePeriodEnd", "2026-01-01T12:00:03Z", "2026-01-01T12:00:03Z"),
        ("BillingPeriodStart", "2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z"),
        ("BillingPeriodEnd", "2026-02-01T00:00:00Z", "2026-02-01T00:00:00Z"),
        ("ConsumedQuantity", "1000", ""),
        ("ConsumedUnit", "Tokens", ""),
        ("ServiceCategory", "AI and Machine Learning", "AI and Machine Learning"),
        ("SkuId", "openai/fast-1", "openai/fast-1"),
        ("SkuPriceId", "openai/fast-1@old", "openai/fast-1@config"),
        ("SubAccountId", "red", "red"),
    ] {
        assert_eq!((&lines[0][name], &lines[1][name]), (&json!(usage), &json!(correction)), "{name}");
    }
    let tags: Value = serde_json::from_str(lines[0]["Tags"].as_str().unwrap()).unwrap();
    assert_eq!(tags, json!({"api_key": "litellm_proxy_master_key", "tag/env": "prod", "tag/night": "true"}));
    let csv = export(&app, MASTER, "").await;
    assert_eq!((csv.len(), &csv[0]["cost_usd"], &csv[0]["adjusted_usd"]), (1, &json!("0.5"), &json!("-0.5")));
}

async fn what_a_client_wrote_is_never_computed(app: TestApp) {
    let row = tagged(&["=HYPERLINK(\"http://a\")", "-1+2"], attempt("a", None, 1));
    let payer = store::ledger::Payer { customer_id: Some("@SUM(A1:A9)".to_owned()), ..Default::default() };
    let row = LedgerRow { payer: std::sync::Arc::new(payer), ..row };
    ledger::insert_batch(&app.engine.db, &[row]).await.unwrap();
    let lines = export(&app, MASTER, "").await;
    assert_eq!(lines[0]["end_user"], "'@SUM(A1:A9)");
    assert_eq!(lines[0]["tags"], "'=HYPERLINK(\"http://a\") -1+2");
}

async fn an_export_is_for_those_who_see_the_rows(app: TestApp) {
    let (key, hash) = app.generate(json!({})).await;
    let (other, _) = app.generate(json!({})).await;
    ledger::insert_batch(&app.engine.db, &[attempt("a", Some(&hash), 1), attempt("b", None, 1)]).await.unwrap();
    for (key, query, expected) in [
        (key.as_str(), "", 1),
        (&other, "", 0),
        (MASTER, "", 2),
        (MASTER, "api_key=litellm_proxy_master_key", 1),
        (MASTER, &format!("api_key={hash}"), 1),
        (MASTER, "tags=none", 0),
    ] {
        assert_eq!(export(&app, key, query).await.len(), expected, "{query}");
    }
    for (query, param) in
        [("format=pdf&start_date=2026-01-01&end_date=2026-01-01", "format"), ("end_date=2026-01-01", "start_date")]
    {
        let (status, error) = app.get(MASTER, &format!("/spend/export?{query}")).await;
        assert_eq!((status, &error["error"]["param"]), (StatusCode::BAD_REQUEST, &json!(param)));
    }
}
