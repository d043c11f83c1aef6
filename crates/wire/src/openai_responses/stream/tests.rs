//! Streams: reading, writing, noting.

mod reading;
mod writing;

use super::*;
use crate::chat::{Delta, Event, PartStart, StopReason, Usage};
use crate::frame::sse::{Frame, FrameReader};
use crate::json::Invalid;

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

fn start() -> Event {
    Event::Start { id: "resp_1".into(), model: "m".into(), created: Some(7) }
}

fn part(part: u32, kind: PartStart, deltas: Vec<Delta>) -> Vec<Event> {
    let start = Event::PartStart { choice: 0, part, kind };
    let deltas = deltas.into_iter().map(|delta| Event::Delta { choice: 0, part, delta });
    std::iter::once(start).chain(deltas).chain([Event::PartEnd { choice: 0, part }]).collect()
}

fn text(text: &str) -> Delta {
    Delta::Text(text.into())
}

fn arguments(text: &str) -> Delta {
    Delta::Arguments(text.into())
}

fn stop(reason: StopReason) -> Event {
    Event::Stop { choice: 0, reason, sequence: None }
}

fn usage(input: u64, output: u64) -> Usage {
    Usage { input: Some(input), output: Some(output), ..Usage::default() }
}
