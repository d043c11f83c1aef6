//! Providers that answer in this process: a whole reply, or the same as a stream of events.

use wire::chat::{Delta, Event, Part, PartStart, Reply};

/// The events of a reply, its text in pieces of a word.
pub(crate) fn events(reply: &Reply) -> Vec<Event> {
    let mut events = vec![
        Event::Start { id: reply.id.clone(), model: reply.model.clone(), created: reply.created },
        Event::Usage(reply.usage),
    ];
    for (choice, answer) in (0..).zip(&reply.choices) {
        let texts = answer.parts.iter().filter_map(|part| match part {
            Part::Text { text, .. } => Some(text),
            _ => None,
        });
        for (part, text) in (0..).zip(texts) {
            events.push(Event::PartStart { choice, part, kind: PartStart::Text });
            let pieces = text.split_inclusive(char::is_whitespace);
            events.extend(pieces.map(|piece| Event::Delta { choice, part, delta: Delta::Text(piece.to_owned()) }));
            events.push(Event::PartEnd { choice, part });
        }
        events.push(Event::Stop { choice, reason: answer.stop.clone(), sequence: answer.stop_sequence.clone() });
    }
    events.push(Event::End);
    events
}
