//! What is written as a stream reads as the same events, however it is cut; whatever comes in, nothing panics.

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;
use crate::chat::strategies::{deltas, prose};

type Piece = (PartStart, Vec<Delta>);

fn said() -> impl Strategy<Value = Piece> {
    let proof = prop_oneof![
        "[a-zA-Z0-9+/=]{1,8}".prop_map(Delta::Signature),
        ("[a-z]{1,4}", prose()).prop_map(|(id, data)| Delta::Sealed { id: Some(id), data }),
    ];
    prop_oneof![
        deltas(Delta::Text).prop_map(|deltas| (PartStart::Text, deltas)),
        (vec(prose().prop_map(Delta::Thinking), 1..3), prop::option::of(proof)).prop_map(|(mut deltas, proof)| {
            deltas.extend(proof);
            (PartStart::Thinking, deltas)
        }),
        deltas(Delta::Arguments).prop_map(|deltas| (PartStart::function("i", "f"), deltas)),
    ]
}

/// Parts of which no two in a row are texts: here they would be one.
fn answer(pieces: Vec<Piece>, usage: Usage) -> Vec<Event> {
    let mut pieces = pieces;
    pieces.dedup_by(|next, before| next.0 == PartStart::Text && before.0 == PartStart::Text);
    let told = (0..).zip(pieces).flat_map(|(number, (kind, deltas))| {
        let mut told = part(number, kind.clone(), deltas);
        let citation = Citation { quotes: vec!["q".to_owned()], ..web("https://x") };
        if kind == PartStart::Text {
            told.insert(told.len() - 1, Event::Citation { choice: 0, part: number, citation });
        }
        told
    });
    let mut events = vec![start()];
    events.extend(told);
    events.extend([Event::Usage(usage), stop(StopReason::End), Event::End]);
    events
}

fn any_usage() -> impl Strategy<Value = Usage> {
    (any::<u32>(), any::<u32>(), prop::option::of(any::<u32>())).prop_map(|(input, output, cached)| Usage {
        cache_read: cached.map(u64::from),
        ..usage(input.into(), output.into())
    })
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
    fn what_is_written_reads_back(pieces in vec(said(), 0..5), usage in any_usage(), sizes in vec(1_usize..200, 1..6)) {
        let events = answer(pieces, usage);
        prop_assert_eq!(read_cut(write_all(&events).as_bytes(), &sizes), events);
    }

    #[test]
    fn the_cheap_look_agrees_with_the_reader(pieces in vec(said(), 0..5), usage in any_usage()) {
        let events = answer(pieces, usage);
        let said: usize = events.iter().map(|event| match event {
            Event::Delta { delta: Delta::Text(text) | Delta::Thinking(text) | Delta::Arguments(text), .. } => text.len(),
            _ => 0,
        }).sum();
        let notes: Vec<_> = frames(write_all(&events).as_bytes()).iter().map(note).collect();
        prop_assert_eq!(notes.iter().map(|note| note.text_bytes).sum::<usize>(), said);
        prop_assert_eq!(notes.iter().filter_map(|note| note.usage).collect::<Vec<_>>(), vec![usage]);
        prop_assert_eq!(notes.iter().filter(|note| note.ending == Ending::CompleteIfOver).count(), 1);
    }

    #[test]
    fn nothing_panics_on_a_damaged_stream(at in any::<prop::sample::Index>(), bytes in vec(any::<u8>(), 0..6)) {
        let mut damaged = stream(RECORDED);
        let at = at.index(damaged.len());
        damaged.splice(at..(at + bytes.len() / 2).min(damaged.len()), bytes);
        let (mut reader, mut out) = (Reader::default(), Vec::new());
        for frame in frames(&damaged) {
            note(&frame);
            drop(reader.read(&frame, &mut out));
        }
        write_all(&out);
    }
}
