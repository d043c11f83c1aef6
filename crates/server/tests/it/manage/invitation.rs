//! `/invitation/…`.

use http::StatusCode;
use serde_json::{Value, json};

use crate::app::{MASTER, TestApp, on_both};
use crate::tenants::Tenants;

on_both![an_invitation_from_end_to_end, nobody_becomes_another_by_inviting_him, who_may_not,];

async fn an_invitation_from_end_to_end(app: TestApp) {
    Tenants::new(&app).await;
    let (status, made) = app.post(MASTER, "/invitation/new", json!({"user_id": "member"})).await;
    assert_eq!((status, &made["user_id"]), (StatusCode::OK, &json!("member")), "{made}");
    assert_eq!((&made["is_accepted"], &made["expires_at"]), (&json!(false), &json!("2026-01-08T12:00:00.000000Z")));
    let id = made["id"].as_str().unwrap();
    assert_eq!(app.get(MASTER, &format!("/invitation/info?invitation_id={id}")).await.1, made);
    let accept = json!({"invitation_id": id, "is_accepted": true});
    let (_, accepted) = app.post(MASTER, "/invitation/update", accept).await;
    assert_eq!((&accepted["is_accepted"], accepted["accepted_at"].is_string()), (&json!(true), true));
    let which = json!({"invitation_id": id});
    assert_eq!(app.post(MASTER, "/invitation/delete", &which).await.1["id"], id);
    assert_eq!(app.post(MASTER, "/invitation/delete", &which).await.0, StatusCode::NOT_FOUND);
    assert_eq!(app.get(MASTER, "/invitation/info?invitation_id=none").await.0, StatusCode::NOT_FOUND);
    for (path, body, status, param) in [
        ("new", json!({}), StatusCode::UNPROCESSABLE_ENTITY, json!("user_id")),
        ("new", json!({"user_id": "none"}), StatusCode::NOT_FOUND, Value::Null),
        ("new", json!({"user_id": "member", "colour": 1}), StatusCode::UNPROCESSABLE_ENTITY, json!("colour")),
        ("update", json!({"invitation_id": "none", "is_accepted": true}), StatusCode::NOT_FOUND, Value::Null),
        ("update", json!({"invitation_id": "none"}), StatusCode::UNPROCESSABLE_ENTITY, json!("is_accepted")),
        ("delete", json!({}), StatusCode::UNPROCESSABLE_ENTITY, json!("invitation_id")),
    ] {
        let (refused, error) = app.post(MASTER, &format!("/invitation/{path}"), body).await;
        assert_eq!((refused, &error["error"]["param"]), (status, &param), "{error}");
    }
}

async fn nobody_becomes_another_by_inviting_him(app: TestApp) {
    let callers = Tenants::new(&app).await;
    let invite = |user: &str| json!({"user_id": user, "organization_id": "ours"});
    let missing = app.post(&callers.org_admin, "/invitation/new", invite("none")).await;
    assert_eq!(missing.0, StatusCode::NOT_FOUND);
    for foreign in ["stranger", "admin", "user"] {
        assert_eq!(app.post(&callers.org_admin, "/invitation/new", invite(foreign)).await, missing, "{foreign}");
    }
    for key in [&callers.org_admin, &callers.team_admin] {
        assert_eq!(app.post(key, "/invitation/new", invite("member")).await.0, StatusCode::FORBIDDEN);
    }
    let (_, user) = app.post(&callers.org_admin, "/user/new", json!({"organization_id": "ours"})).await;
    let user = user["user_id"].as_str().unwrap();
    let (status, made) = app.post(&callers.org_admin, "/invitation/new", invite(user)).await;
    assert_eq!(status, StatusCode::OK, "{made}");
    let which = json!({"invitation_id": made["id"]});
    let foreign = app.post(&callers.stranger, "/invitation/delete", &which).await;
    assert_eq!(foreign, app.post(&callers.stranger, "/invitation/delete", json!({"invitation_id": "none"})).await);
    assert_eq!(app.post(&callers.org_admin, "/invitation/delete", &which).await.0, StatusCode::OK);
    // once somebody gave the user more, he is nobody's to invite
    app.post(MASTER, "/user/update", json!({"user_id": user, "user_role": "proxy_admin"})).await;
    assert_eq!(app.post(&callers.org_admin, "/invitation/new", invite(user)).await.0, StatusCode::FORBIDDEN);
}

async fn who_may_not(app: TestApp) {
    let callers = Tenants::new(&app).await;
    callers.assert_admin_only(&app, "POST", "/invitation/update", StatusCode::FORBIDDEN).await;
    for key in callers.others() {
        let (status, _) = app.get(key, "/invitation/info?invitation_id=i").await;
        assert_eq!(status, StatusCode::UNAUTHORIZED);
    }
    assert_eq!(app.get(&callers.viewer, "/invitation/info?invitation_id=i").await.0, StatusCode::NOT_FOUND);
    for key in [&callers.member, &callers.user, &callers.user_viewer, &callers.service] {
        assert_eq!(app.post(key, "/invitation/new", json!({"no": 1})).await.0, StatusCode::UNAUTHORIZED);
    }
}
