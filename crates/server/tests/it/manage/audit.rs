//! `GET /audit`, `GET /audit/{id}`.

use http::{Request, StatusCode};
use serde_json::{Value, json};

use crate::app::{MASTER, TestApp, on_both};
use crate::tenants::Tenants;

on_both![what_was_done_is_there_for_those_who_look, filters_find_what_they_say, who_may_not,];

fn ids(list: &Value) -> Vec<&str> {
    list["audit_logs"].as_array().unwrap().iter().map(|row| row["object_id"].as_str().unwrap()).collect()
}

async fn what_was_done_is_there_for_those_who_look(app: TestApp) {
    let callers = Tenants::new(&app).await;
    let made = json!({"team_id": "t", "metadata": {"logging": [{"callback_vars": {"secret_key": "canary"}}]}});
    app.post(MASTER, "/team/new", made).await;
    let request = Request::post("/team/block").header("authorization", format!("Bearer {MASTER}"));
    app.send(request.header("litellm-changed-by", "ann"), json!({"team_id": "t"}).to_string()).await;
    for key in [MASTER, &callers.admin, &callers.viewer] {
        let (status, list) = app.get(key, "/audit?object_id=t").await;
        assert_eq!(status, StatusCode::OK, "{list}");
        assert_eq!((&list["total"], &list["total_pages"], &list["page_size"]), (&json!(2), &json!(1), &json!(10)));
        assert!(!list.to_string().contains("canary"));
        let (blocked, created) = (&list["audit_logs"][0], &list["audit_logs"][1]);
        assert_eq!(
            (&blocked["action"], &blocked["changed_by"], &blocked["table_name"]),
            (&json!("blocked"), &json!("ann"), &json!("LiteLLM_TeamTable"))
        );
        assert_eq!(
            (&blocked["before_value"]["blocked"], &blocked["updated_values"]["blocked"]),
            (&json!(false), &json!(true))
        );
        assert_eq!(
            (&created["action"], &created["changed_by"], &created["before_value"], &created["updated_at"]),
            (&json!("created"), &json!("default_user_id"), &Value::Null, &json!("2026-01-01T12:00:00.000000Z"))
        );
        let one = app.get(key, &format!("/audit/{}", created["id"].as_str().unwrap())).await;
        assert_eq!(one, (StatusCode::OK, created.clone()));
    }
    for missing in ["0", "-1", "999999", "none", "99999999999999999999"] {
        assert_eq!(app.get(MASTER, &format!("/audit/{missing}")).await.0, StatusCode::NOT_FOUND, "{missing}");
    }
}

async fn filters_find_what_they_say(app: TestApp) {
    let callers = Tenants::new(&app).await;
    let (_, hash) = app.generate(json!({"team_id": "our-team", "key_alias": "k"})).await;
    // what somebody writes into an object is not where it belongs
    let (_, other) = app.generate(json!({"metadata": {"team_id": "our-team", "x": "\"team_id\":\"our-team\""}})).await;
    let (_, renewed) = app.post(MASTER, &format!("/key/{hash}/regenerate"), json!({})).await;
    let renewed = renewed["token"].as_str().unwrap();
    app.post(MASTER, "/key/update", json!({"key": renewed, "team_id": "their-team"})).await;
    app.post(&callers.admin, "/tag/new", json!({"name": "z"})).await;
    for (query, found) in [
        (format!("object_key_hash={hash}"), vec![hash.as_str(), &hash]),
        (format!("object_key_hash={renewed}"), vec![renewed, &hash]),
        ("object_team_id=our-team&table_name=LiteLLM_VerificationToken".to_owned(), vec![renewed, &hash, &hash]),
        ("object_team_id=their-team&table_name=LiteLLM_VerificationToken".to_owned(), vec![renewed]),
        (format!("object_id={other}&action=created"), vec![other.as_str()]),
        (format!("search={other}"), vec![other.as_str()]),
        ("action=rotated".to_owned(), vec![hash.as_str()]),
        ("table_name=LiteLLM_TagTable".to_owned(), vec!["z"]),
        ("table_name=LiteLLM_ToolTable".to_owned(), vec![]),
        ("changed_by=admin".to_owned(), vec!["z"]),
        (format!("changed_by_api_key={hash}"), vec![]),
        ("start_date=2026-01-02".to_owned(), vec![]),
        ("end_date=2025-12-31".to_owned(), vec![]),
        ("start_date=2026-01-01&end_date=2026-01-01&changed_by=admin".to_owned(), vec!["z"]),
        ("table_name=LiteLLM_OrganizationTable&sort_by=object_id".to_owned(), vec!["theirs", "ours"]),
        ("table_name=LiteLLM_OrganizationTable&sort_order=asc&page_size=1&page=2".to_owned(), vec!["theirs"]),
        ("object_id=%25".to_owned(), vec![]),
    ] {
        let (status, list) = app.get(MASTER, &format!("/audit?{query}")).await;
        assert_eq!((status, ids(&list)), (StatusCode::OK, found), "{query}");
    }
    for (query, param) in [
        ("page=0", "page"),
        ("page_size=101", "page_size"),
        ("sort_by=before_value", "sort_by"),
        ("sort_order=up", "sort_order"),
        ("start_date=soon", "start_date"),
        ("object_key_hash=k", "object_key_hash"),
        ("team_id=t", "team_id"),
    ] {
        let (status, error) = app.get(MASTER, &format!("/audit?{query}")).await;
        assert_eq!((status, &error["error"]["param"]), (StatusCode::BAD_REQUEST, &json!(param)), "{query}");
    }
    assert_eq!(app.get(MASTER, "/audit/1?verbose=1").await.0, StatusCode::BAD_REQUEST);
}

async fn who_may_not(app: TestApp) {
    let callers = Tenants::new(&app).await;
    for path in ["/audit", "/audit/1", "/audit?organization_id=ours"] {
        for key in callers.others() {
            let (status, error) = app.get(key, path).await;
            assert_eq!((status, &error["error"]["type"]), (StatusCode::UNAUTHORIZED, &json!("auth_error")), "{path}");
        }
    }
}
