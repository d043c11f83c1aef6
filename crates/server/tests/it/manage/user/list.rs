//! `GET /user/list`, `/user/filter/ui`, `/user/available_users`.

use http::StatusCode;
use serde_json::{Value, json};

use crate::app::{MASTER, TestApp, on_both};
use crate::tenants::Tenants;

on_both![pages_filters_and_order, each_sees_his_own, choices_and_counts,];

fn ids(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|user| user["user_id"].as_str().unwrap()).collect()
}

async fn pages_filters_and_order(app: TestApp) {
    Tenants::new(&app).await;
    let (status, page) = app.get(MASTER, "/user/list?page=2&page_size=3&sort_by=user_id").await;
    assert_eq!(status, StatusCode::OK, "{page}");
    assert_eq!(ids(&page["users"]), ["stranger", "team_admin", "user"]);
    assert_eq!((&page["total"], &page["page"], &page["total_pages"]), (&json!(8), &json!(2), &json!(3)));
    for (query, found) in [
        ("role=proxy_admin", &["admin"][..]),
        ("user_ids=user", &["user", "user_viewer"]),
        ("user_ids=user,member", &["member", "user"]),
        ("user_email=STRANGER@", &["stranger"]),
        ("search=viewer", &["user_viewer", "viewer"]),
        ("team=our-team", &["member", "team_admin"]),
        ("team=none", &[]),
        ("organization_ids=ours", &["member", "org_admin"]),
        ("organization_ids=ours,theirs", &["member", "org_admin", "stranger"]),
        ("sso_user_ids=s", &[]),
    ] {
        let (_, page) = app.get(MASTER, &format!("/user/list?sort_by=user_id&{query}")).await;
        assert_eq!(ids(&page["users"]), found, "{query}");
    }
    let (_, page) = app.get(MASTER, "/user/list?user_ids=member,none").await;
    assert_eq!((&page["users"][0]["key_count"], &page["users"][0]["teams"]), (&json!(1), &json!(["our-team"])));
    for (query, param) in [("page=0", "page"), ("page_size=101", "page_size"), ("sort_by=x", "sort_by"), ("x=1", "x")] {
        let (status, error) = app.get(MASTER, &format!("/user/list?{query}")).await;
        assert_eq!((status, &error["error"]["param"]), (StatusCode::BAD_REQUEST, &json!(param)));
    }
}

async fn each_sees_his_own(app: TestApp) {
    let callers = Tenants::new(&app).await;
    assert_eq!(app.get(&callers.viewer, "/user/list").await.1["total"], 8);
    let (_, page) = app.get(&callers.org_admin, "/user/list?sort_by=user_id").await;
    assert_eq!(ids(&page["users"]), ["member", "org_admin"]);
    // what is asked about a stranger's team or organization is answered as if it did not exist
    let joined = json!({"team_id": "their-team", "member": {"user_id": "member", "role": "user"}});
    assert_eq!(app.post(MASTER, "/team/member_add", joined).await.0, StatusCode::OK);
    for (query, found) in [
        ("organization_ids=theirs", &[][..]),
        ("organization_ids=ours,theirs", &["member", "org_admin"]),
        ("team=their-team", &[]),
        ("team=our-team", &["member"]),
    ] {
        let (_, page) = app.get(&callers.org_admin, &format!("/user/list?sort_by=user_id&{query}")).await;
        assert_eq!(ids(&page["users"]), found, "{query}");
    }
    let (_, page) = app.get(&callers.org_admin, "/user/list?user_ids=member").await;
    assert_eq!(page["users"][0]["teams"], json!(["our-team"]));
    for key in [&callers.team_admin, &callers.member, &callers.user, &callers.user_viewer, &callers.service] {
        assert_eq!(app.get(key, "/user/list").await.0, StatusCode::UNAUTHORIZED);
    }
}

async fn choices_and_counts(app: TestApp) {
    let callers = Tenants::new(&app).await;
    let (_, all) = app.get(MASTER, "/user/filter/ui?user_id=team").await;
    assert_eq!(all, json!([{"user_id": "team_admin", "user_email": "team_admin@example.org"}]));
    for (key, seen) in [(&callers.team_admin, 2), (&callers.member, 1), (&callers.service, 0), (&callers.viewer, 8)] {
        assert_eq!(app.get(key, "/user/filter/ui").await.1.as_array().unwrap().len(), seen);
    }
    assert_eq!(app.get(&callers.team_admin, "/user/filter/ui?team_id=their-team").await.1, json!([]));
    let (_, counts) = app.get(MASTER, "/user/available_users").await;
    let (users, teams) = (&counts["total_users_used"], &counts["total_teams_used"]);
    assert_eq!((users, teams, &counts["total_users"]), (&json!(8), &json!(2), &Value::Null));
    let (_, counts) = app.get(&callers.org_admin, "/user/available_users").await;
    assert_eq!((&counts["total_users_used"], &counts["total_teams_used"]), (&json!(2), &json!(1)));
}
