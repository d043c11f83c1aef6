//! `GET /key/list`.

use std::collections::BTreeSet;

use http::StatusCode;
use serde_json::{Value, json};

use crate::app::{MASTER, TestApp, on_both};
use crate::tenants::Tenants;

on_both![
    every_filter_keeps_what_it_says,
    users_are_shown_with_their_keys,
    keys_that_one_made_are_listed_where_one_sees_them,
    pages_filters_and_sorts,
];

async fn every_filter_keeps_what_it_says(app: TestApp) {
    let tenants = Tenants::new(&app).await;
    let (_, blocked) = app.generate(json!({"key_alias": "Blocked-1", "blocked": true})).await;
    let (_, short) = app.generate(json!({"key_alias": "short", "duration": "1h", "user_id": "user"})).await;
    let (_, of_team) = app.generate(json!({"key_alias": "of-team", "team_id": "our-team"})).await;
    let (_, gone) = app.generate(json!({"key_alias": "gone", "user_id": "member", "team_id": "our-team"})).await;
    app.post(MASTER, "/key/delete", json!({"keys": [gone]})).await;
    app.engine.clock.advance(3_600_000_000);
    for (query, expected) in [
        ("status=revoked", &[&blocked][..]),
        ("status=expired", &[&short]),
        ("status=active&search=of-t", &[&of_team]),
        ("status=active&search=short", &[]),
        ("status=deleted", &[&gone]),
        ("status=deleted&user_id=member&team_id=our-team&organization_id=ours", &[&gone]),
        ("status=deleted&key_alias=one&substring_matching=true", &[&gone]),
        ("status=deleted&key_alias=one", &[]),
        ("expires=expired", &[&short]),
        ("search=LOCKED", &[&blocked]),
        (&format!("search={of_team}"), &[&of_team]),
        ("key_alias=ock&substring_matching=true", &[&blocked]),
        ("user_id=use&substring_matching=true&key_alias=s", &[&short]),
        ("team_id=our-team", &[&of_team]),
        ("organization_id=ours", &[&of_team]),
        ("organization_id=theirs", &[]),
        ("project_id=none", &[]),
    ] {
        assert_listed(&app, MASTER, query, expected).await;
    }
    for (key, query, expected) in [
        (&tenants.team_admin, "team_id=our-team", &[][..]),
        (&tenants.team_admin, "team_id=our-team&include_team_keys=true", &[&of_team]),
        (&tenants.org_admin, "organization_id=ours&include_team_keys=true", &[&of_team]),
        (&tenants.team_admin, "status=deleted&include_team_keys=true", &[&gone]),
        (&tenants.team_admin, "status=deleted", &[]),
        (&tenants.member, "status=deleted", &[&gone]),
        (&tenants.member, "team_id=our-team&include_team_keys=true", &[]),
        (&tenants.stranger, "team_id=our-team&include_team_keys=true", &[]),
        (&tenants.stranger, "status=deleted&include_team_keys=true", &[]),
        (&tenants.user, "user_id=member", &[]),
        (&tenants.service, "search=of-team", &[]),
        (&tenants.viewer, "team_id=our-team", &[&of_team]),
    ] {
        assert_listed(&app, key, query, expected).await;
    }
}

async fn assert_listed(app: &TestApp, key: &str, query: &str, expected: &[&String]) {
    let (status, list) = app.get(key, &format!("/key/list?{query}")).await;
    assert_eq!(status, StatusCode::OK, "{query} {list}");
    let listed: BTreeSet<String> = serde_json::from_value(list["keys"].clone()).unwrap();
    let expected: BTreeSet<String> = expected.iter().map(|hash| (*hash).clone()).collect();
    assert_eq!(listed, expected, "{query}");
}

async fn users_are_shown_with_their_keys(app: TestApp) {
    let tenants = Tenants::new(&app).await;
    let (_, list) = app.get(&tenants.user, "/key/list?expand=user").await;
    let row = &list["keys"][0];
    assert_eq!((&row["user"]["user_email"], &row["created_by_user"]), (&json!("user@example.org"), &Value::Null));
    let (_, list) = app.get(MASTER, "/key/list?return_full_object=true").await;
    assert_eq!((&list["keys"][0]["status"], list["keys"][0].get("user")), (&json!("active"), None));
}

async fn keys_that_one_made_are_listed_where_one_sees_them(app: TestApp) {
    let tenants = Tenants::new(&app).await;
    let body = json!({"team_id": "our-team", "key_alias": "of-team"});
    let (status, made) = app.post(&tenants.team_admin, "/key/service-account/generate", body).await;
    assert_eq!(status, StatusCode::OK, "{made}");
    let (_, list) = app.get(&tenants.team_admin, "/key/list?key_alias=of-team").await;
    assert_eq!(list["total_count"], 0);
    let (_, list) = app.get(&tenants.team_admin, "/key/list?key_alias=of-team&include_created_by_keys=true").await;
    assert_eq!(list["keys"], json!([made["token"]]));
}

async fn pages_filters_and_sorts(app: TestApp) {
    let mut hashes = Vec::new();
    for n in 0..12 {
        app.engine.clock.advance(1);
        let body = json!({"key_alias": format!("k{n:02}"), "user_id": format!("u{}", n % 2), "max_budget": 12 - n});
        hashes.push(app.generate(body).await.1);
    }
    let newest_first: Vec<Value> = hashes.iter().rev().map(|hash| json!(hash)).collect();
    for (query, keys, total, page, pages) in [
        ("", &newest_first[..10], 12, 1, 2),
        ("?page=2", &newest_first[10..], 12, 2, 2),
        ("?page=3", &[], 12, 3, 2),
        ("?size=5&page=3", &newest_first[10..], 12, 3, 3),
        ("?key_alias=k11", &newest_first[..1], 1, 1, 1),
        ("?user_id=u1&size=1", &newest_first[..1], 6, 1, 6),
        ("?sort_by=max_budget&sort_order=asc&size=1", &newest_first[..1], 12, 1, 12),
        ("?key_alias=none", &[], 0, 1, 0),
    ] {
        let (_, list) = app.get(MASTER, &format!("/key/list{query}")).await;
        let expected = json!({"keys": keys, "total_count": total, "current_page": page, "total_pages": pages});
        assert_eq!(list, expected, "{query}");
    }
    let (_, list) = app.get(MASTER, &format!("/key/list?return_full_object=true&key_hash={}", hashes[3])).await;
    assert_eq!((&list["keys"][0]["token"], &list["keys"][0]["key_alias"]), (&json!(hashes[3]), &json!("k03")));
}
