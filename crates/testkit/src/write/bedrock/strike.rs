//! Strikes one frame of a stream with the fault of its script.

use super::stream::Event;
use crate::event_stream::Message;
use crate::frame_fault::{FrameFault, FrameFaultKind};
use crate::json::Object;
use crate::write::{Ending, Frame, Sent};

/// The frames to send, and the ending if the fault makes one. Behind a frame that no reader gets over nothing is
/// told any more, whatever is sent.
pub(super) fn frames(mut events: Vec<Event>, fault: Option<&FrameFault>) -> (Vec<Frame>, Option<Ending>) {
    let Some(FrameFault { at, kind }) = fault else { return (events.iter().map(Event::frame).collect(), None) };
    let tail = events.split_off((*at).min(events.len()));
    let mut frames: Vec<_> = events.iter().map(Event::frame).collect();
    match kind {
        FrameFaultKind::Exception(name) => frames.push(silent(&Message::exception(name, "mock exception"))),
        FrameFaultKind::Error { code, message } => frames.push(silent(&Message::error(code, message))),
        FrameFaultKind::UnknownEvent(name) => {
            frames.push(silent(&Message::event(name, &Object::new().with("p", "ab"))));
            frames.extend(tail.iter().map(Event::frame));
            return (frames, None);
        }
        kind => {
            let mut tail = tail.iter();
            frames.extend(tail.next().map(|struck| Frame::silent(struck.message.broken(kind))));
            if !kind.ends_body() {
                let rest = |event: &Event| if kind.blinds() { silent(&event.message) } else { event.frame() };
                frames.extend(tail.map(rest));
            }
            return (frames, kind.ends_body().then_some(Ending::Complete));
        }
    }
    (frames, Some(Ending::Error))
}

fn silent(message: &Message) -> Frame {
    Frame::silent(message.bytes())
}

impl Event {
    fn frame(&self) -> Frame {
        Frame { bytes: self.message.bytes(), told: Sent::clone(&self.told) }
    }
}
