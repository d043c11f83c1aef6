//! `GET /user/info`, `/v2/user/info`, `/user/available_roles`.

use http::StatusCode;
use serde_json::{Value, json};

use crate::app::{MASTER, TestApp, on_both};
use crate::tenants::Tenants;

on_both![shows_a_user_with_what_is_his, who_sees_whom, asked_about_nobody, roles_are_for_everybody_to_see,];

async fn shows_a_user_with_what_is_his(app: TestApp) {
    Tenants::new(&app).await;
    app.generate(json!({"user_id": "member", "team_id": "our-team"})).await;
    let (status, info) = app.get(MASTER, "/user/info?user_id=member").await;
    assert_eq!((status, &info["user_id"]), (StatusCode::OK, &json!("member")), "{info}");
    let user = &info["user_info"];
    assert_eq!((&user["user_role"], &user["teams"]), (&json!("internal_user"), &json!(["our-team"])));
    assert_eq!(user["organization_memberships"][0]["organization_id"], "ours");
    let keys = info["keys"].as_array().unwrap();
    let aliases: Vec<_> = keys.iter().map(|key| key["team_alias"].as_str().unwrap()).collect();
    assert!(keys.len() == 2 && aliases.contains(&"None") && aliases.contains(&"our-team"), "{aliases:?}");
    assert_eq!(info["teams"][0]["team_id"], "our-team");
    let (_, alone) = app.get(MASTER, "/v2/user/info?user_id=member").await;
    assert_eq!((&alone["user_email"], &alone["keys"]), (&json!("member@example.org"), &Value::Null));
    assert_eq!(app.get(MASTER, "/user/info?user_id=member&admin_mcp=1").await.1["error"]["param"], "admin_mcp");
}

async fn who_sees_whom(app: TestApp) {
    let callers = Tenants::new(&app).await;
    for (caller, key, seen) in [
        ("admin", &callers.admin, &["admin", "member", "stranger"][..]),
        ("viewer", &callers.viewer, &["viewer", "member", "stranger"]),
        ("org_admin", &callers.org_admin, &["org_admin", "member"]),
        ("team_admin", &callers.team_admin, &["team_admin", "member"]),
        ("member", &callers.member, &["member"]),
        ("user", &callers.user, &["user"]),
        ("user_viewer", &callers.user_viewer, &["user_viewer"]),
        ("stranger", &callers.stranger, &["stranger"]),
        ("service", &callers.service, &[]),
    ] {
        for path in ["/user/info", "/v2/user/info"] {
            let missing = app.get(key, &format!("{path}?user_id=none")).await;
            assert_eq!(missing.0, StatusCode::NOT_FOUND, "{caller}");
            for user in ["admin", "viewer", "org_admin", "team_admin", "member", "user", "user_viewer", "stranger"] {
                let (status, body) = app.get(key, &format!("{path}?user_id={user}")).await;
                if seen.contains(&user) {
                    assert_eq!(status, StatusCode::OK, "{caller} {user} {body}");
                } else if !["admin", "viewer"].contains(&caller) {
                    assert_eq!((status, body), missing, "{caller} {user}");
                }
            }
            if caller != "service" {
                assert_eq!(app.get(key, path).await.1["user_id"], caller, "{path}");
            }
        }
    }
    assert_eq!(app.get(&callers.service, "/user/info").await.0, StatusCode::NOT_FOUND);
    assert_eq!(app.get(&callers.service, "/v2/user/info").await.0, StatusCode::BAD_REQUEST);
    // what a leader sees of a member is what belongs to his team
    let (_, info) = app.get(&callers.team_admin, "/user/info?user_id=member").await;
    assert_eq!(info["keys"], json!([]));
    assert_eq!(info["user_info"]["organization_memberships"], json!([]));
}

async fn asked_about_nobody(app: TestApp) {
    let callers = Tenants::new(&app).await;
    let (_, all) = app.get(MASTER, "/user/info").await;
    assert_eq!((&all["user_id"], &all["user_info"]), (&Value::Null, &Value::Null));
    assert_eq!((all["keys"].as_array().unwrap().len(), all["teams"].as_array().unwrap().len()), (9, 2));
    let (_, viewer) = app.get(&callers.viewer, "/user/info").await;
    assert_eq!((&viewer["user_info"]["user_id"], viewer["keys"].as_array().unwrap().len()), (&json!("viewer"), 9));
    let (_, own) = app.get(&callers.member, "/user/info").await;
    assert_eq!((own["keys"].as_array().unwrap().len(), own["teams"].as_array().unwrap().len()), (1, 1));
}

async fn roles_are_for_everybody_to_see(app: TestApp) {
    let callers = Tenants::new(&app).await;
    for key in [callers.viewer.as_str()].into_iter().chain(callers.others()) {
        let (status, roles) = app.get(key, "/user/available_roles").await;
        assert_eq!(status, StatusCode::OK);
        assert_eq!(roles["internal_user"]["ui_label"], "Internal User (Create/Delete/View)");
        assert_eq!(roles.as_object().unwrap().len(), 4);
    }
}
