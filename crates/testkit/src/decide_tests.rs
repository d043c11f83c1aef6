//! Prompts and what is answered to them.

use serde_json::json;

use super::*;

fn weather() -> Tool {
    Tool {
        name: "get_weather".to_owned(),
        schema: json!({"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}),
        ..Tool::default()
    }
}

fn asked(prompt: &str) -> Turn {
    Turn { user: prompt.to_owned(), tools: vec![weather()], ..Turn::default() }
}

fn called(city: &str) -> Vec<Call> {
    vec![Call { name: "get_weather".to_owned(), arguments: format!(r#"{{"city":"{city}"}}"#), ..Call::default() }]
}

#[test]
fn prompts_and_texts() {
    for (prompt, expect) in [
        ("[[say:hello there]]", "hello there"),
        ("[[long:3]]", "w1 w2 w3"),
        ("[[unicode]]", "héllo wörld — 你好 🦀"),
        ("  hi  ", "mock: hi"),
        ("[[tool:unknown:{}]] [[say:x]]", "x"),
        ("reweather", "mock: reweather"),
    ] {
        let decision = decide(&asked(prompt), &Flaky::default());
        assert_eq!((decision.text.as_str(), decision.calls), (expect, vec![]), "{prompt}");
    }
}

#[test]
fn prompts_and_calls() {
    for (prompt, choice, expect) in [
        (r#"[[tool:get_weather:{"city":"Oslo"}]]"#, Choice::Auto, called("Oslo")),
        ("[[tool:get_weather]] 'Rome'", Choice::Auto, called("Rome")),
        ("what is the weather in 'Bern'?", Choice::Auto, called("Bern")),
        ("please get_weather", Choice::Auto, called("Paris")),
        ("a get_weather-like thing", Choice::Auto, vec![]),
        ("anything", Choice::Any, called("Paris")),
        ("anything", Choice::Named("get_weather".to_owned()), called("Paris")),
        ("the weather", Choice::None, vec![]),
        ("the weather [[say:x]]", Choice::Auto, vec![]),
    ] {
        let turn = Turn { choice, ..asked(prompt) };
        assert_eq!(decide(&turn, &Flaky::default()).calls, expect, "{prompt}");
    }
}

#[test]
fn faults_and_waits() {
    for (prompt, error, sleep, slow) in [
        ("[[error:429]]", Some(429), 0, 0),
        ("[[error:70000]]", Some(500), 0, 0),
        ("[[sleep:5]] [[error:503]]", Some(503), 5, 0),
        ("[[slow:7]]", None, 0, 7),
    ] {
        let decision = decide(&asked(prompt), &Flaky::default());
        let expect = (error, Duration::from_millis(sleep), Duration::from_millis(slow));
        assert_eq!((decision.error, decision.sleep, decision.slow), expect, "{prompt}");
    }
    let decision = decide(&asked("[[midstream]] [[cut]]"), &Flaky::default());
    assert!(decision.midstream && decision.cut);
}

#[test]
fn flaky_fails_n_times_for_each_key() {
    let flaky = Flaky::default();
    let fails = |key: &str| decide(&asked(&format!("[[flaky:{key}:2:529]]")), &flaky).error;
    assert_eq!([fails("a"), fails("a"), fails("b"), fails("a")], [Some(529), Some(529), Some(529), None]);
}

#[test]
fn a_schema_shapes_the_text() {
    let turn = Turn {
        schema: Some(json!({"type": "object", "properties": {"n": {"type": "integer"}}})),
        ..asked("7 weather")
    };
    let decision = decide(&turn, &Flaky::default());
    assert_eq!((decision.text.as_str(), decision.calls), (r#"{"n":7}"#, vec![]));
}

#[test]
fn tool_results_come_first() {
    let results = Some(vec!["7C".to_owned(), "rain".to_owned()]);
    let turn = Turn { results, count: Some(3), ..asked("[[error:500]]") };
    assert_eq!(decide(&turn, &Flaky::default()).text, "TOOL_RESULT: 7C | rain n=3");
    let turn = Turn { then: Some(("get_weather".to_owned(), r#"{"city":"Rome"}"#.to_owned())), ..turn };
    assert_eq!(decide(&turn, &Flaky::default()), Decision { calls: called("Rome"), ..Decision::default() });
}

#[test]
fn free_text_goes_to_custom_tools_and_into_functions() {
    let custom = || Tool { name: "patch".to_owned(), kind: Kind::Custom, ..Tool::default() };
    let turn = |prompt: &str| Turn { tools: vec![weather(), custom()], ..asked(prompt) };
    for (prompt, name, arguments) in [
        ("[[custom:patch:a: \"b\"\n]]", "patch", "a: \"b\"\n"),
        ("[[custom:get_weather:Oslo]]", "get_weather", r#"{"city":"Oslo"}"#),
        (r#"[[tool:patch:{"input":"x"}]]"#, "patch", "x"),
        (r#"[[tool:patch:{"other":1}]]"#, "patch", r#"{"other":1}"#),
        ("[[tool:patch]] 'y'", "patch", "y"),
    ] {
        let calls = decide(&turn(prompt), &Flaky::default()).calls;
        let kind = if name == "patch" { Kind::Custom } else { Kind::Function };
        let expect = Call { name: name.to_owned(), arguments: arguments.to_owned(), kind, namespace: None };
        assert_eq!(calls, vec![expect], "{prompt}");
    }
    for prompt in ["[[tool:g:{}]]", "[[tool:group.g:{}]]"] {
        let member = Tool { name: "g".to_owned(), namespace: Some("group".to_owned()), ..Tool::default() };
        let turn = Turn { tools: vec![member], ..asked(prompt) };
        assert_eq!(decide(&turn, &Flaky::default()).calls[0].namespace.as_deref(), Some("group"), "{prompt}");
    }
    let flat =
        Turn { tools: vec![Tool { name: "group__g".to_owned(), ..Tool::default() }], ..asked("[[tool:group.g:{}]]") };
    assert_eq!(decide(&flat, &Flaky::default()).calls[0].name, "group__g");
}

#[test]
fn what_comes_beside_the_text() {
    let free = Turn { search: true, ..asked("[[search:crabs]] [[image]] [[redacted]]") };
    let decision = decide(&free, &Flaky::default());
    assert_eq!((decision.search.as_deref(), decision.image, decision.redacted), (Some("crabs"), true, true));
    assert_eq!(decide(&asked("[[search:crabs]]"), &Flaky::default()).search, None, "nobody let it search");
    let decision = decide(&asked("[[refuse:no]] [[tool:get_weather]]"), &Flaky::default());
    assert_eq!((decision.text.as_str(), decision.refuses, decision.calls), ("no", true, vec![]));
}
