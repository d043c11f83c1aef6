//! Values in all the ways in which they can be written.

use std::time::Duration;

use engine::settings::WrittenBudget;
use jiff::civil::{Time, time};

use super::super::place::Placed;
use super::{accept, unsupported, with_params};

#[test]
fn prices_of_the_cache_stand_in_either_place() {
    let params = "cache_creation_input_token_cost_above_1hr: 6e-06";
    let info = "model_info: {cache_creation_input_token_cost_above_1hr: 7e-06}";
    for (text, expect) in [
        (with_params(&[params]), "6e-06"),
        (format!("{}    {info}\n", with_params(&[])), "7e-06"),
        (format!("{}    {info}\n", with_params(&[params])), "6e-06"),
    ] {
        let written = accept(&text);
        let prices = written.model_list[0].prices();
        let price = prices.get("cache_creation_input_token_cost_above_1hr");
        assert_eq!(price.expect("a price").value, expect, "{text}");
        assert_eq!(unsupported(&written), "", "{text}");
    }
}

#[test]
fn nothing_is_a_configuration() {
    for text in ["", "# nothing\n", "---\n", "~", "{}", "model_list:\n", "model_list: []\nturnpike: {}\n"] {
        let written = accept(text);
        assert!(written.model_list.is_empty() && written.unsupported.is_empty(), "{text}");
    }
}

#[test]
fn keeps_the_digits_of_prices() {
    for (written, expect) in [
        ("1.25e-06", "1.25e-06"),
        ("1.25e-06   # dollars", "1.25e-06"),
        ("'0.000001250'", "0.000001250"),
        ("0.1000000000000000055511151231257827", "0.1000000000000000055511151231257827"),
        ("&price 2.50", "2.50"),
        ("!!float 2.50", "2.50"),
        ("3", "3"),
        ("1E-3", "1E-3"),
        ("123456789012345678901234567890", "123456789012345678901234567890"),
    ] {
        let text = with_params(&[&format!("input_cost_per_token: {written}")]);
        for text in [text.clone(), text.replace('\n', "\r\n"), format!("\u{feff}# é\n{text}")] {
            let prices = accept(&text).model_list[0].prices();
            assert_eq!(prices.get("input_cost_per_token").expect("a price").value, expect, "{written}");
        }
    }
}

#[test]
fn follows_aliases_and_merges() {
    let text = "\
model_list:
  - model_name: a
    litellm_params: &base
      model: openai/a
      input_cost_per_token: &price 1.50e-06
      timeout: &time 5
      defaults_are: unused
  - model_name: b
    litellm_params:
      <<: [{weight: 2, model: openai/late}, *base]
      output_cost_per_token: *price
      stream_timeout: *time
"
    .replace("      defaults_are: unused\n", "");
    let written = accept(&text);
    let params = &written.model_list[1].litellm_params;
    assert_eq!(params.model.value, "openai/late", "the first mapping that has the key");
    assert_eq!(params.weight, Some(2.0));
    assert_eq!(params.stream_timeout, Some(Duration::from_secs(5)));
    assert_eq!(params.prices.get("input_cost_per_token").expect("a price").value, "1.50e-06");
    assert_eq!(params.prices.get("output_cost_per_token").expect("a price").value, "1.50e-06");
}

#[test]
fn reads_switches_however_they_are_written() {
    for (written, expect) in [
        ("true", Some(true)),
        ("True", Some(true)),
        ("yes", Some(true)),
        ("'on'", Some(true)),
        ("os.environ/SWITCH", Some(true)),
        ("FALSE", Some(false)),
        ("No", Some(false)),
        ("", None),
        ("null", None),
    ] {
        let written_flag = accept(&with_params(&[&format!("drop_params: {written}")]));
        assert_eq!(written_flag.model_list[0].litellm_params.drop_params, expect, "{written}");
    }
}

#[test]
fn days_begin_at_a_time_of_day() {
    for (written, expect) in [
        ("12:00", Some(time(12, 0, 0, 0))),
        ("'09:30:15'", Some(time(9, 30, 15, 0))),
        ("''", Some(Time::midnight())),
        ("", None),
    ] {
        let text = format!("litellm_settings:\n  budget_reset_time: {written}\n");
        assert_eq!(accept(&text).litellm_settings.budget_reset_time, expect, "{written}");
    }
}

#[test]
fn requests_take_their_defaults_as_json() {
    for (line, expect) in [
        ("temperature: +.50", "0.50"),
        ("seed: 007", "7"),
        ("n: 0x10", "16"),
        ("max_tokens: 1.5e3", "1.5e3"),
        ("user: \"a\\\"b\\u0001\"", r#""a\"b\u0001""#),
        ("user: os.environ/MASTER_KEY", r#""sk-master""#),
        ("store: true", "true"),
        ("metadata: {a: [1, ~, {}], 'b c': 2.0}", r#"{"a":[1,null,{}],"b c":2.0}"#),
    ] {
        let written = accept(&with_params(&[line]));
        let [(_, json)] = written.model_list[0].litellm_params.defaults.as_slice() else { panic!("{line}") };
        assert_eq!(json, expect, "{line}");
        serde_json::from_str::<serde_json::Value>(json).expect("JSON");
    }
}

#[test]
fn budgets_stand_in_the_file_by_either_name() {
    let text = "\
router_settings:
  provider_budget_config:
    openai: {budget_limit: 100.5, time_period: 1d}
    anthropic: {max_budget: 3}
litellm_settings:
  tag_budget_config:
    'product:bot': {max_budget: 0.000000001, budget_duration: 7d}
";
    let written = accept(text);
    let said = |(name, budget): &(_, WrittenBudget)| {
        let Placed { value, .. }: &Placed<String> = name;
        (value.clone(), budget.cap.get(), budget.duration.clone())
    };
    let providers: Vec<_> = written.router_settings.provider_budgets.iter().map(said).collect();
    let day = Some("1d".to_owned());
    assert_eq!(providers, [("openai".to_owned(), 100_500_000_000, day), ("anthropic".to_owned(), 3_000_000_000, None)]);
    let tags: Vec<_> = written.litellm_settings.tag_budgets.iter().map(said).collect();
    assert_eq!(tags, [("product:bot".to_owned(), 1, Some("7d".to_owned()))]);
    let written = accept(&with_params(&["max_budget: 2", "budget_duration: 1d", "default_api_key_rpm_limit: 5"]));
    let params = &written.model_list[0].litellm_params;
    let budget = WrittenBudget { cap: money::Nanos::new(2_000_000_000), duration: Some("1d".to_owned()) };
    assert_eq!((params.budget.as_ref(), params.usual_of_key.rpm), (Some(&budget), Some(5)));
    assert_eq!(unsupported(&written), "");
}
