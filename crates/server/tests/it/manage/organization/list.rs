//! `GET /organization/list`, `GET` and `POST /organization/info`: who sees what.

use http::StatusCode;
use serde_json::{Value, json};

use crate::app::{MASTER, TestApp, on_both};
use crate::tenants::Tenants;

on_both![everybody_sees_what_he_belongs_to, what_is_not_seen_does_not_exist, filters_and_refuses_parameters,];

fn ids(list: &Value, name: &str) -> Vec<String> {
    list.as_array().unwrap().iter().map(|row| row[name].as_str().unwrap().to_owned()).collect()
}

async fn everybody_sees_what_he_belongs_to(app: TestApp) {
    let callers = Tenants::new(&app).await;
    for (key, organizations, members, teams) in [
        (MASTER, &["ours", "theirs"][..], &["member", "org_admin"][..], &["our-team"][..]),
        (&callers.viewer, &["ours", "theirs"], &["member", "org_admin"], &["our-team"]),
        (&callers.org_admin, &["ours"], &["member", "org_admin"], &["our-team"]),
        (&callers.member, &["ours"], &["member"], &["our-team"]),
        (&callers.team_admin, &[], &[], &[]),
        (&callers.user, &[], &[], &[]),
        (&callers.user_viewer, &[], &[], &[]),
        (&callers.service, &[], &[], &[]),
        (&callers.stranger, &["theirs"], &[], &[]),
    ] {
        let (status, list) = app.get(key, "/organization/list").await;
        assert_eq!(status, StatusCode::OK, "{list}");
        assert_eq!(ids(&list, "organization_id"), organizations);
        let (_, asked) = app.post(key, "/organization/info", json!({"organizations": ["ours", "theirs"]})).await;
        assert_eq!(asked, list);
        if let Some(ours) = list.as_array().unwrap().iter().find(|row| row["organization_id"] == "ours") {
            assert_eq!(
                (ids(&ours["members"], "user_id"), ids(&ours["teams"], "team_id")),
                (owned(members), owned(teams))
            );
        }
    }
    let (_, info) = app.get(&callers.org_admin, "/organization/info?organization_id=ours").await;
    let member = &info["members"][0];
    assert_eq!(
        (&member["user_email"], &member["user"]["user_role"]),
        (&json!("member@example.org"), &json!("internal_user"))
    );
}

fn owned(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

async fn what_is_not_seen_does_not_exist(app: TestApp) {
    let callers = Tenants::new(&app).await;
    let missing = app.get(&callers.org_admin, "/organization/info?organization_id=none").await;
    assert_eq!(missing.0, StatusCode::NOT_FOUND);
    assert_eq!(app.get(&callers.org_admin, "/organization/info?organization_id=theirs").await, missing);
    assert_eq!(app.get(&callers.user, "/organization/info?organization_id=theirs").await, missing);
    assert_eq!(app.get(&callers.service, "/organization/info?organization_id=ours").await, missing);
    assert_eq!(app.get(&callers.stranger, "/organization/info?organization_id=theirs").await.0, StatusCode::OK);
}

async fn filters_and_refuses_parameters(app: TestApp) {
    let _callers = Tenants::new(&app).await;
    for (query, found) in [
        ("org_id=ours", &["ours"][..]),
        ("org_alias=OUR", &["ours"]),
        ("org_alias=e", &["theirs"]),
        ("org_id=none", &[]),
        ("org_id=ours&org_alias=theirs", &[]),
    ] {
        let (_, list) = app.get(MASTER, &format!("/organization/list?{query}")).await;
        assert_eq!(ids(&list, "organization_id"), found, "{query}");
    }
    assert_eq!(app.get(MASTER, "/organization/list?page=2").await.1["error"]["param"], "page");
    assert_eq!(app.get(MASTER, "/organization/info").await.0, StatusCode::UNPROCESSABLE_ENTITY);
    let (status, _) = app.post(MASTER, "/organization/info", json!({"organizations": []})).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
}
