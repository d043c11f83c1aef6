//! `GET /…/daily/activity`: what was done a day, by whom, and who sees it.

use std::sync::Arc;

use http::StatusCode;
use money::{Nanos, Tokens};
use serde_json::{Value, json};
use store::keys::KeyRow;
use store::ledger::{AttemptStatus, LedgerRow, Payer, Provenance, insert_batch};
use store::teams::TeamRow;
use store::{KeyHash, Scope};

use crate::app::{MASTER, NOON, TestApp, on_both};
use crate::tenants::Tenants;

on_both![
    sums_are_broken_down_and_paged,
    everybody_sees_his_own,
    teams_and_organizations_are_seen_from_where_one_stands,
    a_key_that_is_gone_is_still_its_users,
    what_is_wrong_is_named,
];

const DAYS: &str = "start_date=2026-01-01&end_date=2026-01-31";
const DAY: i64 = 86_400_000_000;

/// An attempt that cost as many dollars.
fn attempt(id: &str, key: Option<&str>, (day, dollars, success): (i64, i64, bool)) -> LedgerRow {
    LedgerRow {
        request_id: id.to_owned(),
        attempt: 1,
        payer: Arc::new(key.map(|hash| Payer::key(KeyHash::parse(hash).unwrap())).unwrap_or_default()),
        call_type: "acompletion".to_owned(),
        model_group: "group".to_owned(),
        model: "model".to_owned(),
        deployment_id: "d".to_owned(),
        provider: "echo".to_owned(),
        stream: false,
        started_at: NOON + day * DAY,
        first_byte_at: None,
        ended_at: NOON + day * DAY + 1_500_000,
        tokens: Tokens { input: 10, cache_read: 1, cache_write_5m: 2, cache_write_1h: 3, output: 20, reasoning: 5 },
        cost: Some(Nanos::new(dollars * 1_000_000_000)),
        price_version: None,
        provenance: Provenance::Final,
        status: if success { AttemptStatus::Success } else { AttemptStatus::Failure },
        http_status: None,
        error_kind: None,
        detail: None,
    }
}

/// Charges whoever stands above the keys now.
async fn charge(app: &TestApp, mut rows: Vec<LedgerRow>) {
    let db = &app.engine.db;
    for row in &mut rows {
        let Some(hash) = row.payer.key_hash.clone() else { continue };
        let key: KeyRow = store::require(db, &Scope::Gateway, &[hash.as_str()]).await.unwrap();
        let team = match &key.team_id {
            Some(team) => Some(store::require::<TeamRow>(db, &Scope::Gateway, &[team]).await.unwrap()),
            None => None,
        };
        row.payer = Arc::new(Payer {
            key_hash: Some(hash),
            user_id: key.user_id,
            team_id: key.team_id,
            organization_id: team.and_then(|team| team.organization_id).or(key.organization_id),
            ..Payer::default()
        });
    }
    insert_batch(&app.engine.db, &rows).await.unwrap();
}

/// What was spent by each entity, in dollars.
async fn spent(app: &TestApp, key: &str, path: &str) -> Value {
    let between = if path.contains('?') { '&' } else { '?' };
    let (status, activity) = app.get(key, &format!("{path}{between}{DAYS}")).await;
    if status != StatusCode::OK {
        return json!(status.as_u16());
    }
    let mut sums = serde_json::Map::new();
    for day in activity["results"].as_array().unwrap() {
        for (entity, part) in day["breakdown"]["entities"].as_object().unwrap() {
            let sum = sums.get(entity).and_then(Value::as_f64).unwrap_or_default();
            sums.insert(entity.clone(), json!(sum + part["metrics"]["spend"].as_f64().unwrap()));
        }
    }
    sums.into()
}

async fn sums_are_broken_down_and_paged(app: TestApp) {
    Tenants::new(&app).await;
    let (_, hash) = app.generate(json!({"user_id": "member", "key_alias": "k"})).await;
    let rows = vec![
        attempt("a", Some(&hash), (0, 1, true)),
        attempt("b", Some(&hash), (0, 2, false)),
        LedgerRow { model: "other".to_owned(), ..attempt("c", Some(&hash), (0, 4, true)) },
        attempt("d", None, (1, 8, true)),
        // the last moment of a day, and the first behind the last
        LedgerRow { started_at: NOON + DAY / 2 - 1, ..attempt("e", None, (0, 16, true)) },
        LedgerRow { started_at: NOON + 61 * DAY / 2, ..attempt("f", None, (0, 32, true)) },
    ];
    charge(&app, rows).await;
    let (status, all) = app.get(MASTER, &format!("/user/daily/activity?{DAYS}")).await;
    assert_eq!(status, StatusCode::OK, "{all}");
    let results = all["results"].as_array().unwrap();
    assert_eq!(
        (&results[0]["date"], &results[1]["date"], results.len()),
        (&json!("2026-01-02"), &json!("2026-01-01"), 2)
    );
    let day = &results[1];
    assert_eq!(day["metrics"]["spend"], 23.0);
    let breakdown = &day["breakdown"];
    let member = &breakdown["entities"]["member"];
    assert_eq!(member["metadata"], json!({"user_alias": null, "user_email": "member@example.org"}));
    let metrics = &breakdown["models"]["model"]["api_key_breakdown"][&hash]["metrics"];
    for (name, value) in [
        ("api_requests", 2),
        ("successful_requests", 1),
        ("failed_requests", 1),
        ("prompt_tokens", 32),
        ("completion_tokens", 40),
        ("total_tokens", 72),
        ("cache_read_input_tokens", 2),
        ("cache_creation_input_tokens", 10),
        ("total_response_time_ms", 3000),
        ("timed_requests", 2),
        ("flat_cost", 0),
    ] {
        assert_eq!(metrics[name], value, "{name}");
    }
    let key = json!({"key_alias": "k", "team_id": null, "user_id": "member", "user_email": "member@example.org", "key_exists": true});
    assert_eq!(breakdown["api_keys"][&hash]["metadata"], key);
    assert_eq!(breakdown["models"]["other"]["metrics"]["spend"], 4.0);
    assert_eq!(breakdown["providers"]["echo"]["metrics"]["spend"], 23.0);
    assert_eq!(breakdown["model_groups"]["group"]["metrics"]["spend"], 23.0);
    assert_eq!(breakdown["api_keys"]["litellm_proxy_master_key"]["metrics"]["spend"], 16.0);
    assert_eq!(breakdown["entities"]["default_user_id"]["metrics"]["spend"], 16.0);
    for empty in ["mcp_servers", "endpoints", "guardrails"] {
        assert_eq!(breakdown[empty], json!({}));
    }
    let totals = &all["metadata"];
    assert_eq!((&totals["total_spend"], &totals["total_api_requests"]), (&json!(31.0), &json!(5)));
    assert_eq!(
        (&totals["total_pages"], &totals["has_more"], &totals["total_api_keys"]),
        (&json!(1), &json!(false), &json!(2))
    );

    let (_, aggregated) = app.get(MASTER, &format!("/user/daily/activity/aggregated?{DAYS}")).await;
    assert_eq!(aggregated, all);
    let mut sum = 0.0;
    for page in 1..=4 {
        let (_, part) = app.get(MASTER, &format!("/user/daily/activity?{DAYS}&page_size=1&page={page}")).await;
        assert_eq!((&part["metadata"]["total_pages"], &part["metadata"]["has_more"]), (&json!(4), &json!(page < 4)));
        sum += part["metadata"]["total_spend"].as_f64().unwrap();
    }
    assert_eq!(json!(sum), 31.0);
    for (query, dollars) in [
        (format!("api_key={hash}"), 7.0),
        ("model=other".to_owned(), 4.0),
        ("model=group".to_owned(), 31.0),
        ("user_id=member".to_owned(), 7.0),
        ("user_id=default_user_id".to_owned(), 24.0),
        ("user_id=nobody".to_owned(), 0.0),
    ] {
        let (_, part) = app.get(MASTER, &format!("/user/daily/activity?{DAYS}&{query}")).await;
        assert_eq!(part["metadata"]["total_spend"], dollars, "{query}");
    }
}

async fn everybody_sees_his_own(app: TestApp) {
    let callers = Tenants::new(&app).await;
    let (_, of_member) = app.generate(json!({"user_id": "member"})).await;
    let (_, of_user) = app.generate(json!({"user_id": "user"})).await;
    charge(&app, vec![attempt("a", Some(&of_member), (0, 1, true)), attempt("b", Some(&of_user), (0, 2, true))]).await;
    for path in ["/user/daily/activity", "/user/daily/activity/aggregated"] {
        for (key, seen) in [
            (MASTER, json!({"member": 1.0, "user": 2.0})),
            (&callers.viewer, json!({"member": 1.0, "user": 2.0})),
            (&callers.member, json!({"member": 1.0})),
            (&callers.user, json!({"user": 2.0})),
            (&callers.user_viewer, json!({})),
            (&callers.org_admin, json!({})),
            (&callers.team_admin, json!({})),
            (&callers.stranger, json!({})),
            (&callers.service, json!(403)),
        ] {
            assert_eq!(spent(&app, key, path).await, seen, "{path}");
        }
        assert_eq!(spent(&app, &callers.user, &format!("{path}?user_id=user")).await, json!({"user": 2.0}));
        assert_eq!(spent(&app, &callers.user, &format!("{path}?api_key={of_member}")).await, json!({}));
        let foreign = app.get(&callers.user, &format!("{path}?{DAYS}&user_id=member")).await;
        assert_eq!(foreign.0, StatusCode::NOT_FOUND);
        assert_eq!(app.get(&callers.user, &format!("{path}?{DAYS}&user_id=none")).await, foreign);
    }
}

async fn teams_and_organizations_are_seen_from_where_one_stands(app: TestApp) {
    let callers = Tenants::new(&app).await;
    let (_, service) = app.generate(json!({"team_id": "our-team"})).await;
    let (_, members) = app.generate(json!({"team_id": "our-team", "user_id": "member"})).await;
    let (_, theirs) = app.generate(json!({"team_id": "their-team"})).await;
    let rows = [(&service, 1), (&members, 2), (&theirs, 4)];
    let attempts = rows.iter().map(|(hash, dollars)| attempt(&dollars.to_string(), Some(hash), (0, *dollars, true)));
    charge(&app, attempts.chain([attempt("m", None, (0, 8, true))]).collect()).await;
    let (teams, organizations) = ("/team/daily/activity", "/organization/daily/activity");
    for (key, of_teams, of_organizations) in [
        (MASTER, json!({"our-team": 3.0, "their-team": 4.0}), json!({"ours": 3.0, "theirs": 4.0})),
        (&callers.viewer, json!({"our-team": 3.0, "their-team": 4.0}), json!({"ours": 3.0, "theirs": 4.0})),
        (&callers.org_admin, json!({"our-team": 3.0}), json!({"ours": 3.0})),
        (&callers.team_admin, json!({"our-team": 3.0}), json!({})),
        (&callers.member, json!({"our-team": 2.0}), json!({})),
        (&callers.user, json!({}), json!({})),
        (&callers.user_viewer, json!({}), json!({})),
        (&callers.service, json!({}), json!({})),
        (&callers.stranger, json!({"their-team": 4.0}), json!({"theirs": 4.0})),
    ] {
        assert_eq!(spent(&app, key, teams).await, of_teams);
        assert_eq!(spent(&app, key, organizations).await, of_organizations);
    }
    for (path, foreign, none, list) in
        [(teams, "their-team", "none", "team_ids"), (organizations, "theirs", "none", "organization_ids")]
    {
        for key in [&callers.org_admin, &callers.team_admin, &callers.member, &callers.service] {
            let seen = app.get(key, &format!("{path}?{DAYS}&{list}={foreign}")).await;
            assert_eq!(seen.0, StatusCode::NOT_FOUND, "{path}");
            assert_eq!(app.get(key, &format!("{path}?{DAYS}&{list}={none}")).await, seen);
        }
        assert_eq!(spent(&app, MASTER, &format!("{path}?{list}=none")).await, json!({}));
        assert_eq!(spent(&app, MASTER, &format!("{path}?{list}={foreign}")).await, json!({foreign: 4.0}));
    }
    assert_eq!(spent(&app, MASTER, &format!("{teams}?exclude_team_ids=our-team")).await, json!({"their-team": 4.0}));
    let (_, shown) = app.get(MASTER, &format!("{teams}?{DAYS}&team_ids=our-team")).await;
    assert_eq!(shown["results"][0]["breakdown"]["entities"]["our-team"]["metadata"], json!({"team_alias": "our-team"}));
    // the team lets its members see all of it
    let lets = json!({"team_id": "our-team", "team_member_permissions": ["/team/daily/activity"]});
    assert_eq!(app.post(MASTER, "/team/permissions_update", lets).await.0, StatusCode::OK);
    assert_eq!(spent(&app, &callers.member, teams).await, json!({"our-team": 3.0}));
    assert_eq!(spent(&app, &callers.user, teams).await, json!({}));
    let rows = async || app.get(&callers.member, "/spend/logs").await.1.as_array().unwrap().len();
    assert_eq!(rows().await, 1);
    let lets = json!({"team_id": "our-team", "team_member_permissions": ["/spend/logs"]});
    assert_eq!(app.post(MASTER, "/team/permissions_update", lets).await.0, StatusCode::OK);
    assert_eq!(rows().await, 2);
    assert_eq!(spent(&app, &callers.member, teams).await, json!({"our-team": 2.0}));
    // each permission opens its own route
    let whole = "/team/daily/activity/aggregated";
    let by_pages = async || app.get(&callers.member, "/spend/logs/v2").await.1["total"].clone();
    for (word, dollars, number) in [(whole, 3.0, 1), ("/spend/logs/v2", 2.0, 2)] {
        let lets = json!({"team_id": "our-team", "team_member_permissions": [word]});
        assert_eq!(app.post(MASTER, "/team/permissions_update", lets).await.0, StatusCode::OK);
        assert_eq!(spent(&app, &callers.member, whole).await, json!({"our-team": dollars}), "{word}");
        assert_eq!((by_pages().await, rows().await), (json!(number), 1), "{word}");
    }

    for path in ["/customer/daily/activity", "/end_user/daily/activity"] {
        assert_eq!(spent(&app, MASTER, path).await, json!({}));
        callers.assert_admin_only(&app, "GET", path, StatusCode::BAD_REQUEST).await;
    }
    assert_eq!(spent(&app, &callers.user, "/tag/daily/activity?tags=a,b").await, json!({}));
}

async fn a_key_that_is_gone_is_still_its_users(app: TestApp) {
    let callers = Tenants::new(&app).await;
    let made = json!({"user_id": "member", "team_id": "our-team"});
    let (_, deleted) = app.generate(&made).await;
    let (_, replaced) = app.generate(&made).await;
    charge(&app, vec![attempt("a", Some(&deleted), (0, 1, true)), attempt("b", Some(&replaced), (0, 2, true))]).await;
    assert_eq!(app.post(MASTER, "/key/delete", json!({"keys": [deleted]})).await.0, StatusCode::OK);
    assert_eq!(app.post(MASTER, &format!("/key/{replaced}/regenerate"), json!({})).await.0, StatusCode::OK);
    assert_eq!(spent(&app, &callers.member, "/user/daily/activity").await, json!({"member": 3.0}));
    assert_eq!(spent(&app, &callers.team_admin, "/team/daily/activity").await, json!({"our-team": 3.0}));
    assert_eq!(spent(&app, &callers.org_admin, "/organization/daily/activity").await, json!({"ours": 3.0}));
    let (_, shown) = app.get(&callers.member, &format!("/user/daily/activity?{DAYS}")).await;
    assert_eq!(shown["results"][0]["breakdown"]["api_keys"][&deleted]["metadata"]["key_exists"], false);
}

async fn what_is_wrong_is_named(app: TestApp) {
    for path in ["/user", "/team", "/organization", "/customer", "/tag"] {
        for (query, param) in [
            ("", "start_date"),
            ("start_date=2026-01-01", "end_date"),
            ("start_date=2026-01-02&end_date=2026-01-01", "end_date"),
            ("start_date=2026-01-01&end_date=soon", "end_date"),
            ("start_date=2026-01-01&end_date=2026-01-01&page=0", "page"),
            ("start_date=2026-01-01&end_date=2026-01-01&page_size=1001", "page_size"),
            ("start_date=2026-01-01&end_date=2026-01-01&api_key=x", "api_key"),
            ("start_date=2026-01-01&end_date=2026-01-01&timezone=CET", "timezone"),
            ("start_date=2026-01-01&end_date=2026-01-01&colour=red", "colour"),
        ] {
            let (status, error) = app.get(MASTER, &format!("{path}/daily/activity?{query}")).await;
            assert_eq!((status, &error["error"]["param"]), (StatusCode::BAD_REQUEST, &json!(param)), "{path} {query}");
        }
    }
}
