//! Streams: reading, writing, noting, and each against the others.

mod round_trip;
mod whole;

use super::*;
use crate::chat::{
    Citation, Delta, Event, Location, Page, Part, PartStart, SearchOutcome, StopReason, Usage, WebSearch, uncarried,
};
use crate::error::{ErrorKind, ErrorReply};
use crate::frame::sse::{Frame, FrameReader};
use crate::json::{Invalid, Raw};
use crate::note::Ending;

fn frames(bytes: &[u8]) -> Vec<Frame> {
    let mut reader = FrameReader::new(1 << 20);
    reader.push(bytes);
    std::iter::from_fn(|| reader.next_frame().unwrap()).collect()
}

fn read_all(bytes: &[u8]) -> Result<Vec<Event>, Invalid> {
    let (mut reader, mut out) = (Reader::default(), Vec::new());
    for frame in frames(bytes) {
        reader.read(&frame, &mut out)?;
    }
    Ok(out)
}

fn write_all(events: &[Event]) -> Vec<u8> {
    let (mut writer, mut out) = (Writer::default(), Vec::new());
    for event in events {
        writer.write(event, &mut out);
    }
    out
}

/// The data of each event, without `event` lines, as some servers send it.
fn stream(datas: &[&str]) -> Vec<u8> {
    datas.iter().flat_map(|data| format!("data: {data}\n\n").into_bytes()).collect()
}

fn usage(input: u64, output: u64) -> Usage {
    Usage { input: Some(input), output: Some(output), ..Usage::default() }
}

fn part(part: u32, kind: PartStart, deltas: Vec<Delta>) -> Vec<Event> {
    let start = Event::PartStart { choice: 0, part, kind };
    let deltas = deltas.into_iter().map(|delta| Event::Delta { choice: 0, part, delta });
    std::iter::once(start).chain(deltas).chain([Event::PartEnd { choice: 0, part }]).collect()
}

fn cited(location: Location) -> Citation {
    let (title, quotes) = (Some("T".to_owned()), vec!["q".to_owned()]);
    Citation { title, source: None, quotes, location: Some(location) }
}

fn search(query: Option<&str>, outcome: Option<SearchOutcome>) -> PartStart {
    let query = query.map(str::to_owned);
    PartStart::Whole(Box::new(Part::WebSearch(WebSearch { id: "srvtoolu_1".to_owned(), query, outcome })))
}

fn start() -> Event {
    Event::Start { id: "msg_1".to_owned(), model: "claude-x".to_owned(), created: None }
}

fn stop(reason: StopReason) -> Event {
    Event::Stop { choice: 0, reason, sequence: None }
}

const RECORDED: &[&str] = &[
    r#"{"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"claude-x","content":[],"stop_reason":null,"usage":{"input_tokens":10,"output_tokens":1}}}"#,
    r#"{"type": "ping"}"#,
    r#"{"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"","signature":""}}"#,
    r#"{"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"hm","estimated_tokens":1}}"#,
    r#"{"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"c2ln"}}"#,
    r#"{"type":"content_block_stop","index":0}"#,
    r#"{"type":"content_block_start","index":1,"content_block":{"type":"server_tool_use","id":"srvtoolu_1","name":"web_search","input":{}}}"#,
    r#"{"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":"{\"query\":"}}"#,
    r#"{"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":"\"t\"}"}}"#,
    r#"{"type":"content_block_stop","index":1}"#,
    r#"{"type":"content_block_start","index":7,"content_block":{"type":"web_search_tool_result","tool_use_id":"srvtoolu_1","content":[{"type":"web_search_result","url":"u","title":"T","encrypted_content":"E","page_age":null}]}}"#,
    r#"{"type":"content_block_stop","index":7}"#,
    r#"{"type":"content_block_start","index":2,"content_block":{"type":"text","text":""}}"#,
    r#"{"type":"content_block_delta","index":2,"delta":{"type":"citations_delta","citation":{"type":"x"}}}"#,
    r#"{"type":"content_block_delta","index":2,"delta":{"type":"citations_delta","citation":{"type":"web_search_result_location","cited_text":"q","url":"u","title":"T","encrypted_index":"E"}}}"#,
    r#"{"type":"content_block_delta","index":2,"delta":{"type":"text_delta","text":"a\n\u4f60\"text\":\"b"}}"#,
    r#"{"type":"content_block_stop","index":2}"#,
    r#"{"type":"something_new","n":1}"#,
    r#"{"type":"content_block_start","index":3,"content_block":{"type":"tool_use","id":"t","name":"f","input":{}}}"#,
    r#"{"type":"content_block_delta","index":3,"delta":{"type":"input_json_delta","partial_json":""}}"#,
    r#"{"type":"content_block_delta","index":3,"delta":{"type":"input_json_delta","partial_json":"{\"a\": 1.0}"}}"#,
    r#"{"type":"content_block_stop","index":3}"#,
    r#"{"type":"message_delta","delta":{"stop_reason":"tool_use","stop_sequence":null},"usage":{"output_tokens":9}}"#,
    r#"{"type":"message_stop"}"#,
    r#"{"type":"ping"}"#,
];

fn recorded_events() -> Vec<Event> {
    let call = PartStart::function("t".to_owned(), "f".to_owned());
    let thinking = vec![Delta::Thinking("hm".to_owned()), Delta::Signature("c2ln".to_owned())];
    let page =
        Page { url: "u".to_owned(), title: Some("T".to_owned()), encrypted: Some("E".to_owned()), ..Page::default() };
    let search = search(Some("t"), Some(SearchOutcome::Found(vec![page])));
    let mut text = part(2, PartStart::Text, vec![Delta::Text("a\n\u{4f60}\"text\":\"b".to_owned())]);
    text.insert(1, Event::Citation { choice: 0, part: 2, citation: cited(Location::Web { url: "u".to_owned() }) });
    [
        vec![start(), Event::Usage(usage(10, 1)), Event::Ping],
        part(0, PartStart::Thinking, thinking),
        part(1, search, vec![]),
        text,
        part(3, call, vec![Delta::Arguments("{\"a\": 1.0}".to_owned())]),
        vec![stop(StopReason::ToolUse), Event::Usage(Usage { output: Some(9), ..Usage::default() }), Event::End],
    ]
    .concat()
}

#[test]
fn reads_a_recorded_stream_with_or_without_event_lines() {
    assert_eq!(read_all(&stream(RECORDED)).unwrap(), recorded_events());
}

#[test]
fn writes_what_it_read_in_the_official_shape() {
    let written = String::from_utf8(write_all(&recorded_events())).unwrap();
    insta::assert_snapshot!(written);
}

#[test]
fn usage_that_comes_after_the_stop_is_in_the_one_event_that_tells_both() {
    let openai = [
        vec![start()],
        part(0, PartStart::Text, vec![Delta::Text("x".to_owned())]),
        vec![stop(StopReason::Length), Event::Usage(Usage { cache_read: Some(4), ..usage(6, 2) }), Event::End],
    ];
    let written = String::from_utf8(write_all(&openai.concat())).unwrap();
    let last: Vec<&str> = written.lines().filter(|line| line.contains("message_delta\",")).collect();
    assert_eq!(
        last,
        [
            r#"data: {"type":"message_delta","delta":{"stop_reason":"max_tokens","stop_sequence":null},"usage":{"input_tokens":6,"output_tokens":2,"cache_creation_input_tokens":null,"cache_read_input_tokens":4}}"#
        ]
    );
    assert!(written.ends_with("event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n"));
}

#[test]
fn what_a_guardrail_found_is_told_with_the_stop_and_on_one_line() {
    let trace = Event::Trace(Raw::parse("{\"guardrail\":\n{}}").unwrap());
    let events = [start(), stop(StopReason::Guardrail), trace, Event::Usage(usage(1, 2)), Event::End];
    let written = String::from_utf8(write_all(&events)).unwrap();
    assert!(written.contains(r#""delta":{"stop_reason":"refusal","stop_sequence":null},"#), "{written}");
    assert!(written.contains("\"cache_read_input_tokens\":null},\"trace\":{\"guardrail\": {}}}\n\n"), "{written}");
}

#[test]
fn a_citation_needs_an_open_block() {
    let citation = || cited(Location::Characters { document: 0, start: 1, end: 2 });
    let at = |choice| Event::Citation { choice, part: 0, citation: citation() };
    let mut events = vec![start(), at(0)];
    events.extend(part(0, PartStart::Text, vec![]));
    events.insert(3, at(1));
    events.insert(4, at(0));
    let written = String::from_utf8(write_all(&events)).unwrap();
    assert_eq!(written.matches("citations_delta").count(), 1, "{written}");
    insta::assert_snapshot!(written.lines().find(|line| line.contains("\"citations_delta")).unwrap(), @r#"data: {"type":"content_block_delta","index":0,"delta":{"type":"citations_delta","citation":{"type":"char_location","cited_text":"q","document_index":0,"document_title":"T","start_char_index":1,"end_char_index":2}}}"#);
}

#[test]
fn odd_orders_still_make_a_stream_that_sdks_take() {
    let delta = |text: &str| Event::Delta { choice: 0, part: 0, delta: Delta::Text(text.to_owned()) };
    let events = [
        Event::PartStart { choice: 0, part: 0, kind: PartStart::Refusal },
        delta("x"),
        Event::PartStart { choice: 1, part: 0, kind: PartStart::Text },
        Event::Delta { choice: 1, part: 0, delta: Delta::Text("other".to_owned()) },
        Event::End,
        delta("late"),
    ];
    let names: Vec<String> =
        frames(&write_all(&events)).iter().filter_map(|frame| frame.event().map(str::to_owned)).collect();
    assert_eq!(
        names,
        [
            "message_start",
            "content_block_start",
            "content_block_delta",
            "content_block_stop",
            "message_delta",
            "message_stop"
        ]
    );
}

#[test]
fn a_signature_goes_out_whole() {
    let pieces = vec![Delta::Signature("ab".to_owned()), Delta::Signature("cd".to_owned())];
    let written = String::from_utf8(write_all(&part(0, PartStart::Thinking, pieces))).unwrap();
    assert_eq!(written.matches("signature_delta").count(), 1);
    assert!(written.contains(r#""signature":"abcd""#));
}

#[test]
fn an_error_ends_a_stream_in_both_directions() {
    let error = Event::Error(ErrorReply::new(ErrorKind::Overloaded, "Overloaded"));
    let events = vec![start(), Event::Usage(usage(1, 0)), error];
    let mut bytes = write_all(&events);
    bytes.extend(stream(&[r#"{"type":"ping"}"#]));
    let read = read_all(&bytes).unwrap();
    assert_eq!(read, events);
    let broken = read_all(b"event: error\ndata: upstream reset\n\n").unwrap();
    assert!(matches!(&broken[0], Event::Error(error) if error.message.ends_with("upstream reset")), "{broken:?}");
}

#[test]
fn a_block_that_is_whole_at_its_start_is_read() {
    let events = read_all(&stream(&[
        r#"{"type":"content_block_start","index":0,"content_block":{"type":"text","text":"Hi","citations":[{"type":"page_location","cited_text":"q","document_index":0,"document_title":"T","start_page_number":1,"end_page_number":2}]}}"#,
        r#"{"type":"content_block_stop","index":0}"#,
        r#"{"type":"content_block_start","index":1,"content_block":{"type":"tool_use","id":"t","name":"f","input":{"a":1}}}"#,
        r#"{"type":"content_block_stop","index":1}"#,
    ]));
    let call = PartStart::function("t".to_owned(), "f".to_owned());
    let mut text = part(0, PartStart::Text, vec![Delta::Text("Hi".to_owned())]);
    let citation = cited(Location::Pages { document: 0, start: 1, end: 2 });
    text.insert(2, Event::Citation { choice: 0, part: 0, citation });
    let expected = [text, part(1, call, vec![Delta::Arguments("{\"a\":1}".to_owned())])];
    assert_eq!(events.unwrap(), expected.concat());
}

#[test]
fn why_it_stopped_is_told_once_in_any_case() {
    let reason = |word: &str| format!(r#"{{"type":"message_delta","delta":{{"stop_reason":{word}}}}}"#);
    for (words, told) in [
        (&[][..], StopReason::Other("null".into())),
        (&["null"], StopReason::Other("null".into())),
        (&["null", r#""max_tokens""#, r#""end_turn""#], StopReason::Length),
    ] {
        let mut datas: Vec<_> = words.iter().map(|word| reason(word)).collect();
        datas.push(r#"{"type":"message_stop"}"#.to_owned());
        let events = read_all(&stream(&datas.iter().map(String::as_str).collect::<Vec<_>>())).unwrap();
        assert_eq!(events, [stop(told), Event::End], "{words:?}");
    }
}

#[test]
fn mistakes_are_named() {
    let block = r#"{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}"#;
    let cases: [(&[&str], &str); 8] = [
        (&["[1"], "data"),
        (&[r#"{"type":"message_start"}"#], "message_start.message"),
        (&[r#"{"type":"content_block_stop","index":0}"#], "content_block_stop.index"),
        (&[block, block], "content_block_start"),
        (&[block, r#"{"type":"content_block_delta","index":0}"#], "content_block_delta"),
        (&[block, r#"{"type":"content_block_delta","index":1,"delta":{"type":"x"}}"#], "content_block_delta.index"),
        (&[block, r#"{"type":"message_delta","delta":{"stop_reason":"end_turn"}}"#], "message_delta"),
        (&[block, r#"{"type":"message_stop"}"#], "message_stop"),
    ];
    for (datas, path) in cases {
        assert_eq!(read_all(&stream(datas)).unwrap_err().path, path, "{datas:?}");
    }
}

#[test]
fn notes_tell_usage_text_and_the_end() {
    let named: Vec<u8> = write_all(&recorded_events());
    for bytes in [stream(RECORDED), named] {
        let notes: Vec<_> = frames(&bytes).iter().map(note).collect();
        let text: usize = notes.iter().map(|note| note.text_bytes).sum();
        let query = r#"{"query":"t"}"#.len();
        assert_eq!(text, 2 + query + "a\n\u{4f60}\"text\":\"b".len() + 10);
        let mut usage_told = Usage::default();
        notes.iter().filter_map(|note| note.usage).for_each(|usage| usage_told.merge(&usage));
        assert_eq!(usage_told, usage(10, 9));
        assert_eq!(notes.iter().filter(|note| note.ending == Ending::Complete).count(), 1);
    }
    assert_eq!(note(&Frame::new(&b"event: error\ndata: {}\n\n"[..])).ending, Ending::Error);
    assert_eq!(note(&Frame::new(&b"data: {\"type\" : \"error\"}\n\n"[..])).ending, Ending::Error);
    assert_eq!(note(&Frame::new(&b": keep-alive\n\n"[..])), crate::note::Note::default());
}
