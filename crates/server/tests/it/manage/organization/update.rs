//! `PATCH /organization/update`, `PATCH /v2/organization/{organization_id}`.

use http::StatusCode;
use serde_json::{Value, json};

use crate::app::{MASTER, TestApp, on_both};
use crate::tenants::Tenants;

on_both![
    metadata_are_merged_and_limits_cleared,
    what_was_read_can_be_sent_back,
    a_merge_patch_replaces,
    a_shared_budget_is_not_changed_in_passing,
    what_does_not_exist_is_not_found,
];

async fn make(app: &TestApp, more: Value) {
    let mut body = json!({"organization_id": "o", "organization_alias": "O", "max_budget": 5, "tpm_limit": 7});
    for (name, value) in more.as_object().unwrap() {
        body[name] = value.clone();
    }
    let (status, made) = app.post(MASTER, "/organization/new", body).await;
    assert_eq!(status, StatusCode::OK, "{made}");
}

async fn metadata_are_merged_and_limits_cleared(app: TestApp) {
    make(&app, json!({"metadata": {"a": {"x": 1}, "b": 1}, "models": ["echo"]})).await;
    let change = json!({
        "organization_id": "o", "metadata": {"a": {"y": 2}}, "models": null, "organization_alias": null, "budget_id": null,
        "max_budget": null, "rpm_limit": 3, "model_tpm_limit": {"echo": 1}, "updated_by": "me",
    });
    let (status, changed) = app.call(MASTER, "PATCH", "/organization/update", change).await;
    assert_eq!(status, StatusCode::OK, "{changed}");
    let metadata = json!({"a": {"x": 1, "y": 2}, "b": 1, "model_tpm_limit": {"echo": 1}});
    assert_eq!((&changed["metadata"], &changed["models"]), (&metadata, &json!(["echo"])));
    let budget = &changed["litellm_budget_table"];
    assert_eq!((&budget["max_budget"], &budget["tpm_limit"]), (&json!(null), &json!(7)));
    assert_eq!((&budget["rpm_limit"], &changed["organization_alias"]), (&json!(3), &json!("O")));
    assert_eq!((&changed["members"], &changed["teams"]), (&json!([]), &json!([])));
    assert_eq!(app.get(MASTER, "/organization/info?organization_id=o").await.1, changed);
}

async fn what_was_read_can_be_sent_back(app: TestApp) {
    make(&app, json!({"budget_duration": "30d"})).await;
    let (_, mut read) = app.get(MASTER, "/organization/info?organization_id=o").await;
    let mut change = json!({"organization_id": "o", "budget_id": read["budget_id"]});
    change["litellm_budget_table"] = read["litellm_budget_table"].take();
    change["litellm_budget_table"]["max_budget"] = json!(6);
    change["tpm_limit"] = json!(8);
    let (status, changed) = app.call(MASTER, "PATCH", "/organization/update", &change).await;
    assert_eq!(status, StatusCode::OK, "{changed}");
    let budget = &changed["litellm_budget_table"];
    assert_eq!((&budget["max_budget"], &budget["tpm_limit"]), (&json!(6.0), &json!(8)));
    change["litellm_budget_table"]["colour"] = json!("red");
    let (status, error) = app.call(MASTER, "PATCH", "/organization/update", change).await;
    assert_eq!((status, &error["error"]["param"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("colour")));
}

async fn a_merge_patch_replaces(app: TestApp) {
    make(&app, json!({"metadata": {"a": 1}, "models": ["echo"]})).await;
    let change = json!({"metadata": {"b": 2}, "models": [], "max_budget": null, "soft_budget": 1});
    let (status, changed) = app.call(MASTER, "PATCH", "/v2/organization/o", change).await;
    assert_eq!(status, StatusCode::OK, "{changed}");
    assert_eq!((&changed["metadata"], &changed["models"]), (&json!({"b": 2}), &json!([])));
    let budget = &changed["litellm_budget_table"];
    assert_eq!((&budget["max_budget"], &budget["soft_budget"]), (&json!(null), &json!(1.0)));
    let (_, changed) = app.call(MASTER, "PATCH", "/v2/organization/o", json!({"metadata": null})).await;
    assert_eq!(changed["metadata"], json!({}));
    for (change, param) in [
        (json!({"organization_alias": null}), "organization_alias"),
        (json!({"models": null}), "models"),
        (json!({"rpm_limit": -1}), "rpm_limit"),
        (json!({"budget_duration": "soon"}), "budget_duration"),
        (json!({"organization_id": "p"}), "organization_id"),
    ] {
        let (status, error) = app.call(MASTER, "PATCH", "/v2/organization/o", &change).await;
        assert_eq!((status, &error["error"]["param"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!(param)), "{change}");
    }
}

async fn a_shared_budget_is_not_changed_in_passing(app: TestApp) {
    app.post(MASTER, "/budget/new", json!({"budget_id": "shared", "max_budget": 5})).await;
    for id in ["a", "b"] {
        let body = json!({"organization_id": id, "organization_alias": id, "budget_id": "shared"});
        app.post(MASTER, "/organization/new", body).await;
    }
    let change = json!({"organization_id": "a", "max_budget": 6});
    let (status, error) = app.call(MASTER, "PATCH", "/organization/update", &change).await;
    assert_eq!((status, &error["error"]["param"]), (StatusCode::BAD_REQUEST, &json!("budget_id")), "{error}");
    let same = json!({"organization_id": "a", "max_budget": 5, "organization_alias": "A"});
    assert_eq!(app.call(MASTER, "PATCH", "/organization/update", same).await.0, StatusCode::OK);
    app.post(MASTER, "/budget/new", json!({"budget_id": "other"})).await;
    let another = json!({"organization_id": "b", "budget_id": "other"});
    assert_eq!(app.call(MASTER, "PATCH", "/organization/update", another).await.1["budget_id"], "other");
    // nobody else has it any more
    let (_, changed) = app.call(MASTER, "PATCH", "/organization/update", change).await;
    assert_eq!(changed["litellm_budget_table"]["max_budget"], 6.0);
    assert_eq!(app.post(MASTER, "/budget/info", json!({"budgets": ["shared"]})).await.1[0]["max_budget"], 6.0);
}

async fn what_does_not_exist_is_not_found(app: TestApp) {
    let _callers = Tenants::new(&app).await;
    for (path, body) in
        [("/organization/update", json!({"organization_id": "none"})), ("/v2/organization/none", json!({}))]
    {
        let (status, error) = app.call(MASTER, "PATCH", path, body).await;
        assert_eq!((status, &error["error"]["type"]), (StatusCode::NOT_FOUND, &json!("not_found_error")), "{path}");
    }
    let (status, error) = app.call(MASTER, "PATCH", "/organization/update", "{}").await;
    assert_eq!((status, &error["error"]["param"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("organization_id")));
}
