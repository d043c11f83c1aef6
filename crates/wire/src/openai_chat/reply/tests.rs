//! Whole answers: of many servers in, of OpenAI's shape out.

use super::{read, scan_usage, write};
use crate::chat::{
    CallKind, Choice, Citation, FURTHER_CALL, Location, Media, MediaSource, Part, Reply, ServiceTier, StopReason,
    Thinking, ToolCall, Usage, WebSearch, uncarried,
};
use crate::dialect::{Dialect, Style};
use crate::json::Raw;

fn of(message: &str, rest: &str) -> Choice {
    let body = format!(r#"{{"id":"r1","choices":[{{"index":0,"message":{message}{rest}}}]}}"#);
    read(&body).unwrap().choices.remove(0)
}

fn plain(text: &str, signature: Option<&str>) -> Part {
    Part::Thinking(Thinking::Plain { text: text.into(), signature: signature.map(Into::into) })
}

fn call(id: &str, arguments: &str) -> Part {
    Part::ToolCall(ToolCall {
        id: id.into(),
        name: "f".into(),
        arguments: arguments.into(),
        cache: None,
        ..ToolCall::default()
    })
}

fn custom(id: &str, input: &str) -> Part {
    Part::ToolCall(ToolCall { kind: CallKind::Custom, ..ToolCall::new(id, "f", input) })
}

fn sealed(text: &str) -> Part {
    Part::Thinking(Thinking::Sealed { id: Some("rs_1".into()), text: text.into(), data: "gA:=".into() })
}

fn web(url: &str) -> Citation {
    Citation { title: Some("T".into()), location: Some(Location::Web { url: url.into() }), ..Citation::default() }
}

fn cited(text: &str, citations: Vec<Citation>) -> Part {
    Part::Text { text: text.into(), citations, cache: None }
}

#[test]
fn messages_of_many_servers() {
    let no = || Part::Refusal { text: "no".into() };
    for (message, parts) in [
        (r#"{"role":"assistant","content":"hi","refusal":null}"#, vec![Part::text("hi")]),
        (r#"{"content":""}"#, vec![]),
        (r#"{"content":null,"refusal":"no"}"#, vec![no()]),
        (r#"{"content":"b","reasoning_content":"a"}"#, vec![plain("a", None), Part::text("b")]),
        (r#"{"content":"b","reasoning_content":"","reasoning":"a"}"#, vec![plain("a", None), Part::text("b")]),
        (
            r#"{"content":"b","reasoning_content":"a","thinking_blocks":[{"type":"thinking","thinking":"a","signature":"S"}]}"#,
            vec![plain("a", Some("S")), Part::text("b")],
        ),
        (r#"{"content":[{"type":"text","text":"a"},{"type":"refusal","refusal":"no"}]}"#, vec![Part::text("a"), no()]),
        (
            r#"{"content":[{"type":"thinking","thinking":[{"type":"text","text":"a"},{"type":"text","text":"b"}]},{"type":"text","text":"c"}]}"#,
            vec![plain("ab", None), Part::text("c")],
        ),
        (
            r#"{"tool_calls":[{"id":"1","type":"function","function":{"name":"f","arguments":"{ \"a\":1.0 }"}},{"function":{"name":"f","arguments":{"b": 2.50}}}]}"#,
            vec![call("1", "{ \"a\":1.0 }"), call("call_1_r1", "{\"b\": 2.50}")],
        ),
        (
            r#"{"content":"a","annotations":[{"type":"url_citation","url_citation":{"url":"u","title":"T","start_index":0,"end_index":1}}]}"#,
            vec![cited("a", vec![web("u")])],
        ),
        (r#"{"content":null,"audio":{"id":"a","data":"AA==","transcript":"hi"}}"#, vec![Part::text("hi")]),
        (r#"{"content":null,"audio":{"id":"a","data":"AA=="}}"#, vec![Part::text(uncarried("audio"))]),
        (r#"{"content":"a","images":[{}]}"#, vec![Part::text("a"), Part::text(uncarried("image"))]),
        (r#"{"content":[{"type":"new"},{"type":"text"}]}"#, vec![Part::text(uncarried("new"))]),
        (r#"{"function_call":{"name":"f","arguments":""}}"#, vec![call("call_0_r1", "")]),
        (
            r#"{"tool_calls":[{"id":"1","type":"custom","custom":{"name":"f","input":"*** \"x\""}},{"custom":{"name":"f"}}]}"#,
            vec![custom("1", "*** \"x\""), custom("call_1_r1", "")],
        ),
        (
            r#"{"content":"a","thinking_blocks":[{"type":"thinking","thinking":"t","signature":"turnpike:sealed:rs_1:gA:="}]}"#,
            vec![sealed("t"), Part::text("a")],
        ),
    ] {
        assert_eq!(of(message, "").parts, parts, "{message}");
    }
}

#[test]
fn reasons_to_stop() {
    let calls = r#"{"tool_calls":[{"id":"1","function":{"name":"f"}}]}"#;
    let sequence = || Some("##".to_owned());
    for (message, rest, stop, met) in [
        (r#"{"content":"a"}"#, r#","finish_reason":"stop""#, StopReason::End, None),
        (r#"{"content":"a"}"#, r#","finish_reason":null"#, StopReason::End, None),
        (
            r#"{"content":"a"}"#,
            r#","finish_reason":"stop","stop_reason":"\u0023#""#,
            StopReason::StopSequence,
            sequence(),
        ),
        (r#"{"content":"a"}"#, r#","finish_reason":"error""#, StopReason::Other("error".into()), None),
        (calls, r#","finish_reason":"stop""#, StopReason::ToolUse, None),
        (calls, "", StopReason::ToolUse, None),
        (calls, r#","finish_reason":"length""#, StopReason::Length, None),
    ] {
        let choice = of(message, rest);
        assert_eq!((choice.stop, choice.stop_sequence), (stop, met), "{rest}");
    }
}

#[test]
fn what_is_no_answer_is_refused() {
    for (body, path) in [
        ("", "body"),
        ("{}", "choices"),
        (r#"{"choices":[]}"#, "choices"),
        (r#"{"choices":[{}]}"#, "choices[0].message"),
        (r#"{"choices":[{"message":{"content":3}}]}"#, "choices[0].message.content"),
        (r#"{"choices":[{"message":{"tool_calls":[{}]}}]}"#, "choices[0].message.tool_calls[0].function"),
    ] {
        assert_eq!(read(body).unwrap_err().path, path, "{body}");
    }
}

#[test]
fn odd_usage_never_spoils_an_answer() {
    for usage in ["null", "3", "[]", r#"{"prompt_tokens":"x"}"#, r#"{"prompt_tokens":-1,"prompt_tokens_details":7}"#] {
        let body = format!(r#"{{"choices":[{{"message":{{"content":"a"}}}}],"usage":{usage}}}"#);
        assert_eq!(read(&body).unwrap().usage, Usage { odd: usage != "null", ..Usage::default() }, "{usage}");
        assert_eq!(scan_usage(&body), read(&body).unwrap().usage);
    }
}

#[test]
fn the_scan_is_not_fooled_by_text() {
    let body = r#"{"choices":[{"message":{"content":"\"usage\":{\"prompt_tokens\":9}"}}],"usage" : {"prompt_tokens":1,"completion_tokens":2}}"#;
    let usage = scan_usage(body);
    assert_eq!((usage.input, usage.output), (Some(1), Some(2)));
    assert!(scan_usage(r#"{"choices":[]}"#).is_empty() && scan_usage("<html>").is_empty());
}

fn reply(choices: Vec<Choice>, usage: Usage) -> Reply {
    Reply { id: "msg_1".into(), model: "m".into(), created: None, choices, usage, service_tier: None, trace: None }
}

#[test]
fn a_written_answer_has_every_member() {
    let stopped = |parts, stop| Choice { parts, stop, stop_sequence: None, logprobs: Vec::new() };
    let usage = Usage {
        input: Some(5),
        cache_read: Some(3),
        cache_write_5m: Some(2),
        cache_write_1h: Some(1),
        output: Some(7),
        reasoning: Some(4),
        odd: false,
        ..Usage::default()
    };
    let written = write(
        &reply(
            vec![
                stopped(vec![Part::text("a"), Part::text("b")], StopReason::End),
                stopped(vec![plain("t", None), call("1", "{ }")], StopReason::ToolUse),
                stopped(
                    vec![
                        plain("t", Some("S")),
                        Part::Thinking(Thinking::Redacted { data: "D".into() }),
                        Part::Refusal { text: "no".into() },
                    ],
                    StopReason::Refusal,
                ),
                stopped(vec![], StopReason::ContextWindow),
            ],
            usage,
        ),
        &Style { created: 1_700_000_000, ..Style::default() },
    );
    insta::assert_snapshot!(String::from_utf8(written).unwrap());
}

#[test]
fn what_an_answer_rests_on_and_what_a_guardrail_found() {
    let place = Location::Characters { document: 0, start: 1, end: 2 };
    let of_document = Citation { quotes: vec!["q".into()], location: Some(place), ..Citation::default() };
    let parts = vec![
        Part::text("\u{1F600} "),
        cited("a\u{e4}", vec![of_document.clone(), web("u")]),
        Part::text("."),
        cited("c", vec![of_document]),
    ];
    let choice = Choice { parts, stop: StopReason::Guardrail, stop_sequence: None, logprobs: Vec::new() };
    let trace = crate::json::Raw::parse(r#"{"guardrail": {}}"#).ok();
    let reply = Reply { trace, ..reply(vec![choice], Usage::default()) };
    insta::assert_snapshot!(String::from_utf8(write(&reply, &Style { created: 7, ..Style::default() })).unwrap(), @r#"{"id":"msg_1","object":"chat.completion","created":7,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"😀 aä.c","refusal":null,"annotations":[{"type":"url_citation","url_citation":{"url":"u","title":"T","start_index":2,"end_index":4}}],"provider_specific_fields":{"citations":[[{"type":"char_location","cited_text":"q","document_index":0,"document_title":null,"start_char_index":1,"end_char_index":2,"supported_text":"aä"},{"type":"web_search_result_location","cited_text":"","url":"u","title":"T","encrypted_index":"","supported_text":"aä"}],[{"type":"char_location","cited_text":"q","document_index":0,"document_title":null,"start_char_index":1,"end_char_index":2,"supported_text":"c"}]]}},"logprobs":null,"finish_reason":"content_filter"}],"trace":{"guardrail": {}}}"#);
}

#[test]
fn a_written_answer_reads_the_same() {
    let parts = vec![
        plain("t", Some("S")),
        sealed("u"),
        cited("a", vec![web("u"), web("v")]),
        Part::Refusal { text: "no".into() },
        call("1", "{ }"),
        custom("2", "x \"y\"\n"),
    ];
    let logprobs = vec![Raw::parse(r#"{"token":"a", "logprob":-0.10}"#).unwrap(), Raw::parse("{}").unwrap()];
    let choice = Choice { parts, stop: StopReason::ToolUse, stop_sequence: None, logprobs };
    let usage = Usage {
        input: Some(1),
        cache_read: Some(2),
        cache_write_5m: Some(3),
        output: Some(4),
        reasoning: Some(0),
        input_audio: Some(5),
        input_image: Some(6),
        output_audio: Some(7),
        output_image: Some(8),
        tier: Some(ServiceTier::Flex),
        ..Usage::default()
    };
    let reply = Reply { created: Some(7), service_tier: Some("flex".into()), ..reply(vec![choice], usage) };
    assert_eq!(read(std::str::from_utf8(&write(&reply, &Style::default())).unwrap()).unwrap(), reply);
}

#[test]
fn log_probabilities_of_another_shape_cost_nothing() {
    for (logprobs, count) in [
        ("null", 0),
        (r#"{"content":[{},{}],"refusal":[{}]}"#, 2),
        (r#"{"content":null}"#, 0),
        (r#"{"tokens":["a"]}"#, 0),
        ("[]", 0),
    ] {
        let choice = of(r#"{"content":"a"}"#, &format!(r#","logprobs":{logprobs}"#));
        assert_eq!((choice.parts, choice.logprobs.len()), (vec![Part::text("a")], count), "{logprobs}");
    }
}

/// Positions of annotations count a sentence, too.
#[test]
fn what_cannot_be_carried_is_a_sentence_and_a_search_is_none() {
    let image = Media { source: MediaSource::Url("u".into()), detail: None, name: None };
    let search = Part::WebSearch(WebSearch { id: "ws".into(), ..WebSearch::default() });
    let parts = vec![search, Part::Image { media: image, cache: None }, cited("a", vec![web("u")])];
    let written = write(&reply(vec![Choice::new(parts, StopReason::End)], Usage::default()), &Style::default());
    let written: serde_json::Value = serde_json::from_slice(&written).unwrap();
    let message = &written["choices"][0]["message"];
    let sentence = uncarried("image");
    assert_eq!(message["content"], format!("{sentence}a"));
    assert_eq!(message["annotations"][0]["url_citation"]["start_index"], sentence.len());
}

#[test]
fn usage_that_was_not_told_is_not_written() {
    let choice =
        Choice { parts: vec![Part::text("a")], stop: StopReason::End, stop_sequence: None, logprobs: Vec::new() };
    let written = String::from_utf8(write(&reply(vec![choice], Usage::default()), &Style::default())).unwrap();
    assert!(!written.contains("usage"), "{written}");
}

#[test]
fn who_declares_functions_is_told_one_call_of_them() {
    let echo = || Dialect::OpenAiChat.echo(r#"{"functions":[{"name":"f"}]}"#);
    let written = |parts, stop| {
        let style = Style { echo: echo(), ..Style::default() };
        let body: serde_json::Value =
            serde_json::from_slice(&write(&reply(vec![Choice::new(parts, stop)], Usage::default()), &style)).unwrap();
        body["choices"][0].to_string()
    };
    let calls = vec![Part::text("so."), call("1", "{ }"), call("2", "{}")];
    for (told, expected) in [
        (
            written(vec![call("1", "{ }")], StopReason::ToolUse),
            r#"{"finish_reason":"function_call","index":0,"logprobs":null,"message":{"annotations":[],"content":null,"function_call":{"arguments":"{ }","name":"f"},"refusal":null,"role":"assistant"}}"#.to_owned(),
        ),
        (
            written(calls, StopReason::ToolUse),
            format!(
                r#"{{"finish_reason":"function_call","index":0,"logprobs":null,"message":{{"annotations":[],"content":"so.{FURTHER_CALL}","function_call":{{"arguments":"{{ }}","name":"f"}},"refusal":null,"role":"assistant"}}}}"#
            ),
        ),
        (
            written(vec![], StopReason::End),
            r#"{"finish_reason":"stop","index":0,"logprobs":null,"message":{"annotations":[],"content":"","refusal":null,"role":"assistant"}}"#.to_owned(),
        ),
    ] {
        assert_eq!(told, expected);
    }
}
