//! What is written as a stream reads as the same events, however it is cut; whatever comes in, nothing panics.

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;
use crate::chat::strategies::{OBJECTS, deltas, prose, word};

type Piece = (PartStart, Vec<Delta>);

/// A part, with what comes of it in pieces. Arguments stand on one line.
fn any_piece() -> impl Strategy<Value = Piece> {
    let thinking = |last: BoxedStrategy<Delta>| {
        (vec(prose().prop_map(Delta::Thinking), 0..3), last).prop_map(|(mut deltas, last)| {
            deltas.push(last);
            (PartStart::Thinking, deltas)
        })
    };
    let call = (word(), word(), prop::sample::select(OBJECTS));
    prop_oneof![
        deltas(Delta::Text).prop_map(|deltas| (PartStart::Text, deltas)),
        thinking("[a-zA-Z0-9+/=]{1,8}".prop_map(Delta::Signature).boxed()),
        thinking((word(), prose()).prop_map(|(id, data)| Delta::Sealed { id: Some(id), data }).boxed()),
        word().prop_map(|data| (PartStart::RedactedThinking { data }, vec![])),
        call.prop_map(|(id, name, args)| (
            PartStart::function(id, name),
            vec![Delta::Arguments(args.replace('\n', " "))]
        )),
        (vec(prose().prop_map(Delta::Thinking), 0..2), "[A-Z]{1,8}").prop_map(|(mut deltas, proof)| {
            deltas.push(Delta::Bound(proof));
            (PartStart::Thinking, deltas)
        }),
    ]
}

fn answer(pieces: Vec<Piece>, usage: Usage) -> Vec<Event> {
    let mut events = vec![start()];
    let mut number = 0;
    let mut last_is_text = false;
    let calls = pieces.iter().any(|(kind, _)| matches!(kind, PartStart::ToolCall { .. }));
    for (kind, deltas) in pieces {
        // texts in a row are one
        let is_text = kind == PartStart::Text;
        if is_text && last_is_text {
            continue;
        }
        last_is_text = is_text;
        events.extend(part(number, kind, deltas));
        number += 1;
    }
    let reason = if calls { StopReason::ToolUse } else { StopReason::End };
    events.extend([stop(reason), Event::Usage(usage), Event::End]);
    events
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
            break;
        }
    }
    reader.close(&mut out);
    out
}

fn told(counts: [u32; 3]) -> Usage {
    let [input, cached, output] = counts.map(u64::from);
    Usage {
        input: Some(input),
        whole_prompt: Some(input + cached),
        cache_read: Some(cached),
        output: Some(output),
        ..Usage::default()
    }
}

proptest! {
    #[test]
    fn what_is_written_reads_back(pieces in vec(any_piece(), 1..6), counts in any::<[u32; 3]>(), sizes in vec(1..40_usize, 1..4)) {
        let events = answer(pieces, told(counts));
        // usage is told as soon as it is there, before what ends the last part
        let told = |events: Vec<Event>| events.into_iter().partition::<Vec<_>, _>(|event| matches!(event, Event::Usage(_)));
        prop_assert_eq!(told(read_cut(&write_all(&events), &sizes)), told(events));
    }

    #[test]
    fn nothing_panics_on_damaged_bytes(pieces in vec(any_piece(), 1..4), at in any::<prop::sample::Index>(), with in vec(any::<u8>(), 0..6)) {
        let mut bytes = write_all(&answer(pieces, told([1, 2, 3])));
        let at = at.index(bytes.len());
        bytes.splice(at..(at + with.len() / 2).min(bytes.len()), with);
        let _read = read_all(&bytes);
        for frame in frames(&bytes) {
            let _note = note(&frame);
        }
    }
}
