//! A block is lifted by whoever stands at least as high as the one who put it, whichever route is asked.

use http::StatusCode;
use serde_json::{Value, json};

use crate::app::{MASTER, TestApp, on_both};
use crate::tenants::Tenants;

on_both![
    a_key_stays_blocked_for_those_who_stand_lower,
    a_team_stays_blocked_for_its_organization,
    a_project_stays_blocked_for_its_team,
    a_key_stays_blocked_for_its_member,
    a_key_is_not_made_again,
    no_key_is_taken_out_of_a_block,
];

async fn assert_refused(app: &TestApp, key: &str, path: &str, body: Value) {
    let (status, error) = app.post(key, path, &body).await;
    assert_eq!((status, &error["error"]["param"]), (StatusCode::FORBIDDEN, &json!("blocked")), "{path} {body} {error}");
}

async fn assert_done(app: &TestApp, key: &str, path: &str, body: Value) {
    let (status, answer) = app.post(key, path, &body).await;
    assert_eq!(status, StatusCode::OK, "{path} {body} {answer}");
}

async fn a_key_stays_blocked_for_those_who_stand_lower(app: TestApp) {
    let callers = Tenants::new(&app).await;
    let (_, hash) = app.generate(json!({"team_id": "our-team"})).await;
    let key = || json!({"key": hash});
    for (blocks, lifts_not, lifts) in [
        (MASTER, vec![&callers.org_admin, &callers.team_admin], MASTER),
        (&callers.org_admin, vec![&callers.team_admin], &callers.org_admin),
        (&callers.org_admin, vec![], MASTER),
        (&callers.team_admin, vec![], &callers.team_admin),
        (&callers.team_admin, vec![], &callers.org_admin),
    ] {
        for path in ["/key/block", "/key/update"] {
            let body = if path == "/key/block" { key() } else { json!({"key": hash, "blocked": true}) };
            assert_done(&app, blocks, path, body).await;
            for caller in &lifts_not {
                // to block it once more, or to change something else, does not make it theirs
                assert_done(&app, caller, "/key/block", key()).await;
                assert_done(&app, caller, "/key/update", json!({"key": hash, "metadata": {"a": 1}})).await;
                assert_refused(&app, caller, "/key/unblock", key()).await;
                for blocked in [json!(false), Value::Null] {
                    assert_refused(&app, caller, "/key/update", json!({"key": hash, "blocked": blocked})).await;
                }
                assert_refused(&app, caller, "/key/regenerate", json!({"key": hash, "blocked": false})).await;
            }
            assert_done(&app, lifts, "/key/unblock", key()).await;
        }
    }
    // what is made blocked
    let (_, hash) = app.generate(json!({"team_id": "our-team", "blocked": true})).await;
    assert_refused(&app, &callers.team_admin, "/key/unblock", json!({"key": hash})).await;
    assert_done(&app, MASTER, "/key/unblock", json!({"key": hash})).await;
}

async fn a_team_stays_blocked_for_its_organization(app: TestApp) {
    let callers = Tenants::new(&app).await;
    let team = || json!({"team_id": "our-team"});
    assert_done(&app, MASTER, "/team/block", team()).await;
    assert_refused(&app, &callers.org_admin, "/team/unblock", team()).await;
    assert_refused(&app, &callers.org_admin, "/team/update", json!({"team_id": "our-team", "blocked": false})).await;
    assert_done(&app, &callers.org_admin, "/team/update", json!({"team_id": "our-team", "team_alias": "new"})).await;
    assert_done(&app, MASTER, "/team/unblock", team()).await;
    assert_done(&app, &callers.org_admin, "/team/block", team()).await;
    assert_done(&app, &callers.org_admin, "/team/unblock", team()).await;
}

async fn a_project_stays_blocked_for_its_team(app: TestApp) {
    let callers = Tenants::new(&app).await;
    assert_done(&app, MASTER, "/project/new", json!({"team_id": "our-team", "project_id": "p"})).await;
    let blocked = |blocked: bool| json!({"project_id": "p", "blocked": blocked});
    assert_done(&app, &callers.org_admin, "/project/update", blocked(true)).await;
    assert_refused(&app, &callers.team_admin, "/project/update", blocked(false)).await;
    let other = json!({"project_id": "p", "project_alias": "new"});
    assert_done(&app, &callers.team_admin, "/project/update", other).await;
    assert_done(&app, &callers.org_admin, "/project/update", blocked(false)).await;
    assert_done(&app, &callers.team_admin, "/project/update", blocked(true)).await;
    assert_done(&app, &callers.team_admin, "/project/update", blocked(false)).await;
}

async fn a_key_stays_blocked_for_its_member(app: TestApp) {
    let callers = Tenants::new(&app).await;
    let permitted =
        json!({"team_id": "our-team", "team_member_permissions": ["/key/block", "/key/unblock", "/key/update"]});
    assert_done(&app, MASTER, "/team/update", permitted).await;
    let (_, hash) = app.generate(json!({"team_id": "our-team", "user_id": "member"})).await;
    let key = || json!({"key": hash});
    assert_done(&app, &callers.team_admin, "/key/block", key()).await;
    assert_done(&app, &callers.member, "/key/block", key()).await;
    assert_refused(&app, &callers.member, "/key/unblock", key()).await;
    assert_done(&app, &callers.team_admin, "/key/unblock", key()).await;
    for lifts in [&callers.member, &callers.team_admin] {
        assert_done(&app, &callers.member, "/key/block", key()).await;
        assert_done(&app, lifts, "/key/unblock", key()).await;
    }
}

async fn a_key_is_not_made_again(app: TestApp) {
    let callers = Tenants::new(&app).await;
    let (text, hash) = app.generate(json!({"user_id": "user", "blocked": true})).await;
    assert_done(&app, &callers.user, "/key/delete", json!({"keys": [hash]})).await;
    let (_, other) = app.generate(json!({"user_id": "user"})).await;
    for (caller, path, param, body) in [
        (&callers.user, "/key/generate", "key", json!({"key": text})),
        (&callers.user, "/key/regenerate", "new_key", json!({"key": other, "new_key": text})),
        (&callers.team_admin, "/key/service-account/generate", "key", json!({"team_id": "our-team", "key": text})),
    ] {
        let (status, error) = app.post(caller, path, &body).await;
        assert_eq!((status, &error["error"]["param"]), (StatusCode::BAD_REQUEST, &json!(param)), "{path} {error}");
    }
    assert_done(&app, MASTER, "/key/generate", json!({"key": text})).await;
}

async fn no_key_is_taken_out_of_a_block(app: TestApp) {
    let callers = Tenants::new(&app).await;
    assert_done(&app, MASTER, "/project/new", json!({"team_id": "our-team", "project_id": "p"})).await;
    assert_done(&app, MASTER, "/team/new", json!({"team_id": "second", "organization_id": "ours"})).await;
    let (_, hash) = app.generate(json!({"team_id": "our-team", "project_id": "p"})).await;
    let out = json!({"key": hash, "project_id": null});
    let away = json!({"key": hash, "team_id": "second"});
    let refused = async |caller: &str, path: &str, body: &Value, param: &str| {
        let (status, error) = app.post(caller, path, body).await;
        assert_eq!((status, &error["error"]["param"]), (StatusCode::FORBIDDEN, &json!(param)), "{path} {error}");
    };

    assert_done(&app, &callers.org_admin, "/project/update", json!({"project_id": "p", "blocked": true})).await;
    for path in ["/key/update", "/key/regenerate"] {
        refused(&callers.team_admin, path, &out, "project_id").await;
    }
    // all else of it is still theirs to change
    assert_done(&app, &callers.team_admin, "/key/update", json!({"key": hash, "metadata": {"a": 1}})).await;
    assert_done(&app, &callers.org_admin, "/key/update", out).await;

    assert_done(&app, MASTER, "/team/block", json!({"team_id": "our-team"})).await;
    for path in ["/key/update", "/key/regenerate"] {
        refused(&callers.org_admin, path, &away, "team_id").await;
    }
    assert_done(&app, MASTER, "/team/unblock", json!({"team_id": "our-team"})).await;
    assert_done(&app, &callers.org_admin, "/team/block", json!({"team_id": "our-team"})).await;
    assert_done(&app, &callers.org_admin, "/key/update", away).await;
}
