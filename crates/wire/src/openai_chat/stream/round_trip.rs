//! What is written as a stream reads as the same events; whatever comes in, nothing panics.

use proptest::collection::vec;
use proptest::prelude::*;

use super::{Reader, Writer, note};
use crate::chat::strategies::{deltas, prose};
use crate::chat::{CallKind, Citation, Delta, Event, Location, PartStart, StopReason, Usage};
use crate::dialect::Style;
use crate::frame::sse::{Frame, FrameReader};
use crate::json::Raw;

type Piece = (PartStart, Vec<Delta>);

fn said() -> impl Strategy<Value = Piece> {
    let thinking = (deltas(Delta::Thinking), "[a-zA-Z0-9+/=]{1,8}").prop_map(|(mut deltas, signature)| {
        deltas.push(Delta::Signature(signature));
        (PartStart::Thinking, deltas)
    });
    let sealed = (deltas(Delta::Thinking), "[a-zA-Z0-9:=]{1,8}").prop_map(|(mut deltas, data)| {
        deltas.push(Delta::Sealed { id: Some("rs_1".into()), data });
        (PartStart::Thinking, deltas)
    });
    prop_oneof![
        deltas(Delta::Text).prop_map(|deltas| (PartStart::Text, deltas)),
        deltas(Delta::Text).prop_map(|deltas| (PartStart::Refusal, deltas)),
        deltas(Delta::Thinking).prop_map(|deltas| (PartStart::Thinking, deltas)),
        thinking,
        sealed,
        "[a-z]{1,8}".prop_map(|data| (PartStart::RedactedThinking { data }, Vec::new())),
    ]
}

fn calls() -> impl Strategy<Value = Vec<Piece>> {
    vec((vec(prose().prop_map(Delta::Arguments), 0..4), any::<bool>()), 0..4).prop_map(|calls| {
        let call = |(at, (deltas, custom))| {
            let kind = if custom { CallKind::Custom } else { CallKind::Function };
            (PartStart::ToolCall { id: format!("id{at}"), name: "f".into(), namespace: None, kind }, deltas)
        };
        calls.into_iter().enumerate().map(call).collect()
    })
}

fn answer() -> impl Strategy<Value = Vec<Piece>> {
    (vec(said(), 0..5), calls()).prop_map(|(said, calls)| said.into_iter().chain(calls).collect())
}

fn stream(answers: &[Vec<Piece>], usage: Usage) -> Vec<Event> {
    let mut events = vec![Event::Start { id: "r".into(), model: "m".into(), created: Some(7) }];
    for (choice, pieces) in (0_u32..).zip(answers) {
        for (part, (kind, deltas)) in (0_u32..).zip(pieces) {
            events.push(Event::PartStart { choice, part, kind: kind.clone() });
            for delta in deltas {
                if *kind == PartStart::Text && delta.text().len() % 2 == 0 {
                    let tokens = vec![Raw::of(&delta.text()).unwrap(), Raw::parse("{ \"logprob\":\n-1.0}").unwrap()];
                    events.push(Event::Logprobs { choice, part, tokens });
                }
                events.push(Event::Delta { choice, part, delta: delta.clone() });
            }
            if *kind == PartStart::Text {
                let location = Some(Location::Web { url: format!("https://{part}") });
                events.push(Event::Citation { choice, part, citation: Citation { location, ..Citation::default() } });
            }
            events.extend([Event::PartEnd { choice, part }, Event::Ping]);
        }
        let calls = pieces.iter().any(|(kind, _)| matches!(kind, PartStart::ToolCall { .. }));
        let reason = if calls { StopReason::ToolUse } else { StopReason::End };
        events.push(Event::Stop { choice, reason, sequence: None });
    }
    events.extend([Event::Usage(usage), Event::End]);
    events
}

fn write(events: &[Event]) -> Vec<u8> {
    let (mut writer, mut out) = (Writer::new(Style { include_usage: true, ..Style::default() }), Vec::new());
    for event in events {
        writer.write(event, &mut out);
    }
    out
}

fn read(bytes: &[u8]) -> Vec<Event> {
    let (mut frames, mut reader, mut out) = (FrameReader::new(1 << 20), Reader::default(), Vec::new());
    frames.push(bytes);
    while let Some(frame) = frames.next_frame().unwrap() {
        reader.read(&frame, &mut out).unwrap();
    }
    out
}

/// The same stream in its shortest form: no pings, deltas of a part joined, parts of one kind in a row joined, as this
/// dialect has no border between them.
fn shortest(events: &[Event]) -> Vec<String> {
    let mut pieces: Vec<(u32, PartStart, String, bool)> = Vec::new();
    let mut rest = Vec::new();
    for event in events {
        match event {
            Event::PartStart { choice, kind, .. } => match pieces.last() {
                Some((of, last, _, false)) if of == choice && last == kind && joins(kind) => {}
                _ => pieces.push((*choice, kind.clone(), String::new(), false)),
            },
            Event::Delta { delta, .. } => {
                let (_, _, text, signed) = pieces.last_mut().unwrap();
                *signed |= matches!(delta, Delta::Signature(_) | Delta::Sealed { .. } | Delta::Bound(_));
                text.push_str(delta.text());
            }
            // of which part is another number when parts are joined
            Event::Citation { choice, citation, .. } => rest.push(format!("{choice} {citation:?}")),
            // line ends between tokens of JSON become spaces
            Event::Logprobs { choice, tokens, .. } => rest.push(format!("{choice} {tokens:?}").replace('\n', " ")),
            Event::PartEnd { .. } | Event::Ping => {}
            other => rest.push(format!("{other:?}")),
        }
    }
    pieces.into_iter().map(|piece| format!("{piece:?}")).chain(rest).collect()
}

fn joins(kind: &PartStart) -> bool {
    matches!(kind, PartStart::Text | PartStart::Refusal | PartStart::Thinking)
}

proptest! {
    #[test]
    fn a_written_stream_reads_the_same(answers in vec(answer(), 1..3), tokens in any::<[u32; 7]>()) {
        let [input, read_tokens, write_tokens, output, reasoning, audio, image] =
            tokens.map(|count| Some(u64::from(count)));
        let usage = Usage {
            tier: None,
            whole_prompt: None,
            input,
            cache_read: read_tokens,
            cache_write_5m: write_tokens,
            cache_write_1h: None,
            output: output.max(reasoning),
            reasoning,
            input_audio: audio,
            input_image: None,
            output_audio: None,
            output_image: image,
            odd: false,
        };
        let events = stream(&answers, usage);
        prop_assert_eq!(shortest(&read(&write(&events))), shortest(&events));
    }

    #[test]
    fn the_cheap_look_agrees_with_the_reader(answers in vec(answer(), 1..3)) {
        let events = stream(&answers, Usage { output: Some(3), ..Usage::default() });
        let (mut frames, mut bytes, mut told) = (FrameReader::new(1 << 20), 0, None);
        frames.push(&write(&events));
        while let Some(frame) = frames.next_frame().unwrap() {
            let note = note(&frame);
            bytes += note.text_bytes;
            told = told.or(note.usage);
        }
        let said: usize = events.iter().map(|event| match event {
            Event::Delta { delta: Delta::Text(text) | Delta::Thinking(text) | Delta::Arguments(text), .. } => text.len(),
            _ => 0,
        }).sum();
        // Control characters are written as escapes of six bytes, which count as three.
        prop_assert!(bytes >= said && bytes <= said * 3, "{} {}", bytes, said);
        prop_assert_eq!(told.unwrap().output, Some(3));
    }

    #[test]
    fn mutated_streams_do_not_panic(answers in vec(answer(), 1..2), at in any::<prop::sample::Index>(), byte in any::<u8>(), cut in any::<bool>()) {
        let mut bytes = write(&stream(&answers, Usage::default()));
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
