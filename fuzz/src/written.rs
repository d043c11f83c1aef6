//! What must hold of every stream that is written for a client.

use wire::Dialect;
use wire::chat::{Delta, Event};
use wire::dialect::Target;
use wire::note::Ending;
use wire::stand_in::StandIns;

/// Its own dialect reads it, and the cheap look at its frames tells what the reader tells.
pub(crate) fn check(dialect: Dialect, stream: &[u8]) {
    if !super::is_read(dialect) {
        return;
    }
    let mut frames = dialect.framing().reader(1 << 24);
    frames.push(stream);
    let (mut reader, mut stopped, mut over, mut may_be_over) = (dialect.stream_reader(), false, false, false);
    let (mut count, mut noted, mut said) = (0, 0, 0);
    while let Some(frame) = frames.next_frame().unwrap() {
        count += frame.raw().len();
        if over {
            // an error is said in more than one way
            continue;
        }
        let mut events = Vec::new();
        if let Err(error) = reader.read(&frame, &mut events) {
            panic!("{dialect:?} does not read what it wrote ({error}): {}", String::from_utf8_lossy(stream));
        }
        let note = dialect.note(&frame);
        stopped |= note.stopped;
        let told = match note.ending {
            Ending::CompleteIfStopped if !stopped => Ending::No,
            Ending::CompleteIfStopped => Ending::Complete,
            // whether anything follows, the reader may know at once or at the end
            Ending::CompleteIfOver => {
                may_be_over = true;
                ending(&events)
            }
            ending => ending,
        };
        over = told != Ending::No;
        assert_eq!(told, ending(&events), "{dialect:?}: {}", String::from_utf8_lossy(frame.raw()));
        noted += note.text_bytes;
        said += text_bytes(&events);
    }
    if may_be_over && !over {
        let mut events = Vec::new();
        reader.close(&mut events);
        assert_eq!(ending(&events), Ending::Complete, "{dialect:?}: {}", String::from_utf8_lossy(stream));
    }
    assert!(noted >= said, "{dialect:?}: {noted} of {said}: {}", String::from_utf8_lossy(stream));
    assert_eq!(count, stream.len(), "bytes behind the last frame");
}

fn ending(events: &[Event]) -> Ending {
    match events.last() {
        Some(Event::End) => Ending::Complete,
        Some(Event::Error(_)) => Ending::Error,
        _ => Ending::No,
    }
}

fn text_bytes(events: &[Event]) -> usize {
    let bytes = |event: &Event| match event {
        Event::Delta { delta: Delta::Text(text) | Delta::Thinking(text) | Delta::Arguments(text), .. } => text.len(),
        _ => 0,
    };
    events.iter().map(bytes).sum()
}

/// Who stands in for the custom tool `run`, and for `look` of the group `files`.
pub(crate) fn stand_ins() -> StandIns {
    let asked = r#"{"model":"m","input":"x","tools":[{"type":"custom","name":"run"},
        {"type":"namespace","name":"files","description":"d","tools":[{"type":"function","name":"look"}]}]}"#;
    let mut request = Dialect::OpenAiResponses.read_request(asked).unwrap();
    let target = Target { model: "m", ceiling: wire::dialect::CeilingField::default(), extras: false };
    StandIns::put(&mut request, Dialect::Anthropic, &target)
}
