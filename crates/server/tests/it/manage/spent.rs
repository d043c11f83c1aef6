//! `spend`, `total_spend` and when windows end, of whatever has a budget.

use std::sync::Arc;

use engine::budgets::claims::{Claim, Claims};
use http::StatusCode;
use money::{Account, AccountKind, Nanos, Tokens};
use serde_json::{Value, json};
use store::balances::BalanceId;
use store::journal::Intent;
use store::ledger::{Detail, Payer, insert_batch};

use crate::app::{MASTER, TestApp, on_both};

on_both![a_window_that_is_over_counts_no_more, without_a_cap_it_is_the_sum, further_windows_and_models_have_their_own,];

const DAY: i64 = 24 * 3_600_000_000;

/// A call of everybody's money that cost so much, and counted against these budgets.
async fn spend(app: &TestApp, key: &str, cost: i64, budgets: &[(Account, Option<&str>)]) {
    let cap = Nanos::new(i64::MAX / 2);
    let claim = |(account, duration): &(Account, Option<&str>)| {
        let window = app.engine.window(*duration);
        let balance = BalanceId { account: account.clone(), starts_at: window.starts_at, ends_at: window.ends_at };
        Claim { balance, cap, is_soft: false }
    };
    let claims: Claims = budgets.iter().map(claim).collect();
    let hold = app.engine.budgets.hold(&claims, Nanos::new(cost)).await.unwrap();
    let (charged, instance) = hold.charged();
    app.engine.budgets.settle(hold, Nanos::new(cost));
    let named = |id: &str| Some(id.to_owned());
    let payer = Payer {
        key_hash: Some(store::KeyHash::parse(key).unwrap()),
        user_id: named("u"),
        team_id: named("t"),
        organization_id: named("o"),
        project_id: named("p"),
        customer_id: named("c"),
    };
    let at = app.engine.clock.now();
    let intent = Intent {
        request_id: app.engine.ids.call(at),
        attempt: 1,
        at,
        payer: Arc::new(payer),
        call_type: "acompletion".to_owned(),
        model_group: "echo".to_owned(),
        model: "echo".to_owned(),
        deployment_id: "echo".to_owned(),
        provider: "echo".to_owned(),
        stream: false,
        upper: Tokens::default(),
        hold: Some(Nanos::new(cost)),
        price_version: None,
        detail: Some(Box::new(Detail { charged, instance, tags: vec!["g".to_owned()], ..Detail::default() })),
    };
    insert_batch(&app.engine.db, &[intent.into_unknown()]).await.unwrap();
}

async fn done(app: &TestApp, path: &str, body: Value) -> Value {
    let (status, answer) = app.post(MASTER, path, body).await;
    assert_eq!(status, StatusCode::OK, "{path}: {answer}");
    answer
}

/// One of everything, each with a dollar a day.
async fn world(app: &TestApp) -> (String, Vec<(Account, Option<&'static str>)>) {
    let daily = |mut of: Value| {
        of["max_budget"] = json!(1);
        of["budget_duration"] = json!("1d");
        of
    };
    done(app, "/organization/new", daily(json!({"organization_id": "o", "organization_alias": "o"}))).await;
    done(app, "/user/new", daily(json!({"user_id": "u", "auto_create_key": false}))).await;
    done(app, "/team/new", daily(json!({"team_id": "t", "organization_id": "o"}))).await;
    let member = json!({
        "team_id": "t", "member": {"role": "user", "user_id": "u"}, "max_budget_in_team": 1, "budget_duration": "1d",
    });
    done(app, "/team/member_add", member).await;
    done(app, "/project/new", daily(json!({"project_id": "p", "team_id": "t"}))).await;
    done(app, "/customer/new", daily(json!({"user_id": "c"}))).await;
    done(app, "/tag/new", daily(json!({"name": "g"}))).await;
    let key = daily(json!({"user_id": "u", "team_id": "t", "project_id": "p", "key": "sk-one-of-everything"}));
    let (_, hash) = app.generate(key).await;
    let accounts = [
        Account::of(AccountKind::Organization, "o"),
        Account::of(AccountKind::User, "u"),
        Account::of(AccountKind::Team, "t"),
        Account::member(AccountKind::TeamMember, "t", "u"),
        Account::of(AccountKind::Project, "p"),
        Account::of(AccountKind::Customer, "c"),
        Account::of(AccountKind::Tag, "g"),
        Account::of(AccountKind::Key, &hash),
    ];
    (hash, accounts.into_iter().map(|account| (account, Some("1d"))).collect())
}

/// What each says that was spent, and when it ends, by the route that says so.
async fn told(app: &TestApp, hash: &str) -> Vec<(String, Value, Value)> {
    let mut told = Vec::new();
    for (path, spend, reset) in [
        (format!("/key/info?key={hash}"), "/info/spend", "/info/budget_reset_at"),
        (format!("/key/list?return_full_object=true&key_hash={hash}"), "/keys/0/spend", "/keys/0/budget_reset_at"),
        ("/spend/keys".to_owned(), "/0/spend", "/0/budget_reset_at"),
        ("/user/info?user_id=u".to_owned(), "/user_info/spend", "/user_info/budget_reset_at"),
        ("/user/info?user_id=u".to_owned(), "/keys/0/spend", "/keys/0/budget_reset_at"),
        ("/user/info?user_id=u".to_owned(), "/teams/0/spend", "/teams/0/budget_reset_at"),
        ("/v2/user/info?user_id=u".to_owned(), "/spend", "/budget_reset_at"),
        ("/user/list?user_ids=u".to_owned(), "/users/0/spend", "/users/0/budget_reset_at"),
        ("/team/info?team_id=t".to_owned(), "/team_info/spend", "/team_info/budget_reset_at"),
        ("/team/info?team_id=t".to_owned(), "/keys/0/spend", "/keys/0/budget_reset_at"),
        (
            "/team/info?team_id=t".to_owned(),
            "/team_memberships/0/spend",
            "/team_memberships/0/litellm_budget_table/budget_reset_at",
        ),
        ("/team/list".to_owned(), "/0/spend", "/0/budget_reset_at"),
        ("/v2/team/list".to_owned(), "/teams/0/spend", "/teams/0/budget_reset_at"),
        ("/organization/info?organization_id=o".to_owned(), "/spend", "/litellm_budget_table/budget_reset_at"),
        ("/organization/info?organization_id=o".to_owned(), "/teams/0/spend", "/teams/0/budget_reset_at"),
        ("/organization/list".to_owned(), "/0/spend", "/0/litellm_budget_table/budget_reset_at"),
        ("/project/info?project_id=p".to_owned(), "/spend", "/litellm_budget_table/budget_reset_at"),
        ("/customer/info?end_user_id=c".to_owned(), "/spend", "/litellm_budget_table/budget_reset_at"),
        ("/tag/list".to_owned(), "/0/spend", "/0/litellm_budget_table/budget_reset_at"),
    ] {
        let (status, answer) = app.get(MASTER, &path).await;
        assert_eq!(status, StatusCode::OK, "{path}: {answer}");
        let part =
            |pointer: &str| answer.pointer(pointer).unwrap_or_else(|| panic!("{path} {pointer}: {answer}")).clone();
        told.push((format!("{path} {spend}"), part(spend), part(reset)));
    }
    told
}

async fn a_window_that_is_over_counts_no_more(app: TestApp) {
    let (hash, budgets) = world(&app).await;
    for (what, spend, reset) in told(&app, &hash).await {
        assert_eq!((spend, reset), (json!(0.0), json!("2026-01-02T00:00:00.000000Z")), "{what}");
    }
    spend(&app, &hash, 250_000_000, &budgets).await;
    for (what, spend, _) in told(&app, &hash).await {
        assert_eq!(spend, json!(0.25), "{what}");
    }
    app.engine.clock.advance(DAY);
    for (what, spend, reset) in told(&app, &hash).await {
        assert_eq!((spend, reset), (json!(0.0), json!("2026-01-03T00:00:00.000000Z")), "{what}");
    }
    spend(&app, &hash, 500_000_000, &budgets).await;
    for (what, spend, _) in told(&app, &hash).await {
        assert_eq!(spend, json!(0.5), "{what}");
    }
    let (_, key) = app.get(MASTER, &format!("/key/info?key={hash}")).await;
    assert_eq!(key["info"]["total_spend"], json!(0.75));
    let (_, team) = app.get(MASTER, "/team/info?team_id=t").await;
    assert_eq!(team["team_memberships"][0]["total_spend"], json!(0.75));
    // what writes answer says the same
    let written = done(&app, "/key/update", json!({"key": hash, "max_budget": 2})).await;
    assert_eq!((&written["spend"], &written["total_spend"]), (&json!(0.5), &json!(0.75)));
    let reset = done(&app, &format!("/key/{hash}/reset_spend"), json!({"reset_to": 0.1})).await;
    assert_eq!((&reset["previous_spend"], &reset["spend"]), (&json!(0.5), &json!(0.1)));
    let (_, key) = app.get(MASTER, &format!("/key/info?key={hash}")).await;
    // what it ever spent is what it was
    assert_eq!((&key["info"]["spend"], &key["info"]["total_spend"]), (&json!(0.1), &json!(0.75)));
    let reset = done(&app, "/team/t/member/u/reset_spend", json!({"reset_to": 0})).await;
    assert_eq!(reset["previous_spend"], json!(0.5));
    let member = app.get(MASTER, "/team/info?team_id=t").await.1["team_memberships"][0].take();
    assert_eq!((&member["spend"], &member["total_spend"]), (&json!(0.0), &json!(0.75)));
    let tags = done(&app, "/tag/info", json!({"names": ["g"]})).await;
    assert_eq!(tags["g"]["spend"], json!(0.5));
    let id = tags["g"]["budget_id"].clone();
    let budgets = done(&app, "/budget/info", json!({"budgets": [id]})).await;
    assert_eq!(budgets[0]["budget_reset_at"], json!("2026-01-03T00:00:00.000000Z"));
    let keys = done(&app, "/v2/key/info", json!({"keys": [hash]})).await;
    assert_eq!((&keys["info"][0]["spend"], keys["info"].as_array().unwrap().len()), (&json!(0.1), 1));
}

async fn without_a_cap_it_is_the_sum(app: TestApp) {
    let (_, hash) = app.generate(json!({"budget_duration": "1d"})).await;
    let (_, capped) = app.generate(json!({"max_budget": 1})).await;
    for hash in [&hash, &capped] {
        spend(&app, hash, 250_000_000, &[]).await;
    }
    app.engine.clock.advance(DAY);
    for (hash, reset) in [(&hash, json!("2026-01-03T00:00:00.000000Z")), (&capped, Value::Null)] {
        let info = app.get(MASTER, &format!("/key/info?key={hash}")).await.1["info"].take();
        assert_eq!((&info["spend"], &info["total_spend"]), (&json!(0.25), &json!(0.25)));
        assert_eq!(info["budget_reset_at"], reset);
    }
}

async fn further_windows_and_models_have_their_own(app: TestApp) {
    done(&app, "/budget/new", json!({"budget_id": "daily", "max_budget": 1, "budget_duration": "1d"})).await;
    let limits = json!({
        "user_id": "u", "auto_create_key": false,
        "budget_limits": [{"budget_duration": "1h", "max_budget": 1}, {"budget_duration": "7d", "max_budget": 3}],
        "model_max_budget": {"echo": {"max_budget": 0.5, "budget_duration": "1d"}},
    });
    done(&app, "/user/new", limits).await;
    let (_, hash) = app.generate(json!({"budget_id": "daily"})).await;
    let (user, key) = (Account::of(AccountKind::User, "u"), Account::of(AccountKind::Key, &hash));
    let budgets = [
        (user.clone(), Some("1h")),
        (user.clone(), Some("7d")),
        (user.on_model("echo"), Some("1d")),
        (key, Some("1d")),
    ];
    spend(&app, &hash, 250_000_000, &budgets).await;
    app.engine.clock.advance(3_600_000_000);
    let (_, shown) = app.get(MASTER, "/v2/user/info?user_id=u").await;
    let windows = json!([
        {"budget_duration": "1h", "max_budget": 1.0, "reset_at": "2026-01-01T14:00:00.000000Z", "spend": 0.0},
        {"budget_duration": "7d", "max_budget": 3.0, "reset_at": "2026-01-05T00:00:00.000000Z", "spend": 0.25},
    ]);
    assert_eq!((&shown["budget_limits"], &shown["spend"]), (&windows, &json!(0.25)));
    let usage = json!({"echo": {"current_spend": 0.25, "budget_limit": 0.5, "time_period": "1d"}});
    assert_eq!(shown["model_max_budget_usage"], usage);
    // whether the answer has the budget of the key or not
    for day in [0.25, 0.0] {
        let (_, info) = app.get(MASTER, &format!("/key/info?key={hash}")).await;
        let (_, listed) = app.get(MASTER, &format!("/key/list?return_full_object=true&key_hash={hash}")).await;
        assert_eq!((&info["info"]["spend"], &listed["keys"][0]["spend"]), (&json!(day), &json!(day)));
        app.engine.clock.advance(DAY);
    }
    // what was read and is sent back changes nothing
    let updated = done(&app, "/user/update", json!({"user_id": "u", "budget_limits": windows})).await;
    assert_eq!(updated["data"]["budget_limits"][1]["reset_at"], json!("2026-01-05T00:00:00.000000Z"));
}
