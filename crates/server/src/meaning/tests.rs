//! What configurations mean: text and variables in, deployments or error listings out.

mod alerts;
mod aws;
mod carried;
mod price;

use std::sync::Arc;
use std::time::Duration;

use engine::cloud::aws::Sources;
use engine::limits::{Capacity, LimitSettings, Priorities, TokensCounted};
use engine::models::Deployment;
use engine::secret::{MasterKey, Secret};
use jiff::civil::{Weekday, time};
use jiff::tz::TimeZone;
use money::Catalog;
use money::window::{Calendar, YearBegins};
use providers::Registry;

use super::{Meant, World, mean};
use crate::config::Written;
use crate::http::edge::Limits;

type Variables<'a> = &'a [(&'a str, &'a str)];

/// A key for every provider that wants one.
const KEYS: Variables<'static> = &[
    ("OPENAI_API_KEY", "k-openai"),
    ("ANTHROPIC_API_KEY", "k-anthropic"),
    ("DEEPSEEK_API_KEY", "k-deepseek"),
    ("HOSTED_VLLM_API_KEY", "k-vllm"),
];

fn try_meaning(text: &str, variables: Variables<'_>) -> Result<Meant, String> {
    let environment = |name: &str| {
        let found = variables.iter().find(|(known, _)| *known == name);
        found.map(|(_, value)| (*value).to_owned())
    };
    let registry = Registry::builtin().unwrap();
    let world = World {
        registry: &registry,
        catalog: Arc::new(Catalog::builtin().unwrap()),
        environment: &environment,
        aws: &Sources::default(),
    };
    let written = Written::parse(text, "config.yaml", &environment).map_err(|errors| errors.to_string())?;
    mean(&written, &world, MasterKey::of_digest(""), Vec::new()).map_err(|errors| errors.to_string())
}

fn meaning(text: &str, variables: Variables<'_>) -> Meant {
    try_meaning(text, variables).unwrap_or_else(|errors| panic!("{text}\n{errors}"))
}

/// A configuration with one deployment; `params` is the inside of a YAML flow mapping.
fn one(params: &str) -> String {
    format!("model_list:\n- model_name: m\n  litellm_params: {{{params}}}\n")
}

fn deployment(params: &str, variables: Variables<'_>) -> Deployment {
    let meant = meaning(&one(params), variables);
    meant.settings.models.deployments().next().unwrap().as_ref().clone()
}

fn refusal(params: &str, variables: Variables<'_>) -> String {
    try_meaning(&one(params), variables).err().unwrap_or_else(|| panic!("{params} is accepted"))
}

#[test]
fn finds_the_provider_and_its_name_for_the_model() {
    for (params, provider, model) in [
        ("model: openai/gpt-4o", "openai", "gpt-4o"),
        ("model: anthropic/claude-x", "anthropic", "claude-x"),
        ("model: openrouter/meta/llama, api_key: k", "openrouter", "meta/llama"),
        ("model: openai_like/m, api_base: 'http://h/v1'", "custom_openai", "m"),
        ("model: echo", "echo", "echo"),
        ("model: echo/x", "echo", "x"),
        ("model: anything/at-all, custom_llm_provider: openai", "openai", "anything/at-all"),
        ("model: openai/gpt-4o, custom_llm_provider: openai", "openai", "gpt-4o"),
        ("model: openai/gpt-oss, custom_llm_provider: deepseek", "deepseek", "openai/gpt-oss"),
        ("model: vllm/m, custom_llm_provider: vllm, api_base: 'http://h'", "hosted_vllm", "m"),
        // names that the catalogue knows
        ("model: gpt-4o", "openai", "gpt-4o"),
        ("model: gpt-6.1-sol", "openai", "gpt-6.1-sol"),
        ("model: claude-sonnet-5-5", "anthropic", "claude-sonnet-5-5"),
    ] {
        let found = deployment(params, KEYS);
        assert_eq!((found.provider.id.as_str(), found.model.as_str()), (provider, model), "{params}");
    }
}

#[test]
fn says_which_providers_there_are() {
    let registry = Registry::builtin().unwrap();
    let ids: Vec<_> = registry.iter().map(|provider| provider.id.as_str()).collect();
    let all = format!("there are {}", ids.join(", "));
    for (params, expect) in [
        (
            "model: opnai/gpt-4o",
            format!("3:27: model_list[0].litellm_params.model: there is no provider \"opnai\"; {all}"),
        ),
        ("model: m, custom_llm_provider: nobody", format!("there is no provider \"nobody\"; {all}")),
        ("model: not-in-the-catalogue", "which provider? Write it as provider/model".to_owned()),
    ] {
        let errors = refusal(params, KEYS);
        assert!(errors.starts_with("config.yaml:3:") && errors.ends_with(&expect), "{params}\n{errors}");
    }
}

#[test]
fn finds_the_address() {
    let own = [("OPENAI_API_KEY", "k"), ("OPENAI_API_BASE", "http://env/v1"), ("OPENAI_BASE_URL", "http://later/v1")];
    let second = [("OPENAI_API_KEY", "k"), ("OPENAI_API_BASE", ""), ("OPENAI_BASE_URL", "http://second/v1")];
    for (params, variables, url) in [
        ("model: openai/m", KEYS, "https://api.openai.com/v1/chat/completions"),
        ("model: anthropic/m", KEYS, "https://api.anthropic.com/v1/messages"),
        ("model: openai/m, api_base: 'http://h:1/v1/'", KEYS, "http://h:1/v1/chat/completions"),
        ("model: openai/m, base_url: 'http://h:1/v1'", KEYS, "http://h:1/v1/chat/completions"),
        ("model: openai/m, api_base: 'http://h/v1/chat/completions'", KEYS, "http://h/v1/chat/completions"),
        ("model: anthropic/m, api_base: 'http://h'", KEYS, "http://h/v1/messages"),
        ("model: openai/m", &own, "http://env/v1/chat/completions"),
        ("model: openai/m, api_base: 'http://h/v1'", &own, "http://h/v1/chat/completions"),
        ("model: openai/m", &second, "http://second/v1/chat/completions"),
    ] {
        let found = deployment(params, variables);
        assert_eq!(found.endpoints.first().map(|(_, url)| url.to_string()).as_deref(), Some(url), "{params}");
    }
    assert_eq!(deployment("model: echo", &[]).endpoints, []);
    for (params, expect) in [
        ("model: hosted_vllm/m", "vLLM server has no address of its own: set api_base"),
        (
            "model: openai/m, api_base: api.example.com",
            "api_base: the provider's base URL must be like https://host/v1",
        ),
        ("model: openai/m, api_base: 'ftp://h/v1'", "must be like https://host/v1"),
        ("model: openai/m, api_base: 'http:///v1'", "must be like https://host/v1"),
    ] {
        let errors = refusal(params, KEYS);
        assert!(errors.contains(expect), "{params}\n{errors}");
    }
    let errors = refusal("model: openai/m", &[("OPENAI_API_KEY", "k"), ("OPENAI_API_BASE", "nonsense")]);
    assert!(errors.contains("litellm_params.model: the provider's base URL must be like"), "{errors}");
}

#[test]
fn finds_the_key() {
    let vllm = [("HOSTED_VLLM_API_BASE", "http://h/v1")];
    for (params, variables, key) in [
        ("model: openai/m, api_key: literal", KEYS, Some("literal")),
        ("model: openai/m, api_key: os.environ/OPENAI_API_KEY", KEYS, Some("k-openai")),
        ("model: openai/m", KEYS, Some("k-openai")),
        ("model: anthropic/m", KEYS, Some("k-anthropic")),
        ("model: openai/m, api_base: 'http://h/v1'", KEYS, Some("k-openai")),
        ("model: openai/m, api_base: 'http://h/v1'", &[], None),
        ("model: openai/m, api_base: 'http://h/v1'", &[("OPENAI_API_KEY", "")], None),
        ("model: hosted_vllm/m", &vllm, None),
        ("model: echo, api_key: unused", KEYS, None),
    ] {
        assert_eq!(deployment(params, variables).key.as_ref().map(Secret::reveal), key, "{params}");
    }
    for (params, variables, expect) in [
        (
            "model: openai/m",
            &[][..],
            "litellm_params.model: OpenAI needs a key: set api_key, or the variable OPENAI_API_KEY",
        ),
        ("model: openai/m", &[("OPENAI_API_KEY", "")], "or the variable OPENAI_API_KEY"),
        ("model: openai/m, api_key: os.environ/MINE", KEYS, "api_key: the environment variable MINE is not set"),
        ("model: openai/m, api_key: os.environ/MINE", &[("MINE", "")], "the environment variable MINE is not set"),
    ] {
        let errors = refusal(params, variables);
        assert!(errors.contains(expect), "{params}\n{errors}");
    }
    let text = format!("environment_variables: {{OPENAI_API_KEY: of-the-file}}\n{}", one("model: openai/m"));
    let meant = meaning(&text, KEYS);
    let first = meant.settings.models.deployments().next().unwrap();
    assert_eq!(first.key.as_ref().map(Secret::reveal), Some("of-the-file"));
}

#[test]
fn weights_are_shares() {
    for (written, weight) in [
        ("", 1000),
        ("weight: 3", 3000),
        ("weight: 0.5", 500),
        ("weight: 0", 0),
        ("weight: 0.00001", 1),
        ("weight: 1e300", 1_000_000_000_000),
    ] {
        assert_eq!(deployment(&format!("model: echo, {written}"), &[]).weight, weight, "{written}");
    }
}

#[test]
fn deployments_keep_their_ids() {
    let ids = |text: &str| {
        let meant = meaning(text, KEYS);
        meant.settings.models.deployments().map(|one| one.id.clone()).collect::<Vec<_>>()
    };
    let first = one("model: openai/m");
    let text = format!("{first}- model_name: m\n  litellm_params: {{model: openai/m}}\n  model_info: {{id: mine}}\n");
    let both = ids(&text);
    assert_eq!((both.len(), both[1].as_str()), (2, "mine"));
    assert_eq!(ids(&first), both[..1], "the same entry at the same place");
    assert_eq!(ids(&format!("{text}router_settings: {{num_retries: 7}}\n")), both);
}

#[test]
fn aliases_stand_for_groups_that_exist() {
    let text = format!(
        "{}router_settings: {{model_group_alias: {{nick: m, out: {{model: m, hidden: true}}}}}}\n",
        one("model: echo")
    );
    let models = meaning(&text, &[]).settings.models;
    assert_eq!((models.resolve_alias("nick"), models.resolve_alias("out")), ("m", "m"));
    assert_eq!((models.groups(None), models.aliases()), (vec!["m"], vec!["nick"]));

    let text = "model_list: [{model_name: m, litellm_params: {model: opnai/m}}]\nrouter_settings:\n  model_group_alias: {nick: gone}\n";
    let errors = try_meaning(text, &[]).err().unwrap();
    let lines: Vec<_> = errors.lines().collect();
    assert!(lines[0].starts_with("config.yaml:1:") && lines[0].contains("no provider \"opnai\""), "{errors}");
    assert!(lines[1].ends_with("model_group_alias.nick: there is no model_name \"gone\" in model_list"), "{errors}");
}

#[test]
fn settings_have_defaults_and_an_order() {
    let plain = meaning(&one("model: echo"), &[]);
    assert_eq!((plain.settings.retries, plain.settings.budget_exceeded_status), (2, 422));
    assert_eq!((&plain.limits, plain.shutdown_grace), (&Limits::default(), Duration::from_secs(110)));
    assert_eq!(plain.settings.deadlines, engine::settings::Deadlines::default());

    let text = format!(
        "{}litellm_settings: {{request_timeout: 7, num_retries: 5, budget_exceeded_status_code: 402, drop_params: true}}\n",
        one("model: echo, timeout: 3, stream_timeout: 1.5")
    );
    let meant = meaning(&text, &[]);
    assert_eq!(meant.settings.deadlines.total, Duration::from_secs(7));
    assert_eq!((meant.settings.retries, meant.settings.budget_exceeded_status), (5, 402));
    assert!(meant.settings.drop_params && !meant.settings.block_unpriced);
    let first = meant.settings.models.deployments().next().unwrap();
    assert_eq!(
        (first.timeout, first.stream_timeout),
        (Some(Duration::from_secs(3)), Some(Duration::from_millis(1500)))
    );

    let text = format!(
        "{text}router_settings: {{timeout: 9, stream_timeout: 2, num_retries: 0}}\n\
                        general_settings: {{max_request_size_mb: 1}}\n"
    );
    let meant = meaning(&text, &[]);
    assert_eq!((meant.settings.deadlines.total, meant.settings.retries), (Duration::from_secs(9), 0));
    assert_eq!(meant.limits.body_bytes, 1 << 20);
    let first = meant.settings.models.deployments().next().unwrap();
    assert_eq!(first.stream_timeout, Some(Duration::from_millis(1500)), "the deployment's own comes first");

    let text = format!(
        "{text}turnpike: {{deadlines: {{total_ms: 11, connect_ms: 12, first_byte_ms: 13, between_events_ms: 14}}, \
                        shutdown_grace_ms: 0, max_body_bytes: 15}}\n"
    );
    let meant = meaning(&text, &[]);
    let milliseconds = |duration: Duration| duration.as_millis();
    let deadlines = meant.settings.deadlines;
    let all = [deadlines.total, deadlines.connect, deadlines.first_byte, deadlines.between_events].map(milliseconds);
    assert_eq!(all, [11, 12, 13, 14]);
    assert_eq!((meant.shutdown_grace, meant.limits.body_bytes), (Duration::ZERO, 15));
}

#[test]
fn budgets_go_by_a_calendar() {
    assert_eq!(meaning("", &[]).settings.calendar, Calendar::default());
    let text = "litellm_settings: {timezone: europe/berlin, budget_reset_time: 06:30}\n\
                turnpike: {budgets: {fiscal_year_begins: '04-06', week_begins: Sunday}}\n";
    let expected = Calendar {
        zone: TimeZone::get("Europe/Berlin").unwrap(),
        day_begins: time(6, 30, 0, 0),
        week_begins: Weekday::Sunday,
        year_begins: YearBegins::on(4, 6).unwrap(),
    };
    assert_eq!(meaning(text, &[]).settings.calendar, expected);
}

#[test]
fn limits_are_those_of_litellm() {
    let params = "model: openai/m, rpm: 1, rpd: 2, tpm: 3, tpd: 4, itpm: 5, otpm: 6, max_parallel_requests: 7";
    let expected = Capacity {
        rpm: Some(1),
        rpd: Some(2),
        tpm: Some(3),
        tpd: Some(4),
        itpm: Some(5),
        otpm: Some(6),
        parallel: Some(7),
    };
    assert_eq!(deployment(params, KEYS).capacity, expected);
    let text = "general_settings: {max_parallel_requests: 3, global_max_parallel_requests: 90, token_rate_limit_type: output,
        fail_closed_rate_limit_enforcement: true}\n\
        litellm_settings: {budget_exceeded_throttle_percentage: 10, priority_reservation: {prod: 0.75, dev: 0.1}, priority_reservation_settings: {default_priority: 0.1}}";
    let expected = LimitSettings {
        counted: TokensCounted::Output,
        global_parallel: Some(90),
        parallel_per_key: Some(3),
        priorities: Some(Priorities {
            shares: [("prod".to_owned(), 750), ("dev".to_owned(), 100)].into(),
            default_share: 100,
            saturation: 80,
        }),
        throttle_percent: Some(10),
        fail_closed: true,
    };
    assert_eq!(meaning(text, KEYS).settings.limits, expected);
    assert_eq!(meaning("", KEYS).settings.limits, LimitSettings::default());
}

#[test]
fn the_edge_has_limits_of_its_own() {
    let limits = |limits: &str| meaning(&format!("turnpike: {{limits: {{{limits}}}}}"), &[]).limits;
    let all = limits(
        "first_byte_ms: 1, headers_ms: 2, idle_ms: 3, body_ms: 4, body_pause_ms: 5, min_body_bytes_per_second: 6, \
         write_stall_ms: 7, max_connections: 8, max_connections_per_ip: 9, max_management_body_bytes: 10, \
         max_body_bytes_in_flight: 11",
    );
    let expected = Limits {
        first_byte: Duration::from_millis(1),
        headers: Duration::from_millis(2),
        idle: Duration::from_millis(3),
        body: Duration::from_millis(4),
        body_pause: Duration::from_millis(5),
        body_bytes_per_second: 6,
        write_stall: Duration::from_millis(7),
        connections: 8,
        connections_per_ip: 9,
        count_private: true,
        management_body_bytes: 10,
        body_bytes_in_flight: 11,
        ..Limits::default()
    };
    assert_eq!(all, expected);
    assert!(!limits("max_connections: 1").count_private);
    for wrong in ["idle_ms: 0", "max_connections: none", "idle: 1"] {
        let errors = try_meaning(&format!("turnpike: {{limits: {{{wrong}}}}}"), &[]).err().unwrap();
        assert!(errors.contains("turnpike.limits."), "{errors}");
    }
}

#[test]
fn without_models_the_built_in_ones_answer() {
    let names = |text: &str, variables| {
        let meant = meaning(text, variables);
        meant.settings.models.groups(None).into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(names("", &[]), ["echo"]);
    let meant = meaning("", &KEYS[..1]);
    let drops: Vec<_> = meant.settings.models.deployments().map(|one| one.drop_params).collect();
    assert_eq!(
        drops,
        [Some(true), None, None],
        "agents send what the built-in model cannot take; others are asked to refuse it"
    );
    assert_eq!(names("model_list: []", &[("OPENAI_API_KEY", "k")]), ["echo", "openai/*", "text-completion-openai/*"]);
    assert_eq!(names("", &[("OPENAI_API_KEY", "")]), ["echo"], "an empty variable counts as not set");
    assert_eq!(names("", &KEYS[..2]), ["echo", "anthropic/*", "openai/*", "text-completion-openai/*"]);
    assert_eq!(names("", &[("HOSTED_VLLM_API_KEY", "k")]), ["echo"], "without an address there is nothing to call");
    let meant = meaning("", &[("OPENAI_API_KEY", "k"), ("OPENAI_BASE_URL", "http://h/v1")]);
    let target = meant.settings.models.targets("openai/gpt-4o", None)[0].clone();
    assert_eq!((target.model.as_str(), target.deployment.endpoints[0].1.host()), ("gpt-4o", Some("h")));
    assert_eq!(target.deployment.key.as_ref().map(Secret::reveal), Some("k"));
    assert!(!target.prices.is_empty(), "the catalogue's");
}
