//! Prompts and what is answered to them.

use serde_json::json;

use super::*;

fn weather() -> Tool {
    Tool {
        name: "get_weather".to_owned(),
        schema: json!({"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}),
    }
}

fn asked(prompt: &str) -> Turn {
    Turn { user: prompt.to_owned(), tools: vec![weather()], ..Turn::default() }
}

fn called(city: &str) -> Vec<Call> {
    vec![Call { name: "get_weather".to_owned(), arguments: format!(r#"{{"city":"{city}"}}"#) }]
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
    let turn = Turn { then: called("Rome").pop(), ..turn };
    assert_eq!(decide(&turn, &Flaky::default()), Decision { calls: called("Rome"), ..Decision::default() });
}
