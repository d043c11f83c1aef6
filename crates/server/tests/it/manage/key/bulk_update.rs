//! `POST /key/bulk_update`.

use http::StatusCode;
use serde_json::{Value, json};

use crate::app::{MASTER, TestApp, on_both};
use crate::tenants::Tenants;

on_both![one_that_fails_undoes_no_other, what_has_no_form_changes_nothing, others_change_nothing,];

const PATH: &str = "/key/bulk_update";

async fn one_that_fails_undoes_no_other(app: TestApp) {
    let (first, first_hash) = app.generate(json!({"key_alias": "first"})).await;
    let (_, second) = app.generate(json!({"max_budget": 1, "tags": ["old"]})).await;
    let body = json!({"keys": [
        {"key": first, "max_budget": 5, "tags": ["a"]},
        {"key": "sk-there-is-no-such-key", "max_budget": 5},
        {"key": second, "team_id": "no-such-team"},
        {"key": second, "max_budget": null},
    ]});
    let (status, answer) = app.post(MASTER, PATH, body).await;
    assert_eq!((status, &answer["total_requested"]), (StatusCode::OK, &json!(4)));
    let done = answer["successful_updates"].as_array().unwrap();
    assert_eq!(done.iter().map(|one| &one["key"]).collect::<Vec<_>>(), [&json!(first), &json!(second)]);
    assert_eq!((&done[0]["key_info"]["max_budget"], done[0]["key_info"].get("token")), (&json!(5.0), None));
    assert_eq!(done[0]["key_info"]["metadata"], json!({"tags": ["a"]}));
    assert_eq!(done[1]["key_info"]["max_budget"], Value::Null);
    let failed = answer["failed_updates"].as_array().unwrap();
    let missing = json!({"key": "sk-there-is-no-such-key", "key_info": null, "failed_reason": "No such key."});
    assert_eq!((failed.len(), &failed[0], &failed[1]["key"]), (2, &missing, &json!(second)));
    let (_, shown) = app.get(MASTER, &format!("/key/info?key={first_hash}")).await;
    assert_eq!((&shown["info"]["max_budget"], &shown["info"]["key_alias"]), (&json!(5.0), &json!("first")));
}

async fn what_has_no_form_changes_nothing(app: TestApp) {
    let (key, hash) = app.generate(json!({})).await;
    let good = json!({"key": key, "max_budget": 1});
    let many: Vec<_> = (0..501).map(|_| good.clone()).collect();
    for (body, status, param) in [
        (json!({}), StatusCode::UNPROCESSABLE_ENTITY, "keys"),
        (json!({"keys": []}), StatusCode::BAD_REQUEST, "keys"),
        (json!({"keys": many}), StatusCode::BAD_REQUEST, "keys"),
        (json!({"keys": [good, {"max_budget": 1}]}), StatusCode::UNPROCESSABLE_ENTITY, "key"),
        (json!({"keys": [good, {"key": key, "colour": 1}]}), StatusCode::UNPROCESSABLE_ENTITY, "colour"),
        (json!({"keys": [good], "all": 1}), StatusCode::UNPROCESSABLE_ENTITY, "all"),
    ] {
        let (answered, error) = app.post(MASTER, PATH, &body).await;
        assert_eq!((answered, &error["error"]["param"]), (status, &json!(param)));
    }
    assert_eq!(app.get(MASTER, &format!("/key/info?key={hash}")).await.1["info"]["max_budget"], Value::Null);
}

async fn others_change_nothing(app: TestApp) {
    let tenants = Tenants::new(&app).await;
    let (_, hash) = app.generate(json!({"team_id": "our-team", "user_id": "member"})).await;
    let ask = json!({"keys": [{"key": hash, "tags": ["b"]}]});
    for (key, expected) in [
        (&tenants.viewer, StatusCode::FORBIDDEN),
        (&tenants.org_admin, StatusCode::UNAUTHORIZED),
        (&tenants.user, StatusCode::UNAUTHORIZED),
        (&tenants.user_viewer, StatusCode::UNAUTHORIZED),
        (&tenants.service, StatusCode::UNAUTHORIZED),
    ] {
        assert_eq!(app.post(key, PATH, &ask).await.0, expected);
    }
    // a team could let them change keys of their own
    for key in [&tenants.member, &tenants.team_admin, &tenants.stranger] {
        let (status, answer) = app.post(key, PATH, &ask).await;
        assert_eq!((status, &answer["successful_updates"]), (StatusCode::OK, &json!([])), "{answer}");
    }
    let (status, answer) = app.post(&tenants.admin, PATH, json!({"keys": [{"key": hash, "tags": ["a"]}]})).await;
    assert_eq!((status, &answer["failed_updates"]), (StatusCode::OK, &json!([])));
}
