//! `GET /team/permissions_list`, `POST /team/permissions_update`, `/team/permissions_bulk_update`.

use http::StatusCode;
use serde_json::{Value, json};

use crate::app::{MASTER, TestApp, on_both};
use crate::tenants::Tenants;

on_both![
    members_do_what_their_team_lets_them,
    each_permission_opens_its_route,
    what_no_route_obeys_is_refused,
    many_teams_at_once,
    others_do_not_exist,
];

/// The baseline, and what needs a ledger: tried beside activity.
const UNTRIED: [&str; 5] =
    ["/key/info", "/team/daily/activity", "/team/daily/activity/aggregated", "/spend/logs", "/spend/logs/v2"];

async fn members_do_what_their_team_lets_them(app: TestApp) {
    let callers = Tenants::new(&app).await;
    let (_, before) = app.get(&callers.team_admin, "/team/permissions_list?team_id=our-team").await;
    assert_eq!(before["team_member_permissions"], json!(["/key/info", "/key/health"]));
    assert_eq!(before["all_available_permissions"].as_array().unwrap().len(), 18);
    let make = json!({"team_id": "our-team"});
    assert_eq!(app.post(&callers.member, "/key/generate", &make).await.0, StatusCode::FORBIDDEN);
    let allow = json!({"team_id": "our-team", "team_member_permissions": ["/key/generate", "/key/generate"]});
    let (status, team) = app.post(&callers.team_admin, "/team/permissions_update", allow).await;
    assert_eq!((status, &team["team_member_permissions"]), (StatusCode::OK, &json!(["/key/generate"])), "{team}");
    assert_eq!(app.post(&callers.member, "/key/generate", &make).await.0, StatusCode::OK);
    let none = json!({"team_id": "our-team", "team_member_permissions": []});
    assert_eq!(app.post(&callers.org_admin, "/team/permissions_update", none).await.0, StatusCode::OK);
    assert_eq!(app.post(&callers.member, "/key/generate", &make).await.0, StatusCode::FORBIDDEN);
    let (_, after) = app.get(&callers.viewer, "/team/permissions_list?team_id=our-team").await;
    assert_eq!(after["team_member_permissions"], json!([]));
    for body in [json!({"team_id": "our-team"}), json!({"team_id": "our-team", "team_member_permissions": ["/key"]})] {
        let (status, error) = app.post(MASTER, "/team/permissions_update", body).await;
        let param = &error["error"]["param"];
        assert_eq!((status, param), (StatusCode::UNPROCESSABLE_ENTITY, &json!("team_member_permissions")));
    }
}

/// Lets members of our-team do that and nothing else.
async fn permit(app: &TestApp, permissions: Value) {
    let body = json!({"team_id": "our-team", "team_member_permissions": permissions});
    let (status, answer) = app.post(MASTER, "/team/permissions_update", body).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
}

async fn each_permission_opens_its_route(app: TestApp) {
    let callers = Tenants::new(&app).await;
    let (_, mates) = app.generate(json!({"team_id": "our-team", "user_id": "team_admin", "key_alias": "mates"})).await;
    let (_, listed) = app.get(MASTER, "/team/permissions_list?team_id=our-team").await;
    for permission in listed["all_available_permissions"].as_array().unwrap() {
        let word = permission.as_str().unwrap();
        let (_, own) = app.generate(json!({"team_id": "our-team", "user_id": "member"})).await;
        // whether it succeeded with the key of that hash
        let act = async |key: &str| {
            let path = word.replace("{key_id}", key);
            let body = match word {
                "/key/generate" | "/key/service-account/generate" => json!({"team_id": "our-team"}),
                "/key/bulk_update" => json!({"keys": [{"key": key, "rpm_limit": 5}]}),
                "/team/key/bulk_update" => {
                    json!({"team_id": "our-team", "key_ids": [key], "update_fields": {"rpm_limit": 6}})
                }
                "/key/delete" => json!({"keys": [key]}),
                "/key/{key_id}/reset_spend" => json!({"reset_to": 0}),
                "/key/{key_id}/regenerate" => json!({}),
                "/key/update" => json!({"key": key, "rpm_limit": 5}),
                _ => json!({"key": key}),
            };
            let (status, answer) = app.post(&callers.member, &path, body).await;
            status == StatusCode::OK && answer["failed_updates"].as_array().is_none_or(Vec::is_empty)
        };
        let sees = async |path: &str| app.get(&callers.member, path).await.1.to_string().contains(&mates);
        let sees_alias = async || app.get(&callers.member, "/key/aliases").await.1["aliases"] == json!(["mates"]);
        let opened = async || match word {
            "/key/list" => sees("/key/list?include_team_keys=true&size=100").await,
            "/key/aliases" => sees_alias().await,
            word if UNTRIED.contains(&word) => true,
            _ => act(&own).await,
        };
        let is_tried = !UNTRIED.contains(&word);
        permit(&app, json!([])).await;
        assert_eq!(opened().await, !is_tried, "{word} before");
        permit(&app, json!([word])).await;
        assert!(opened().await, "{word} after");
        if is_tried && !word.ends_with("/generate") && !["/key/list", "/key/aliases"].contains(&word) {
            assert!(!act(&mates).await, "{word} with the key of another");
        }
    }
}

async fn what_no_route_obeys_is_refused(app: TestApp) {
    Tenants::new(&app).await;
    for word in [
        "/team/daily/activity/aggregated/keys",
        "/key/access_group_assignment",
        "/team/daily/activity/export",
        "/auto_router/manage",
    ] {
        let body = json!({"team_id": "our-team", "team_member_permissions": [word]});
        for path in ["/team/permissions_update", "/team/update"] {
            let (status, error) = app.post(MASTER, path, &body).await;
            assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
            assert_eq!(error["error"]["param"], "team_member_permissions");
            let message = error["error"]["message"].as_str().unwrap();
            assert!(message.contains(&format!("'{word}' is not supported by this version yet")), "{message}");
        }
    }
}

async fn many_teams_at_once(app: TestApp) {
    let callers = Tenants::new(&app).await;
    let some = json!({"permissions": ["/key/generate"], "team_ids": ["our-team"]});
    let (status, done) = app.post(MASTER, "/team/permissions_bulk_update", some).await;
    assert_eq!((status, &done["teams_updated"]), (StatusCode::OK, &json!(1)), "{done}");
    let all = json!({"permissions": ["/key/update"], "apply_to_all_teams": true});
    assert_eq!(app.post(MASTER, "/team/permissions_bulk_update", all).await.1["teams_updated"], 2);
    let (_, ours) = app.get(MASTER, "/team/permissions_list?team_id=our-team").await;
    let expected = json!(["/key/info", "/key/health", "/key/generate", "/key/update"]);
    assert_eq!(ours["team_member_permissions"], expected);
    let none = json!({"permissions": [], "apply_to_all_teams": true});
    assert_eq!(app.post(MASTER, "/team/permissions_bulk_update", none).await.1["permissions_appended"], Value::Null);
    for (body, status) in [
        (json!({"permissions": ["/key/update"]}), StatusCode::BAD_REQUEST),
        (json!({"permissions": ["/key/update"], "team_ids": ["none"]}), StatusCode::NOT_FOUND),
        (json!({"permissions": ["x"], "apply_to_all_teams": true}), StatusCode::UNPROCESSABLE_ENTITY),
        (json!({"permissions": [], "apply_to_all_teams": true, "team_ids": []}), StatusCode::BAD_REQUEST),
    ] {
        assert_eq!(app.post(MASTER, "/team/permissions_bulk_update", body).await.0, status);
    }
    callers.assert_admin_only(&app, "POST", "/team/permissions_bulk_update", StatusCode::FORBIDDEN).await;
}

async fn others_do_not_exist(app: TestApp) {
    let callers = Tenants::new(&app).await;
    let missing = app.get(&callers.team_admin, "/team/permissions_list?team_id=none").await;
    assert_eq!(missing.0, StatusCode::NOT_FOUND);
    assert_eq!(app.get(&callers.team_admin, "/team/permissions_list?team_id=their-team").await, missing);
    for key in [&callers.member, &callers.user, &callers.service] {
        assert_eq!(app.get(key, "/team/permissions_list?team_id=our-team").await.0, StatusCode::UNAUTHORIZED);
    }
}
