//! What is written as a stream reads as the same events, however it is cut; whatever comes in, nothing panics.

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;
use crate::chat::strategies::{deltas, prose};

type Piece = (PartStart, Vec<Delta>, Vec<Citation>);

fn citation() -> impl Strategy<Value = Citation> {
    let location = prop_oneof![
        prose().prop_map(|url| Location::Web { url }),
        any::<[u32; 3]>().prop_map(|[document, start, end]| Location::Pages {
            document: document.into(),
            start: start.into(),
            end: end.into()
        }),
    ];
    let word = || prop::option::of(prose());
    (word(), word(), vec(prose(), 0..2), prop::option::of(location))
        .prop_map(|(title, source, quotes, location)| Citation { title, source, quotes, location })
}

fn any_piece() -> impl Strategy<Value = Piece> {
    let thinking = (vec(prose().prop_map(Delta::Thinking), 0..3), "[a-zA-Z0-9+/=]{1,8}");
    prop_oneof![
        (deltas(Delta::Text), vec(citation(), 0..2)).prop_map(|(deltas, cited)| (PartStart::Text, deltas, cited)),
        deltas(Delta::Thinking).prop_map(|deltas| (PartStart::Thinking, deltas, vec![])),
        thinking.prop_map(|(mut deltas, signature)| {
            deltas.push(Delta::Signature(signature));
            (PartStart::Thinking, deltas, vec![])
        }),
        (vec(prose().prop_map(Delta::Thinking), 0..3), "[a-z]{1,4}", prose()).prop_map(|(mut deltas, id, data)| {
            deltas.push(Delta::Sealed { id: Some(id), data });
            (PartStart::Thinking, deltas, vec![])
        }),
        "([a-zA-Z0-9+/]{4}){1,3}".prop_map(|data| (picture(png(&data)), vec![], vec![])),
        "([a-zA-Z0-9+/]{4}){1,3}".prop_map(|data| (PartStart::RedactedThinking { data }, vec![], vec![])),
        ("[a-z]{1,8}", deltas(Delta::Arguments))
            .prop_map(|(id, deltas)| { (PartStart::function(id, "f".to_owned()), deltas, vec![],) }),
    ]
}

fn answer(pieces: Vec<Piece>, usage: Usage) -> Vec<Event> {
    let mut events = vec![start()];
    for (number, (kind, deltas, cited)) in (0..).zip(pieces) {
        let mut told = part(number, kind, deltas);
        let end = told.len() - 1;
        let cited = cited.into_iter().map(|citation| Event::Citation { choice: 0, part: number, citation });
        told.splice(end..end, cited);
        events.extend(told);
    }
    events.extend([stop(StopReason::End), Event::Usage(usage), Event::End]);
    events
}

fn any_usage() -> impl Strategy<Value = Usage> {
    let some = |count: u32| Some(u64::from(count));
    (any::<[u32; 5]>(), any::<bool>(), any::<bool>()).prop_map(
        move |([input, output, read, short, long], cached, split)| Usage {
            input: some(input),
            output: some(output),
            cache_read: some(read).filter(|_| cached),
            cache_write_5m: some(short).filter(|_| cached || split),
            cache_write_1h: some(long).filter(|_| split),
            ..Usage::default()
        },
    )
}

/// Reads `bytes` in pieces of these sizes.
fn read_cut(bytes: &[u8], sizes: &[usize]) -> Vec<Event> {
    let (mut frames, mut reader, mut out, mut rest) = (FrameReader::new(1 << 20), Reader::default(), Vec::new(), bytes);
    for size in sizes.iter().cycle() {
        let (piece, more) = rest.split_at((*size).min(rest.len()));
        frames.push(piece);
        while let Some(frame) = frames.next_frame().unwrap() {
            reader.read(&frame, &mut out).unwrap();
        }
        rest = more;
        if rest.is_empty() {
            return out;
        }
    }
    out
}

proptest! {
    #[test]
    fn what_is_written_reads_back(pieces in vec(any_piece(), 0..5), usage in any_usage(), sizes in vec(1_usize..200, 1..6)) {
        let events = answer(pieces, usage);
        prop_assert_eq!(read_cut(&write_all(&events), &sizes), events);
    }

    #[test]
    fn the_cheap_look_agrees_with_the_reader(pieces in vec(any_piece(), 0..5), usage in any_usage()) {
        let events = answer(pieces, usage);
        let said: usize = events.iter().map(|event| match event {
            Event::Delta { delta: Delta::Text(text) | Delta::Thinking(text) | Delta::Arguments(text), .. } => text.len(),
            _ => 0,
        }).sum();
        let notes: Vec<_> = frames(&write_all(&events)).iter().map(note).collect();
        prop_assert_eq!(notes.iter().map(|note| note.text_bytes).sum::<usize>(), said);
        prop_assert_eq!(notes.last().unwrap().usage, Some(usage));
        prop_assert_eq!(notes.last().unwrap().ending, Ending::CompleteIfStopped);
    }

    #[test]
    fn nothing_panics_on_a_damaged_payload(which in any::<prop::sample::Index>(), at in any::<prop::sample::Index>(), bytes in vec(any::<u8>(), 0..6)) {
        let (mut reader, which) = (Reader::default(), which.index(RECORDED.len()));
        for (number, (name, payload)) in RECORDED.iter().enumerate() {
            let mut damaged = payload.as_bytes().to_vec();
            if number == which {
                let at = at.index(damaged.len());
                damaged.splice(at..(at + bytes.len() / 2).min(payload.len()), bytes.iter().copied());
            }
            for frame in frames(&sealed(name, &damaged)) {
                note(&frame);
                drop(reader.read(&frame, &mut Vec::new()));
            }
        }
    }
}

/// An event whose payload need not be JSON.
fn sealed(name: &str, payload: &[u8]) -> Vec<u8> {
    use aws_smithy_types::event_stream::{Header, HeaderValue, Message};
    let header = |name: &'static str, value: &str| Header::new(name, HeaderValue::String(value.to_owned().into()));
    let headers = vec![header(":message-type", "event"), header(":event-type", name)];
    let mut out = Vec::new();
    let message = Message::new_from_parts(headers, payload.to_vec());
    aws_smithy_eventstream::frame::write_message_to(&message, &mut out).unwrap();
    out
}
