//! `POST /team/member_add`, `/team/bulk_member_add`, `/team/member_update`, `/team/member_delete`, and what resets them.

use http::StatusCode;
use money::Nanos;
use serde_json::{Value, json};
use store::teams::{TeamMember, reset_member_spend};
use store::{Actor, Scope, Transaction};

use crate::app::{MASTER, NOON, TestApp, on_both};
use crate::tenants::Tenants;

on_both![
    members_come_by_id_and_by_address,
    whoever_is_there_already_is_told_apart,
    leaders_add_whom_they_see,
    limits_of_a_member_are_his_own,
    leaders_share_what_the_team_has,
    keys_go_with_a_member,
    what_was_spent_can_be_forgotten,
    many_at_once,
];

async fn members_come_by_id_and_by_address(app: TestApp) {
    Tenants::new(&app).await;
    let body = json!({"team_id": "our-team", "max_budget_in_team": 10, "budget_duration": "30d", "allowed_models": ["echo"],
        "member": [{"user_id": "user", "role": "admin"}, {"user_email": "New@example.org", "role": "user"}]});
    let (status, added) = app.post(MASTER, "/team/member_add", body).await;
    assert_eq!((status, &added["team_id"]), (StatusCode::OK, &json!("our-team")), "{added}");
    assert_eq!(added["members_with_roles"].as_array().unwrap().len(), 4);
    assert_eq!(added["updated_users"][1]["user_email"], "New@example.org");
    let membership = &added["updated_team_memberships"][0];
    let budget = &membership["litellm_budget_table"];
    assert_eq!((&membership["user_id"], &membership["budget_source"]), (&json!("user"), &json!("custom")));
    assert_eq!((&budget["max_budget"], &budget["allowed_models"]), (&json!(10.0), &json!(["echo"])));
    assert!(budget["budget_reset_at"].is_string());
    for (body, status, param) in [
        (json!({"member": {"user_id": "user"}}), StatusCode::UNPROCESSABLE_ENTITY, "team_id"),
        (json!({"team_id": "our-team"}), StatusCode::UNPROCESSABLE_ENTITY, "member"),
        (json!({"team_id": "our-team", "member": []}), StatusCode::BAD_REQUEST, "member"),
        (json!({"team_id": "our-team", "member": {"role": "user"}}), StatusCode::UNPROCESSABLE_ENTITY, "member"),
        (
            json!({"team_id": "our-team", "member": {"user_id": "admin", "user_email": "user@example.org"}}),
            StatusCode::BAD_REQUEST,
            "user_email",
        ),
        (
            json!({"team_id": "our-team", "member": {"user_id": "fresh", "user_email": "user@example.org"}}),
            StatusCode::CONFLICT,
            "user_email",
        ),
        (
            json!({"team_id": "our-team", "member": {"user_id": "admin"}, "budget_duration": "x"}),
            StatusCode::UNPROCESSABLE_ENTITY,
            "budget_duration",
        ),
        (
            json!({"team_id": "our-team", "member": {"user_id": "admin"}, "colour": 1}),
            StatusCode::UNPROCESSABLE_ENTITY,
            "colour",
        ),
    ] {
        let (refused, error) = app.post(MASTER, "/team/member_add", &body).await;
        assert_eq!((refused, &error["error"]["param"]), (status, &json!(param)), "{body} {error}");
    }
    let body = json!({"team_id": "none", "member": {"user_id": "user"}});
    assert_eq!(app.post(MASTER, "/team/member_add", body).await.0, StatusCode::NOT_FOUND);
}

async fn whoever_is_there_already_is_told_apart(app: TestApp) {
    Tenants::new(&app).await;
    let again = json!({"team_id": "our-team", "member": {"user_id": "member", "role": "user"}});
    let (status, error) = app.post(MASTER, "/team/member_add", again).await;
    assert_eq!((status, &error["error"]["param"]), (StatusCode::BAD_REQUEST, &json!("member")));
    assert_eq!(error["error"]["type"], "team_member_already_in_team");
    let some = json!({"team_id": "our-team", "member": [{"user_id": "member"}, {"user_id": "user"}]});
    let (status, added) = app.post(MASTER, "/team/member_add", some).await;
    assert_eq!((status, added["updated_users"].as_array().unwrap().len()), (StatusCode::OK, 1));
}

async fn leaders_add_whom_they_see(app: TestApp) {
    let callers = Tenants::new(&app).await;
    let add = |user: &str| json!({"team_id": "our-team", "member": {"user_id": user, "role": "user"}});
    for key in [&callers.org_admin, &callers.team_admin] {
        let missing = app.post(key, "/team/member_add", add("none")).await;
        assert_eq!(missing.0, StatusCode::NOT_FOUND);
        for foreign in ["user", "stranger", "admin"] {
            assert_eq!(app.post(key, "/team/member_add", add(foreign)).await, missing, "{foreign}");
        }
        let by_address = json!({"team_id": "our-team", "member": {"user_email": "stranger@example.org"}});
        assert_eq!(app.post(key, "/team/member_add", by_address).await, missing);
    }
    // the organization's members are the team's to choose from, also to who leads only the team
    assert_eq!(app.post(&callers.team_admin, "/team/member_add", add("org_admin")).await.0, StatusCode::OK);
    assert_eq!(app.post(&callers.member, "/team/member_add", add("org_admin")).await.0, StatusCode::UNAUTHORIZED);
}

async fn limits_of_a_member_are_his_own(app: TestApp) {
    Tenants::new(&app).await;
    app.post(MASTER, "/team/update", json!({"team_id": "our-team", "team_member_budget": 5})).await;
    let update = |body: Value| {
        let mut whole = json!({"team_id": "our-team", "user_id": "member"});
        whole.as_object_mut().unwrap().extend(body.as_object().unwrap().clone());
        app.post(MASTER, "/team/member_update", whole)
    };
    let (status, done) = update(json!({"rpm_limit": 3, "role": "admin"})).await;
    assert_eq!((status, &done["role"], &done["rpm_limit"]), (StatusCode::OK, &json!("admin"), &json!(3)), "{done}");
    assert_eq!((&done["max_budget_in_team"], &done["user_email"]), (&json!(5.0), &json!("member@example.org")));
    let (_, info) = app.get(MASTER, "/team/info?team_id=our-team").await;
    let of = |at: usize| info["team_memberships"][at]["litellm_budget_table"]["rpm_limit"].clone();
    assert_eq!((of(0), of(1)), (json!(3), Value::Null), "the others' limits stay");
    let (_, done) = update(json!({"rpm_limit": null, "max_budget_in_team": null})).await;
    assert_eq!((&done["max_budget_in_team"], &done["rpm_limit"]), (&Value::Null, &Value::Null));
    let (_, info) = app.get(MASTER, "/team/info?team_id=our-team").await;
    assert_eq!(info["team_memberships"][0]["budget_id"], Value::Null);
    let (_, reset) = app.post(MASTER, "/team/our-team/member/member/reset_budget", "").await;
    assert_eq!(reset["budget_source"], "team_default");
    let later = json!({"temp_budget_increase": 2, "temp_budget_expiry": "2026-02-01"});
    let (_, done) = update(later).await;
    assert_eq!((&done["temp_budget_increase"], &done["max_budget_in_team"]), (&json!(2.0), &json!(5.0)));
    assert_eq!(update(json!({"temp_budget_increase": 2})).await.0, StatusCode::UNPROCESSABLE_ENTITY);
    let by_address = json!({"team_id": "our-team", "user_email": "member@example.org", "role": "user"});
    assert_eq!(app.post(MASTER, "/team/member_update", by_address).await.1["role"], "user");
    for (body, status) in [
        (json!({"team_id": "our-team", "user_id": "user", "max_budget_in_team": 1}), StatusCode::NOT_FOUND),
        (json!({"team_id": "our-team", "user_email": "none@example.org"}), StatusCode::NOT_FOUND),
        (json!({"team_id": "our-team"}), StatusCode::UNPROCESSABLE_ENTITY),
        (json!({"team_id": "none", "user_id": "member"}), StatusCode::NOT_FOUND),
    ] {
        assert_eq!(app.post(MASTER, "/team/member_update", body).await.0, status);
    }
}

async fn leaders_share_what_the_team_has(app: TestApp) {
    let callers = Tenants::new(&app).await;
    app.post(MASTER, "/team/update", json!({"team_id": "our-team", "max_budget": 10})).await;
    let update = |user: &str, cap: Value| json!({"team_id": "our-team", "user_id": user, "max_budget_in_team": cap});
    for key in [&callers.team_admin, &callers.org_admin] {
        let (status, error) = app.post(key, "/team/member_update", update("member", json!(11))).await;
        let param = &error["error"]["param"];
        assert_eq!((status, param), (StatusCode::FORBIDDEN, &json!("max_budget_in_team")), "{error}");
        assert_eq!(app.post(key, "/team/member_update", update("member", json!(9))).await.0, StatusCode::OK);
    }
    app.post(MASTER, "/team/member_update", update("team_admin", json!(1))).await;
    let own = app.post(&callers.team_admin, "/team/member_update", update("team_admin", json!(2))).await;
    assert_eq!((own.0, &own.1["error"]["param"]), (StatusCode::FORBIDDEN, &json!("user_id")));
    let own = app.post(&callers.team_admin, "/team/our-team/member/team_admin/reset_budget", "").await;
    assert_eq!(own.0, StatusCode::FORBIDDEN);
    assert_eq!(app.post(MASTER, "/team/member_update", update("member", json!(11))).await.0, StatusCode::OK);
}

async fn keys_go_with_a_member(app: TestApp) {
    let callers = Tenants::new(&app).await;
    let (of_team, _) = app.generate(json!({"team_id": "our-team", "user_id": "member"})).await;
    let body = json!({"team_id": "our-team", "user_id": "member"});
    let (status, team) = app.post(&callers.team_admin, "/team/member_delete", &body).await;
    assert_eq!((status, team["members_with_roles"].as_array().unwrap().len()), (StatusCode::OK, 1), "{team}");
    assert_eq!(app.get(&of_team, "/key/info").await.0, StatusCode::UNAUTHORIZED);
    assert_eq!(app.get(&callers.member, "/key/info").await.0, StatusCode::OK, "his own key stays");
    assert_eq!(app.get(&callers.member, "/team/info?team_id=our-team").await.0, StatusCode::NOT_FOUND);
    assert_eq!(app.post(&callers.team_admin, "/team/member_delete", &body).await.0, StatusCode::NOT_FOUND);
}

async fn what_was_spent_can_be_forgotten(app: TestApp) {
    let callers = Tenants::new(&app).await;
    for user in ["member", "team_admin"] {
        let actor = Actor { id: "test".to_owned(), changed_by: None, at: NOON };
        let mut change = Transaction::begin(&app.engine.db, actor).await.unwrap();
        let member: TeamMember = change.require(&Scope::Gateway, &["our-team", user]).await.unwrap();
        reset_member_spend(&mut change, &member, Nanos::new(3_000_000_000)).await.unwrap();
        change.commit().await.unwrap();
    }
    let path = "/team/our-team/member/member/reset_spend";
    let more = app.post(&callers.team_admin, path, json!({"reset_to": 4})).await;
    assert_eq!((more.0, &more.1["error"]["param"]), (StatusCode::BAD_REQUEST, &json!("reset_to")));
    let (status, reset) = app.post(&callers.team_admin, path, json!({"reset_to": 0.5})).await;
    assert_eq!(
        (status, &reset["spend"], &reset["previous_spend"]),
        (StatusCode::OK, &json!(0.5), &json!(3.0)),
        "{reset}"
    );
    let (_, info) = app.get(MASTER, "/team/info?team_id=our-team").await;
    assert_eq!(info["team_memberships"][0]["spend"], 0.5);
    let own =
        app.post(&callers.team_admin, "/team/our-team/member/team_admin/reset_spend", json!({"reset_to": 0})).await;
    assert_eq!(own.0, StatusCode::FORBIDDEN);
    assert_eq!(app.post(MASTER, path, json!({})).await.0, StatusCode::UNPROCESSABLE_ENTITY);
    for path in ["/team/our-team/member/user/reset_spend", "/team/none/member/member/reset_spend"] {
        assert_eq!(app.post(MASTER, path, json!({"reset_to": 0})).await.0, StatusCode::NOT_FOUND);
    }
    let foreign = app.post(&callers.stranger, path, json!({"reset_to": 0})).await;
    assert_eq!(foreign.0, StatusCode::NOT_FOUND);
    assert_eq!(app.post(&callers.viewer, path, json!({"reset_to": 0})).await.0, StatusCode::FORBIDDEN);
    assert_eq!(app.post(&callers.member, path, json!({"reset_to": 0})).await.0, StatusCode::UNAUTHORIZED);
}

async fn many_at_once(app: TestApp) {
    let callers = Tenants::new(&app).await;
    let body =
        json!({"team_id": "our-team", "members": [{"user_id": "user", "role": "user"}], "max_budget_in_team": 2});
    let (status, done) = app.post(MASTER, "/team/bulk_member_add", body).await;
    assert_eq!((status, &done["successful_additions"]), (StatusCode::OK, &json!(1)), "{done}");
    let one = &done["results"][0];
    assert_eq!((&one["user_id"], &one["success"]), (&json!("user"), &json!(true)));
    assert_eq!(one["updated_team_membership"]["litellm_budget_table"]["max_budget"], 2.0);
    let all = json!({"team_id": "our-team", "all_users": true});
    assert_eq!(app.post(&callers.org_admin, "/team/bulk_member_add", &all).await.0, StatusCode::FORBIDDEN);
    let (_, done) = app.post(MASTER, "/team/bulk_member_add", &all).await;
    assert_eq!((&done["total_requested"], &done["successful_additions"]), (&json!(8), &json!(5)));
    assert_eq!(done["updated_team"]["members_with_roles"].as_array().unwrap().len(), 8);
    let none = json!({"team_id": "our-team", "members": []});
    assert_eq!(app.post(MASTER, "/team/bulk_member_add", none).await.0, StatusCode::BAD_REQUEST);
}
