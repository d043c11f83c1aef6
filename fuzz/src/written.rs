//! What must hold of every stream that is written for a client.

use wire::Dialect;
use wire::chat::{Delta, Event};
use wire::dialect::{CeilingField, Style, Target};
use wire::frame::Frame;
use wire::note::Ending;
use wire::stand_in::StandIns;

/// How the answers are written.
pub(crate) fn style(dialect: Dialect) -> Style {
    let asked =
        r#"{"model":"m","message":"x","messages":[{"role":"user","content":"x"}],"tools":[],"documents":[{"id":"d"}]}"#;
    Style { include_usage: true, created: 7, request_id: "call".to_owned(), echo: dialect.echo(asked) }
}

/// `events` as a stream for a client. Its own dialect reads it, the cheap look at its frames tells what the reader tells, and the
/// texts stand in it.
pub(crate) fn check(dialect: Dialect, events: &[Event]) {
    let (mut writer, mut stream) = (dialect.stream_writer(style(dialect)), Vec::new());
    for event in events {
        writer.write(event, 7, &mut stream);
    }
    if !super::is_read(dialect) {
        // lines of JSON
        return stream.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).for_each(|line| {
            super::json(line, "a line of a stream");
        });
    }
    let shown = String::from_utf8_lossy(&stream);
    let (read, noted) = (Read::of(dialect, &stream), Noted::of(dialect, &stream));
    assert_eq!(noted.bytes, stream.len(), "{dialect:?}: bytes behind the last frame: {shown}");
    assert_eq!(noted.ending, read.ending, "{dialect:?}: {shown}");
    assert!(noted.text_bytes >= read.text_bytes, "{dialect:?}: {noted:?} {shown}");
    // before the end, readers may hold back what came behind a call
    if events.last() == Some(&Event::End) {
        check_texts(texts(events), &read.text, &shown);
    }
}

/// What a stream tells its reader, up to its end.
#[derive(Debug)]
struct Read {
    ending: Ending,
    text_bytes: usize,
    /// Of the first answer.
    text: String,
}

impl Read {
    fn of(dialect: Dialect, stream: &[u8]) -> Self {
        let (mut reader, mut events) = (dialect.stream_reader(), Vec::new());
        for frame in frames(dialect, stream) {
            if let Err(error) = reader.read(&frame, &mut events) {
                panic!("{dialect:?} does not read what it wrote ({error}): {}", String::from_utf8_lossy(stream));
            }
        }
        reader.close(&mut events);
        let ending = match events.last() {
            Some(Event::End) => Ending::Complete,
            Some(Event::Error(_)) => Ending::Error,
            _ => Ending::No,
        };
        Self { ending, text_bytes: text_bytes(&events), text: texts(&events).collect() }
    }
}

/// The same by looking at the frames alone, as is done where provider and client speak the same.
#[derive(Debug)]
struct Noted {
    ending: Ending,
    text_bytes: usize,
    bytes: usize,
}

impl Noted {
    fn of(dialect: Dialect, stream: &[u8]) -> Self {
        let mut noted = Self { ending: Ending::No, text_bytes: 0, bytes: 0 };
        let (mut stopped, mut may_be_over) = (false, false);
        for frame in frames(dialect, stream) {
            let note = dialect.note(&frame);
            noted.bytes += frame.raw().len();
            noted.text_bytes += note.text_bytes;
            stopped |= note.stopped;
            // an error is said in more than one way
            if noted.ending == Ending::No {
                match note.ending {
                    Ending::No => may_be_over &= note.text_bytes == 0,
                    Ending::CompleteIfOver => may_be_over = true,
                    Ending::CompleteIfStopped if !stopped => {}
                    Ending::CompleteIfStopped | Ending::Complete => noted.ending = Ending::Complete,
                    Ending::Error => noted.ending = Ending::Error,
                }
            }
        }
        if noted.ending == Ending::No && may_be_over {
            noted.ending = Ending::Complete;
        }
        noted
    }
}

fn frames(dialect: Dialect, stream: &[u8]) -> impl Iterator<Item = Frame> {
    let mut frames = dialect.framing().reader(1 << 24);
    frames.push(stream);
    std::iter::from_fn(move || frames.next_frame().unwrap())
}

/// All of `told` stands in `said`; in Cohere's answers what was said before a call has a place of its own.
pub(crate) fn check_texts<'a>(told: impl Iterator<Item = &'a str>, said: &str, written: &str) {
    for piece in told {
        assert!(said.contains(piece), "lost {piece:?}: {written}");
    }
}

/// What the first answer says.
fn texts(events: &[Event]) -> impl Iterator<Item = &str> {
    events.iter().filter_map(|event| match event {
        Event::Delta { choice: 0, delta: Delta::Text(text), .. } => Some(text.as_str()),
        _ => None,
    })
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
    let target = Target { model: "m", ceiling: CeilingField::default(), extras: false };
    StandIns::put(&mut request, Dialect::Anthropic, &target)
}
