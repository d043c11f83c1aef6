//! What is written as a stream reads as the same events; whatever comes in, nothing panics.

use proptest::collection::vec;
use proptest::prelude::*;

use super::{Reader, Writer, note};
use crate::chat::strategies::{deltas, prose};
use crate::chat::{CallKind, Citation, Delta, Event, Location, Part, PartStart, StopReason, Usage, WebSearch};
use crate::dialect::Style;
use crate::frame::sse::{Frame, FrameReader};
use crate::note::Ending;

type Piece = (PartStart, Vec<Delta>);

fn piece() -> impl Strategy<Value = Piece> {
    let proof = prop_oneof![
        "[a-zA-Z0-9+/=]{1,8}".prop_map(Delta::Signature),
        ("rs_[a-z]{1,4}", "[a-zA-Z0-9]{1,8}").prop_map(|(id, data)| Delta::Sealed { id: Some(id), data }),
    ];
    let proven = (vec(prose().prop_map(Delta::Thinking), 0..3), proof).prop_map(|(mut deltas, proof)| {
        deltas.push(proof);
        (PartStart::Thinking, deltas)
    });
    let call = |(id, custom, deltas): (String, bool, Vec<Delta>)| {
        let (name, namespace, kind) = ("f".to_owned(), custom.then(|| "group".to_owned()), call_kind(custom));
        (PartStart::ToolCall { id, name, namespace, kind }, deltas)
    };
    let search = |query| {
        let search = WebSearch { id: "ws_1".to_owned(), query: Some(query), outcome: None };
        (PartStart::Whole(Box::new(Part::WebSearch(search))), Vec::new())
    };
    prop_oneof![
        deltas(Delta::Text).prop_map(|deltas| (PartStart::Text, deltas)),
        deltas(Delta::Text).prop_map(|deltas| (PartStart::Refusal, deltas)),
        deltas(Delta::Thinking).prop_map(|deltas| (PartStart::Thinking, deltas)),
        proven,
        "[a-z]{1,8}".prop_map(|data| (PartStart::RedactedThinking { data }, Vec::new())),
        ("call_[a-z]{4}", any::<bool>(), deltas(Delta::Arguments)).prop_map(call),
        prose().prop_map(search),
    ]
}

fn call_kind(custom: bool) -> CallKind {
    if custom { CallKind::Custom } else { CallKind::Function }
}

fn stream(pieces: &[Piece], usage: Usage) -> Vec<Event> {
    let choice = 0;
    let mut events = vec![Event::Start { id: "resp_r".into(), model: "m".into(), created: Some(7) }];
    for (part, (kind, deltas)) in (0_u32..).zip(pieces) {
        events.push(Event::PartStart { choice, part, kind: kind.clone() });
        events.extend(deltas.iter().map(|delta| Event::Delta { choice, part, delta: delta.clone() }));
        if *kind == PartStart::Text {
            let location = Some(Location::Web { url: format!("https://{part}") });
            events.push(Event::Citation { choice, part, citation: Citation { location, ..Citation::default() } });
        }
        events.extend([Event::PartEnd { choice, part }, Event::Ping]);
    }
    let calls = pieces.iter().any(|(kind, _)| matches!(kind, PartStart::ToolCall { .. }));
    let reason = if calls { StopReason::ToolUse } else { StopReason::End };
    events.extend([Event::Stop { choice, reason, sequence: None }, Event::Usage(usage), Event::End]);
    events
}

fn write(events: &[Event]) -> Vec<u8> {
    let (mut writer, mut out) = (Writer::new(Style::default()), Vec::new());
    for event in events {
        writer.write(event, &mut out);
    }
    out
}

fn frames(bytes: &[u8]) -> Vec<Frame> {
    let mut frames = FrameReader::new(1 << 20);
    frames.push(bytes);
    std::iter::from_fn(|| frames.next_frame().unwrap()).collect()
}

fn read<'a>(frames: impl IntoIterator<Item = &'a Frame>) -> Vec<Event> {
    let (mut reader, mut out) = (Reader::default(), Vec::new());
    for frame in frames {
        reader.read(frame, &mut out).unwrap();
    }
    out
}

/// The stream without pings, and with the deltas of a part joined.
fn shortest(events: &[Event]) -> Vec<String> {
    let mut shortest: Vec<String> = Vec::new();
    let mut text: Option<(&Delta, String)> = None;
    for event in events {
        if let Event::Delta { delta: delta @ (Delta::Text(_) | Delta::Thinking(_) | Delta::Arguments(_)), .. } = event {
            text.get_or_insert_with(|| (delta, String::new())).1.push_str(delta.text());
            continue;
        }
        shortest.extend(text.take().map(|(of, text)| format!("{:?} {text:?}", std::mem::discriminant(of))));
        shortest.extend((*event != Event::Ping).then(|| format!("{event:?}")));
    }
    shortest
}

fn usage([input, cache_read, cache_write, output, reasoning]: [u32; 5]) -> Usage {
    Usage {
        input: Some(input.into()),
        cache_read: Some(cache_read.into()),
        cache_write_5m: Some(cache_write.into()),
        output: Some(output.max(reasoning).into()),
        reasoning: Some(reasoning.into()),
        ..Usage::default()
    }
}

proptest! {
    #[test]
    fn a_written_stream_reads_the_same(pieces in vec(piece(), 0..6), tokens in any::<[u32; 5]>()) {
        // such arguments are written as an empty object
        prop_assume!(!pieces.iter().any(|(_, deltas)| {
            matches!(deltas.first(), Some(Delta::Arguments(_))) && deltas.iter().all(|delta| delta.text().trim().is_empty())
        }));
        let events = stream(&pieces, usage(tokens));
        prop_assert_eq!(shortest(&read(&frames(&write(&events)))), shortest(&events));
    }

    /// Everything that comes in pieces may be missing: the ends say it all.
    #[test]
    fn ends_say_what_deltas_say(pieces in vec(piece(), 0..6)) {
        let all = frames(&write(&stream(&pieces, Usage::default())));
        let is_piece = |event: &str| matches!(event.rsplit('.').next(), Some("delta")) || event.contains("annotation.added");
        let mut whole = read(&all);
        whole.retain(|event| *event != Event::Ping);
        let mut ends = read(all.iter().filter(|frame| !frame.event().is_some_and(is_piece)));
        ends.retain(|event| *event != Event::Ping);
        prop_assert_eq!(shortest(&ends), shortest(&whole));
        let last = all.iter().filter(|frame| frame.event() == Some("response.completed"));
        let parts = |events: &[Event]| events.iter().filter(|event| matches!(event, Event::PartStart { .. })).count();
        prop_assert_eq!(parts(&read(last)), parts(&whole));
    }

    #[test]
    fn the_cheap_look_agrees_with_the_reader(pieces in vec(piece(), 0..4), tokens in any::<[u32; 5]>()) {
        let events = stream(&pieces, usage(tokens));
        let (mut bytes, mut told, mut endings) = (0, None, Vec::new());
        for frame in frames(&write(&events)) {
            let note = note(&frame);
            bytes += note.text_bytes;
            told = told.or(note.usage);
            endings.push(note.ending);
        }
        let said: usize = events.iter().map(|event| match event {
            Event::Delta { delta: Delta::Text(text) | Delta::Thinking(text), .. } => text.len(),
            Event::Delta { delta: Delta::Arguments(text), .. } => text.len(),
            _ => 0,
        }).sum();
        // a call without arguments gets an empty object
        prop_assert!(bytes >= said && bytes <= said + 2 * pieces.len(), "{} {}", bytes, said);
        prop_assert_eq!(told, Some(usage(tokens)));
        prop_assert_eq!(endings.pop(), Some(Ending::Complete));
        prop_assert!(endings.iter().all(|ending| *ending == Ending::No));
    }

    #[test]
    fn mutated_streams_do_not_panic(pieces in vec(piece(), 0..4), at in any::<prop::sample::Index>(), byte in any::<u8>(), cut in any::<bool>()) {
        let mut bytes = write(&stream(&pieces, Usage::default()));
        let at = at.index(bytes.len());
        if cut { bytes.truncate(at) } else { bytes[at] = byte }
        let (mut frames, mut reader, mut out) = (FrameReader::new(1 << 20), Reader::default(), Vec::new());
        frames.push(&bytes);
        while let Ok(Some(frame)) = frames.next_frame() {
            drop(reader.read(&frame, &mut out));
            note(&frame);
        }
        if let Some(frame) = frames.rest() {
            drop(reader.read(&frame, &mut out));
            note(&frame);
        }
        note(&Frame::new(bytes));
    }
}
