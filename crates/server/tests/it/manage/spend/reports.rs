//! Reports in LiteLLM's form: `/spend/…`, `/global/…`, `/…/spend/report`, `/provider/budgets`.

use std::sync::Arc;

use engine::settings::{WrittenBudget, WrittenBudgets};
use http::StatusCode;
use money::Nanos;
use serde_json::{Value, json};
use store::KeyHash;
use store::ledger::{self, AttemptStatus, LedgerRow, Payer};

use super::{attempt, tagged};
use crate::app::{MASTER, NOON, TestApp, on_both};

on_both![
    reports_have_the_shapes_of_litellm,
    lists_of_the_largest_have_the_shapes_of_litellm,
    logs_by_pages_are_filtered_and_sorted,
    everybody_is_told_of_his_own,
    a_price_is_told_before_and_after_a_call,
    all_that_was_spent_is_forgiven_by_the_master_key_alone,
    reports_say_the_same_when_hours_are_rolled_up,
    budgets_of_providers_are_shown,
    what_providers_refused_is_counted_by_day_and_deployment,
];

const DAY: i64 = 86_400_000_000;
const DAYS: &str = "start_date=2026-01-01&end_date=2026-01-31";

async fn get(app: &TestApp, key: &str, path: &str) -> Value {
    let (status, answer) = app.get(key, path).await;
    assert_eq!(status, StatusCode::OK, "{path}: {answer}");
    answer
}

/// Four attempts of a key of a team, of the master key, for a customer and with tags; the key and its hash.
async fn spent(app: &TestApp) -> (String, String) {
    let (status, team) = app.post(MASTER, "/team/new", json!({"team_id": "red", "team_alias": "Red"})).await;
    assert_eq!(status, StatusCode::OK, "{team}");
    let (key, hash) = app.generate(json!({"key_alias": "build", "team_id": "red"})).await;
    let payer = Payer { team_id: Some("red".to_owned()), ..Payer::key(KeyHash::parse(&hash).unwrap()) };
    let of_team = Arc::new(payer.clone());
    let of_customer = Arc::new(Payer { customer_id: Some("carol".to_owned()), ..payer });
    let other = |row: LedgerRow| LedgerRow {
        model: "slow-1".to_owned(),
        model_group: "slow".to_owned(),
        provider: "groq".to_owned(),
        ..row
    };
    let rows = [
        LedgerRow { payer: Arc::clone(&of_team), ..tagged(&["night", "env:prod"], attempt("a", None, 1_000)) },
        LedgerRow { payer: of_customer, ..other(tagged(&["night"], attempt("b", None, 2_000))) },
        LedgerRow {
            payer: of_team,
            started_at: NOON - DAY,
            ended_at: NOON - DAY,
            status: AttemptStatus::Failure,
            ..attempt("c", None, 4_000)
        },
        other(attempt("d", None, 8_000)),
    ];
    ledger::insert_batch(&app.engine.db, &rows).await.unwrap();
    (key, hash)
}

async fn reports_have_the_shapes_of_litellm(app: TestApp) {
    let (_, hash) = spent(&app).await;
    let master = "litellm_proxy_master_key";
    let days = "start_date=2025-12-31&end_date=2026-01-31";
    let used = |model: &str, cost: f64, tokens: u64| json!({"model": model, "total_cost": cost, "total_input_tokens": tokens, "total_output_tokens": 0});
    let of_key = json!({"api_key": hash, "total_cost": 7.0, "total_input_tokens": 7_000, "total_output_tokens": 0,
        "model_details": [used("fast-1", 5.0, 5_000), used("slow-1", 2.0, 2_000)]});
    let of_master = json!({"api_key": master, "total_cost": 8.0, "total_input_tokens": 8_000, "total_output_tokens": 0,
        "model_details": [used("slow-1", 8.0, 8_000)]});
    let spent = |model: &str, key: &str, spend: f64, tokens: u64| json!({"model": model, "api_key": key, "spend": spend, "total_tokens": tokens});
    let (first, second) = ("2025-12-31T00:00:00+00:00", "2026-01-01T00:00:00+00:00");
    for (path, expected) in [
        ("/global/spend".to_owned(), json!({"spend": 15.0, "max_budget": null})),
        (format!("/global/spend/report?{days}&group_by=api_key"), json!([of_master, of_key])),
        (format!("/global/spend/report?{days}&api_key={hash}"), json!([of_key])),
        (format!("/key/spend/report?{days}&api_key={hash}"), json!([of_key])),
        (format!("/key/spend/report?{days}&api_key={master}"), json!([of_master])),
        (format!("/team/spend/report?{days}&team_id=red"), json!([of_key])),
        (format!("/organization/spend/report?{days}&organization_id=none"), json!([])),
        (
            format!("/global/spend/report?{days}"),
            json!([
                {"group_by_day": first, "teams": [
                    {"team_name": "Red", "total_spend": 4.0, "metadata": [spent("fast-1", &hash, 4.0, 4_000)]},
                ]},
                {"group_by_day": second, "teams": [
                    {"team_name": "Unassigned Team", "total_spend": 8.0, "metadata": [spent("slow-1", master, 8.0, 8_000)]},
                    {"team_name": "Red", "total_spend": 3.0,
                        "metadata": [spent("fast-1", &hash, 1.0, 1_000), spent("slow-1", &hash, 2.0, 2_000)]},
                ]},
            ]),
        ),
        (
            format!("/global/spend/report?{days}&group_by=customer&customer_id=carol"),
            json!([{"group_by_day": second, "customers": [
                {"customer": "carol", "total_spend": 2.0, "metadata": [spent("slow-1", &hash, 2.0, 2_000)]},
            ]}]),
        ),
    ] {
        assert_eq!(get(&app, MASTER, &path).await, expected, "{path}");
    }
}

async fn lists_of_the_largest_have_the_shapes_of_litellm(app: TestApp) {
    let (_, hash) = spent(&app).await;
    let (master, days) = ("litellm_proxy_master_key", "start_date=2025-12-31&end_date=2026-01-31");
    for (path, expected) in [
        (
            "/global/spend/logs".to_owned(),
            json!([{"date": "2025-12-31", "spend": 4.0}, {"date": "2026-01-01", "spend": 11.0}]),
        ),
        (
            "/global/spend/keys".to_owned(),
            json!([
                {"api_key": master, "key_alias": null, "key_name": null, "total_spend": 8.0},
                {"api_key": hash, "key_alias": "build", "key_name": key_name(&app, &hash).await, "total_spend": 7.0},
            ]),
        ),
        (
            "/global/spend/models?limit=1".to_owned(),
            json!([{"model": "slow-1", "total_spend": 10.0, "total_tokens": 10_000}]),
        ),
        (
            "/global/spend/teams".to_owned(),
            json!({
                "daily_spend": [{"date": "2025-12-31", "Red": 4.0}, {"date": "2026-01-01", "Red": 3.0, "Unassigned": 8.0}],
                "teams": ["Red", "Unassigned"],
                "total_spend_per_team": [{"team_id": "Unassigned", "total_spend": 8.0}, {"team_id": "Red", "total_spend": 7.0}],
            }),
        ),
        (
            format!("/global/spend/provider?{days}"),
            json!([{"provider": "groq", "spend": 10.0}, {"provider": "openai", "spend": 5.0}]),
        ),
        (
            "/spend/tags".to_owned(),
            json!([
                {"individual_request_tag": "night", "log_count": 2, "total_spend": 3.0},
                {"individual_request_tag": "env:prod", "log_count": 1, "total_spend": 1.0},
            ]),
        ),
        (
            format!("/global/spend/tags?{days}&tags=env:prod"),
            json!({"spend_per_tag": [{"name": "env:prod", "spend": 1.0, "log_count": 1}]}),
        ),
        ("/global/spend/all_tag_names".to_owned(), json!({"tag_names": ["env:prod", "night"]})),
        ("/tag/distinct".to_owned(), json!({"results": [{"tag": "env:prod"}, {"tag": "night"}]})),
        (
            format!("/global/activity?{days}"),
            json!({"daily_data": [
                {"date": "Dec 31", "api_requests": 1, "total_tokens": 4_000}, {"date": "Jan 01", "api_requests": 3, "total_tokens": 11_000},
            ], "sum_api_requests": 4, "sum_total_tokens": 15_000}),
        ),
        (
            format!("/global/activity/model?{DAYS}"),
            json!([
                {"model": "slow", "daily_data": [{"date": "Jan 01", "api_requests": 2, "total_tokens": 10_000}],
                    "sum_api_requests": 2, "sum_total_tokens": 10_000},
                {"model": "fast", "daily_data": [{"date": "Jan 01", "api_requests": 1, "total_tokens": 1_000}],
                    "sum_api_requests": 1, "sum_total_tokens": 1_000},
            ]),
        ),
        ("/provider/budgets".to_owned(), json!({"providers": {}})),
    ] {
        assert_eq!(get(&app, MASTER, &path).await, expected, "{path}");
    }
    let (_, customers) = app.post(MASTER, "/global/spend/end_users", json!({"api_key": hash})).await;
    let (nobody, carol) = (
        json!({"end_user": null, "total_count": 2, "total_spend": 5.0}),
        json!({"end_user": "carol", "total_count": 1, "total_spend": 2.0}),
    );
    assert_eq!(customers, json!([nobody, carol]));
    let activity = get(&app, MASTER, &format!("/tag/daily/activity/aggregated?{days}&tags=night")).await;
    assert_eq!(activity["metadata"]["total_spend"], json!(3.0));
    assert_eq!(activity["results"][0]["breakdown"]["entities"]["night"]["metrics"]["api_requests"], json!(2));
    // noon in London is the next day on Kiritimati
    let far = get(&app, MASTER, &format!("/user/daily/activity?{DAYS}&timezone=-840")).await;
    let dates: Vec<_> =
        far["results"].as_array().unwrap().iter().map(|day| (&day["date"], &day["metrics"]["spend"])).collect();
    assert_eq!(dates, [(&json!("2026-01-02"), &json!(11.0)), (&json!("2026-01-01"), &json!(4.0))]);
}

async fn key_name(app: &TestApp, hash: &str) -> Value {
    get(app, MASTER, &format!("/key/info?key={hash}")).await["info"]["key_name"].clone()
}

async fn logs_by_pages_are_filtered_and_sorted(app: TestApp) {
    let (key, hash) = spent(&app).await;
    for (query, expected) in [
        (String::new(), &["a", "b", "d", "c"][..]),
        ("page_size=1&page=4".to_owned(), &["c"]),
        ("sort_by=spend&sort_order=desc".to_owned(), &["d", "c", "b", "a"]),
        ("sort_by=total_tokens&sort_order=asc".to_owned(), &["a", "b", "c", "d"]),
        ("min_spend=2&max_spend=4".to_owned(), &["b", "c"]),
        ("status_filter=failure".to_owned(), &["c"]),
        ("model=slow".to_owned(), &["b", "d"]),
        ("model_group=fast&team_id=red".to_owned(), &["a", "c"]),
        ("model_id=d1&end_user=carol".to_owned(), &["b"]),
        ("key_alias=build&start_date=2026-01-01 00:00:00".to_owned(), &["a", "b"]),
        ("key_alias=nobody".to_owned(), &[]),
        (format!("api_key={hash}"), &["a", "b", "c"]),
        ("api_key=litellm_proxy_master_key".to_owned(), &["d"]),
        ("error_code=200".to_owned(), &["a", "b", "d", "c"]),
        ("error_code=timeout".to_owned(), &[]),
    ] {
        for path in ["/spend/logs/v2", "/spend/logs/ui"] {
            let page = get(&app, MASTER, &format!("{path}?{}", query.replace(' ', "%20"))).await;
            let ids: Vec<_> =
                page["data"].as_array().unwrap().iter().map(|row| row["request_id"].as_str().unwrap()).collect();
            assert_eq!(ids, expected, "{query}");
        }
    }
    let page = get(&app, &key, "/spend/logs/v2?page_size=2").await;
    assert_eq!(
        (&page["total"], &page["page"], &page["page_size"], &page["total_pages"]),
        (&json!(3), &json!(1), &json!(2), &json!(2))
    );
    assert_eq!(page["data"][0]["request_tags"], json!(["night", "env:prod"]));
    for (query, param) in [("session_id=s", "session_id"), ("sort_by=model", "sort_by"), ("nothing=1", "nothing")] {
        let (status, error) = app.get(MASTER, &format!("/spend/logs/v2?{query}")).await;
        assert_eq!((status, &error["error"]["param"]), (StatusCode::BAD_REQUEST, &json!(param)));
    }
}

async fn everybody_is_told_of_his_own(app: TestApp) {
    let (key, hash) = spent(&app).await;
    let (other, _) = app.generate(json!({})).await;
    for (key, spend) in [(key.as_str(), 7.0), (&other, 0.0), (MASTER, 15.0)] {
        assert_eq!(get(&app, key, "/global/spend").await["spend"], json!(spend));
    }
    assert_eq!(get(&app, &key, &format!("/key/spend/report?{DAYS}")).await[0]["total_cost"], json!(3.0));
    assert_eq!(get(&app, &key, &format!("/team/spend/report?{DAYS}")).await[0]["api_key"], json!(hash));
    assert_eq!(get(&app, &other, &format!("/key/spend/report?{DAYS}&api_key={hash}")).await, json!([]));
    let keys = get(&app, MASTER, "/spend/keys").await;
    assert_eq!((&keys[0]["key_alias"], &keys[0]["spend"]), (&json!("build"), &json!(7.0)));
    assert_eq!(get(&app, &other, "/spend/keys").await.as_array().unwrap().len(), 1);
    let (_, made) = app.post(MASTER, "/user/new", json!({"user_id": "ada", "auto_create_key": false})).await;
    assert_eq!(made["user_id"], "ada");
    assert_eq!(get(&app, MASTER, "/spend/users?user_id=ada").await[0]["user_id"], "ada");
    assert_eq!(get(&app, &other, "/spend/users").await, json!([]));
}

async fn a_price_is_told_before_and_after_a_call(app: TestApp) {
    app.serve_priced("0.001");
    let calculate = async |body: Value| app.post(MASTER, "/spend/calculate", body).await;
    let messages = json!([{"role": "user", "content": "four"}]);
    let (status, told) = calculate(json!({"model": "fast", "messages": messages})).await;
    assert_eq!((status, &told), (StatusCode::OK, &json!({"cost": 0.005})));
    let answer = json!({"model": "fast", "usage": {"prompt_tokens": 9, "completion_tokens": 12, "total_tokens": 21}});
    let (_, told) = calculate(json!({"completion_response": answer})).await;
    assert_eq!(told, json!({"cost": 0.021}));
    for (body, param) in [
        (json!({"model": "fast"}), "messages"),
        (json!({}), "model"),
        (json!({"model": "nobody", "messages": messages}), "model"),
        (json!({"completion_response": {"usage": {}}}), "completion_response"),
    ] {
        let (status, error) = calculate(body).await;
        assert_eq!((status, &error["error"]["param"]), (StatusCode::BAD_REQUEST, &json!(param)), "{error}");
    }
}

async fn all_that_was_spent_is_forgiven_by_the_master_key_alone(app: TestApp) {
    let (_, hash) = spent(&app).await;
    let boss = json!({"user_id": "boss", "user_role": "proxy_admin"});
    let (status, boss) = app.post(MASTER, "/user/new", boss).await;
    assert_eq!(status, StatusCode::OK, "{boss}");
    let admin = boss["key"].as_str().unwrap().to_owned();
    let (status, _) = app.post(&admin, "/global/spend/reset", "").await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    assert_eq!(get(&app, MASTER, &format!("/key/info?key={hash}")).await["info"]["spend"], json!(7.0));
    let (status, answer) = app.post(MASTER, "/global/spend/reset", "").await;
    assert_eq!((status, &answer["status"]), (StatusCode::OK, &json!("success")));
    let key = get(&app, MASTER, &format!("/key/info?key={hash}")).await["info"].take();
    assert_eq!((&key["spend"], &key["total_spend"]), (&json!(0.0), &json!(7.0)));
    assert_eq!(get(&app, MASTER, "/team/info?team_id=red").await["team_info"]["spend"], json!(0.0));
    assert_eq!(get(&app, MASTER, "/global/spend").await["spend"], json!(15.0), "the ledger stays");
}

async fn reports_say_the_same_when_hours_are_rolled_up(app: TestApp) {
    let (key, _) = spent(&app).await;
    let asked = async || {
        let mut answers = Vec::new();
        for path in ["/global/spend", "/spend/tags", "/global/spend/teams", "/global/spend/logs"] {
            answers.push(get(&app, MASTER, path).await);
            answers.push(get(&app, &key, path).await);
        }
        for zone in ["0", "-330", "480"] {
            answers.push(get(&app, MASTER, &format!("/team/daily/activity/aggregated?{DAYS}&timezone={zone}")).await);
        }
        answers
    };
    let before = asked().await;
    ledger::roll_up(&app.engine.db, NOON + DAY).await.unwrap();
    assert_eq!(asked().await, before);
}

async fn budgets_of_providers_are_shown(app: TestApp) {
    let budget =
        |cap, duration: Option<&str>| WrittenBudget { cap: Nanos::new(cap), duration: duration.map(str::to_owned) };
    let of_providers =
        [("echo".to_owned(), budget(5_000_000_000, Some("1d"))), ("openai".to_owned(), budget(1_000_000_000, None))];
    app.with_budgets(WrittenBudgets { of_providers: of_providers.into(), ..WrittenBudgets::default() });
    let shown = get(&app, MASTER, "/provider/budgets").await;
    let expected = json!({"providers": {
        "echo": {"budget_limit": 5.0, "time_period": "1d", "spend": 0.0, "budget_reset_at": "2026-01-02T00:00:00.000000Z"},
        "openai": {"budget_limit": 1.0, "time_period": null, "spend": 0.0, "budget_reset_at": null},
    }});
    assert_eq!(shown, expected);
}

async fn what_providers_refused_is_counted_by_day_and_deployment(app: TestApp) {
    spent(&app).await;
    let refused = |id: &str, deployment: &str, at: i64, status: u16| LedgerRow {
        status: AttemptStatus::Failure,
        http_status: Some(status),
        deployment_id: deployment.to_owned(),
        model_group: "fast".to_owned(),
        started_at: at,
        ended_at: at,
        ..attempt(id, None, 1)
    };
    let rows = [
        refused("r1", "d1", NOON, 429),
        refused("r2", "d2", NOON, 429),
        refused("r3", "d2", NOON - DAY, 429),
        refused("r4", "d2", NOON, 500),
        LedgerRow { model_group: "slow".to_owned(), ..refused("r5", "d3", NOON, 429) },
    ];
    ledger::insert_batch(&app.engine.db, &rows).await.unwrap();
    let days = "model_group=fast&start_date=2025-12-01&end_date=2026-01-31";
    let day = |date: &str, number: u64| json!({"date": date, "num_rate_limit_exceptions": number});
    let all = get(&app, MASTER, &format!("/global/activity/exceptions?{days}")).await;
    let expected = json!({"daily_data": [day("Dec 31", 1), day("Jan 01", 2)], "sum_num_rate_limit_exceptions": 3});
    assert_eq!(all, expected);
    let by_deployment = get(&app, MASTER, &format!("/global/activity/exceptions/deployment?{days}")).await;
    let expected = json!([
        {"api_base": "d2", "daily_data": [day("Dec 31", 1), day("Jan 01", 1)], "sum_num_rate_limit_exceptions": 2},
        {"api_base": "d1", "daily_data": [day("Jan 01", 1)], "sum_num_rate_limit_exceptions": 1},
    ]);
    assert_eq!(by_deployment, expected);
    let (status, error) = app.get(MASTER, &format!("/global/activity/exceptions?{DAYS}")).await;
    assert_eq!((status, &error["error"]["param"]), (StatusCode::BAD_REQUEST, &json!("model_group")));
    assert_eq!(get(&app, MASTER, "/global/all_end_users").await, json!({"end_users": ["carol"]}));
}
