//! The parts of an answer, put into an order in which they do not overlap.
//!
//! Items say when they end, and may be told in turns. The part that began first flows at once; the others wait until those
//! before them have ended, so nothing is lost and nothing changes places.

use std::collections::VecDeque;

use crate::chat::{Citation, Delta, Event, PartStart};
use crate::json::{Invalid, Raw};

/// The most bytes that may wait behind a part.
const MAX_WAITING: usize = 16 * 1024 * 1024;

/// Where a part stands: the index of its item, and its own among the pieces of a message.
pub(super) type Key = (u64, u64);

/// What a part is told by.
#[derive(Debug)]
pub(super) enum Piece {
    Delta(Delta),
    Citation(Citation),
    Logprobs(Vec<Raw>),
}

/// A part that has not ended.
#[derive(Debug)]
pub(super) struct Slot {
    key: Key,
    /// What it starts with, as soon as that is known.
    start: Option<PartStart>,
    open: bool,
    ended: bool,
    waiting: Vec<Piece>,
    /// Text, arguments or citations of it came.
    pub(super) told: bool,
    pub(super) cited: bool,
    /// The piece of reasoning that its text is from.
    pub(super) place: Option<(bool, u64)>,
}

/// The parts that have not ended, in the order in which they began.
#[derive(Debug, Default)]
pub(super) struct Queue {
    begun: u32,
    slots: VecDeque<Slot>,
    waiting_bytes: usize,
}

impl Queue {
    pub(super) fn find(&mut self, key: Key) -> Option<&mut Slot> {
        self.slots.iter_mut().find(|slot| slot.key == key)
    }

    /// Begins a part, or tells what one starts with that has begun. `None`: that comes later.
    pub(super) fn start(&mut self, key: Key, start: Option<PartStart>, out: &mut Vec<Event>) {
        match self.find(key) {
            Some(slot) => slot.start = slot.start.take().or(start),
            None => self.slots.push_back(Slot {
                key,
                start,
                open: false,
                ended: false,
                waiting: Vec::new(),
                told: false,
                cited: false,
                place: None,
            }),
        }
        self.advance(out);
    }

    /// Adds to a part that has begun; now, or when its turn comes.
    pub(super) fn add(&mut self, key: Key, piece: Piece, out: &mut Vec<Event>) -> Result<(), Invalid> {
        let part = self.begun.saturating_sub(1);
        let Some(slot) = self.slots.iter_mut().find(|slot| slot.key == key) else { return Ok(()) };
        match piece {
            Piece::Citation(_) => slot.cited = true,
            Piece::Delta(_) => slot.told = true,
            Piece::Logprobs(_) => {}
        }
        if slot.open {
            out.push(piece.event(part));
            return Ok(());
        }
        self.waiting_bytes += piece.size();
        if self.waiting_bytes > MAX_WAITING {
            let path = format!("output[{}]", key.0);
            return Err(Invalid::new(path, format!("more than {MAX_WAITING} bytes wait for another item to end")));
        }
        slot.wait(piece);
        Ok(())
    }

    /// Ends a part.
    pub(super) fn end(&mut self, key: Key, out: &mut Vec<Event>) {
        if let Some(slot) = self.find(key) {
            slot.ended = true;
        }
        self.advance(out);
    }

    /// Ends the parts of an item.
    pub(super) fn end_item(&mut self, item: u64, out: &mut Vec<Event>) {
        self.slots.iter_mut().filter(|slot| slot.key.0 == item).for_each(|slot| slot.ended = true);
        self.advance(out);
    }

    /// Ends what is left; a call whose name never came starts with what `nameless` makes for its item.
    pub(super) fn finish(&mut self, nameless: impl Fn(u64) -> PartStart, out: &mut Vec<Event>) {
        for slot in &mut self.slots {
            slot.ended = true;
            slot.start.get_or_insert_with(|| nameless(slot.key.0));
        }
        self.advance(out);
    }

    /// Lets the first part begin and brings what waits, and so on as long as the first has ended.
    fn advance(&mut self, out: &mut Vec<Event>) {
        while let Some(slot) = self.slots.front_mut() {
            if !slot.open {
                let Some(kind) = slot.start.clone() else { return };
                out.push(Event::PartStart { choice: 0, part: self.begun, kind });
                self.begun += 1;
                slot.open = true;
            }
            let part = self.begun.saturating_sub(1);
            for piece in slot.waiting.drain(..) {
                self.waiting_bytes = self.waiting_bytes.saturating_sub(piece.size());
                out.push(piece.event(part));
            }
            if !slot.ended {
                return;
            }
            out.push(Event::PartEnd { choice: 0, part });
            self.slots.pop_front();
        }
    }
}

impl Slot {
    /// Keeps a piece for later, with those of its kind in one.
    fn wait(&mut self, piece: Piece) {
        match (self.waiting.last_mut(), piece) {
            (Some(Piece::Delta(Delta::Text(all))), Piece::Delta(Delta::Text(more)))
            | (Some(Piece::Delta(Delta::Thinking(all))), Piece::Delta(Delta::Thinking(more)))
            | (Some(Piece::Delta(Delta::Arguments(all))), Piece::Delta(Delta::Arguments(more))) => all.push_str(&more),
            (_, piece) => self.waiting.push(piece),
        }
    }
}

impl Piece {
    fn event(self, part: u32) -> Event {
        match self {
            Self::Delta(delta) => Event::Delta { choice: 0, part, delta },
            Self::Citation(citation) => Event::Citation { choice: 0, part, citation },
            Self::Logprobs(tokens) => Event::Logprobs { choice: 0, part, tokens },
        }
    }

    /// About how many bytes it holds.
    fn size(&self) -> usize {
        let held = match self {
            Self::Delta(delta) => delta.text().len(),
            Self::Citation(_) => 0,
            Self::Logprobs(tokens) => tokens.iter().map(|token| token.get().len()).sum(),
        };
        // pieces of a word are joined, so that only a few have this
        held + size_of::<Self>()
    }
}
