//! `GET /v1/models`: what is listed is what a call is allowed.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use engine::models::{Alias, Deployment, Models};
use http::{Request, StatusCode};
use money::Catalog;
use serde_json::{Value, json};

use crate::app::{MASTER, TestApp, on_both};
use crate::tenants::Tenants;

/// Two models for conversations, one under a further name, and one for embeddings; what nobody can be asked for is not listed.
const CATALOG: &str = r#"{"models": [
  {"provider": "openai", "id": "big", "aliases": ["big-2026"], "mode": "chat", "max_input_tokens": 10, "max_output_tokens": 5,
   "usd_per_million": {"input": "1", "output": "2"}, "abilities": [], "source": "https://example.org", "date": "2026-11-22"},
  {"provider": "openai", "id": "small", "aliases": [], "mode": "chat", "max_input_tokens": 10, "max_output_tokens": 5,
   "usd_per_million": {"input": "1", "output": "2"}, "abilities": [], "source": "https://example.org", "date": "2026-11-22"},
  {"provider": "openai", "id": "vectors", "aliases": [], "mode": "embedding", "max_input_tokens": 10, "max_output_tokens": 5,
   "usd_per_million": {"input": "1", "output": "0"}, "abilities": [], "source": "https://example.org", "date": "2026-11-22"},
  {"provider": "openai", "id": "painter", "aliases": [], "mode": "image_generation", "max_input_tokens": 10, "max_output_tokens": 5,
   "usd_per_million": {"input": "1", "output": "2"}, "abilities": [], "source": "https://example.org", "date": "2026-11-22"},
  {"provider": "groq", "id": "other", "aliases": [], "mode": "chat", "max_input_tokens": 10, "max_output_tokens": 5,
   "usd_per_million": {"input": "1", "output": "2"}, "abilities": [], "source": "https://example.org", "date": "2026-11-22"}
]}"#;

const BEHIND_WILDCARDS: [&str; 8] = [
    "openai/big",
    "openai/big-2026",
    "openai/small",
    "openai/vectors",
    "up/big",
    "up/big-2026",
    "up/small",
    "up/vectors",
];

/// `echo` with its alias `nick` and, of the access group `beta`, `plain`; `openai/*` and `up/*`, of which `beta` has the first; and
/// what our-team has for itself.
fn models() -> Models {
    let registry = providers::Registry::builtin().unwrap();
    let provider = |id: &str| Arc::new(registry.get(id).unwrap().clone());
    let nowhere: http::Uri = "http://127.0.0.1:1/v1/chat/completions".parse().unwrap();
    let deployment =
        |group: &str, at: &str, model: &str| Deployment::new(group, group, provider(at), model, nowhere.clone());
    let of_group = |groups: &[&str], deployment: Deployment| {
        let access_groups = groups.iter().map(|group| (*group).to_owned()).collect();
        Deployment { access_groups, ..deployment }
    };
    let all = vec![
        deployment("echo", "echo", "echo"),
        of_group(&["beta", "alone"], deployment("plain", "openai", "big")),
        of_group(&["beta"], deployment("openai/*", "openai", "*")),
        deployment("up/*", "openai", "*"),
        Deployment { team: Some("our-team".to_owned()), ..deployment("ours-alone", "echo", "echo") },
    ];
    let aliases = HashMap::from([
        ("nick".to_owned(), Alias { group: "echo".to_owned(), hidden: false }),
        ("out".to_owned(), Alias { group: "echo".to_owned(), hidden: true }),
    ]);
    Models::new(all, aliases, Arc::new(Catalog::parse(CATALOG).unwrap()))
}

async fn names(app: &TestApp, key: &str, query: &str) -> Vec<String> {
    let (status, listed) = app.get(key, &format!("/v1/models{query}")).await;
    assert_eq!(status, StatusCode::OK, "{query}: {listed}");
    listed["data"].as_array().unwrap().iter().map(|model| model["id"].as_str().unwrap().to_owned()).collect()
}

fn with_wildcards(rest: &[&str]) -> BTreeSet<String> {
    rest.iter().chain(&BEHIND_WILDCARDS).map(|name| (*name).to_owned()).collect()
}

on_both![what_is_listed_is_what_a_call_is_allowed, a_team_is_looked_at_by_its_own, administrators_may_look_at_all,];

async fn what_is_listed_is_what_a_call_is_allowed(app: TestApp) {
    Tenants::new(&app).await;
    app.serve(models());
    app.post(MASTER, "/team/update", json!({"team_id": "our-team", "model_aliases": {"mine": "plain"}})).await;
    let personal = json!({"user_id": "limited", "models": ["up/private"], "auto_create_key": false});
    assert_eq!(app.post(MASTER, "/user/new", personal).await.0, StatusCode::OK);
    let asked: BTreeSet<String> = with_wildcards(&[
        "echo",
        "plain",
        "nick",
        "ours-alone",
        "mine",
        "own",
        "openai/private",
        "up/private",
        "openai/*",
        "no",
    ]);
    for body in [
        json!({}),
        json!({"models": ["openai/*"]}),
        json!({"models": ["openai/b*", "echo"]}),
        json!({"models": ["openai/private", "nick"]}),
        json!({"models": ["beta"]}),
        json!({"models": ["all-proxy-models"], "aliases": {"own": "plain", "echo": "up/small"}}),
        json!({"models": ["own"], "aliases": {"own": "plain"}}),
        json!({"team_id": "our-team"}),
        json!({"team_id": "our-team", "models": ["mine", "ours-alone"]}),
        json!({"user_id": "limited"}),
        json!({"models": ["gone"]}),
        json!({"models": ["openai/private", "openai/big"], "max_budget": 5}),
    ] {
        let (key, _) = app.generate(&body).await;
        let listed: BTreeSet<String> = names(&app, &key, "").await.into_iter().collect();
        assert!(listed.is_subset(&asked), "{body}: {listed:?}");
        for name in &asked {
            let call = json!({"model": name, "messages": [{"role": "user", "content": "hi"}]});
            let (status, answer) = app.post(&key, "/v1/chat/completions", call).await;
            let is_unpriced = answer["error"]["type"] == "model_cost_map_missing";
            let allowed = status != StatusCode::FORBIDDEN && status != StatusCode::NOT_FOUND && !is_unpriced;
            // the names that a wildcard takes are not to be counted
            let unlisted = ["no", "openai/private", "up/private"].contains(&name.as_str());
            assert!(listed.contains(name) == allowed || (allowed && unlisted), "{body} {name}: {answer}");
        }
    }
    let (key, _) = app.generate(json!({"user_id": "limited"})).await;
    assert_eq!(names(&app, &key, "").await, ["up/private"]);
}

async fn a_team_is_looked_at_by_its_own(app: TestApp) {
    let callers = Tenants::new(&app).await;
    app.serve(models());
    let narrow = json!({"team_id": "our-team", "models": ["echo", "ours-alone", "plain"]});
    app.post(MASTER, "/team/update", narrow).await;
    let of_team = "?team_id=our-team";
    for key in [MASTER, &callers.admin, &callers.viewer, &callers.org_admin, &callers.team_admin, &callers.member] {
        assert_eq!(names(&app, key, of_team).await, ["ours-alone", "echo", "plain", "nick"]);
    }
    let less = json!({"team_id": "our-team", "user_id": "member", "allowed_models": ["plain"]});
    assert_eq!(app.post(MASTER, "/team/member_update", less).await.0, StatusCode::OK);
    assert_eq!(names(&app, &callers.member, of_team).await, ["plain"]);
    assert_eq!(names(&app, &callers.team_admin, of_team).await.len(), 4);
    let (key, _) = app.generate(json!({"team_id": "our-team", "models": ["echo"]})).await;
    assert_eq!(names(&app, &key, of_team).await.len(), 4, "what the team can, whatever this key can");
    app.post(MASTER, "/team/block", json!({"team_id": "our-team"})).await;
    assert!(names(&app, MASTER, of_team).await.is_empty(), "nobody calls for a team that is blocked");
    for key in [&callers.stranger, &callers.user, &callers.service] {
        let (status, theirs) = app.get(key, &format!("/v1/models{of_team}")).await;
        let (_, none) = app.get(key, "/v1/models?team_id=none").await;
        assert_eq!((status, &theirs), (StatusCode::NOT_FOUND, &none), "one may not tell which teams there are");
        assert_eq!(theirs["error"]["param"], "team_id");
    }
}

async fn administrators_may_look_at_all(app: TestApp) {
    let callers = Tenants::new(&app).await;
    app.serve(models());
    let (narrow, _) = app.generate(json!({"user_id": "admin", "models": ["echo"]})).await;
    assert_eq!(names(&app, &narrow, "").await, ["echo", "nick"]);
    let all = names(&app, &narrow, "?scope=expand").await;
    assert_eq!(all.into_iter().collect::<BTreeSet<_>>(), with_wildcards(&["echo", "plain", "nick"]));
    let (narrow, _) = app.generate(json!({"user_id": "member", "models": ["echo"]})).await;
    assert_eq!(names(&app, &narrow, "?scope=expand").await, ["echo", "nick"]);
    assert_eq!(names(&app, &callers.viewer, "?scope=expand").await.len(), 11);
}

#[tokio::test]
async fn wildcards_and_access_groups_are_shown_to_whoever_asks() {
    let app = TestApp::new().await;
    app.serve(models());
    let names_of = async |models: Value, query: &str| {
        let (key, _) = app.generate(json!({"models": models})).await;
        names(&app, &key, query).await
    };
    let patterns = "?return_wildcard_routes=true";
    assert_eq!(names_of(json!([]), patterns).await[..2], ["openai/*", "up/*"]);
    assert_eq!(names_of(json!(["up/*"]), patterns).await[..2], ["up/*", "up/big"]);
    assert_eq!(names_of(json!(["openai/big"]), patterns).await, ["openai/big"]);
    let (beside, only) = ("?include_model_access_groups=true", "?only_model_access_groups=true");
    for (models, groups) in [
        (json!([]), &["alone", "beta"][..]),
        (json!(["plain"]), &["alone"]),
        (json!(["beta"]), &["alone", "beta"]),
        (json!(["plain", "openai/*"]), &["alone", "beta"]),
        (json!(["echo"]), &[]),
    ] {
        assert_eq!(names_of(models.clone(), only).await, groups, "{models}");
        let all = names_of(models.clone(), beside).await;
        assert_eq!(all[all.len() - groups.len()..], *groups, "{models}");
        assert_eq!(all.len() - groups.len(), names_of(models, "").await.len());
    }
}

#[tokio::test]
async fn a_model_says_what_is_known_of_it() {
    let app = TestApp::new().await;
    app.serve(models());
    let (_, listed) = app.get(MASTER, "/v1/models?include_metadata=true&fallback_type=general&unknown=1").await;
    let find = |id: &str| listed["data"].as_array().unwrap().iter().find(|model| model["id"] == id).unwrap();
    assert_eq!(
        *find("up/big"),
        json!({"id": "up/big", "object": "model", "created": 1_677_610_602, "owned_by": "openai", "mode": "chat",
            "max_input_tokens": 10, "max_output_tokens": 5, "metadata": {"fallbacks": []}})
    );
    assert_eq!((&find("up/vectors")["mode"], &find("nick")["mode"]), (&json!("embedding"), &json!("chat")));
    let (_, one) = app.get(MASTER, "/v1/models/openai/small").await;
    assert_eq!((&one["id"], &one["mode"], one.get("metadata")), (&json!("openai/small"), &json!("chat"), None));
    let (_, listed) = app.send(Request::get(format!("/v1beta/models?key={MASTER}")), String::new()).await;
    let vectors =
        listed["models"].as_array().unwrap().iter().find(|model| model["name"] == "models/up/vectors").unwrap();
    assert_eq!(vectors["supportedGenerationMethods"], json!(["embedContent", "batchEmbedContents"]));
}

#[tokio::test]
async fn refusals_are_in_the_dialect_of_the_client() {
    let app = TestApp::new().await;
    let ask =
        |query: &str| Request::get(format!("/v1/models?{query}")).header("authorization", format!("Bearer {MASTER}"));
    for query in ["healthy_only=true", "scope=all", "fallback_type=any", "team_id=none"] {
        let expected = if query.starts_with("team_id") { StatusCode::NOT_FOUND } else { StatusCode::BAD_REQUEST };
        let (status, error) = app.send(ask(query), String::new()).await;
        assert_eq!((status, &error["error"]["param"]), (expected, &json!(query.split('=').next())), "{error}");
        let (status, error) = app.send(ask(query).header("anthropic-version", "2023-06-01"), String::new()).await;
        assert_eq!((status, &error["type"]), (expected, &json!("error")), "{error}");
        let (status, error) = app.send(ask(query).header("x-goog-api-key", MASTER), String::new()).await;
        assert_eq!((status, &error["error"]["code"]), (expected, &json!(expected.as_u16())), "{error}");
    }
}
