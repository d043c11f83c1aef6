//! What providers send, in the forms that are in use.

use super::*;
use crate::chat::{CallKind, Citation, Location, Part, WebSearch, uncarried};
use crate::error::ErrorKind;
use crate::json::Raw;
use crate::note::{Ending, Note};

const CREATED: &str =
    r#"{"type":"response.created","response":{"id":"resp_1","model":"m","created_at":7,"usage":null,"output":[]}}"#;
const COMPLETED: &str = r#"{"type":"response.completed","response":{"id":"resp_1","status":"completed",
    "usage":{"input_tokens":3,"output_tokens":4,"total_tokens":7}}}"#;

/// The events between the start and the ending of a stream whose events are `datas`, without `event` lines.
fn told(datas: &[&str]) -> Vec<Event> {
    let all: Vec<&str> = [CREATED].iter().chain(datas).chain(&[COMPLETED]).copied().collect();
    let mut events = read_all(&stream(&all)).unwrap();
    assert_eq!(events.first(), Some(&start()));
    assert_eq!(events.pop(), Some(Event::End));
    assert_eq!(events.pop(), Some(Event::Usage(usage(3, 4))));
    assert!(matches!(events.pop(), Some(Event::Stop { .. })));
    events.split_off(1)
}

fn stream(datas: &[&str]) -> Vec<u8> {
    datas.iter().flat_map(|data| format!("data: {}\n\n", data.replace('\n', " ")).into_bytes()).collect()
}

fn call(id: &str, name: &str, kind: CallKind) -> PartStart {
    PartStart::ToolCall { id: id.into(), name: name.into(), namespace: None, kind }
}

fn thinking(text: &str) -> Delta {
    Delta::Thinking(text.into())
}

#[test]
fn texts_come_by_deltas_or_at_the_end() {
    let a = |delta: Delta| part(0, PartStart::Text, vec![delta]);
    let whole = r#"{"type":"response.output_item.done","output_index":0,"item":{"type":"message","content":[{"type":"output_text","text":"ab"}]}}"#;
    let delta =
        r#"{"type":"response.output_text.delta","output_index":0,"content_index":0,"delta":"ab","obfuscation":"xx"}"#;
    let piece = r#"{"type":"response.content_part.done","output_index":0,"content_index":0,"part":{"type":"output_text","text":"ab"}}"#;
    for datas in [
        vec![delta],
        vec![delta, whole],
        vec![delta, piece, whole],
        vec![piece, whole],
        vec![whole],
        vec![whole, whole, delta, piece],
        vec![r#"{"type":"response.new_event","output_index":0}"#, delta, r#"{"type":"keepalive"}"#, "[DONE]"],
        vec![r#"{"type":"response.output_item.added","output_index":0,"item":{"type":"message","content":[]}}"#, whole],
        vec![r#"{"type":"response.output_text.delta","delta":"ab"}"#],
    ] {
        assert_eq!(told(&datas), a(text("ab")), "{datas:?}");
    }
    let refusal = r#"{"type":"response.refusal.delta","output_index":0,"content_index":1,"delta":"no"}"#;
    let both = [a(text("ab")), part(1, PartStart::Refusal, vec![text("no")])].concat();
    assert_eq!(told(&[delta, refusal]), both);
    let halves = [
        r#"{"type":"response.output_text.delta","delta":"\ud83d"}"#,
        r#"{"type":"response.output_text.delta","delta":"\ude00"}"#,
    ];
    let deltas = told(&halves).into_iter().filter_map(|event| match event {
        Event::Delta { delta, .. } => Some(delta.text().to_owned()),
        _ => None,
    });
    assert_eq!(deltas.collect::<String>(), "\u{1F600}");
}

#[test]
fn tokens_stand_before_their_text_and_citations_behind_it() {
    let citation = Citation { location: Some(Location::Web { url: "https://x".into() }), ..Citation::default() };
    let token = Raw::parse(r#"{"token":"ab","logprob":-1}"#).unwrap();
    let expected = vec![
        Event::PartStart { choice: 0, part: 0, kind: PartStart::Text },
        Event::Logprobs { choice: 0, part: 0, tokens: vec![token] },
        Event::Delta { choice: 0, part: 0, delta: text("ab") },
        Event::Citation { choice: 0, part: 0, citation },
        Event::PartEnd { choice: 0, part: 0 },
    ];
    let delta = r#"{"type":"response.output_text.delta","delta":"ab","logprobs":[{"token":"ab","logprob":-1}]}"#;
    let added = r#"{"type":"response.output_text.annotation.added","annotation":{"type":"url_citation","url":"https://x","title":""}}"#;
    let done = r#"{"type":"response.content_part.done","part":{"type":"output_text","text":"ab",
        "logprobs":[{"token":"ab","logprob":-1}],"annotations":[{"type":"url_citation","url":"https://x","title":""}]}}"#;
    for datas in [vec![delta, added, done], vec![delta, added], vec![delta, done], vec![done]] {
        assert_eq!(told(&datas), expected, "{datas:?}");
    }
}

#[test]
fn reasoning_has_its_proof_at_its_end() {
    let item = |rest: &str| {
        format!(
            r#"{{"type":"response.output_item.done","output_index":0,"item":{{"type":"reasoning","id":"rs_1",{rest}}}}}"#
        )
    };
    let summary = r#"{"type":"response.reasoning_summary_text.delta","summary_index":0,"delta":"a"}"#;
    let second = r#"{"type":"response.reasoning_summary_text.delta","summary_index":1,"delta":"b"}"#;
    let plain = r#"{"type":"response.reasoning_text.delta","content_index":0,"delta":"a"}"#;
    let sealed = Delta::Sealed { id: Some("rs_1".into()), data: "gA".into() };
    for (datas, expected) in [
        (vec![summary.to_owned()], vec![thinking("a")]),
        (
            vec![plain.to_owned(), item(r#""summary":[],"content":[{"type":"reasoning_text","text":"a"}]"#)],
            vec![thinking("a")],
        ),
        (vec![summary.to_owned(), second.to_owned()], vec![thinking("a"), thinking("\n\nb")]),
        (vec![summary.to_owned(), item(r#""encrypted_content":"gA""#)], vec![thinking("a"), sealed.clone()]),
        (vec![item(r#""summary":[],"encrypted_content":"gA""#)], vec![sealed.clone()]),
        (
            vec![item(r#""summary":[{"type":"summary_text","text":"a"},{"type":"summary_text","text":"b"}]"#)],
            vec![thinking("a\n\nb")],
        ),
        (
            vec![summary.to_owned(), item(r#""encrypted_content":"turnpike:signed:Eq==""#)],
            vec![thinking("a"), Delta::Signature("Eq==".into())],
        ),
        (
            vec![item(r#""encrypted_content":"turnpike:sealed:rs_other:gB""#)],
            vec![Delta::Sealed { id: Some("rs_other".into()), data: "gB".into() }],
        ),
    ] {
        let datas: Vec<&str> = datas.iter().map(String::as_str).collect();
        assert_eq!(told(&datas), part(0, PartStart::Thinking, expected), "{datas:?}");
    }
    let hidden = item(r#""encrypted_content":"turnpike:redacted:h""#);
    assert_eq!(told(&[&hidden]), part(0, PartStart::RedactedThinking { data: "h".into() }, vec![]));
    assert_eq!(told(&[&item(r#""summary":[]"#)]), []);
}

#[test]
fn calls_come_in_turns_and_are_told_one_after_the_other() {
    let added = |index: u32| {
        format!(
            r#"{{"type":"response.output_item.added","output_index":{index},"item":{{"type":"function_call","call_id":"c{index}","name":"f{index}","arguments":""}}}}"#
        )
    };
    let delta = |index: u32, text: &str| {
        format!(r#"{{"type":"response.function_call_arguments.delta","output_index":{index},"delta":"{text}"}}"#)
    };
    let done = |index: u32| {
        format!(
            r#"{{"type":"response.output_item.done","output_index":{index},"item":{{"type":"function_call","call_id":"c{index}","name":"f{index}","arguments":"ab"}}}}"#
        )
    };
    let expected = |first: &[&str], second: &[&str]| {
        let deltas = |texts: &[&str]| texts.iter().map(|text| arguments(text)).collect();
        [
            part(0, call("c0", "f0", CallKind::Function), deltas(first)),
            part(1, call("c1", "f1", CallKind::Function), deltas(second)),
        ]
        .concat()
    };
    for (datas, events) in [
        // in turns
        (
            vec![added(0), added(1), delta(1, "a"), delta(0, "a"), delta(1, "b"), delta(0, "b"), done(1), done(0)],
            expected(&["a", "b"], &["ab"]),
        ),
        // nothing but the ends
        (vec![done(0), done(1)], expected(&["ab"], &["ab"])),
        // no beginnings: the name comes last
        (vec![delta(0, "a"), delta(1, "ab"), delta(0, "b"), done(0), done(1)], expected(&["ab"], &["ab"])),
        // no ends
        (vec![added(0), delta(0, "ab"), added(1), delta(1, "ab")], expected(&["ab"], &["ab"])),
    ] {
        let datas: Vec<&str> = datas.iter().map(String::as_str).collect();
        assert_eq!(told(&datas), events, "{datas:?}");
    }
    let nameless = told(&[&delta(0, "ab")]);
    assert_eq!(nameless, part(0, call("call_0_resp_1", "", CallKind::Function), vec![arguments("ab")]));
    let custom = [
        r#"{"type":"response.output_item.added","item":{"type":"custom_tool_call","call_id":"c","name":"patch","input":""}}"#,
        r#"{"type":"response.custom_tool_call_input.delta","delta":"x"}"#,
        r#"{"type":"response.custom_tool_call_input.done","input":"x"}"#,
    ];
    assert_eq!(told(&custom), part(0, call("c", "patch", CallKind::Custom), vec![arguments("x")]));
}

#[test]
fn other_items_come_whole_or_as_a_sentence() {
    let done = |item: &str| format!(r#"{{"type":"response.output_item.done","output_index":2,"item":{item}}}"#);
    let search =
        done(r#"{"type":"web_search_call","id":"ws_1","status":"completed","action":{"type":"search","query":"q"}}"#);
    let whole = Part::WebSearch(WebSearch { id: "ws_1".into(), query: Some("q".into()), outcome: None });
    assert_eq!(told(&[&search]), part(0, PartStart::Whole(Box::new(whole)), vec![]));
    let image = done(r#"{"type":"image_generation_call","result":"AA=="}"#);
    let partial = r#"{"type":"response.image_generation_call.partial_image","partial_image_b64":"AA=="}"#;
    assert_eq!(told(&[partial, &image]), part(0, PartStart::Text, vec![Delta::Text(uncarried("image"))]));
    assert_eq!(told(&[&done(r#"{"type":"mcp_list_tools"}"#)]), []);
}

#[test]
fn endings() {
    let ended = |data: &str| read_all(&stream(&[CREATED, data])).unwrap().split_off(1);
    let stopped = |reason| vec![stop(reason), Event::End];
    for (data, expected) in [
        (r#"{"type":"response.completed","response":{}}"#, stopped(StopReason::End)),
        (
            r#"{"type":"response.incomplete","response":{"status":"incomplete","incomplete_details":{"reason":"max_output_tokens"}}}"#,
            stopped(StopReason::Length),
        ),
        (
            r#"{"type":"response.incomplete","response":{"incomplete_details":{"reason":"content_filter"}}}"#,
            stopped(StopReason::ContentFilter),
        ),
        (r#"{"type":"response.completed","response":{"status":"incomplete"}}"#, stopped(StopReason::Length)),
        (
            r#"{"type":"response.completed","response":{"output":[{"type":"message","content":[{"type":"output_text","text":"ab"}]}]}}"#,
            [part(0, PartStart::Text, vec![text("ab")]), stopped(StopReason::End)].concat(),
        ),
    ] {
        assert_eq!(ended(data), expected, "{data}");
    }
    let called = r#"{"type":"response.completed","response":{"output":[{"type":"function_call","call_id":"c","name":"f","arguments":""}]}}"#;
    assert!(ended(called).contains(&stop(StopReason::ToolUse)));
    for (data, kind, told) in [
        (
            r#"{"type":"response.failed","response":{"error":{"code":"server_error","message":"no"},"usage":{"input_tokens":3,"output_tokens":4}}}"#,
            ErrorKind::Internal,
            Some(usage(3, 4)),
        ),
        (r#"{"type":"error","code":"rate_limit_exceeded","message":"no"}"#, ErrorKind::RateLimited, None),
        (r#"{"error":{"code":"insufficient_quota","message":"no"}}"#, ErrorKind::Billing, None),
    ] {
        let mut events = ended(data);
        let Some(Event::Error(error)) = events.pop() else { panic!("{data}") };
        assert_eq!((error.kind, error.message.as_str()), (kind, "no"), "{data}");
        assert_eq!(events, told.map(Event::Usage).into_iter().collect::<Vec<_>>(), "{data}");
    }
    // nothing follows the end, and a stream that just ends has none
    assert_eq!(read_all(&stream(&[CREATED, COMPLETED, COMPLETED, "{broken"])).unwrap().last(), Some(&Event::End));
    assert_eq!(read_all(&stream(&[CREATED])).unwrap(), [start()]);
}

#[test]
fn nonsense_is_refused() {
    for data in [
        "{broken",
        r#"{"type":"response.output_text.delta","delta":7}"#,
        r#"{"type":"response.output_text.delta","output_index":-1,"delta":"a"}"#,
        r#"{"type":"response.output_item.done","item":"x"}"#,
        r#"{"type":"response.completed"}"#,
    ] {
        assert!(read_all(&stream(&[data])).is_err(), "{data}");
    }
    assert!(read_all(b"data: \xff\n\n").is_err());
    assert_eq!(read_all(b": ping\n\n\n\n").unwrap().first(), Some(&Event::Ping));
}

#[test]
fn what_waits_is_bounded() {
    let mut reader = Reader::default();
    let mut out = Vec::new();
    let mut read = |data: String| reader.read(&Frame::new(format!("data: {data}\n\n")), &mut out);
    read(r#"{"type":"response.function_call_arguments.delta","output_index":0,"delta":"a"}"#.to_owned()).unwrap();
    let long = "x".repeat(1 << 20);
    let more = || read(format!(r#"{{"type":"response.output_text.delta","output_index":1,"delta":"{long}"}}"#));
    let refused = std::iter::repeat_with(more).take(17).find_map(Result::err).unwrap();
    assert_eq!(refused.path, "output[1]");
}

#[test]
fn the_cheap_look_finds_what_matters() {
    let complete = Note { usage: Some(usage(3, 4)), stopped: true, ending: Ending::Complete, ..Note::default() };
    let error = Note { ending: Ending::Error, ..Note::default() };
    let said = |text_bytes| Note { text_bytes, ..Note::default() };
    for (event, data, expected) in [
        ("response.output_text.delta", r#"{"delta":"a\n\u00e9","logprobs":[]}"#, said(4)),
        ("response.function_call_arguments.delta", r#"{"item_id":"\"delta\":\"xyz\"","delta" : "{\"a\""}"#, said(4)),
        ("response.shell_call_output_content.delta", r#"{"delta":{"stdout":"x"}}"#, said(0)),
        ("response.audio.delta", r#"{"delta":"AAAA"}"#, said(0)),
        ("response.created", r#"{"response":{"usage":null,"instructions":"\"delta\":\"x\""}}"#, Note::default()),
        ("response.completed", COMPLETED, complete),
        ("response.incomplete", r#"{"response":{"usage":null}}"#, Note { usage: None, ..complete }),
        ("response.failed", r#"{"response":{"error":{}}}"#, error),
        ("error", r#"{"message":"no"}"#, error),
        ("message", COMPLETED, complete),
        ("message", r#"{"error":{"message":"no"}}"#, error),
        ("message", "[DONE]", Note::default()),
        ("message", r#"{"type":"response.output_text.delta","delta":"abc"}"#, said(3)),
    ] {
        let data = data.replace('\n', " ");
        assert_eq!(note(&Frame::new(format!("event: {event}\ndata: {data}\n\n"))), expected, "{event} {data}");
        if event == "message" {
            assert_eq!(note(&Frame::new(format!("data: {data}\n\n"))), expected, "{data}");
        }
    }
    assert_eq!(note(&Frame::new(&b": ping\n\n"[..])), Note::default());
}
