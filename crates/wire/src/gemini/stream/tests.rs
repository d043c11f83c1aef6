//! Streams: reading, writing, noting, and each against the others.

mod reading;
mod round_trip;
mod writing;

use super::*;
use crate::chat::{Delta, Event, PartStart, StopReason, Usage};
use crate::frame::sse::{Frame, FrameReader};
use crate::json::Invalid;

fn frames(bytes: &[u8]) -> Vec<Frame> {
    let mut reader = FrameReader::new(1 << 20);
    reader.push(bytes);
    let mut frames: Vec<_> = std::iter::from_fn(|| reader.next_frame().unwrap()).collect();
    frames.extend(reader.rest());
    frames
}

fn read_all(bytes: &[u8]) -> Result<Vec<Event>, Invalid> {
    let (mut reader, mut out) = (Reader::default(), Vec::new());
    for frame in frames(bytes) {
        reader.read(&frame, &mut out)?;
    }
    reader.close(&mut out);
    Ok(out)
}

fn write_all(events: &[Event]) -> Vec<u8> {
    let (mut writer, mut out) = (Writer::default(), Vec::new());
    for event in events {
        writer.write(event, &mut out);
    }
    out
}

/// A stream of these pieces.
fn stream(pieces: &[&str]) -> Vec<u8> {
    pieces.iter().flat_map(|piece| format!("data: {piece}\r\n\r\n").into_bytes()).collect()
}

/// A piece of the first candidate with these parts, and what else it says.
fn piece(parts: &str, more: &str) -> String {
    format!(
        r#"{{"candidates":[{{"content":{{"role":"model","parts":[{parts}]}}{more}}}],"responseId":"r","modelVersion":"m"}}"#
    )
}

fn start() -> Event {
    Event::Start { id: "r".into(), model: "m".into(), created: None }
}

fn part(number: u32, kind: PartStart, deltas: Vec<Delta>) -> Vec<Event> {
    let mut events = vec![Event::PartStart { choice: 0, part: number, kind }];
    events.extend(deltas.into_iter().map(|delta| Event::Delta { choice: 0, part: number, delta }));
    events.push(Event::PartEnd { choice: 0, part: number });
    events
}

fn stop(reason: StopReason) -> Event {
    Event::Stop { choice: 0, reason, sequence: None }
}

fn usage(input: u64, output: u64) -> Usage {
    Usage { input: Some(input), whole_prompt: Some(input), output: Some(output), ..Usage::default() }
}
