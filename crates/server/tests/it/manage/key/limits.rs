//! Limits of keys as they are given, and as calls feel them.

use http::StatusCode;
use serde_json::{Value, json};

use crate::app::{MASTER, TestApp, on_both};

on_both![
    what_is_given_holds_for_the_next_call,
    what_is_guaranteed_is_never_more_than_the_team_has,
    fields_that_loosen_a_limit_are_not_the_owners,
];

async fn what_is_given_holds_for_the_next_call(app: TestApp) {
    let body = json!({
        "rpm_limit": 3, "rph_limit": 100, "rpd_limit": 1000, "tph_limit": 1_000_000, "model_itpm_limit": {"echo": 100_000},
        "model_otpm_limit": {"echo": 100_000}, "default_estimated_output_tokens": 10, "rpm_limit_type": "best_effort_throughput",
        "throttle_on_budget_exceeded": true, "tag_rpm_limit": {"red": 1}, "budget_fallbacks": {"big": ["echo"]},
    });
    let (_, made) = app.post(MASTER, "/key/generate", body).await;
    let key = made["key"].as_str().unwrap().to_owned();
    for (pointer, value) in [
        ("/rpm_limit", json!(3)),
        ("/rph_limit", json!(100)),
        ("/metadata/model_itpm_limit", json!({"echo": 100_000})),
        ("/metadata/default_estimated_output_tokens", json!(10)),
        ("/metadata/throttle_on_budget_exceeded", json!(true)),
        ("/metadata/tag_rpm_limit", json!({"red": 1})),
        ("/budget_fallbacks", json!({"big": ["echo"]})),
        ("/metadata/rpm_limit_type", json!("best_effort_throughput")),
    ] {
        assert_eq!(made.pointer(pointer), Some(&value), "{made}");
    }
    let ask = json!({"model": "echo", "messages": [{"role": "user", "content": "hi"}]});
    for _ in 0..3 {
        assert_eq!(app.post(&key, "/v1/chat/completions", &ask).await.0, StatusCode::OK);
    }
    let (status, error) = app.post(&key, "/v1/chat/completions", &ask).await;
    assert_eq!(
        (status, &error["error"]["type"]),
        (StatusCode::TOO_MANY_REQUESTS, &json!("throttling_error")),
        "{error}"
    );
    assert!(!error.to_string().contains(&key), "{error}");
    // raised, it holds at once, and what was used stays used
    let (status, changed) = app.post(MASTER, "/key/update", json!({"key": key, "rpm_limit": 4})).await;
    assert_eq!(status, StatusCode::OK, "{changed}");
    assert_eq!(app.post(&key, "/v1/chat/completions", &ask).await.0, StatusCode::OK);
    assert_eq!(app.post(&key, "/v1/chat/completions", &ask).await.0, StatusCode::TOO_MANY_REQUESTS);
    let cleared = json!({"key": key, "rpm_limit": null, "tag_rpm_limit": {"red": 0}, "budget_fallbacks": null});
    let (status, changed) = app.post(MASTER, "/key/update", cleared).await;
    assert_eq!((status, &changed["budget_fallbacks"]), (StatusCode::OK, &json!({})), "{changed}");
    for (tag, status) in [("red", StatusCode::TOO_MANY_REQUESTS), ("blue", StatusCode::OK)] {
        let mut ask = ask.clone();
        ask["tags"] = json!([tag]);
        assert_eq!(app.post(&key, "/v1/chat/completions", ask).await.0, status, "{tag}");
    }
}

async fn what_is_guaranteed_is_never_more_than_the_team_has(app: TestApp) {
    let team = json!({"team_id": "t", "rpm_limit": 10, "model_tpm_limit": {"echo": 1000}});
    assert_eq!(app.post(MASTER, "/team/new", team).await.0, StatusCode::OK);
    let generate = async |rpm: u64, tpm: u64, kind: &str| {
        let body = json!({
            "team_id": "t", "rpm_limit": rpm, "model_tpm_limit": {"echo": tpm}, "rpm_limit_type": kind, "tpm_limit_type": kind,
        });
        let (status, made) = app.post(MASTER, "/key/generate", body).await;
        (status, made["error"]["param"].clone(), made["key"].clone())
    };
    let (status, _, first) = generate(6, 600, "guaranteed_throughput").await;
    assert_eq!(status, StatusCode::OK);
    for (rpm, tpm, kind, refused) in [
        (5, 100, "guaranteed_throughput", json!("rpm_limit")),
        (4, 500, "guaranteed_throughput", json!("model_tpm_limit")),
        (9, 900, "best_effort_throughput", Value::Null),
        (9, 900, "dynamic", Value::Null),
        (4, 400, "guaranteed_throughput", Value::Null),
        (1, 0, "guaranteed_throughput", json!("rpm_limit")),
    ] {
        let (status, param, _) = generate(rpm, tpm, kind).await;
        assert_eq!((status == StatusCode::OK, param), (refused.is_null(), refused), "{rpm} {tpm} {kind}");
    }
    let raise = |rpm: u64| json!({"key": first, "rpm_limit": rpm});
    let (status, error) = app.post(MASTER, "/key/update", raise(7)).await;
    assert_eq!((status, &error["error"]["param"]), (StatusCode::BAD_REQUEST, &json!("rpm_limit")), "{error}");
    assert_eq!(app.post(MASTER, "/key/update", raise(5)).await.0, StatusCode::OK);
    assert_eq!(generate(1, 0, "guaranteed_throughput").await.0, StatusCode::OK);
    let (status, error) = app.post(MASTER, "/key/generate", json!({"rpm_limit_type": "often"})).await;
    assert_eq!(
        (status, &error["error"]["param"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("rpm_limit_type")),
        "{error}"
    );
}

async fn fields_that_loosen_a_limit_are_not_the_owners(app: TestApp) {
    let user = json!({"user_id": "u", "user_role": "internal_user", "auto_create_key": false});
    assert_eq!(app.post(MASTER, "/user/new", user).await.0, StatusCode::OK);
    let own = app.generate(json!({"user_id": "u"})).await.0;
    for field in [
        json!({"rpm_limit_type": "dynamic"}),
        json!({"metadata": {"rpm_limit_type": "dynamic"}}),
        json!({"metadata": {"priority": "prod"}}),
        json!({"default_estimated_output_tokens": 0}),
        json!({"throttle_on_budget_exceeded": true}),
    ] {
        let (status, error) = app.post(&own, "/key/generate", &field).await;
        assert_eq!(status, StatusCode::FORBIDDEN, "{field}: {error}");
    }
    let (status, made) =
        app.post(&own, "/key/generate", json!({"rpm_limit": 5, "model_itpm_limit": {"echo": 5}})).await;
    assert_eq!(status, StatusCode::OK, "{made}");
}
