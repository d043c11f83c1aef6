//! `end_calls` where something is taken back: the trail tells all instances which calls to end.

use http::StatusCode;
use serde_json::json;
use store::audit::{self, AuditFilter};
use store::{CALLS, Page, Scope};

use crate::app::{MASTER, NOON, TestApp, on_both};

on_both![the_trail_says_whose_calls_end, calls_under_an_earlier_name_of_a_key_end_too,];

async fn the_trail_says_whose_calls_end(app: TestApp) {
    app.post(MASTER, "/team/new", json!({"team_id": "t"})).await;
    let (_, blocked) = app.generate(json!({})).await;
    let (_, deleted) = app.generate(json!({})).await;
    let mut expected = Vec::new();
    for (path, body, whose) in [
        ("/key/block", json!({"key": blocked}), format!("keys/{blocked}")),
        ("/key/delete", json!({"keys": [deleted]}), format!("keys/{deleted}")),
        ("/team/block", json!({"team_id": "t"}), "teams/t".to_owned()),
        ("/customer/block", json!({"user_ids": ["c"]}), "customers/c".to_owned()),
    ] {
        let mut wrong = body.clone();
        wrong["end_calls"] = json!("at once");
        let (status, error) = app.post(MASTER, path, wrong).await;
        assert_eq!(
            (status, &error["error"]["param"]),
            (StatusCode::UNPROCESSABLE_ENTITY, &json!("end_calls")),
            "{path}"
        );
        let mut body = body;
        body["end_calls"] = json!(true);
        let (status, told) = app.post(MASTER, path, body).await;
        assert_eq!(status, StatusCode::OK, "{path} {told}");
        expected.insert(0, format!("{whose}@{NOON}"));
    }
    for (path, body) in [("/key/unblock", json!({"key": blocked})), ("/team/unblock", json!({"team_id": "t"}))] {
        let mut body = body;
        body["end_calls"] = json!(true);
        assert_eq!(app.post(MASTER, path, body).await.0, StatusCode::UNPROCESSABLE_ENTITY, "{path}");
    }
    assert_eq!(ended(&app).await, expected);
}

async fn calls_under_an_earlier_name_of_a_key_end_too(app: TestApp) {
    for (path, field) in [("/key/block", "key"), ("/key/delete", "keys")] {
        let (_, first) = app.generate(json!({})).await;
        let mut names = vec![first];
        for grace_period in ["1h", ""] {
            let body = json!({"key": names[0], "grace_period": grace_period});
            let (status, made) = app.post(MASTER, "/key/regenerate", body).await;
            assert_eq!(status, StatusCode::OK, "{made}");
            names.insert(0, made["token"].as_str().unwrap().to_owned());
        }
        let key = if field == "keys" { json!([names[0]]) } else { json!(names[0]) };
        let (status, told) = app.post(MASTER, path, json!({field: key, "end_calls": true})).await;
        assert_eq!(status, StatusCode::OK, "{path} {told}");
        let mut expected: Vec<_> = names.iter().map(|hash| format!("keys/{hash}@{NOON}")).collect();
        let mut ended: Vec<_> = ended(&app).await.into_iter().take(expected.len()).collect();
        expected.sort();
        ended.sort();
        assert_eq!(ended, expected, "{path}");
    }
}

/// Whose calls were ended, the last first.
async fn ended(app: &TestApp) -> Vec<String> {
    let filter = AuditFilter { object_table: Some(CALLS.to_owned()), ..AuditFilter::default() };
    let page = Page { number: 1, size: 10 };
    let (rows, _) = audit::list(&app.engine.db, &Scope::Gateway, &filter, page).await.unwrap();
    rows.into_iter().map(|row| row.object_id).collect()
}
