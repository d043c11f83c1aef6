//! Streams: reading, writing, noting, and each against the others.

mod reading;
mod round_trip;
mod writing;

use super::*;
use crate::chat::{Citation, Delta, Event, Location, PartStart, StopReason, Usage, uncarried};
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

fn write_all(events: &[Event]) -> String {
    let (mut writer, mut out) = (Writer::new(std::sync::Arc::default()), Vec::new());
    for event in events {
        writer.write(event, &mut out);
    }
    String::from_utf8(out).unwrap()
}

/// The data of each event, without `event` lines.
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

fn text(text: &str) -> Delta {
    Delta::Text(text.to_owned())
}

fn call() -> PartStart {
    PartStart::function("look_1", "look")
}

fn web(url: &str) -> Citation {
    Citation { location: Some(Location::Web { url: url.to_owned() }), ..Citation::default() }
}

fn start() -> Event {
    Event::Start { id: "c1".to_owned(), model: String::new(), created: None }
}

fn stop(reason: StopReason) -> Event {
    Event::Stop { choice: 0, reason, sequence: None }
}

const RECORDED: &[&str] = &[
    r#"{"id":"c1","type":"message-start","delta":{"message":{"role":"assistant","content":[],"tool_plan":"","tool_calls":[],"citations":[]}}}"#,
    r#"{"type":"content-start","index":0,"delta":{"message":{"content":{"type":"thinking","thinking":""}}}}"#,
    r#"{"type":"content-delta","index":0,"delta":{"message":{"content":{"thinking":"hm"}}}}"#,
    r#"{"type":"content-end","index":0}"#,
    r#"{"type":"content-start","index":1,"delta":{"message":{"content":{"type":"text","text":""}}}}"#,
    r#"{"type":"content-delta","index":1,"delta":{"message":{"content":{"text":"It is "}}},"logprobs":{"text":"It is ","token_ids":[1],"logprobs":[-0.10]}}"#,
    r#"{"type":"content-delta","index":1,"delta":{"message":{"content":{"text":"a\n\u4f60\"text\":\"b"}}}}"#,
    r#"{"type":"citation-start","index":0,"delta":{"message":{"citations":{"start":0,"end":5,"text":"It is","sources":[{"type":"document","id":"doc:0","document":{"text":"q","title":"T"}}],"type":"TEXT_CONTENT"}}}}"#,
    r#"{"type":"citation-end","index":0}"#,
    r#"{"type":"content-end","index":1}"#,
    r#"{"type":"citation-start","index":1,"delta":{"message":{"citations":{"start":0,"end":2,"text":"It","sources":[{"type":"document","id":"https://x","document":{"url":"https://x"}}]}}}}"#,
    r#"{"type":"something-new","n":1}"#,
    r#"{"type":"tool-plan-delta","delta":{"message":{"tool_plan":"I will "}}}"#,
    r#"{"type":"tool-plan-delta","delta":{"message":{"tool_plan":"look."}}}"#,
    r#"{"type":"tool-call-start","index":0,"delta":{"message":{"tool_calls":{"id":"look_1","type":"function","function":{"name":"look","arguments":""}}}}}"#,
    r#"{"type":"tool-call-delta","index":0,"delta":{"message":{"tool_calls":{"function":{"arguments":"{\"a\":"}}}}}"#,
    r#"{"type":"tool-call-delta","index":0,"delta":{"message":{"tool_calls":{"function":{"arguments":" 1.0}"}}}}}"#,
    r#"{"type":"tool-call-end","index":0}"#,
    r#"{"type":"message-end","delta":{"finish_reason":"TOOL_CALL","usage":{"billed_units":{"input_tokens":50,"output_tokens":20},"tokens":{"input_tokens":546,"output_tokens":20},"cached_tokens":8}}}"#,
    "[DONE]",
];

fn recorded_events() -> Vec<Event> {
    let token = r#"{"token":"It is ","logprob":-0.10,"bytes":[73,116,32,105,115,32],"top_logprobs":[]}"#;
    let cite = |citation| Event::Citation { choice: 0, part: 1, citation };
    let mut said = part(1, PartStart::Text, vec![text("It is "), text("a\n\u{4f60}\"text\":\"b")]);
    said.insert(1, Event::Logprobs { choice: 0, part: 1, tokens: vec![Raw::parse(token).unwrap()] });
    let document = Citation {
        title: Some("T".to_owned()),
        source: None,
        quotes: vec!["q".to_owned()],
        location: Some(Location::Characters { document: 0, start: 0, end: 1 }),
    };
    said.splice(4..4, [cite(document), cite(web("https://x"))]);
    let arguments = ["{\"a\":", " 1.0}"].map(|piece| Delta::Arguments(piece.to_owned())).to_vec();
    [
        vec![start()],
        part(0, PartStart::Thinking, vec![Delta::Thinking("hm".to_owned())]),
        said,
        part(2, PartStart::Text, vec![text("I will "), text("look.")]),
        part(3, call(), arguments),
        vec![Event::Usage(Usage { cache_read: Some(8), ..usage(42, 20) }), stop(StopReason::ToolUse), Event::End],
    ]
    .concat()
}

#[test]
fn a_recorded_stream_is_read_with_or_without_event_lines() {
    assert_eq!(read_all(&stream(RECORDED)).unwrap(), recorded_events());
    let named = RECORDED.iter().map(|data| {
        let name = data.split(r#""type":""#).nth(1).and_then(|rest| rest.split('"').next()).unwrap_or("done");
        format!("event: {name}\ndata: {data}\n\n")
    });
    let named = named.collect::<Vec<_>>().concat();
    assert_eq!(read_all(named.as_bytes()).unwrap(), recorded_events());
}

#[test]
fn notes_tell_usage_text_and_the_end() {
    for bytes in [stream(RECORDED), write_all(&recorded_events()).into_bytes()] {
        let notes: Vec<_> = frames(&bytes).iter().map(note).collect();
        let said = "hm".len() + "It is a\n\u{4f60}\"text\":\"b".len() + "I will look.".len() + "{\"a\": 1.0}".len();
        assert_eq!(notes.iter().map(|note| note.text_bytes).sum::<usize>(), said);
        let told: Vec<_> = notes.iter().filter_map(|note| note.usage).collect();
        assert_eq!(told, [Usage { cache_read: Some(8), ..usage(42, 20) }]);
        assert_eq!(notes.iter().filter(|note| note.ending == Ending::CompleteIfOver).count(), 1);
        assert!(notes.iter().any(|note| note.stopped));
    }
    for (data, ending) in [
        (r#"{"type":"message-end","delta":{"finish_reason":"ERROR","error":"x"}}"#, Ending::Error),
        (r#"{"type":"message-end","delta":{"finish_reason":"TIMEOUT"}}"#, Ending::Error),
        (r#"{"type":"message-end","delta":{"error":"x"}}"#, Ending::Error),
        (r#"{"type":"message-end","delta":{"finish_reason":"ERROR_TOXIC","error":null}}"#, Ending::CompleteIfOver),
        (r#"{"type":"message-end"}"#, Ending::CompleteIfOver),
        (r#"{"type":"error","message":"x"}"#, Ending::Error),
        ("[DONE]", Ending::Complete),
        ("", Ending::No),
    ] {
        assert_eq!(note(&Frame::new(format!("data: {data}\n\n"))).ending, ending, "{data}");
    }
    assert_eq!(note(&Frame::new(&b": keep-alive\n\n"[..])), crate::note::Note::default());
}
