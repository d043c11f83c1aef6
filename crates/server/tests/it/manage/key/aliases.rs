//! `GET /key/aliases`.

use http::StatusCode;
use serde_json::json;

use crate::app::{MASTER, TestApp, on_both};
use crate::tenants::Tenants;

on_both![lists_the_aliases_that_one_sees,];

async fn lists_the_aliases_that_one_sees(app: TestApp) {
    let tenants = Tenants::new(&app).await;
    for body in [
        json!({"key_alias": "b"}),
        json!({"key_alias": "a1", "team_id": "our-team"}),
        json!({"key_alias": "a2", "user_id": "user"}),
        json!({}),
    ] {
        app.generate(body).await;
    }
    for (key, query, expected, total, pages) in [
        (MASTER, "", json!(["a1", "a2", "b"]), 3, 1),
        (&tenants.viewer, "?size=2&page=2", json!(["b"]), 3, 2),
        (MASTER, "?search=A", json!(["a1", "a2"]), 2, 1),
        (MASTER, "?team_id=our-team", json!(["a1"]), 1, 1),
        (&tenants.team_admin, "", json!(["a1"]), 1, 1),
        (&tenants.org_admin, "", json!(["a1"]), 1, 1),
        (&tenants.user, "", json!(["a2"]), 1, 1),
        (&tenants.user, "?team_id=our-team", json!([]), 0, 0),
        (&tenants.stranger, "", json!([]), 0, 0),
    ] {
        let (status, list) = app.get(key, &format!("/key/aliases{query}")).await;
        assert_eq!((status, &list["aliases"]), (StatusCode::OK, &expected), "{query}");
        assert_eq!((&list["total_count"], &list["total_pages"]), (&json!(total), &json!(pages)), "{query}");
    }
    let (status, error) = app.get(MASTER, "/key/aliases?user_id=u").await;
    assert_eq!((status, &error["error"]["param"]), (StatusCode::BAD_REQUEST, &json!("user_id")));
}
