//! `GET /team/list`, `/v2/team/list`, `/team/available`.

use http::StatusCode;
use serde_json::{Value, json};

use crate::app::{MASTER, TestApp, on_both};
use crate::tenants::Tenants;

on_both![pages_filters_and_order, each_sees_his_own,];

fn ids(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|team| team["team_id"].as_str().unwrap()).collect()
}

async fn pages_filters_and_order(app: TestApp) {
    Tenants::new(&app).await;
    app.post(MASTER, "/team/new", json!({"team_id": "alone", "team_alias": "solo"})).await;
    app.generate(json!({"team_id": "our-team"})).await;
    let (status, list) = app.get(MASTER, "/team/list").await;
    assert_eq!((status, ids(&list)), (StatusCode::OK, vec!["our-team", "alone", "their-team"]), "{list}");
    assert_eq!(list[0]["keys"].as_array().unwrap().len(), 1);
    assert_eq!(list[0]["team_memberships"].as_array().unwrap().len(), 2);
    for (query, found) in [
        ("user_id=member", &["our-team"][..]),
        ("organization_id=theirs", &["their-team"]),
        ("organization_id=default_organization", &["alone"]),
        ("organization_id=none", &[]),
    ] {
        assert_eq!(ids(&app.get(MASTER, &format!("/team/list?{query}")).await.1), found, "{query}");
    }
    for (query, found) in [
        ("", &["alone", "our-team", "their-team"][..]),
        ("page=2&page_size=2", &["their-team"]),
        ("team_alias=TEAM", &["our-team", "their-team"]),
        ("search=lon", &["alone"]),
        ("team_id=alone", &["alone"]),
        ("user_id=member&organization_id=ours", &["our-team"]),
    ] {
        let (_, page) = app.get(MASTER, &format!("/v2/team/list?sort_by=team_id&sort_order=asc&{query}")).await;
        assert_eq!(ids(&page["teams"]), found, "{query}");
    }
    let (_, page) = app.get(MASTER, "/v2/team/list?team_id=our-team").await;
    let team = &page["teams"][0];
    assert_eq!(
        (&team["members_count"], &team["keys_count"], &team["caller_membership"]),
        (&json!(2), &json!(1), &Value::Null)
    );
    assert_eq!((&page["total"], &page["page_size"], &page["total_pages"]), (&json!(1), &json!(10), &json!(1)));
    for (query, param) in
        [("page=0", "page"), ("page_size=101", "page_size"), ("sort_by=x", "sort_by"), ("status=deleted", "status")]
    {
        let (status, error) = app.get(MASTER, &format!("/v2/team/list?{query}")).await;
        assert_eq!((status, &error["error"]["param"]), (StatusCode::BAD_REQUEST, &json!(param)));
    }
}

async fn each_sees_his_own(app: TestApp) {
    let callers = Tenants::new(&app).await;
    for (key, seen) in [
        (&callers.viewer, &["our-team", "their-team"][..]),
        (&callers.org_admin, &["our-team"]),
        (&callers.team_admin, &["our-team"]),
        (&callers.member, &["our-team"]),
        (&callers.user, &[]),
        (&callers.user_viewer, &[]),
        (&callers.service, &[]),
        (&callers.stranger, &["their-team"]),
    ] {
        assert_eq!(ids(&app.get(key, "/team/list").await.1), seen);
        assert_eq!(ids(&app.get(key, "/v2/team/list?sort_by=team_id&sort_order=asc").await.1["teams"]), seen);
        assert_eq!(app.get(key, "/team/available").await, (StatusCode::OK, json!([])));
    }
    assert_eq!(app.get(&callers.member, "/team/list?organization_id=theirs").await.1, json!([]));
    assert_eq!(app.get(&callers.member, "/v2/team/list?user_id=stranger").await.1["total"], 0);
    let (_, page) = app.get(&callers.member, "/v2/team/list").await;
    assert_eq!(page["teams"][0]["caller_membership"]["user_id"], "member");
    let (_, list) = app.get(&callers.member, "/team/list").await;
    assert_eq!(
        list[0]["team_memberships"].as_array().unwrap().len(),
        1,
        "of others a member sees who they are, no more"
    );
}
