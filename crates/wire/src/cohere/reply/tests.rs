//! Whole answers, read and written.

use super::*;
use crate::chat::{
    Choice, Citation, Location, Media, MediaSource, Part, Reply, StopReason, Thinking, ToolCall, Usage, WebSearch,
};
use crate::cohere::Echo;
use crate::json::Raw;

const RECORDED: &str = r#"{"id":"c1","message":{"role":"assistant","content":[
    {"type":"thinking","thinking":"hm"},{"type":"text","text":"It is 20°C, they say."},{"type":"sound","data":"x"}],
    "citations":[{"start":6,"end":10,"text":"20°C","sources":[
        {"type":"tool","id":"look_1:0","tool_output":{"content":"20 degrees"}},
        {"type":"document","id":"doc:1","document":{"id":"doc:1","text":"warm","title":"T"}}],"type":"TEXT_CONTENT"},
        {"start":0,"end":2,"text":"hm","sources":[],"type":"THINKING_CONTENT","content_index":0}]},
    "finish_reason":"COMPLETE","usage":{"billed_units":{"input_tokens":30,"output_tokens":40},
    "tokens":{"input_tokens":526,"output_tokens":40},"cached_tokens":10},
    "logprobs":[{"text":"It","token_ids":[7],"logprobs":[-0.10]},{"text":" is"}]}"#;

const CALLING: &str = r#"{"id":"c2","message":{"role":"assistant","tool_plan":"I will look.","tool_calls":[
    {"id":"look_1","type":"function","function":{"name":"look","arguments":"{\"a\": 1.0}"}}]},"finish_reason":"TOOL_CALL"}"#;

fn reply(parts: Vec<Part>, stop: StopReason) -> Reply {
    Reply {
        id: "c1".to_owned(),
        model: "m".to_owned(),
        created: None,
        choices: vec![Choice::new(parts, stop)],
        usage: Usage { input: Some(20), cache_read: Some(10), output: Some(40), ..Usage::default() },
        service_tier: None,
        trace: None,
    }
}

fn written(reply: &Reply) -> String {
    String::from_utf8(write(reply, &Echo::default())).unwrap()
}

fn cited(text: &str, citations: Vec<Citation>) -> Part {
    Part::Text { text: text.to_owned(), citations, cache: None }
}

fn plain(text: &str) -> Part {
    Part::Thinking(Thinking::Plain { text: text.to_owned(), signature: None })
}

#[test]
fn an_answer_is_read_with_what_it_rests_on() {
    let quote = |text: &str| vec![text.to_owned()];
    let tool = Citation { source: Some("look_1:0".to_owned()), quotes: quote("20 degrees"), ..Citation::default() };
    let document = Citation {
        title: Some("T".to_owned()),
        source: None,
        quotes: quote("warm"),
        location: Some(Location::Characters { document: 1, start: 0, end: 4 }),
    };
    let sentence = "[The model answered with content of the kind 'sound', which this API cannot carry.]";
    let parts = vec![
        plain("hm"),
        Part::text("It is "),
        cited("20°C", vec![tool, document]),
        Part::text(", they say."),
        Part::text(sentence),
    ];
    let mut expected = reply(parts, StopReason::End);
    expected.model.clear();
    let token = r#"{"token":"It","logprob":-0.10,"bytes":[73,116],"top_logprobs":[]}"#;
    expected.choices[0].logprobs = vec![Raw::parse(token).unwrap()];
    assert_eq!(read(RECORDED).unwrap(), expected);
    assert_eq!(scan_usage(RECORDED), expected.usage);
    insta::assert_snapshot!(written(&expected), @r#"{"id":"c1","finish_reason":"COMPLETE","message":{"role":"assistant","content":[{"type":"thinking","thinking":"hm"},{"type":"text","text":"It is 20°C, they say.[The model answered with content of the kind 'sound', which this API cannot carry.]"}],"citations":[{"start":6,"end":10,"text":"20°C","sources":[{"type":"document","id":"look_1:0","document":{"text":"20 degrees"}},{"type":"document","id":"doc:1","document":{"title":"T","text":"warm"}}],"content_index":1,"type":"TEXT_CONTENT"}]},"usage":{"billed_units":{"input_tokens":30,"output_tokens":40},"tokens":{"input_tokens":30,"output_tokens":40},"cached_tokens":10},"logprobs":[{"text":"It","token_ids":[],"logprobs":[-0.10]}]}"#);
}

#[test]
fn a_plan_is_what_is_said_before_the_calls() {
    let read_back = read(CALLING).unwrap();
    let call = ToolCall::new("look_1", "look", r#"{"a": 1.0}"#);
    assert_eq!(read_back.choices[0].parts, [Part::text("I will look."), Part::ToolCall(call)]);
    assert_eq!((&read_back.choices[0].stop, read_back.usage), (&StopReason::ToolUse, Usage::default()));
    insta::assert_snapshot!(written(&read_back), @r#"{"id":"c2","finish_reason":"TOOL_CALL","message":{"role":"assistant","tool_calls":[{"id":"look_1","type":"function","function":{"name":"look","arguments":"{\"a\": 1.0}"}}],"tool_plan":"I will look."}}"#);
}

#[test]
fn texts_in_a_row_are_one_content_and_everything_has_a_place() {
    let web = |url: &str| Citation { location: Some(Location::Web { url: url.to_owned() }), ..Citation::default() };
    let media = Media { source: MediaSource::Url("u".to_owned()), detail: None, name: None };
    let parts = vec![
        Part::Thinking(Thinking::Redacted { data: "AA==".to_owned() }),
        Part::text("é"),
        cited("ab", vec![web("x"), web("y")]),
        Part::Image { media, cache: None },
        Part::WebSearch(WebSearch::default()),
        Part::Refusal { text: "no".to_owned() },
        Part::Thinking(Thinking::Plain { text: "t".to_owned(), signature: Some("s".to_owned()) }),
        cited("plan", vec![web("z")]),
        Part::text("ned"),
        Part::ToolCall(ToolCall::new("1", "f", "")),
        Part::text("late"),
        Part::ToolCall(ToolCall::new("2", "g", "not JSON")),
    ];
    insta::assert_snapshot!(written(&reply(parts, StopReason::ToolUse)), @r#"{"id":"c1","finish_reason":"TOOL_CALL","message":{"role":"assistant","tool_calls":[{"id":"1","type":"function","function":{"name":"f","arguments":"{}"}},{"id":"2","type":"function","function":{"name":"g","arguments":"not JSON"}}],"tool_plan":"planned","content":[{"type":"thinking","thinking":"","signature":"turnpike:redacted:AA=="},{"type":"text","text":"éab[The model answered with an image, which this API cannot carry.]no"},{"type":"thinking","thinking":"t","signature":"s"},{"type":"text","text":"late"}],"citations":[{"start":1,"end":3,"text":"ab","sources":[{"type":"document","id":"x","document":{"url":"x"}},{"type":"document","id":"y","document":{"url":"y"}}],"content_index":1,"type":"TEXT_CONTENT"},{"start":0,"end":4,"text":"plan","sources":[{"type":"document","id":"z","document":{"url":"z"}}],"type":"PLAN"}]},"usage":{"billed_units":{"input_tokens":30,"output_tokens":40},"tokens":{"input_tokens":30,"output_tokens":40},"cached_tokens":10}}"#);
    let nothing = Reply { usage: Usage::default(), ..reply(vec![Part::text("")], StopReason::ContentFilter) };
    insta::assert_snapshot!(written(&nothing), @r#"{"id":"c1","finish_reason":"ERROR_TOXIC","message":{"role":"assistant","content":[{"type":"text","text":""}]}}"#);
}

#[test]
fn what_is_written_reads_back() {
    let sealed = Thinking::Sealed { id: Some("rs_1".to_owned()), text: "t".to_owned(), data: "gA".to_owned() };
    for parts in [
        vec![plain("hm"), Part::text("a\n\"b\"")],
        vec![Part::Thinking(sealed), Part::text("a")],
        vec![Part::text("a"), plain("t"), Part::text("plan"), Part::ToolCall(ToolCall::new("1", "f", "{\"x\" :1e5}"))],
        vec![
            Part::text("é "),
            cited(
                "c",
                vec![Citation {
                    title: None,
                    source: Some("https://x".to_owned()),
                    quotes: vec!["q".to_owned()],
                    location: Some(Location::SearchResult { result: 2, start: 0, end: 1 }),
                }],
            ),
            Part::text("."),
        ],
    ] {
        for stop in [StopReason::End, StopReason::Length, StopReason::ToolUse] {
            let reply = Reply { model: String::new(), ..reply(parts.clone(), stop) };
            assert_eq!(read(&written(&reply)).unwrap(), reply);
        }
    }
}

#[test]
fn sloppy_answers_are_read_and_half_ones_are_not() {
    let text = read(r#"{"message":{"content":"hi","citations":7},"usage":7}"#).unwrap();
    assert_eq!(text.choices[0].parts, [Part::text("hi")]);
    assert!(text.usage.odd);
    let empty = read(r#"{"message":{"content":null}}"#).unwrap();
    assert_eq!(empty.choices[0].parts, []);
    assert_eq!(empty.choices[0].stop, StopReason::Other("null".to_owned()));
    for (body, path) in [
        ("{}", "message"),
        (r#"{"message":{"content":[{"text":"a"}]}}"#, "message.content[0].type"),
        (r#"{"message":{"content":[{"type":"text"}]}}"#, "message.content[0].text"),
        (r#"{"message":{"tool_calls":[{"id":"1","type":"function"}]}}"#, "message.tool_calls[0].function"),
        (r#"{"message":{"tool_calls":[{"function":{"name":"f"}}]}}"#, "message.tool_calls[0].id"),
    ] {
        assert_eq!(read(body).unwrap_err().path, path, "{body}");
    }
}

#[test]
fn an_error_in_disguise_is_told_from_an_answer() {
    for (body, expected) in [
        (r#"{"id":"x","message":"no"}"#, true),
        (r#"{"message":{"role":"assistant","content":[]},"finish_reason":"ERROR"}"#, true),
        (r#"{"message":{"role":"assistant","content":[{"type":"text","text":"a"}]},"finish_reason":"ERROR"}"#, false),
        (r#"{"message":{"role":"assistant","content":[]},"finish_reason":"COMPLETE"}"#, false),
        (RECORDED, false),
        ("{}", false),
        ("not JSON", false),
    ] {
        assert_eq!(is_error(body), expected, "{body}");
    }
}
