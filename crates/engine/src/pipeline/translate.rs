//! A provider's frames into a client's bytes: untouched when both speak the same dialect, through events when they do not.

use bytes::BytesMut;
use wire::chat::{Delta, Event, Usage};
use wire::dialect::{StreamReader, StreamWriter};
use wire::frame::Frame;
use wire::note::Ending;
use wire::stand_in::StandIns;
use wire::{Dialect, ErrorReply, Invalid};

/// What one frame brought.
#[derive(Debug, Default)]
pub(super) struct Step {
    pub(super) usage: Option<Usage>,
    pub(super) text_bytes: usize,
    /// The model said something.
    pub(super) says_something: bool,
    /// The model has said why it stopped.
    pub(super) stopped: bool,
    pub(super) ended: Ended,
}

#[derive(Debug, Default, PartialEq)]
pub(super) enum Ended {
    #[default]
    No,
    /// By the provider's own terminal event.
    Complete,
    /// By the provider's error event.
    Error(ErrorReply),
}

pub(super) enum Translator {
    Same(Same),
    Across(Box<Across>),
}

/// What is said again in the client's dialect.
pub(super) struct Across {
    reader: StreamReader,
    /// What the answer is called where its provider gave it no name.
    names: Names,
    stand_ins: StandIns,
    /// The stream has begun.
    started: bool,
    events: Vec<Event>,
    bytes: Vec<u8>,
}

/// What passes as it comes.
#[derive(Debug)]
pub(super) struct Same {
    dialect: Dialect,
    /// The client did not ask for the usage chunk that the gateway asked for.
    hide_usage: bool,
    /// The model has said why it stopped.
    stopped: bool,
    /// The stream is whole if it is over now.
    may_be_over: bool,
}

/// An answer's id and model, for providers whose dialect says neither.
#[derive(Clone, Debug)]
pub(super) struct Names {
    pub(super) id: String,
    pub(super) model: String,
}

impl Names {
    /// Fills in what is missing.
    pub(super) fn fill(&self, id: &mut String, model: &mut String) {
        for (told, name) in [(id, &self.id), (model, &self.model)] {
            if told.is_empty() {
                told.clone_from(name);
            }
        }
    }
}

impl Translator {
    /// From `provider` to `client`; `include_usage` says whether the client asked for usage where that can be asked.
    pub(super) fn new(
        provider: Dialect,
        client: Dialect,
        include_usage: bool,
        names: Names,
        stand_ins: StandIns,
    ) -> Self {
        if provider == client {
            return Self::Same(Same {
                dialect: client,
                hide_usage: !include_usage,
                stopped: false,
                may_be_over: false,
            });
        }
        Self::Across(Box::new(Across {
            reader: provider.stream_reader(),
            names,
            stand_ins,
            started: false,
            events: Vec::new(),
            bytes: Vec::new(),
        }))
    }

    /// Appends to `out` what the client gets for `frame`, through `writer`. An error frame adds nothing: who holds the client
    /// decides whether and how it is told, or another attempt is made. `latency_ms` tells the time since the provider was asked;
    /// it is looked up for the last event only.
    pub(super) fn feed(
        &mut self,
        frame: &Frame,
        writer: &mut StreamWriter,
        latency_ms: impl Fn() -> u64,
        out: &mut BytesMut,
    ) -> Result<Step, Invalid> {
        match self {
            Self::Same(same) => Ok(same.feed(frame, writer, out)),
            Self::Across(across) => {
                across.events.clear();
                across.reader.read(frame, &mut across.events)?;
                let mut step = across.say(writer, latency_ms, out);
                // where nothing but the end of the stream ends an answer, that is also when its reader says why it stopped
                step.stopped |= across.reader.may_be_over();
                Ok(step)
            }
        }
    }

    /// Whether the answer is whole if the provider says no more, in a dialect in which that ends it.
    pub(super) fn may_be_over(&self) -> bool {
        match self {
            Self::Same(same) => same.may_be_over,
            Self::Across(across) => across.reader.may_be_over(),
        }
    }

    /// The provider says no more: what ends an answer is appended to `out` where nothing is missing but an ending that its dialect
    /// does not have.
    pub(super) fn close(
        &mut self,
        writer: &mut StreamWriter,
        latency_ms: impl Fn() -> u64,
        out: &mut BytesMut,
    ) -> Step {
        match self {
            Self::Same(same) if same.may_be_over => Step { ended: Ended::Complete, ..Step::default() },
            Self::Same(_) => Step::default(),
            Self::Across(across) => {
                across.events.clear();
                across.reader.close(&mut across.events);
                across.say(writer, latency_ms, out)
            }
        }
    }
}

impl Across {
    /// What the client gets for the events that are there.
    fn say(&mut self, writer: &mut StreamWriter, latency_ms: impl Fn() -> u64, out: &mut BytesMut) -> Step {
        let Self { names, stand_ins, started, events, bytes, .. } = self;
        bytes.clear();
        stand_ins.restore(events);
        begin(started, events);
        let mut step = Step::default();
        for event in events.iter_mut() {
            if let Event::Start { id, model, .. } = event {
                names.fill(id, model);
            }
            take(event, &mut step);
            if !matches!(event, Event::Error(_)) {
                let latency_ms = if matches!(event, Event::End) { latency_ms() } else { 0 };
                writer.write(event, latency_ms, bytes);
            }
        }
        out.extend_from_slice(bytes);
        step
    }
}

/// Puts a beginning before the first event where the provider's stream has none of its own: the answer gets its name there.
fn begin(started: &mut bool, events: &mut Vec<Event>) {
    let Some(first) = events.iter().find(|event| !*started && !matches!(event, Event::Ping)) else { return };
    *started = true;
    if !matches!(first, Event::Start { .. } | Event::Error(_)) {
        events.insert(0, Event::Start { id: String::new(), model: String::new(), created: None });
    }
}

impl Same {
    fn feed(&mut self, frame: &Frame, writer: &mut StreamWriter, out: &mut BytesMut) -> Step {
        let note = self.dialect.note(frame);
        let says_something = note.says_something();
        self.stopped |= note.stopped;
        match note.ending {
            Ending::CompleteIfOver => self.may_be_over = true,
            Ending::No if says_something => self.may_be_over = false,
            _ => {}
        }
        let ended = match note.ending {
            Ending::No | Ending::CompleteIfOver => Ended::No,
            // half an answer must not look like one: the frame is kept back, and the missing end tells the client
            Ending::CompleteIfStopped if !self.stopped => {
                return Step { usage: note.usage, text_bytes: note.text_bytes, ..Step::default() };
            }
            Ending::Complete | Ending::CompleteIfStopped => Ended::Complete,
            Ending::Error => Ended::Error(self.dialect.read_stream_error(frame)),
        };
        if !(note.usage_only && self.hide_usage) && note.ending != Ending::Error {
            pass(frame, writer, out);
        }
        Step { usage: note.usage, text_bytes: note.text_bytes, says_something, stopped: note.stopped, ended }
    }
}

/// Passes a provider's frame on as it came.
pub(super) fn pass(frame: &Frame, writer: &mut StreamWriter, out: &mut BytesMut) {
    writer.pass(frame);
    out.extend_from_slice(frame.raw());
}

/// Notes what an event says, of usage and of the end.
fn take(event: &Event, step: &mut Step) {
    step.says_something |= matches!(event, Event::PartStart { .. } | Event::Delta { .. });
    match event {
        Event::Usage(usage) => step.usage.get_or_insert_default().merge(usage),
        Event::Delta { delta: Delta::Text(text) | Delta::Thinking(text) | Delta::Arguments(text), .. } => {
            step.text_bytes += text.len();
        }
        Event::End => step.ended = Ended::Complete,
        Event::Error(error) => step.ended = Ended::Error(error.clone()),
        Event::Stop { .. } => step.stopped = true,
        Event::Delta { delta: Delta::Signature(_) | Delta::Sealed { .. } | Delta::Bound(_), .. }
        | Event::Start { .. }
        | Event::PartStart { .. }
        | Event::PartEnd { .. }
        | Event::Citation { .. }
        | Event::Logprobs { .. }
        | Event::Trace(_)
        | Event::Ping => {}
    }
}
