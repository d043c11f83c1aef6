//! A configuration as LiteLLM users have it.

use std::time::Duration;

use super::super::{Resolved, Written};
use super::{accept, environment, unsupported};

fn written() -> Written {
    accept(include_str!("realistic.yaml"))
}

#[test]
fn names_exactly_what_is_unsupported() {
    insta::assert_snapshot!(unsupported(&written()), @r#"
    model_list[0].litellm_params.max_retries (config.yaml:14)
    model_list[0].litellm_params.temperature (config.yaml:18)
    model_list[0].litellm_params.max_tokens (config.yaml:19)
    model_list[0].litellm_params.stop (config.yaml:20)
    model_list[1].litellm_params.order (config.yaml:29)
    model_list[1].litellm_params.max_retries (config.yaml:14)
    model_list[1].litellm_params.temperature (config.yaml:18)
    model_list[1].litellm_params.max_tokens (config.yaml:19)
    model_list[1].litellm_params.stop (config.yaml:20)
    model_list[2].litellm_params.reasoning_effort (config.yaml:47)
    model_list[3].litellm_params.api_version (config.yaml:53)
    model_list[3].litellm_params.tenant_id (config.yaml:55)
    model_list[3].litellm_params.mock_response (config.yaml:56)
    litellm_settings.success_callback (config.yaml:62)
    litellm_settings.cache (config.yaml:65)
    litellm_settings.cache_params (config.yaml:66)
    litellm_settings.fallbacks (config.yaml:69)
    router_settings.routing_strategy=latency-based-routing (config.yaml:72)
    router_settings.allowed_fails (config.yaml:75)
    general_settings.dangerously_permit_weak_or_unset_master_key (config.yaml:85)
    guardrails (config.yaml:87)
    "#);
}

#[test]
fn reads_deployments() {
    let written = written();
    let [first, second, wildcard, azure] = written.model_list.as_slice() else { panic!("four deployments") };
    let params = &first.litellm_params;
    assert_eq!(params.model.value, "openai/gpt-4.1");
    assert_eq!(params.timeout, Some(Duration::from_secs(30)));
    assert_eq!(params.stream_timeout, Some(Duration::from_millis(7500)));
    assert_eq!((params.max_retries, params.capacity.rpm, params.capacity.tpm), (Some(0), Some(600), Some(150_000)));
    let defaults: Vec<_> = params.defaults.iter().map(|(key, json)| format!("{key}={json}")).collect();
    assert_eq!(defaults.join(" "), r#"temperature=0.20 max_tokens=4096 stop=["END","\n\n"]"#);
    assert_eq!(first.model_info.extra, [("supports_vision".to_owned(), "true".to_owned())]);

    let params = &second.litellm_params;
    assert_eq!(params.model.value, "openai/gpt-4.1", "taken over by <<");
    assert_eq!(params.weight, Some(0.5));
    assert_eq!(params.api_base.as_ref().map(|base| base.value.as_str()), Some("https://llm.example.internal/v1"));
    let key = params.api_key.as_ref().map(|key| &key.value);
    assert!(matches!(key, Some(Resolved::Missing { name }) if name == "SECOND_KEY"));
    assert_eq!(
        second.model_info.extra,
        [("owner".to_owned(), r#"{"team":"search","since":2024,"rate":1.50}"#.to_owned())]
    );

    let headers = wildcard.litellm_params.headers.iter();
    let headers: Vec<_> = headers.map(|(name, value)| format!("{}: {}", name.value, value.reveal())).collect();
    assert_eq!(headers, ["anthropic-beta: context-1m", "x-gateway: yes-it-is", "x-tenant: 42"]);
    assert_eq!(wildcard.litellm_params.drop_params, Some(true));
    assert_eq!(azure.litellm_params.api_version.as_deref(), Some("2024-10-21"));
    assert_eq!(azure.place.to_string(), "config.yaml:49:5: model_list[3]");
}

#[test]
fn keeps_prices_as_written() {
    let written = written();
    let prices = written.model_list[1].prices();
    let text = |name: &str| prices.get(name).map(|price| price.value.clone()).unwrap_or_default();
    assert_eq!(text("input_cost_per_token"), "1.25e-06");
    assert_eq!(text("output_cost_per_token"), "0.00001000", "litellm_params comes first");
    assert_eq!(text("cache_read_input_token_cost"), "3.1e-7");
    assert_eq!(text("cache_creation_input_token_cost"), "0");
}

#[test]
fn reads_settings() {
    let written = written();
    let settings = &written.litellm_settings;
    assert_eq!((settings.drop_params, settings.num_retries), (Some(true), Some(2)));
    assert_eq!(settings.budget_exceeded_status_code, Some(402));
    assert_eq!(settings.block_requests_for_models_without_pricing, Some(true));
    assert_eq!(written.router_settings.timeout, Some(Duration::from_millis(12_500)));
    let aliases = written.router_settings.model_group_alias.iter();
    let aliases: Vec<_> = aliases.map(|to| format!("{}={} {}", to.alias, to.model.value, to.hidden)).collect();
    assert_eq!(aliases, ["gpt-4=gpt-4.1 false", "old.model=azure-4o true"]);
    let general = &written.general_settings;
    assert_eq!(general.max_request_bytes, Some(1_572_864));
    assert_eq!(
        general.master_key.as_ref().and_then(|key| key.value.found()).map(engine::secret::Secret::reveal),
        Some("sk-master")
    );
    assert_eq!(written.turnpike.deadlines.first_byte, Some(Duration::from_mins(1)));
    assert_eq!(written.turnpike.shutdown_grace, Some(Duration::ZERO));
    let variable = |name| written.variable(name, &environment).as_ref().map(|secret| secret.reveal().to_owned());
    assert_eq!(variable("REGION").as_deref(), Some("eu-west-1"));
    assert_eq!(variable("MASTER_KEY").as_deref(), Some("sk-master"));
    assert_eq!(variable("NOBODY"), None);
}
