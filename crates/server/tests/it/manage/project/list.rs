//! `GET /project/list`, `/project/info`: who sees what.

use http::StatusCode;
use serde_json::json;

use crate::app::{MASTER, TestApp, on_both};
use crate::tenants::Tenants;

on_both![everybody_sees_those_of_his_teams,];

async fn everybody_sees_those_of_his_teams(app: TestApp) {
    let callers = Tenants::new(&app).await;
    for (id, team) in [("p", "our-team"), ("q", "their-team")] {
        app.post(MASTER, "/project/new", json!({"project_id": id, "team_id": team, "max_budget": 1})).await;
    }
    for (key, seen) in [
        (MASTER, &["p", "q"][..]),
        (&callers.viewer, &["p", "q"]),
        (&callers.org_admin, &["p"]),
        (&callers.team_admin, &["p"]),
        (&callers.member, &["p"]),
        (&callers.user, &[]),
        (&callers.user_viewer, &[]),
        (&callers.service, &[]),
        (&callers.stranger, &["q"]),
    ] {
        let (status, list) = app.get(key, "/project/list").await;
        assert_eq!(status, StatusCode::OK, "{list}");
        let ids: Vec<_> = list.as_array().unwrap().iter().map(|row| row["project_id"].as_str().unwrap()).collect();
        assert_eq!(ids, seen);
        let missing = app.get(key, "/project/info?project_id=none").await;
        assert_eq!(missing.0, StatusCode::NOT_FOUND);
        for id in ["p", "q"] {
            let found = app.get(key, &format!("/project/info?project_id={id}")).await;
            match list.as_array().unwrap().iter().find(|row| row["project_id"] == id) {
                Some(row) => assert_eq!(found, (StatusCode::OK, row.clone())),
                None => assert_eq!(found, missing),
            }
        }
    }
    assert_eq!(app.get(MASTER, "/project/info").await.0, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(app.get(MASTER, "/project/list?team_id=our-team").await.1["error"]["param"], "team_id");
}
