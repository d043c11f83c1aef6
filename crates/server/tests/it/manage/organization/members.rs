//! `POST /organization/member_add`, `PATCH /organization/member_update`, `DELETE /organization/member_delete`.

use http::StatusCode;
use serde_json::{Value, json};

use crate::app::{MASTER, TestApp, on_both};
use crate::tenants::Tenants;

on_both![
    members_come_and_go,
    users_are_made_where_there_are_none,
    an_address_of_two_users_names_none,
    whom_a_leader_makes_has_what_the_organization_has,
    a_leader_adds_whom_he_sees_and_nobody_above_him,
    only_leaders_of_the_organization_change_its_members,
    refuses_by_name_and_changes_nothing,
];

const ADD: &str = "/organization/member_add";
const UPDATE: &str = "/organization/member_update";
const DELETE: &str = "/organization/member_delete";

async fn budgets(app: &TestApp) -> usize {
    app.get(MASTER, "/budget/list").await.1.as_array().unwrap().len()
}

async fn members_come_and_go(app: TestApp) {
    let callers = Tenants::new(&app).await;
    let before = budgets(&app).await;
    let body = json!({
        "organization_id": "ours", "member": {"role": "internal_user", "user_id": "user"}, "max_budget_in_organization": 5,
    });
    let (status, added) = app.post(MASTER, ADD, body).await;
    assert_eq!(status, StatusCode::OK, "{added}");
    let membership = &added["updated_organization_memberships"][0];
    assert_eq!((&added["organization_id"], &added["updated_users"][0]["user_id"]), (&json!("ours"), &json!("user")));
    assert_eq!((&membership["user_role"], &membership["spend"]), (&json!("internal_user"), &json!(0.0)));
    assert_eq!(membership["litellm_budget_table"]["max_budget"], 5.0);
    assert_eq!(app.get(&callers.user, "/organization/list").await.1[0]["organization_id"], "ours", "at once");

    let whom = json!({"organization_id": "ours", "user_id": "user"});
    let mut change = whom.clone();
    change["role"] = json!("org_admin");
    change["max_budget_in_organization"] = json!(6);
    let (status, changed) = app.call(MASTER, "PATCH", UPDATE, change).await;
    assert_eq!((status, &changed["user_role"]), (StatusCode::OK, &json!("org_admin")), "{changed}");
    assert_eq!(changed["litellm_budget_table"]["max_budget"], 6.0);
    assert_eq!(budgets(&app).await, before + 1);
    let change =
        json!({"organization_id": "ours", "user_email": "USER@example.org", "max_budget_in_organization": null});
    let (_, changed) = app.call(&callers.user, "PATCH", UPDATE, change).await;
    assert_eq!((&changed["budget_id"], &changed["litellm_budget_table"]), (&json!(null), &json!(null)), "{changed}");
    assert_eq!(budgets(&app).await, before);

    let (status, gone) = app.call(MASTER, "DELETE", DELETE, &whom).await;
    assert_eq!((status, &gone["user_id"]), (StatusCode::OK, &json!("user")));
    assert_eq!(app.call(MASTER, "DELETE", DELETE, whom).await.0, StatusCode::NOT_FOUND);
    assert_eq!(app.get(&callers.user, "/organization/list").await.1, json!([]));
}

async fn users_are_made_where_there_are_none(app: TestApp) {
    let callers = Tenants::new(&app).await;
    let members = json!([
        {"role": "internal_user", "user_id": "new", "user_email": null},
        {"role": "internal_user_viewer", "user_email": "new@example.org"},
    ]);
    let (status, added) = app.post(MASTER, ADD, json!({"organization_id": "ours", "member": members})).await;
    assert_eq!(status, StatusCode::OK, "{added}");
    let users = &added["updated_users"];
    assert_eq!((&users[0]["user_id"], &users[1]["user_email"]), (&json!("new"), &json!("new@example.org")));
    assert_eq!((&users[0]["user_role"], &users[1]["user_role"]), (&json!("internal_user"), &json!("internal_user")));
    let by_email =
        json!({"organization_id": "ours", "member": {"role": "internal_user", "user_email": "mine@example.org"}});
    let (status, added) = app.post(&callers.org_admin, ADD, &by_email).await;
    assert_eq!(status, StatusCode::OK, "{added}");
    assert_eq!(app.post(&callers.org_admin, ADD, by_email).await.0, StatusCode::BAD_REQUEST, "a member already");
}

async fn an_address_of_two_users_names_none(app: TestApp) {
    let callers = Tenants::new(&app).await;
    let add = |organization: &str| json!({"organization_id": organization, "member": {"role": "internal_user", "user_email": "two@example.org"}});
    for (leader, organization) in [(&callers.org_admin, "ours"), (&callers.stranger, "theirs")] {
        let (status, added) = app.post(leader, ADD, add(organization)).await;
        assert_eq!(status, StatusCode::OK, "{added}");
    }
    let (status, error) = app.post(MASTER, ADD, add("ours")).await;
    assert_eq!((status, &error["error"]["param"]), (StatusCode::BAD_REQUEST, &json!("user_email")));
    // in the words of the same refusal elsewhere
    let to_team = json!({"team_id": "our-team", "member": {"role": "user", "user_email": "two@example.org"}});
    assert_eq!(app.post(MASTER, "/team/member_add", to_team).await.1["error"]["message"], error["error"]["message"]);
}

async fn whom_a_leader_makes_has_what_the_organization_has(app: TestApp) {
    let callers = Tenants::new(&app).await;
    let change = json!({"organization_id": "ours", "models": ["echo"], "max_budget": 10, "rpm_limit": 5});
    assert_eq!(app.call(MASTER, "PATCH", "/organization/update", change).await.0, StatusCode::OK);
    let add =
        |email: &str| json!({"organization_id": "ours", "member": {"role": "internal_user", "user_email": email}});
    let bounded = (json!(["echo"]), json!(10.0), json!(5));
    for (caller, email, expected) in [
        (callers.org_admin.as_str(), "a@example.org", bounded),
        (MASTER, "b@example.org", (json!([]), Value::Null, Value::Null)),
    ] {
        let (status, added) = app.post(caller, ADD, add(email)).await;
        assert_eq!(status, StatusCode::OK, "{added}");
        let id = added["updated_users"][0]["user_id"].as_str().unwrap();
        let (_, user) = app.get(MASTER, &format!("/v2/user/info?user_id={id}")).await;
        assert_eq!((user["models"].clone(), user["max_budget"].clone(), user["rpm_limit"].clone()), expected, "{user}");
    }
}

async fn a_leader_adds_whom_he_sees_and_nobody_above_him(app: TestApp) {
    let callers = Tenants::new(&app).await;
    let add = |user: &str| json!({"organization_id": "ours", "member": {"role": "internal_user", "user_id": user}});
    let missing = app.post(&callers.org_admin, ADD, add("none")).await;
    assert_eq!(missing.0, StatusCode::NOT_FOUND);
    assert_eq!(app.post(&callers.org_admin, ADD, add("stranger")).await, missing);
    app.post(MASTER, ADD, add("admin")).await;
    for body in [json!({"role": "internal_user"}), json!({"max_budget_in_organization": 1})] {
        let mut change = json!({"organization_id": "ours", "user_id": "admin"});
        change.as_object_mut().unwrap().extend(body.as_object().unwrap().clone());
        let (status, error) = app.call(&callers.org_admin, "PATCH", UPDATE, &change).await;
        assert_eq!((status, &error["error"]["param"]), (StatusCode::FORBIDDEN, &json!("user_id")), "{change}");
    }
    let limit = json!({"organization_id": "ours", "max_budget": 10});
    app.call(MASTER, "PATCH", "/organization/update", limit).await;
    for (key, cap, expected) in [
        (callers.org_admin.as_str(), 11, StatusCode::FORBIDDEN),
        (&callers.org_admin, 10, StatusCode::OK),
        (MASTER, 11, StatusCode::OK),
    ] {
        let change = json!({"organization_id": "ours", "user_id": "member", "max_budget_in_organization": cap});
        assert_eq!(app.call(key, "PATCH", UPDATE, change).await.0, expected, "{cap}");
    }
}

async fn only_leaders_of_the_organization_change_its_members(app: TestApp) {
    let callers = Tenants::new(&app).await;
    let bodies = [
        ("POST", ADD, json!({"member": {"role": "internal_user", "user_id": "user"}})),
        ("PATCH", UPDATE, json!({"user_id": "member", "role": "org_admin"})),
        ("DELETE", DELETE, json!({"user_id": "member"})),
    ];
    let of = |body: &Value, organization: &str| {
        let mut body = body.clone();
        body["organization_id"] = json!(organization);
        body
    };
    for (method, path, body) in bodies {
        let missing = app.call(&callers.stranger, method, path, of(&body, "none")).await;
        assert_eq!(missing.0, StatusCode::NOT_FOUND);
        assert_eq!(app.call(&callers.stranger, method, path, of(&body, "ours")).await, missing, "{path}");
        for key in [&callers.team_admin, &callers.member, &callers.user, &callers.user_viewer, &callers.service] {
            assert_eq!(app.call(key, method, path, of(&body, "ours")).await.0, StatusCode::UNAUTHORIZED, "{path}");
        }
        assert_eq!(app.call(&callers.viewer, method, path, of(&body, "ours")).await.0, StatusCode::FORBIDDEN, "{path}");
    }
    // who leads one organization and belongs to another sees it, and does not lead it
    let join = json!({"organization_id": "ours", "member": {"role": "internal_user", "user_id": "stranger"}});
    assert_eq!(app.post(MASTER, ADD, join).await.0, StatusCode::OK);
    let change = json!({"organization_id": "ours", "user_id": "stranger", "role": "org_admin"});
    assert_eq!(app.call(&callers.stranger, "PATCH", UPDATE, change).await.0, StatusCode::FORBIDDEN);
}

async fn refuses_by_name_and_changes_nothing(app: TestApp) {
    let _callers = Tenants::new(&app).await;
    for (member, status, param) in [
        (json!({"role": "internal_user"}), 422, "user_id"),
        (json!({"role": "proxy_admin", "user_id": "user"}), 422, "role"),
        (json!({"user_id": "user"}), 422, "role"),
        (
            json!([{"role": "internal_user", "user_id": "user"}, {"role": "internal_user", "user_id": "member"}]),
            400,
            "member",
        ),
        (json!([]), 422, "member"),
        (json!(["user"]), 422, "member"),
        (json!({"role": "internal_user", "user_id": "user", "colour": "red"}), 422, "colour"),
    ] {
        let body = json!({"organization_id": "ours", "member": member});
        let (found, error) = app.post(MASTER, ADD, &body).await;
        assert_eq!((found.as_u16(), &error["error"]["param"]), (status, &json!(param)), "{body}: {error}");
    }
    let (_, info) = app.get(MASTER, "/organization/info?organization_id=ours").await;
    assert_eq!(info["members"].as_array().unwrap().len(), 2);
    let none = json!({"organization_id": "ours", "user_id": "user", "role": "org_admin"});
    assert_eq!(app.call(MASTER, "PATCH", UPDATE, none).await.0, StatusCode::NOT_FOUND);
}
