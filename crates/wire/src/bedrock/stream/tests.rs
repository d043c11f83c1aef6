//! Streams: reading, writing, noting, and each against the others.

mod pictures;
mod reading;
mod round_trip;
mod writing;

use serde_json::json;

use super::*;
use crate::chat::{
    Citation, Delta, Event, Location, Media, MediaSource, Part, PartStart, StopReason, Usage, WebSearch, uncarried,
};
use crate::error::{ErrorKind, ErrorReply};
use crate::frame::event_stream::{Frame, FrameReader, Kind, write_event, write_exception};
use crate::json::{Invalid, Raw};
use crate::note::{Ending, Note};

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
        writer.write(event, 12, &mut out);
    }
    out
}

/// Each frame on a line: its name and its payload.
fn view(bytes: &[u8]) -> String {
    let line = |frame: Frame| {
        let payload = std::str::from_utf8(frame.payload()).unwrap();
        match frame.kind() {
            Kind::Event(name) => format!("{name} {payload}"),
            other => format!("{other:?} {payload}"),
        }
    };
    frames(bytes).into_iter().map(line).collect::<Vec<_>>().join("\n")
}

fn stream(events: &[(&str, &str)]) -> Vec<u8> {
    let mut out = Vec::new();
    for (name, payload) in events {
        write_event(name, &Raw::parse(*payload).unwrap(), &mut out);
    }
    out
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

fn arguments(text: &str) -> Delta {
    Delta::Arguments(text.to_owned())
}

fn call() -> PartStart {
    PartStart::function("tooluse_1".to_owned(), "f".to_owned())
}

fn picture(source: MediaSource) -> PartStart {
    PartStart::Whole(Box::new(Part::Image { media: Media { source, detail: None, name: None }, cache: None }))
}

fn png(data: &str) -> MediaSource {
    MediaSource::Base64 { media_type: "image/png".to_owned(), data: data.to_owned() }
}

fn start() -> Event {
    Event::Start { id: String::new(), model: String::new(), created: None }
}

fn stop(reason: StopReason) -> Event {
    Event::Stop { choice: 0, reason, sequence: None }
}

fn cited() -> Citation {
    Citation {
        title: Some("T".to_owned()),
        source: None,
        quotes: vec!["q".to_owned()],
        location: Some(Location::Characters { document: 0, start: 1, end: 5 }),
    }
}

const RECORDED: &[(&str, &str)] = &[
    ("initial-response", "{}"),
    ("messageStart", r#"{"p":"abcdefgh","role":"assistant"}"#),
    ("contentBlockDelta", r#"{"contentBlockIndex":0,"delta":{"reasoningContent":{"text":"hm"}},"p":"abcd"}"#),
    ("contentBlockDelta", r#"{"contentBlockIndex":0,"delta":{"reasoningContent":{"text":""}},"p":"abcd"}"#),
    ("contentBlockDelta", r#"{"contentBlockIndex":0,"delta":{"reasoningContent":{"signature":"c2ln"}},"p":"ab"}"#),
    ("contentBlockStop", r#"{"contentBlockIndex":0,"p":"abcdefghijkl"}"#),
    ("contentBlockDelta", r#"{"contentBlockIndex":1,"delta":{"reasoningContent":{"redactedContent":"cmVk"}},"p":"a"}"#),
    ("contentBlockDelta", r#"{"contentBlockIndex":1,"delta":{"reasoningContent":{"redactedContent":"YQ=="}},"p":"a"}"#),
    ("contentBlockStop", r#"{"contentBlockIndex":1,"p":"abc"}"#),
    (
        "contentBlockStart",
        r#"{"contentBlockIndex":2,"start":{"toolUse":{"toolUseId":"s","name":"w","type":"server_tool_use"}}}"#,
    ),
    ("contentBlockDelta", r#"{"contentBlockIndex":2,"delta":{"toolUse":{"input":"{}"}},"p":"abcd"}"#),
    ("contentBlockStop", r#"{"contentBlockIndex":2}"#),
    ("contentBlockStart", r#"{"contentBlockIndex":3,"start":{"toolResult":{"toolUseId":"s","status":"success"}}}"#),
    ("contentBlockDelta", r#"{"contentBlockIndex":3,"delta":{"toolResult":[{"text":"found"}]}}"#),
    ("contentBlockStop", r#"{"contentBlockIndex":3}"#),
    ("contentBlockDelta", r#"{"contentBlockIndex":4,"delta":{"text":""},"p":"abcdef"}"#),
    ("contentBlockDelta", r#"{"contentBlockIndex":4,"delta":{"text":"a\n\u4f60\"text\":\"b"},"p":"abcdef"}"#),
    (
        "contentBlockDelta",
        r#"{"contentBlockIndex":4,"delta":{"citation":{"title":"T","sourceContent":[{"text":"q"}],"location":{"documentChar":{"documentIndex":0,"start":1,"end":5}}}},"p":"ab"}"#,
    ),
    ("contentBlockStop", r#"{"contentBlockIndex":4,"p":"abcdefghijklmnop"}"#),
    ("somethingNew", r#"{"n":1}"#),
    (
        "contentBlockStart",
        r#"{"contentBlockIndex":5,"start":{"toolUse":{"name":"f","toolUseId":"tooluse_1"}},"p":"abc"}"#,
    ),
    ("contentBlockDelta", r#"{"contentBlockIndex":5,"delta":{"toolUse":{"input":""}},"p":"abcdefghijklm"}"#),
    ("contentBlockDelta", r#"{"contentBlockIndex":5,"delta":{"toolUse":{"input":"{\"a\": 1.0}"}},"p":"ab"}"#),
    ("contentBlockStop", r#"{"contentBlockIndex":5}"#),
    ("messageStop", r#"{"p":"abcd","stopReason":"tool_use"}"#),
    (
        "metadata",
        r#"{"metrics":{"latencyMs":551},"p":"abcd","trace":{"guardrail":{"n":1.0}},"usage":{"inputTokens":10,"outputTokens":9,"serverToolUsage":{},"totalTokens":19}}"#,
    ),
    ("metadata", "{}"),
];

fn recorded_events() -> Vec<Event> {
    let redacted = |number, data: &str| part(number, PartStart::RedactedThinking { data: data.to_owned() }, vec![]);
    let thinking = vec![Delta::Thinking("hm".to_owned()), Delta::Signature("c2ln".to_owned())];
    let words = |number, kind| part(number, PartStart::Text, vec![Delta::Text(uncarried(kind))]);
    let mut said = part(4, PartStart::Text, vec![text("a\n\u{4f60}\"text\":\"b")]);
    said.insert(2, Event::Citation { choice: 0, part: 4, citation: cited() });
    let trace = Event::Trace(Raw::parse(r#"{"guardrail":{"n":1.0}}"#).unwrap());
    [
        vec![start()],
        part(0, PartStart::Thinking, thinking),
        redacted(1, "cmVkYQ=="),
        words(2, "toolUse"),
        words(3, "toolResult"),
        said,
        part(5, call(), vec![arguments("{\"a\": 1.0}")]),
        vec![stop(StopReason::ToolUse), Event::Usage(usage(10, 9)), trace, Event::End],
    ]
    .concat()
}

#[test]
fn an_error_ends_a_stream_in_both_directions() {
    let error = Event::Error(ErrorReply::new(ErrorKind::RateLimited, "slow down"));
    let events = vec![start(), error];
    let mut bytes = write_all(&[&events[..], &[Event::End]].concat());
    bytes.extend(stream(&[("messageStop", "{}")]));
    assert_eq!(read_all(&bytes).unwrap(), events);
}

#[test]
fn notes_tell_usage_text_and_the_end() {
    let said = "hm".len() + "a\n\u{4f60}\"text\":\"b".len() + "{\"a\": 1.0}".len();
    let words = uncarried("toolUse").len() + uncarried("toolResult").len();
    for (bytes, instead) in
        [(stream(&RECORDED[..RECORDED.len() - 1]), "{}".len()), (write_all(&recorded_events()), words)]
    {
        let notes: Vec<_> = frames(&bytes).iter().map(note).collect();
        assert_eq!(notes.iter().map(|note| note.text_bytes).sum::<usize>(), said + instead);
        let usages: Vec<_> = notes.iter().filter_map(|note| note.usage).collect();
        assert_eq!(usages, [usage(10, 9)]);
        assert_eq!(notes.iter().position(|note| note.stopped), Some(notes.len() - 2));
        assert_eq!(notes.iter().position(|note| note.ending == Ending::CompleteIfStopped), Some(notes.len() - 1));
        assert!(notes.iter().all(|note| !note.usage_only));
    }
    let mut exception = Vec::new();
    write_exception("newException", &json!({}), &mut exception);
    assert_eq!(note(&frames(&exception)[0]), Note { ending: Ending::Error, ..Note::default() });
    for (name, payload, bytes) in [
        ("contentBlockDelta", r#"{"contentBlockIndex":0,"p":"abc","delta":{"text":"\u4f60"}}"#, 3),
        ("contentBlockDelta", r#"{"contentBlockIndex":0,"delta":{"text":null,"newKind":{"text":"x"}}}"#, 0),
        ("contentBlockDelta", r#"{"contentBlockIndex":0,"delta":{"text":7}}"#, 42),
        ("contentBlockStart", r#"{"text":"x"}"#, 0),
    ] {
        assert_eq!(note(&frames(&stream(&[(name, payload)]))[0]).text_bytes, bytes, "{payload}");
    }
}
