//! Streams of providers, cut anywhere: what is read keeps the order that `Event` promises, and is written for every client.

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use wire::Dialect;
use wire::chat::Event;
use wire::dialect::Style;
use wire::frame::{Frame, Framing, sse};

use super::{pieces, written};

/// `<dialect><seed of the pieces><server-sent events>`. Where a stream is no server-sent events, each becomes a message of the
/// same name with the same data, so that inputs need no lengths and checksums; a name behind `!` is an exception's.
pub fn stream(input: &[u8]) {
    let Some((from, rest)) = super::dialect(input) else { return };
    let Some((seed, bytes)) = rest.split_first() else { return };
    let stream = match from.framing() {
        Framing::Sse => bytes.to_vec(),
        Framing::EventStream => messages(bytes, from == Dialect::BedrockInvoke),
    };
    let events = read(from, &stream, *seed);
    check_order(&events);
    for to in Dialect::ALL {
        written::check(to, &events);
    }
}

fn read(from: Dialect, stream: &[u8], seed: u8) -> Vec<Event> {
    let mut frames = from.framing().reader(1 << 16);
    let mut found = Vec::new();
    for piece in pieces(stream, seed) {
        frames.push(piece);
        while let Ok(Some(frame)) = frames.next_frame() {
            found.push(frame);
        }
    }
    found.extend(frames.rest());
    let (mut reader, mut stand_ins, mut events) = (from.stream_reader(), written::stand_ins(), Vec::new());
    for frame in &found {
        look(from, frame);
        let mut more = Vec::new();
        // what came before the mistake in the same frame goes nowhere
        if reader.read(frame, &mut more).is_err() {
            return begun(events);
        }
        stand_ins.restore(&mut more);
        events.append(&mut more);
    }
    let mut last = Vec::new();
    reader.close(&mut last);
    stand_ins.restore(&mut last);
    events.append(&mut last);
    begun(events)
}

/// The gateway puts a beginning where a stream has none.
fn begun(mut events: Vec<Event>) -> Vec<Event> {
    let first = events.iter().find(|event| !matches!(event, Event::Ping));
    if first.is_some_and(|first| !matches!(first, Event::Start { .. } | Event::Error(_))) {
        events.insert(0, Event::Start { id: String::new(), model: String::new(), created: None });
    }
    events
}

/// What the same-dialect path does with a frame.
fn look(dialect: Dialect, frame: &Frame) {
    dialect.note(frame);
    let error = dialect.read_stream_error(frame);
    let (mut writer, mut out) = (dialect.stream_writer(Style::default()), Vec::new());
    writer.pass(frame);
    writer.write_behind(frame, &error, &mut out);
    writer.write(&Event::Error(error), 7, &mut out);
}

/// Where the events are `wrapped`, as all of InvokeModel's are, their data goes there in base64.
fn messages(text: &[u8], wrapped: bool) -> Vec<u8> {
    let (mut frames, mut out) = (sse::FrameReader::new(1 << 16), Vec::new());
    frames.push(text);
    while let Ok(Some(frame)) = frames.next_frame() {
        message(&frame, wrapped, &mut out);
    }
    if let Some(frame) = frames.rest() {
        message(&frame, wrapped, &mut out);
    }
    out
}

fn message(frame: &sse::Frame, wrapped: bool, out: &mut Vec<u8>) {
    let (name, mut data) = (frame.event().unwrap_or_default(), frame.data().unwrap_or_default());
    if wrapped && !name.starts_with('!') {
        data = format!(r#"{{"bytes":"{}"}}"#, STANDARD.encode(data.as_bytes())).into();
    }
    let headers = match name.strip_prefix('!') {
        Some(name) => [(":message-type", "exception"), (":exception-type", name)],
        None => [(":message-type", "event"), (":event-type", name)],
    };
    let mut head = Vec::new();
    for (name, value) in headers {
        let (Ok(short), Ok(long)) = (u8::try_from(name.len()), u16::try_from(value.len())) else { return };
        head.push(short);
        head.extend_from_slice(name.as_bytes());
        head.push(7);
        head.extend_from_slice(&long.to_be_bytes());
        head.extend_from_slice(value.as_bytes());
    }
    let start = out.len();
    for length in [head.len() + data.len() + 16, head.len()] {
        out.extend_from_slice(&u32::try_from(length).unwrap_or_default().to_be_bytes());
    }
    out.extend_from_slice(&crc32fast::hash(&out[start..]).to_be_bytes());
    out.extend_from_slice(&head);
    out.extend_from_slice(data.as_bytes());
    out.extend_from_slice(&crc32fast::hash(&out[start..]).to_be_bytes());
}

fn check_order(events: &[Event]) {
    let (mut open, mut seen, mut over) = (BTreeMap::new(), BTreeSet::new(), false);
    for event in events {
        assert!(!over, "{event:?} behind the end");
        match event {
            Event::PartStart { choice, part, .. } => {
                assert!(seen.insert((*choice, *part)), "{event:?} for the second time");
                assert_eq!(open.insert(*choice, *part), None, "{event:?} in an open part");
            }
            Event::Delta { choice, part, .. }
            | Event::Citation { choice, part, .. }
            | Event::Logprobs { choice, part, .. } => assert_eq!(open.get(choice), Some(part), "{event:?}"),
            Event::PartEnd { choice, part } => assert_eq!(open.remove(choice), Some(*part), "{event:?}"),
            Event::Stop { choice, .. } => assert_eq!(open.get(choice), None, "{event:?} in an open part"),
            Event::End | Event::Error(_) => over = true,
            Event::Start { .. } | Event::Usage(_) | Event::Trace(_) | Event::Ping => {}
        }
    }
}
