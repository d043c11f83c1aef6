//! `DELETE /organization/delete`.

use http::StatusCode;
use serde_json::json;
use store::Page;
use store::Scope;
use store::audit::{self, AuditFilter};

use crate::app::{MASTER, TestApp, on_both};
use crate::tenants::Tenants;

on_both![all_that_is_in_it_goes_with_it, all_or_none,];

async fn all_that_is_in_it_goes_with_it(app: TestApp) {
    let callers = Tenants::new(&app).await;
    app.post(MASTER, "/budget/new", json!({"budget_id": "shared"})).await;
    let (of_team, _) = app.generate(json!({"team_id": "our-team", "user_id": "member"})).await;
    let (of_organization, _) = app.generate(json!({"organization_id": "ours", "budget_id": "shared"})).await;
    let (of_others, _) = app.generate(json!({"team_id": "their-team"})).await;
    let (status, deleted) =
        app.call(MASTER, "DELETE", "/organization/delete", json!({"organization_ids": ["ours", "ours"]})).await;
    assert_eq!(status, StatusCode::OK, "{deleted}");
    assert_eq!((&deleted[0]["organization_id"], &deleted[1]), (&json!("ours"), &json!(null)));
    assert_eq!(deleted[0]["teams"][0]["team_id"], "our-team");
    for (key, expected) in [
        (&of_team, StatusCode::UNAUTHORIZED),
        (&of_organization, StatusCode::UNAUTHORIZED),
        (&of_others, StatusCode::OK),
        (&callers.member, StatusCode::OK),
    ] {
        assert_eq!(app.get(key, "/key/info").await.0, expected);
    }
    assert_eq!(app.get(&callers.org_admin, "/organization/list").await.1, json!([]));
    assert_eq!(app.post(&callers.org_admin, "/organization/member_add", "{}").await.0, StatusCode::UNAUTHORIZED);
    let (_, budgets) = app.get(MASTER, "/budget/list").await;
    assert_eq!((&budgets[0]["budget_id"], &budgets[1]["budget_id"]), (&json!("budget-of-theirs"), &json!("shared")));
    let page = Page { number: 1, size: 50 };
    let (trail, _) = audit::list(&app.engine.db, &Scope::Gateway, &AuditFilter::default(), page).await.unwrap();
    let mut tables: Vec<_> =
        trail.iter().filter(|row| row.action == "deleted").map(|row| row.object_table.as_str()).collect();
    tables.sort_unstable();
    let expected = [
        "budgets",
        "keys",
        "keys",
        "organization_members",
        "organization_members",
        "organizations",
        "team_members",
        "team_members",
        "teams",
    ];
    assert_eq!(tables, expected);
}

async fn all_or_none(app: TestApp) {
    let _callers = Tenants::new(&app).await;
    for (body, status) in [
        (json!({"organization_ids": ["ours", "none"]}), StatusCode::NOT_FOUND),
        (json!({"organization_ids": []}), StatusCode::BAD_REQUEST),
        (json!({}), StatusCode::UNPROCESSABLE_ENTITY),
        (json!({"organization_ids": ["ours"], "colour": "red"}), StatusCode::UNPROCESSABLE_ENTITY),
    ] {
        let (found, error) = app.call(MASTER, "DELETE", "/organization/delete", &body).await;
        assert_eq!(found, status, "{body}: {error}");
    }
    assert_eq!(app.get(MASTER, "/organization/list").await.1.as_array().unwrap().len(), 2);
}
