//! Frames around Anthropic's events, both ways.

use serde_json::{Value, json};

use super::*;
use crate::chat::{Delta, Event, PartStart, StopReason, Usage};
use crate::dialect::Style;
use crate::error::{ErrorKind, ErrorReply};
use crate::frame::event_stream::{self, Frame, FrameReader, Kind};
use crate::note::Ending;

fn frames(bytes: &[u8]) -> Vec<Frame> {
    let mut reader = FrameReader::new(1 << 20);
    reader.push(bytes);
    std::iter::from_fn(|| reader.next_frame().unwrap()).collect()
}

fn chunk(event: &Value) -> Frame {
    let mut out = Vec::new();
    super::chunk::write(event.to_string().as_bytes(), &mut out);
    frames(&out).remove(0)
}

fn answer() -> Vec<Event> {
    let usage = |input, output| Usage { input: Some(input), output: Some(output), ..Usage::default() };
    vec![
        Event::Start { id: "msg_1".into(), model: "claude".into(), created: None },
        Event::Usage(usage(7, 1)),
        Event::PartStart { choice: 0, part: 0, kind: PartStart::Text },
        Event::Delta { choice: 0, part: 0, delta: Delta::Text("caf\u{e9}\n".into()) },
        Event::PartEnd { choice: 0, part: 0 },
        Event::PartStart { choice: 0, part: 1, kind: PartStart::function("toolu_1", "f") },
        Event::Delta { choice: 0, part: 1, delta: Delta::Arguments("{\"a\": 1.0}".into()) },
        Event::PartEnd { choice: 0, part: 1 },
        Event::Stop { choice: 0, reason: StopReason::ToolUse, sequence: None },
        Event::Usage(usage(7, 9)),
        Event::End,
    ]
}

fn written(events: &[Event]) -> Vec<u8> {
    let (mut writer, mut out) = (Writer::new(Style::default()), Vec::new());
    for event in events {
        writer.write(event, 12, &mut out);
    }
    out
}

#[test]
fn an_answer_comes_back() {
    let frames = frames(&written(&answer()));
    let (mut reader, mut read) = (Reader::default(), Vec::new());
    for frame in &frames {
        reader.read(frame, &mut read).unwrap();
    }
    let said = |events: &[Event]| -> Vec<Event> {
        let told = |event: &&Event| !matches!(event, Event::Usage(_));
        events.iter().filter(told).cloned().collect()
    };
    assert_eq!(said(&read), said(&answer()));
}

#[test]
fn the_last_event_has_the_counts() {
    let frames = frames(&written(&answer()));
    let last = super::chunk::open(frames.last().unwrap()).unwrap();
    let counts = json!({"inputTokenCount": 7, "outputTokenCount": 9, "invocationLatency": 12, "firstByteLatency": 12});
    let expected = json!({"type": "message_stop", "amazon-bedrock-invocationMetrics": counts});
    assert_eq!(serde_json::from_slice::<Value>(&last).unwrap(), expected);
    let notes: Vec<_> = frames.iter().map(note).collect();
    assert_eq!(notes.last().unwrap().ending, Ending::Complete);
    assert_eq!(notes.iter().filter_map(|note| note.usage).next_back().unwrap().output, Some(9));
    assert_eq!(notes.iter().map(|note| note.text_bytes).sum::<usize>(), "caf\u{e9}\n".len() + "{\"a\": 1.0}".len());
}

#[test]
fn of_other_models_bedrocks_counts_are_known() {
    let metrics = json!({"inputTokenCount": 3, "outputTokenCount": 4, "invocationLatency": 1, "firstByteLatency": 1});
    let last = note(&chunk(&json!({"outputText": "", "amazon-bedrock-invocationMetrics": metrics})));
    assert_eq!((last.usage.unwrap().input, last.usage.unwrap().output), (Some(3), Some(4)));
    assert_eq!(last.ending, Ending::Complete);
    let before = note(&chunk(&json!({"outputText": "words", "type": "x"})));
    assert!(before.usage.is_none() && before.ending == Ending::No);
}

#[test]
fn an_error_is_an_exception_and_the_end() {
    let error = Event::Error(ErrorReply::new(ErrorKind::RateLimited, "slow"));
    let out = written(&[vec![answer().remove(0)], vec![error.clone(), error, Event::End]].concat());
    let frames = frames(&out);
    assert_eq!(frames.last().unwrap().kind(), Kind::Exception("throttlingException"));
    assert_eq!(frames.iter().filter(|frame| matches!(frame.kind(), Kind::Exception(_))).count(), 1);
    let mut read = Vec::new();
    Reader::default().read(frames.last().unwrap(), &mut read).unwrap();
    assert!(matches!(&read[..], [Event::Error(error)] if error.kind == ErrorKind::RateLimited));
    assert_eq!(note(frames.last().unwrap()).ending, Ending::Error);
}

#[test]
fn nothing_follows_the_end() {
    let mut out = written(&answer());
    event_stream::write_exception("modelStreamErrorException", &json!({"message": "late"}), &mut out);
    let (mut reader, mut last) = (Reader::default(), Vec::new());
    for frame in frames(&out) {
        last.clear();
        reader.read(&frame, &mut last).unwrap();
    }
    assert_eq!(last, []);
}

#[test]
fn what_is_no_chunk_is_passed_over() {
    let mut out = Vec::new();
    event_stream::write_event("initial-response", &json!({}), &mut out);
    event_stream::write_event("chunk", &json!({"bytes": "%%"}), &mut out);
    let (mut reader, mut read) = (Reader::default(), Vec::new());
    for frame in frames(&out) {
        reader.read(&frame, &mut read).unwrap();
        assert_eq!(note(&frame), crate::note::Note::default());
    }
    assert_eq!(read, []);
}
