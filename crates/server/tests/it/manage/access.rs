//! Who may use which route.

use http::{Request, StatusCode};
use serde_json::json;

use crate::app::{MASTER, TestApp, on_both};

on_both![
    a_virtual_key_reads_about_itself_and_nothing_else,
    nobody_comes_in_without_a_key_that_exists,
    the_answer_about_a_foreign_key_is_the_answer_about_no_key,
];

const ADMIN_ONLY: &[(&str, &str)] = &[
    ("POST", "/key/generate"),
    ("POST", "/key/update"),
    ("POST", "/key/delete"),
    ("POST", "/key/block"),
    ("POST", "/key/unblock"),
    ("POST", "/key/service-account/generate"),
    ("POST", "/key/bulk_update"),
    ("POST", "/team/key/bulk_update"),
    ("POST", "/key/regenerate"),
    ("POST", "/key/{key}/regenerate"),
    ("POST", "/key/{key}/reset_spend"),
    ("POST", "/model/new"),
    ("POST", "/model/update"),
    ("PATCH", "/model/{model_id}/update"),
    ("POST", "/model/delete"),
    ("POST", "/model/block"),
    ("POST", "/model/unblock"),
    ("POST", "/credentials"),
    ("GET", "/credentials"),
    ("GET", "/credentials/by_name/{credential_name}"),
    ("PATCH", "/credentials/{credential_name}"),
    ("DELETE", "/credentials/{credential_name}"),
    // users
    ("POST", "/user/new"),
    ("POST", "/user/update"),
    ("POST", "/user/bulk_update"),
    ("POST", "/user/delete"),
    ("GET", "/user/list"),
    ("GET", "/user/available_users"),
    // teams
    ("POST", "/team/new"),
    ("POST", "/team/update"),
    ("PATCH", "/team/{team_id}"),
    ("POST", "/team/delete"),
    ("POST", "/team/block"),
    ("POST", "/team/unblock"),
    ("POST", "/team/member_add"),
    ("POST", "/team/bulk_member_add"),
    ("POST", "/team/member_update"),
    ("POST", "/team/member_delete"),
    ("POST", "/team/{team_id}/member/{user_id}/reset_spend"),
    ("POST", "/team/{team_id}/member/{user_id}/reset_budget"),
    ("POST", "/team/model/add"),
    ("POST", "/team/model/delete"),
    ("GET", "/team/permissions_list"),
    ("POST", "/team/permissions_update"),
    ("POST", "/team/permissions_bulk_update"),
    // invitations
    ("POST", "/invitation/new"),
    ("GET", "/invitation/info"),
    ("POST", "/invitation/update"),
    ("POST", "/invitation/delete"),
    // budgets
    ("POST", "/budget/new"),
    ("POST", "/budget/update"),
    ("POST", "/budget/info"),
    ("GET", "/budget/settings"),
    ("GET", "/budget/list"),
    ("POST", "/budget/delete"),
    // organizations
    ("POST", "/organization/new"),
    ("PATCH", "/organization/update"),
    ("PATCH", "/v2/organization/{organization_id}"),
    ("DELETE", "/organization/delete"),
    ("POST", "/organization/member_add"),
    ("PATCH", "/organization/member_update"),
    ("DELETE", "/organization/member_delete"),
    // projects
    ("POST", "/project/new"),
    ("POST", "/project/update"),
    ("DELETE", "/project/delete"),
    // customers
    ("POST", "/customer/new"),
    ("POST", "/customer/update"),
    ("POST", "/customer/delete"),
    ("GET", "/customer/info"),
    ("GET", "/customer/list"),
    ("POST", "/customer/block"),
    ("POST", "/customer/unblock"),
    // tags
    ("POST", "/tag/new"),
    ("POST", "/tag/update"),
    ("POST", "/tag/info"),
    ("POST", "/tag/delete"),
    ("GET", "/tag/distinct"),
];

/// With these a virtual key sees itself.
const KEYS_OWN: &[(&str, &str)] = &[
    ("GET", "/key/info"),
    ("GET", "/key/list"),
    ("GET", "/key/aliases"),
    ("POST", "/key/health"),
    ("GET", "/spend/logs"),
    ("GET", "/model/info"),
    ("GET", "/v2/model/info"),
    ("GET", "/model_group/info"),
    ("GET", "/organization/list"),
    // users
    ("GET", "/user/available_roles"),
    ("GET", "/user/filter/ui"),
    // teams
    ("GET", "/team/list"),
    ("GET", "/v2/team/list"),
    ("GET", "/team/available"),
    ("GET", "/project/list"),
    ("GET", "/tag/list"),
];

/// Whoever has a key may come in. What he may do with what he sees stands in the test of the route.
const ANYBODY: &[(&str, &str)] = &[
    // organizations
    ("GET", "/organization/info"),
    ("POST", "/organization/info"),
    // users
    ("GET", "/user/info"),
    ("GET", "/v2/user/info"),
    // teams
    ("GET", "/team/info"),
    ("GET", "/team/{team_id}/members/me"),
    // projects
    ("GET", "/project/info"),
    // keys
    ("POST", "/v2/key/info"),
];

#[tokio::test]
async fn every_operation_is_in_one_of_the_lists() {
    let (_, document) = TestApp::new().await.get(MASTER, "/openapi.json").await;
    let mut described: Vec<_> = document["paths"]
        .as_object()
        .unwrap()
        .iter()
        .flat_map(|(path, item)| item.as_object().unwrap().keys().map(|method| (method.to_uppercase(), path.clone())))
        .collect();
    described.sort();
    let lists = ADMIN_ONLY.iter().chain(KEYS_OWN).chain(ANYBODY);
    let mut listed: Vec<_> = lists.map(|(method, path)| ((*method).to_owned(), (*path).to_owned())).collect();
    listed.sort();
    assert_eq!(listed, described, "a route belongs in exactly one list");
}

async fn a_virtual_key_reads_about_itself_and_nothing_else(app: TestApp) {
    let (key, _) = app.generate(json!({})).await;
    for (method, path) in ADMIN_ONLY {
        let request = Request::builder().method(*method).uri(*path).header("authorization", format!("Bearer {key}"));
        // the body is wrong on purpose: nobody learns that who may not use the route
        let (status, error) = app.send(request, "{\"no\": 1}".to_owned()).await;
        assert_eq!((status, &error["error"]["type"]), (StatusCode::UNAUTHORIZED, &json!("auth_error")), "{path}");
    }
    for (method, path) in KEYS_OWN {
        let request = Request::builder().method(*method).uri(*path).header("authorization", format!("Bearer {key}"));
        assert_eq!(app.send(request, String::new()).await.0, StatusCode::OK, "{path}");
    }
}

async fn nobody_comes_in_without_a_key_that_exists(app: TestApp) {
    for (method, path) in ADMIN_ONLY.iter().chain(KEYS_OWN).chain(ANYBODY) {
        for credential in ["Bearer sk-nobody-has-this-one", "Bearer nonsense", ""] {
            let request = Request::builder().method(*method).uri(*path).header("authorization", credential);
            assert_eq!(app.send(request, String::new()).await.0, StatusCode::UNAUTHORIZED, "{path} {credential}");
        }
    }
}

async fn the_answer_about_a_foreign_key_is_the_answer_about_no_key(app: TestApp) {
    let (key, _) = app.generate(json!({})).await;
    let (other, other_hash) = app.generate(json!({})).await;
    let missing = app.get(&key, "/key/info?key=sk-there-is-no-such-key").await;
    assert_eq!((missing.0, &missing.1["error"]["code"]), (StatusCode::NOT_FOUND, &json!("404")));
    for named in [other.as_str(), &other_hash, "neither-key-nor-hash"] {
        assert_eq!(app.get(&key, &format!("/key/info?key={named}")).await, missing, "{named}");
    }
    assert_eq!(app.get(MASTER, &format!("/key/info?key={other_hash}")).await.0, StatusCode::OK);
}
