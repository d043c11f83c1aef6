//! Models of a team, as its admins make them: the names stand on the team's list while something of its own serves them.

use http::StatusCode;
use serde_json::{Value, json};

use crate::app::{MASTER, TestApp, on_both};
use crate::tenants::Tenants;

on_both![
    a_name_that_a_team_gives_up_opens_nothing_later,
    a_team_takes_no_name_that_means_more_than_its_model,
    a_group_and_a_teams_model_have_no_name_in_common,
];

async fn a_name_that_a_team_gives_up_opens_nothing_later(app: TestApp) {
    let callers = Tenants::new(&app).await;
    let limit = json!({"team_id": "our-team", "models": ["echo"]});
    assert_eq!(app.post(MASTER, "/team/update", limit).await.0, StatusCode::OK);
    let ask = async |key: &str, path: &str, body: Value| {
        let (status, answer) = app.post(key, path, body).await;
        assert_eq!(status, StatusCode::OK, "{answer}");
    };
    let listed = async |team: &str| {
        app.get(MASTER, &format!("/team/info?team_id={team}")).await.1["team_info"]["models"].clone()
    };
    let params = json!({"model": "openai/gpt-5", "api_key": "sk-own"});
    let made = json!({"model_name": "first", "litellm_params": params, "model_info": {"team_id": "our-team"}});
    let (status, made) = app.post(&callers.team_admin, "/model/new", made).await;
    assert_eq!(status, StatusCode::OK, "{made}");
    let id = &made["model_id"];
    assert_eq!(listed("our-team").await, json!(["echo", "first"]));
    // a model for everybody may get this name one day
    ask(&callers.team_admin, "/model/update", json!({"id": id, "model_name": "second"})).await;
    assert_eq!(listed("our-team").await, json!(["echo", "second"]));
    ask(MASTER, "/team/new", json!({"team_id": "other", "models": ["echo"]})).await;
    ask(MASTER, "/model/update", json!({"id": id, "model_info": {"team_id": "other"}})).await;
    assert_eq!((listed("our-team").await, listed("other").await), (json!(["echo"]), json!(["echo", "second"])));
    ask(MASTER, "/model/delete", json!({"id": id})).await;
    assert_eq!(listed("other").await, json!(["echo"]));
}

async fn a_team_takes_no_name_that_means_more_than_its_model(app: TestApp) {
    let callers = Tenants::new(&app).await;
    let gold = json!({"model_name": "gold", "litellm_params": {"model": "echo/echo"},
        "model_info": {"id": "gold", "access_groups": ["premium"]}});
    assert_eq!(app.post(MASTER, "/model/new", gold).await.0, StatusCode::OK);
    let params = json!({"model": "openai/gpt-5", "api_key": "sk-own"});
    let made = |name: &str, id: &str| json!({"model_name": name, "litellm_params": params, "model_info": {"id": id, "team_id": "our-team"}});
    assert_eq!(app.post(MASTER, "/model/new", made("own", "own")).await.0, StatusCode::OK);
    for name in ["all-proxy-models", "all-team-models", "no-default-models", "premium", "gold", "g*"] {
        let (status, error) = app.post(&callers.team_admin, "/model/new", made(name, "")).await;
        assert_eq!((status, &error["error"]["param"]), (StatusCode::FORBIDDEN, &json!("model_name")), "{name} {error}");
        let renamed = json!({"id": "own", "model_name": name});
        assert_eq!(app.post(&callers.team_admin, "/model/update", renamed).await.0, StatusCode::FORBIDDEN, "{name}");
    }
    let of_the_file = app.get(MASTER, "/model/info").await.1["data"][0]["model_info"]["id"].clone();
    let (status, _) = app.post(MASTER, "/model/new", made("more", of_the_file.as_str().unwrap())).await;
    assert_eq!(status, StatusCode::CONFLICT);
}

async fn a_group_and_a_teams_model_have_no_name_in_common(app: TestApp) {
    Tenants::new(&app).await;
    let model = |name: &str, id: &str, info: Value| {
        let mut info = info;
        info["id"] = json!(id);
        json!({"model_name": name, "litellm_params": {"model": "openai/gpt-5", "api_key": "sk-own"}, "model_info": info})
    };
    let of_team = json!({"team_id": "our-team"});
    for body in [
        model("own", "own", of_team.clone()),
        model("gold", "gold", json!({"access_groups": ["premium"]})),
        model("other", "other", json!({})),
    ] {
        assert_eq!(app.post(MASTER, "/model/new", body).await.0, StatusCode::OK);
    }
    for (path, body, param) in [
        ("/access_group/new", json!({"access_group": "own", "model_ids": ["gold"]}), "access_group"),
        ("/model/new", model("more", "more", json!({"access_groups": ["own"]})), "model_info.access_groups"),
        ("/model/update", json!({"id": "gold", "model_info": {"access_groups": ["own"]}}), "model_info.access_groups"),
        ("/model/new", model("premium", "more", of_team.clone()), "model_name"),
        ("/model/update", json!({"id": "own", "model_name": "premium"}), "model_name"),
    ] {
        let (status, error) = app.post(MASTER, path, &body).await;
        assert_eq!(
            (status, &error["error"]["param"]),
            (StatusCode::BAD_REQUEST, &json!(param)),
            "{path} {body} {error}"
        );
    }
    // what is there already stays, and may be changed otherwise
    let same = json!({"id": "gold", "model_info": {"access_groups": ["premium"], "mode": "chat"}});
    assert_eq!(app.post(MASTER, "/model/update", same).await.0, StatusCode::OK);
}
