//! What is written as a stream reads as the same events, wherever it is cut; whatever comes in, nothing panics.

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;
use crate::chat::strategies::prose;
use crate::frame::sse::FrameReader;

const TOKEN: &str =
    r#"{"token":"a","logprob":-0.10,"bytes":[97],"top_logprobs":[{"token":"a","logprob":-0.10,"bytes":[97]}]}"#;

/// Answers in pieces, some with log probabilities.
fn stream(answers: &[Vec<(String, bool)>], usage: Usage) -> Vec<Event> {
    let mut events = vec![start()];
    for (choice, pieces) in (0..).zip(answers) {
        events.extend((!pieces.is_empty()).then(|| begin(choice)));
        for (text, told) in pieces {
            let tokens = vec![Raw::parse(TOKEN).unwrap(); 2];
            events.extend(told.then_some(Event::Logprobs { choice, part: 0, tokens }));
            events.push(says(choice, text));
        }
        events.extend((!pieces.is_empty()).then(|| end(choice)));
        events.push(stop(choice, StopReason::Length));
    }
    events.extend([Event::Usage(usage), Event::End]);
    events
}

fn answers() -> impl Strategy<Value = Vec<Vec<(String, bool)>>> {
    vec(vec((prose(), any::<bool>()), 0..4), 1..3)
}

fn write(events: &[Event]) -> Vec<u8> {
    let (mut writer, mut out) = (Writer::new(Style { include_usage: true, ..Style::default() }), Vec::new());
    for event in events {
        writer.write(event, &mut out);
    }
    out
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
    out
}

proptest! {
    #[test]
    fn a_written_stream_reads_the_same(answers in answers(), tokens in any::<[u32; 4]>(), sizes in vec(1_usize..200, 1..6)) {
        let [input, cache_read, output, reasoning] = tokens.map(|count| Some(u64::from(count)));
        let usage = Usage { input, cache_read, cache_write_5m: Some(0), output: output.max(reasoning), reasoning, ..Usage::default() };
        let events = stream(&answers, usage);
        prop_assert_eq!(read_cut(&write(&events), &sizes), events);
    }

    #[test]
    fn the_cheap_look_agrees_with_the_reader(answers in answers()) {
        let events = stream(&answers, Usage { output: Some(3), ..Usage::default() });
        let (mut frames, mut notes) = (FrameReader::new(1 << 20), Vec::new());
        frames.push(&write(&events));
        while let Some(frame) = frames.next_frame().unwrap() {
            notes.push(note(&frame));
        }
        let said: usize = answers.iter().flatten().map(|(text, _)| text.len()).sum();
        prop_assert_eq!(notes.iter().map(|note| note.text_bytes).sum::<usize>(), said);
        prop_assert_eq!(notes.iter().filter(|note| note.stopped).count(), answers.len());
        prop_assert_eq!(notes.iter().find_map(|note| note.usage).unwrap().output, Some(3));
        prop_assert_eq!(notes.last().unwrap().ending, Ending::Complete);
    }

    #[test]
    fn mutated_streams_do_not_panic(answers in answers(), at in any::<prop::sample::Index>(), byte in any::<u8>(), cut in any::<bool>()) {
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
        write(&out);
    }
}
