//! The tables of known keys against the readers.

use super::super::findings::Findings;
use super::super::known::{self, Standing, TABLES};
use super::super::place::Mark;
use super::super::read::Section;
use super::super::yaml::{Node, Value};
use super::{accept, unsupported, with_params};

#[test]
fn no_key_stands_twice_in_a_table() {
    for table in TABLES {
        let mut keys: Vec<_> = table.supported_keys().chain(table.planned_keys()).collect();
        keys.sort_unstable();
        let count = keys.len();
        keys.dedup();
        assert_eq!(keys.len(), count, "{}", table.section);
        for key in table.supported_keys() {
            assert_eq!(table.standing(key), Standing::Supported, "{key}");
        }
    }
}

/// `Section::finish` checks that each supported key is read; here every section is opened once.
#[test]
fn supported_keys_are_read() {
    accept(&with_params(&[]));
}

#[test]
#[should_panic(expected = "turnpike.deadlines: a key is read and stands in no table")]
fn a_key_that_is_read_stands_in_its_table() {
    let node = Node { mark: Mark::whole_file(&"config.yaml".into()), value: Value::Null };
    let mut findings = Findings::default();
    let mut section = Section::open(&node, String::new(), &mut findings);
    for key in known::DEADLINES.supported_keys().chain(["forgotten_ms"]) {
        section.field(key);
    }
    section.finish(&known::DEADLINES);
}

#[test]
fn every_planned_key_is_noted_and_nothing_else() {
    for table in [&known::LITELLM_SETTINGS, &known::ROUTER_SETTINGS, &known::GENERAL_SETTINGS] {
        let keys: Vec<_> = table.planned_keys().map(|key| key.replace('*', "some")).collect();
        let lines: Vec<_> = keys.iter().map(|key| format!("  {key}: {{any: [thing]}}")).collect();
        let text = format!("{}:\n{}\n", table.section, lines.join("\n"));
        let noted = accept(&text).unsupported;
        assert_eq!(noted.len(), keys.len(), "{}", table.section);
    }
    let mut lines = Vec::new();
    for key in known::LITELLM_PARAMS.planned_keys() {
        lines.push(format!("{}: 1", key.replace('*', "some")));
    }
    let lines: Vec<_> = lines.iter().map(String::as_str).collect();
    assert_eq!(accept(&with_params(&lines)).unsupported.len(), lines.len());
}

#[test]
fn every_request_default_is_read_and_noted() {
    let lines: Vec<_> = known::REQUEST_DEFAULTS.split_ascii_whitespace().map(|key| format!("{key}: 1")).collect();
    let lines: Vec<_> = lines.iter().map(String::as_str).collect();
    let written = accept(&with_params(&lines));
    assert_eq!(written.model_list[0].litellm_params.defaults.len(), lines.len());
    assert_eq!(written.unsupported.len(), lines.len());
}

/// The gateway does not take a key for granted that it does not follow: each of these would change what a call does.
#[test]
fn nothing_that_is_read_is_silently_without_effect() {
    let lines = ["api_version: v1", "max_retries: 0", "num_retries: 3", "order: 1", "temperature: 0", "max_tokens: 5"];
    let text = with_params(&lines);
    insta::assert_snapshot!(unsupported(&accept(&text)), @r"
    model_list[0].litellm_params.api_version (config.yaml:5)
    model_list[0].litellm_params.max_retries (config.yaml:6)
    model_list[0].litellm_params.num_retries (config.yaml:7)
    model_list[0].litellm_params.order (config.yaml:8)
    model_list[0].litellm_params.temperature (config.yaml:9)
    model_list[0].litellm_params.max_tokens (config.yaml:10)
    ");
}

#[test]
fn every_routing_strategy_is_known() {
    for strategy in known::ROUTING_STRATEGIES.split_ascii_whitespace() {
        let written = accept(&format!("router_settings:\n  routing_strategy: {strategy}\n"));
        let expect = match strategy {
            "simple-shuffle" => String::new(),
            other => format!("router_settings.routing_strategy={other} (config.yaml:2)"),
        };
        assert_eq!(unsupported(&written), expect);
    }
}
