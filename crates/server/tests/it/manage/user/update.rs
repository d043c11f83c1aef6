//! `POST /user/update`.

use http::StatusCode;
use serde_json::{Value, json};

use crate::app::{MASTER, TestApp, on_both};
use crate::tenants::Tenants;

on_both![
    changes_what_is_named_and_clears_what_is_null,
    users_are_found_by_id_or_by_address,
    a_role_counts_from_the_next_call_on,
    users_change_what_they_are_called,
    others_do_not_exist,
];

async fn changes_what_is_named_and_clears_what_is_null(app: TestApp) {
    let user = json!({"user_id": "u", "user_alias": "A", "max_budget": 5, "budget_duration": "1d", "models": ["echo"],
        "metadata": {"a": 1, "tags": ["t"]}, "auto_create_key": false});
    app.post(MASTER, "/user/new", user).await;
    let change = json!({"user_id": "u", "max_budget": null, "budget_duration": null, "user_role": null, "tpm_limit": 9,
        "metadata": {"b": 2}, "teams": ["ignored"], "auto_create_key": true, "organizations": [], "models": []});
    let (status, changed) = app.post(MASTER, "/user/update", change).await;
    assert_eq!((status, &changed["user_id"]), (StatusCode::OK, &json!("u")), "{changed}");
    let row = &changed["data"];
    assert_eq!(
        (&row["max_budget"], &row["budget_reset_at"], &row["tpm_limit"]),
        (&Value::Null, &Value::Null, &json!(9))
    );
    assert_eq!((&row["user_alias"], &row["user_role"]), (&json!("A"), &json!("internal_user")));
    assert_eq!((&row["metadata"], &row["models"], &row["teams"]), (&json!({"b": 2}), &json!([]), &json!([])));
    for (body, status, param) in [
        (json!({"user_id": "u", "colour": 1}), StatusCode::UNPROCESSABLE_ENTITY, "colour"),
        (json!({"user_id": "u", "password": "x"}), StatusCode::BAD_REQUEST, "password"),
        (json!({"user_id": "u", "spend": 3}), StatusCode::BAD_REQUEST, "spend"),
        (json!({"user_id": "u", "user_role": "team"}), StatusCode::UNPROCESSABLE_ENTITY, "user_role"),
        (json!({"max_budget": 1}), StatusCode::UNPROCESSABLE_ENTITY, "user_id"),
    ] {
        let (refused, error) = app.post(MASTER, "/user/update", &body).await;
        assert_eq!((refused, &error["error"]["param"]), (status, &json!(param)), "{body}");
    }
}

async fn users_are_found_by_id_or_by_address(app: TestApp) {
    for id in ["a", "b"] {
        let user = json!({"user_id": id, "user_email": format!("{id}@example.org"), "auto_create_key": false});
        app.post(MASTER, "/user/new", user).await;
    }
    let (status, changed) =
        app.post(MASTER, "/user/update", json!({"user_email": "A@example.org", "user_alias": "x"})).await;
    assert_eq!((status, &changed["user_id"]), (StatusCode::OK, &json!("a")), "{changed}");
    let taken = json!({"user_id": "b", "user_email": "A@example.org"});
    assert_eq!(app.post(MASTER, "/user/update", taken).await.0, StatusCode::CONFLICT);
    let moved = json!({"user_id": "b", "user_email": "c@example.org"});
    assert_eq!(app.post(MASTER, "/user/update", moved).await.1["data"]["user_email"], "c@example.org");
    for body in [json!({"user_id": "none", "max_budget": 1}), json!({"user_email": "none@example.org"})] {
        assert_eq!(app.post(MASTER, "/user/update", body).await.0, StatusCode::NOT_FOUND);
    }
}

async fn a_role_counts_from_the_next_call_on(app: TestApp) {
    let callers = Tenants::new(&app).await;
    assert_eq!(app.get(&callers.user, "/user/list").await.0, StatusCode::UNAUTHORIZED);
    let raise = json!({"user_id": "user", "user_role": "proxy_admin_viewer"});
    assert_eq!(app.post(&callers.admin, "/user/update", raise).await.0, StatusCode::OK);
    assert_eq!(app.get(&callers.user, "/user/list").await.0, StatusCode::OK);
}

async fn users_change_what_they_are_called(app: TestApp) {
    let callers = Tenants::new(&app).await;
    for key in [&callers.user, &callers.member, &callers.org_admin] {
        let (_, own) = app.get(key, "/v2/user/info").await;
        let id = &own["user_id"];
        let (status, changed) = app.post(key, "/user/update", json!({"user_id": id, "user_alias": "Me"})).await;
        assert_eq!((status, &changed["data"]["user_alias"]), (StatusCode::OK, &json!("Me")), "{changed}");
        for (field, value) in [
            ("user_role", json!("proxy_admin")),
            ("max_budget", json!(1_000)),
            ("user_email", json!("x@example.org")),
            ("models", json!(["echo"])),
            ("metadata", json!({"a": 1})),
            ("tpm_limit", json!(1)),
        ] {
            let (status, error) = app.post(key, "/user/update", json!({"user_id": id, field: value})).await;
            assert_eq!((status, &error["error"]["param"]), (StatusCode::FORBIDDEN, &json!(field)), "{error}");
        }
    }
}

async fn others_do_not_exist(app: TestApp) {
    let callers = Tenants::new(&app).await;
    let body = |id: &str| json!({"user_id": id, "user_alias": "x"});
    for key in [&callers.org_admin, &callers.user, &callers.stranger] {
        let missing = app.post(key, "/user/update", body("none")).await;
        assert_eq!(missing.0, StatusCode::NOT_FOUND);
        assert_eq!(app.post(key, "/user/update", body("admin")).await, missing);
        let by_address = json!({"user_email": "admin@example.org", "user_alias": "x"});
        assert_eq!(app.post(key, "/user/update", by_address).await, missing);
    }
    // one that is seen is not for the leader to change
    assert_eq!(app.post(&callers.org_admin, "/user/update", body("member")).await.0, StatusCode::FORBIDDEN);
    assert_eq!(app.post(&callers.viewer, "/user/update", body("member")).await.0, StatusCode::FORBIDDEN);
    for key in [&callers.user_viewer, &callers.service] {
        assert_eq!(app.post(key, "/user/update", body("user_viewer")).await.0, StatusCode::UNAUTHORIZED);
    }
}
