//! Error listings: every mistake at once, each with its place.

use super::{refuse, with_params};

#[test]
fn lists_all_mistakes_in_the_order_of_lines() {
    let text = "\
model_list:
  - model_name: gpt
    litellm_params:
      model: openai/gpt
      api_bse: https://example.com
      timeout: -1
      weight: heavy
      headers: [a]
      temperature: {a: os.environ/NOT_SET}
      input_cost_per_token: free
      colour: green
    model_info:
      id: one
      input_cost_per_tokn: 1
  - litellm_params: {model: openai/}
  - model_name: ''
    litellm_params: {api_key: k}
  - model_name: twice
    litellm_params: {model: /gpt, api_base: a, base_url: b}
    model_info: {id: one}
  - model_name: star
    litellm_params: {model: openai/*}
  - text
litellm_settings:
  drop_parms: true
  num_retries: 1.5
  budget_exceeded_status_code: 200
  master_key: k
router_settings:
  routing_strategy: simple-shufle
  model_group_alias:
    a: [b]
    b: {hidden: maybe, colour: green}
    'c.d': ''
general_settings:
  master_key: ''
  database_url: os.environ/NOT_SET
  max_request_size_mb: 0
turnpike:
  deadlines: {conect_ms: 1, total_ms: 0}
  log_level: loud
  success_callback: []
  data_dir: true
modle_list: []
environment_variables: {A: [1], B: os.environ/EMPTY}
";
    insta::assert_snapshot!(refuse(text), @r#"
    config.yaml:5:7: model_list[0].litellm_params.api_bse: unknown key; did you mean api_base?
    config.yaml:6:16: model_list[0].litellm_params.timeout: expected a number of seconds, more than 0
    config.yaml:7:15: model_list[0].litellm_params.weight: expected a number of at least 0
    config.yaml:8:16: model_list[0].litellm_params.headers: expected a mapping of keys to values
    config.yaml:9:24: model_list[0].litellm_params.temperature.a: the environment variable NOT_SET is not set, or is empty
    config.yaml:10:29: model_list[0].litellm_params.input_cost_per_token: expected a price: a decimal number of at least 0
    config.yaml:11:7: model_list[0].litellm_params.colour: unknown key
    config.yaml:14:28: model_list[0].model_info.input_cost_per_tokn: unknown key; did you mean input_cost_per_token?
    config.yaml:15:5: model_list[1]: model_name is missing, or is empty
    config.yaml:15:29: model_list[1].litellm_params.model: names no model after the provider
    config.yaml:16:5: model_list[2]: model_name is missing, or is empty
    config.yaml:17:21: model_list[2].litellm_params: model is missing: write provider/model
    config.yaml:19:29: model_list[3].litellm_params.model: names no provider before the /
    config.yaml:19:58: model_list[3].litellm_params.base_url: says something else than api_base, which is the same setting
    config.yaml:20:22: model_list[3].model_info.id: the id of another deployment already, at config.yaml:13
    config.yaml:22:29: model_list[4].litellm_params.model: has a * that model_name does not have: nothing would fill it
    config.yaml:23:5: model_list[5]: expected a deployment: a mapping with model_name and litellm_params
    config.yaml:25:3: litellm_settings.drop_parms: unknown key; did you mean drop_params?
    config.yaml:26:16: litellm_settings.num_retries: expected a whole number from 0 to 4294967295
    config.yaml:27:32: litellm_settings.budget_exceeded_status_code: expected a whole number from 400 to 599
    config.yaml:28:3: litellm_settings.master_key: unknown key; master_key belongs in general_settings
    config.yaml:30:21: router_settings.routing_strategy: not a routing strategy; did you mean simple-shuffle?
    config.yaml:32:8: router_settings.model_group_alias.a: expected a single value, not a list
    config.yaml:33:8: router_settings.model_group_alias.b: an alias needs a model to stand for
    config.yaml:33:17: router_settings.model_group_alias.b.hidden: expected true or false
    config.yaml:33:24: router_settings.model_group_alias.b.colour: unknown key; known are model, hidden
    config.yaml:34:12: router_settings.model_group_alias["c.d"]: an alias needs a model to stand for
    config.yaml:36:15: general_settings.master_key: is empty: set it, or leave it out
    config.yaml:37:17: general_settings.database_url: the environment variable NOT_SET is not set, or is empty
    config.yaml:38:24: general_settings.max_request_size_mb: expected a number of megabytes, more than 0
    config.yaml:40:15: turnpike.deadlines.conect_ms: unknown key; did you mean connect_ms?
    config.yaml:40:39: turnpike.deadlines.total_ms: expected a whole number of at least 1
    config.yaml:41:14: turnpike.log_level: expected error, warn, info, debug or trace
    config.yaml:42:3: turnpike.success_callback: unknown key; success_callback belongs in litellm_settings
    config.yaml:43:13: turnpike.data_dir: expected text: put true and false in quotes if they are meant as text
    config.yaml:44:1: modle_list: unknown key; did you mean model_list?
    config.yaml:45:28: environment_variables.A: expected a single value, not a list
    config.yaml:45:36: environment_variables.B: the environment variable EMPTY is not set, or is empty
    "#);
}

#[test]
fn lists_keys_that_stand_twice_with_all_else() {
    let text = "\
model_list:
  - model_name: gpt
    model_name: gpt2
    litellm_params:
      model: openai/gpt
      'rpm': 1
      \"rpm\": 2
      rpm: 3
      tpm: many
  - model_name: x
    litellm_params: {model: openai/x, weight: 1, weight: 2}
1: a
'1': b
";
    insta::assert_snapshot!(refuse(text), @r#"
    config.yaml:3:5: model_list[0].model_name: this key is written twice in the same mapping
    config.yaml:7:7: model_list[0].litellm_params.rpm: this key is written twice in the same mapping
    config.yaml:8:7: model_list[0].litellm_params.rpm: this key is written twice in the same mapping
    config.yaml:9:12: model_list[0].litellm_params.tpm: expected a whole number
    config.yaml:11:50: model_list[1].litellm_params.weight: this key is written twice in the same mapping
    config.yaml:12:1: 1: unknown key
    config.yaml:13:1: 1: this key is written twice in the same mapping
    "#);
}

#[test]
fn explains_what_is_no_configuration() {
    for (text, expect) in [
        ("a: [", "config.yaml:2:1: not valid YAML: while parsing a node"),
        ("- a\n- b\n", "config.yaml:1:1: expected a mapping of keys to values"),
        ("text", "config.yaml:1:1: expected a mapping of keys to values"),
        ("model_list: {a: 1}", "config.yaml:1:13: model_list: expected a list"),
        ("{}\n---\n{}\n", "config.yaml:3:1: a second document"),
        ("turnpike: !mine {}", "config.yaml:1:11: turnpike: tags of one's own"),
        ("turnpike: {max_body_bytes: !!int x}", "turnpike.max_body_bytes: not a value of the type"),
        ("turnpike: {[a]: 1}", "turnpike: a key must be text"),
        ("turnpike: {<<: 1}", "turnpike[\"<<\"]: expected a mapping to merge"),
        ("a: 1\n'': 2\n'': 3\n", "config.yaml:3:1: this key is written twice"),
        ("include: [other.yaml]", "include: only a configuration that is read from a file"),
        (&format!("model_list:\n  {}x", "- ".repeat(90)), "nested too deeply"),
        (&format!("model_list: {}{}", "[".repeat(90), "]".repeat(90)), "nested too deeply"),
        (&format!("a:\n{}x", "- ".repeat(100_000)), "config.yaml:2:1: nested too deeply"),
    ] {
        let errors = refuse(text);
        assert!(errors.contains(expect), "{text:.40}\n{errors}\n{expect}");
    }
}

#[test]
fn checks_every_kind_of_value() {
    for (line, expect) in [
        ("timeout: 0", "a number of seconds, more than 0"),
        ("timeout: .inf", "a number of seconds, more than 0"),
        ("timeout: [1]", "a single value, not a list"),
        ("stream_timeout: {}", "a single value, not a mapping"),
        ("num_retries: -1", "a whole number from 0 to 4294967295"),
        ("max_retries: 99999999999", "a whole number from 0 to 4294967295"),
        ("weight: -0.1", "a number of at least 0"),
        ("weight: .nan", "a number of at least 0"),
        ("order: first", "a whole number"),
        ("rpm: 1e3", "a whole number"),
        ("tpm: 0x1G", "a whole number"),
        ("drop_params: perhaps", "true or false"),
        ("api_base: true", "expected text"),
        ("input_cost_per_token: -1e-6", "a price"),
        ("output_cost_per_token: 1 dollar", "a price"),
        ("extra_headers: {'bad name': x}", "not the name of a header"),
        ("extra_headers: {x: \"a\\nb\"}", "one line of text"),
        ("extra_headers: {X-A: a, x-a: b}", "set twice"),
        ("temperature: .inf", "not a number that JSON can express"),
        ("api_version: os.environ/NOT_SET", "environment variable NOT_SET is not set"),
        ("api_version: os.environ/", "must be followed by the name of a variable"),
    ] {
        let errors = refuse(&with_params(&[line]));
        assert!(errors.starts_with("config.yaml:5:"), "{errors}");
        assert!(errors.contains(expect), "{line}: {errors}");
        assert_eq!(errors.lines().count(), 1, "{errors}");
    }
}

#[test]
fn a_calendar_must_be_one() {
    for (text, expect) in [
        ("litellm_settings:\n  timezone: Europe/Berlni", "litellm_settings.timezone: expected the name of a time zone"),
        ("litellm_settings:\n  budget_reset_time: 720", "budget_reset_time: expected a time of day"),
        ("litellm_settings:\n  budget_reset_time: 25:00", "budget_reset_time: expected a time of day"),
        ("turnpike:\n  budgets: {fiscal_year_begins: 04-31}", "fiscal_year_begins: expected month and day"),
        ("turnpike:\n  budgets: {week_begins: mon}", "week_begins: expected a day of the week"),
    ] {
        let errors = refuse(text);
        assert!(errors.starts_with("config.yaml:2:") && errors.contains(expect), "{errors}");
    }
}

#[test]
fn limits_must_be_shares_and_words() {
    for (text, expect) in [
        ("litellm_settings:\n  priority_reservation:\n    prod: 2", "prod: expected a share from 0 to 1"),
        ("litellm_settings:\n  priority_reservation_settings:\n    saturation_treshold: 1", "unknown key"),
        ("router_settings:\n  provider_budget_config: {openai: {time_period: 1d}}", "openai: budget_limit is missing"),
        ("router_settings:\n  provider_budget_config: {openai: {budget_limit: 1, per: 1d}}", "openai.per: unknown key"),
        (
            "litellm_settings:\n  tag_budget_config: {a: {max_budget: 1, budget_duration: soon}}",
            "budget_duration: expected a duration",
        ),
        ("general_settings:\n  token_rate_limit_type: all", "token_rate_limit_type: expected total, input or output"),
    ] {
        let errors = refuse(text);
        assert!(errors.contains(expect) && errors.lines().count() == 1, "{errors}");
    }
}

#[test]
fn says_where_a_key_belongs() {
    for (text, expect) in [
        ("router_settings: {master_key: k}", "unknown key; master_key belongs in general_settings"),
        ("general_settings: {temperture: 1}", "unknown key"),
        ("master_key: k", "unknown key; master_key belongs in general_settings"),
        ("turnpike: {data_dirr: k}", "unknown key; did you mean data_dir?"),
        ("general_settings: {databse_url: k}", "unknown key; did you mean database_url?"),
    ] {
        let errors = refuse(text);
        assert!(errors.ends_with(expect), "{errors}");
    }
    let errors = refuse(&with_params(&["temprature: 1", "input_cost_per_tokn: 1"]));
    assert!(errors.contains("did you mean temperature?"), "{errors}");
    assert!(errors.contains("did you mean input_cost_per_token?"), "{errors}");
}
