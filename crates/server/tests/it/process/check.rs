//! The commands beside `serve`.

use std::process::Output;

use serde_json::Value;

use super::gateway::Place;

const CONFIG: &str = "\
model_list:
- model_name: gpt
  litellm_params: {model: openai/gpt-4o, api_key: k}
- model_name: gpt
  litellm_params:
    model: openai/gpt-4o
    api_base: http://h/v1
    input_cost_per_token: 1.25e-06
    output_cost_per_token: 0.00001
    order: 1
- model_name: ours
  litellm_params: {model: hosted_vllm/llama, api_base: 'http://h/v1'}
  model_info: {max_output_tokens: 2048}
- model_name: 'any/*'
  litellm_params: {model: 'anthropic/*', api_key: k}
- model_name: echo
  litellm_params: {model: echo}
litellm_settings:
  callbacks: [otel]
";

fn said(output: &Output) -> (Option<i32>, String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

#[tokio::test]
async fn check_shows_what_a_configuration_means() {
    let place = Place::with(CONFIG).variable("TURNPIKE_MASTER_KEY", None);
    let (code, stdout, stderr) = said(&place.run(&["check", "config.yaml"]).await);
    assert_eq!((code, stderr.as_str()), (Some(0), ""));
    insta::assert_snapshot!(stdout, @r"
    MODEL  PROVIDER     UPSTREAM MODEL  INPUT $/M  OUTPUT $/M  OUTPUT MAX
    gpt    openai       gpt-4o          2.5        10          16384
    gpt    openai       gpt-4o          1.25       10          16384
    ours   hosted_vllm  llama           no price   no price    2048
    any/*  anthropic    *               by model   by model    -
    echo   echo         echo            0          0           -

    warning: known keys that have no effect in this version: model_list[1].litellm_params.order (config.yaml:10), litellm_settings.callbacks (config.yaml:19)
    ");

    let (code, _, stderr) = said(&place.run(&["check", "--strict", "config.yaml"]).await);
    assert_eq!(code, Some(1));
    insta::assert_snapshot!(stderr, @"turnpike: known keys that have no effect in this version: model_list[1].litellm_params.order (config.yaml:10), litellm_settings.callbacks (config.yaml:19)");
    place.configure("model_list: []\n");
    let (code, stdout, stderr) = said(&place.run(&["check", "--strict", "config.yaml"]).await);
    assert_eq!((code, stderr.as_str()), (Some(0), ""), "{stdout}");
}

#[tokio::test]
async fn check_names_the_place_of_each_mistake() {
    let place =
        Place::with("model_list:\n- model_name: a\n  litellm_params: {model: openai/m, wieght: 1}\nturnpike: {x: 1}\n");
    let (code, stdout, stderr) = said(&place.run(&["check", "config.yaml"]).await);
    assert_eq!((code, stdout.as_str()), (Some(1), ""));
    insta::assert_snapshot!(stderr, @r"
    turnpike: config.yaml cannot be used:
    config.yaml:3:37: model_list[0].litellm_params.wieght: unknown key; did you mean weight?
    config.yaml:4:12: turnpike.x: unknown key
    ");
    place.configure("model_list:\n- model_name: a\n  litellm_params: {model: openai/m}\n");
    let (code, _, stderr) = said(&place.run(&["check", "config.yaml"]).await);
    assert_eq!(code, Some(1));
    insta::assert_snapshot!(stderr, @r"
    turnpike: the configuration cannot be run:
    config.yaml:3:27: model_list[0].litellm_params.model: OpenAI needs a key: set api_key, or the variable OPENAI_API_KEY
    ");
}

#[tokio::test]
async fn check_needs_no_master_key_and_says_that_serving_does() {
    const MASTER: &str = "general_settings: {master_key: os.environ/GONE}\n";
    let place = Place::with(&format!("model_list: []\n{MASTER}"));
    let (code, stdout, stderr) = said(&place.run(&["check", "--strict", "config.yaml"]).await);
    assert_eq!((code, stderr.as_str()), (Some(0), ""), "{stdout}");
    let warning = "warning: config.yaml:2:32: general_settings.master_key: the environment variable GONE is not set";
    assert!(stdout.contains(warning), "{stdout}");

    place.configure(&format!("model_list: [{{model_name: a, litellm_params: {{model: opnai/m}}}}]\n{MASTER}"));
    let (code, _, stderr) = said(&place.run(&["check", "config.yaml"]).await);
    assert!(code == Some(1) && stderr.lines().count() == 3 && stderr.contains("GONE is not set"), "{stderr}");
}

#[tokio::test]
async fn help_begins_with_what_it_is() {
    let (code, stdout, _) = said(&Place::new().run(&["--help"]).await);
    assert_eq!(code, Some(0));
    assert_eq!(stdout.lines().next(), Some("A gateway between your code and every model it uses."));
}

#[tokio::test]
async fn migrate_looks_where_serve_does() {
    let place = Place::with("turnpike: {data_dir: kept}\n");
    let (code, _, stderr) = said(&place.run(&["migrate", "--config", "config.yaml"]).await);
    assert!(code == Some(0) && place.path().join("kept/turnpike.db").exists(), "{stderr}");
    place.configure("turnpike: {data_dir: kept}\ngeneral_settings: {database_url: 'sqlite://elsewhere.db'}\n");
    let (code, _, stderr) = said(&place.run(&["migrate", "--config", "config.yaml"]).await);
    assert!(code == Some(0) && place.path().join("elsewhere.db").exists(), "{stderr}");
}

#[tokio::test]
async fn migrate_is_done_once() {
    let place = Place::with("model_list: []\n");
    let (code, first, _) = said(&place.run(&["migrate", "--data-dir", "data"]).await);
    let version = first.trim().rsplit(' ').next().unwrap();
    let migrations = if version == "1" { "migration" } else { "migrations" };
    assert_eq!(
        (code, first.clone()),
        (Some(0), format!("{version} {migrations} applied; the schema is at version {version}\n"))
    );
    let (code, second, _) = said(&place.run(&["migrate", "--data-dir", "data"]).await);
    assert_eq!((code, second), (Some(0), format!("0 migrations applied; the schema is at version {version}\n")));
    place.start().await.stop().await;
    let (code, _, said) = said(&place.run(&["migrate", "--database-url", "postgresql://u:secret@127.0.0.1:1/d"]).await);
    assert!(code == Some(1) && said.contains("the database cannot be opened") && !said.contains("secret"), "{said}");
}

#[tokio::test]
async fn healthcheck_asks_a_running_gateway() {
    let place = Place::with("model_list: []\n");
    let gateway = place.start().await;
    let port = gateway.address.port().to_string();
    let output = place.run(&["healthcheck", "--port", &port]).await;
    assert_eq!(said(&output), (Some(0), String::new(), String::new()));
    gateway.stop().await;
    let (code, _, stderr) = said(&place.run(&["healthcheck", "--port", &port]).await);
    assert!(code == Some(1) && stderr.contains("nobody listens"), "{stderr}");
}

#[tokio::test]
async fn openapi_is_json() {
    let place = Place::new();
    let output = place.run(&["openapi"]).await;
    let document: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(document["paths"]["/key/generate"]["post"].is_object(), "{document}");
}
