//! `GET /get/allowed_ips`, `POST /add/allowed_ip`, `/delete/allowed_ip`.

use std::net::IpAddr;

use http::{Request, StatusCode};
use serde_json::{Value, json};
use server::http::edge::Peer;
use store::Transaction;
use store::settings::SettingRow;

use crate::app::{MASTER, NOON, TestApp, on_both};
use crate::tenants::Tenants;

const OWN: &str = "203.0.113.7";
const BAD: StatusCode = StatusCode::BAD_REQUEST;
const MISSING: StatusCode = StatusCode::NOT_FOUND;

on_both![what_is_added_is_in_force, nobody_locks_himself_out, what_cannot_be_read_opens_nothing, administrators_only,];

/// Asks from that address.
async fn change(app: &TestApp, verb: &str, ip: &str, from: &str) -> (StatusCode, Value) {
    let request = Request::post(format!("/{verb}/allowed_ip")).header("authorization", format!("Bearer {MASTER}"));
    let peer = Peer(from.parse::<IpAddr>().unwrap());
    app.send(request.extension(peer), json!({"ip": ip}).to_string()).await
}

async fn listed(app: &TestApp) -> Value {
    app.get(MASTER, "/get/allowed_ips").await.1["data"].clone()
}

fn in_force(app: &TestApp) -> Vec<String> {
    app.app.limits().addresses.networks.iter().map(ToString::to_string).collect()
}

async fn what_is_added_is_in_force(app: TestApp) {
    assert_eq!(listed(&app).await, json!([]));
    let (status, done) = change(&app, "add", OWN, OWN).await;
    assert_eq!((status, &done["status"]), (StatusCode::OK, &json!("success")), "{done}");
    assert_eq!(done["message"], "IP 203.0.113.7 address added successfully");
    assert_eq!(change(&app, "add", "10.0.0.0/8", OWN).await.0, StatusCode::OK);
    assert_eq!(in_force(&app), ["203.0.113.7/32", "10.0.0.0/8"]);
    assert_eq!(listed(&app).await, json!([OWN, "10.0.0.0/8"]));
    for (verb, ip, status) in [
        ("add", "203.0.113.7/32", BAD),
        ("add", "10.1.2.3/8", BAD),
        ("add", "nowhere", BAD),
        ("add", "", BAD),
        ("delete", "10.0.0.0/9", MISSING),
    ] {
        let (answered, error) = change(&app, verb, ip, OWN).await;
        assert_eq!((answered, &error["error"]["param"]), (status, &json!("ip")), "{verb} {ip}: {error}");
    }
    let (status, done) = change(&app, "delete", "10.9.9.9/8", OWN).await;
    assert_eq!((status, &done["message"]), (StatusCode::OK, &json!("IP 10.9.9.9/8 deleted successfully")));
    assert_eq!(change(&app, "delete", OWN, OWN).await.0, StatusCode::OK);
    assert_eq!((listed(&app).await, in_force(&app).len()), (json!([]), 0));
    let (_, trail) = app.get(MASTER, "/audit?table_name=LiteLLM_Config").await;
    assert_eq!((&trail["total"], &trail["audit_logs"][0]["object_id"]), (&json!(4), &json!("allowed_ips")));
}

async fn nobody_locks_himself_out(app: TestApp) {
    let (status, error) = change(&app, "add", "10.0.0.0/8", OWN).await;
    assert_eq!((status, &error["error"]["param"]), (BAD, &json!("ip")));
    assert!(error["error"]["message"].as_str().unwrap().contains(&format!("your own address, {OWN},")), "{error}");
    // without a connection nobody knows it
    let unknown = app.post(MASTER, "/add/allowed_ip", json!({"ip": OWN})).await;
    assert_eq!((unknown.0, in_force(&app).len()), (BAD, 0));
    for network in ["203.0.113.0/24", "10.0.0.0/8"] {
        assert_eq!(change(&app, "add", network, OWN).await.0, StatusCode::OK);
    }
    assert_eq!(change(&app, "delete", "203.0.113.0/24", OWN).await.0, BAD);
    assert_eq!(change(&app, "delete", "203.0.113.0/24", "::ffff:10.0.0.1").await.0, StatusCode::OK);
    assert_eq!(in_force(&app), ["10.0.0.0/8"]);
}

async fn what_cannot_be_read_opens_nothing(app: TestApp) {
    assert_eq!(change(&app, "add", OWN, OWN).await.0, StatusCode::OK);
    let actor = store::Actor { id: "test".to_owned(), changed_by: None, at: NOON };
    for wrong in [json!(["somewhere"]), json!("everywhere")] {
        let mut change = Transaction::begin(&app.engine.db, actor.clone()).await.unwrap();
        let row = SettingRow::new("allowed_ips", wrong, &actor);
        change.update(store::UPDATED, &row, &row).await.unwrap();
        change.commit().await.unwrap();
        let error = app.app.live().take_up_added(&app.app).await.unwrap_err().to_string();
        assert!(error.contains("allowed_ips"), "{error}");
        assert_eq!(in_force(&app), ["203.0.113.7/32"]);
    }
}

async fn administrators_only(app: TestApp) {
    let callers = Tenants::new(&app).await;
    for path in ["/add/allowed_ip", "/delete/allowed_ip"] {
        callers.assert_admin_only(&app, "POST", path, StatusCode::FORBIDDEN).await;
        let (status, error) = app.post(MASTER, path, json!({"ip": OWN, "all": true})).await;
        assert_eq!((status, &error["error"]["param"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("all")));
    }
    callers.assert_admin_only(&app, "GET", "/get/allowed_ips", StatusCode::OK).await;
}
