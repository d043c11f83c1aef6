//! The content blocks of a stream as parts of the answer: one open at a time, and parts that do not overlap.

use super::image::{Image, Piece as ImagePiece};
use crate::chat::{Citation, Delta, Event, PartStart, uncarried};

/// The block that is open, and how many parts there were: one block may be several parts, or none.
#[derive(Debug, Default)]
pub(super) struct Blocks {
    open: Option<Open>,
    next_part: u32,
}

/// A content block from its first event to its stop.
#[derive(Debug)]
struct Open {
    index: u64,
    block: Block,
}

/// What a block is. Text and reasoning have no start: their first piece tells.
#[derive(Debug)]
enum Block {
    Unsaid,
    Part {
        part: u32,
        kind: Spoken,
    },
    /// Reasoning that only the provider can read: its part is told whole.
    Redacted(String),
    /// A picture, told whole.
    Image(Image),
    /// Of a type that the conversation does not have: a sentence stands in its place.
    Foreign,
}

/// What a part is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Spoken {
    Text,
    Thinking,
    ToolCall,
}

impl Blocks {
    /// The index of the open block.
    pub(super) fn index(&self) -> Option<u64> {
        self.open.as_ref().map(|open| open.index)
    }

    /// Whether the open block has said nothing so far.
    pub(super) fn is_unsaid(&self) -> bool {
        matches!(self.open, Some(Open { block: Block::Unsaid, .. }))
    }

    /// Whether what comes for the open block is to be swallowed.
    pub(super) fn is_foreign(&self) -> bool {
        matches!(self.open, Some(Open { block: Block::Foreign, .. }))
    }

    /// Whether the open block is a call of a tool.
    pub(super) fn is_call(&self) -> bool {
        matches!(self.open, Some(Open { block: Block::Part { kind: Spoken::ToolCall, .. }, .. }))
    }

    /// Opens the block at `index`. One before it that was not stopped is over.
    pub(super) fn open(&mut self, index: u64, out: &mut Vec<Event>) {
        self.close(out);
        self.open = Some(Open { index, block: Block::Unsaid });
    }

    /// Closes the open block, if there is one.
    pub(super) fn close(&mut self, out: &mut Vec<Event>) {
        self.end_part(out);
        self.open = None;
    }

    /// The open block is of a type that the conversation does not have; `kind` is its name.
    pub(super) fn swallow(&mut self, kind: &str, out: &mut Vec<Event>) {
        self.begin(Spoken::Text, PartStart::Text, out);
        self.say(Delta::Text(uncarried(kind)), out);
        self.end_part(out);
        self.become_block(Block::Foreign);
    }

    /// The open block is a picture.
    pub(super) fn picture(&mut self, image: Image, out: &mut Vec<Event>) {
        self.end_part(out);
        self.become_block(Block::Image(image));
    }

    /// Takes a piece of the open picture. A block that begins with one has no format: a sentence stands in its place.
    pub(super) fn paint(&mut self, piece: &ImagePiece<'_>, out: &mut Vec<Event>) {
        match &mut self.open {
            Some(Open { block: Block::Image(image), .. }) => image.add(piece),
            Some(Open { block: Block::Unsaid, .. }) => self.swallow("image", out),
            _ => {}
        }
    }

    /// The open block is a call of a tool.
    pub(super) fn call(&mut self, id: String, name: String, out: &mut Vec<Event>) {
        self.begin(Spoken::ToolCall, PartStart::function(id, name), out);
    }

    /// Tells a piece that says something. Where the open part is of another kind, it ends and the next begins.
    pub(super) fn say(&mut self, delta: Delta, out: &mut Vec<Event>) {
        if delta.text().is_empty() {
            return;
        }
        let part = match &delta {
            Delta::Text(_) => self.part(Spoken::Text, PartStart::Text, out),
            Delta::Thinking(_) | Delta::Signature(_) | Delta::Sealed { .. } | Delta::Bound(_) => {
                self.part(Spoken::Thinking, PartStart::Thinking, out)
            }
            Delta::Arguments(_) => match &self.open {
                Some(Open { block: Block::Part { part, kind: Spoken::ToolCall }, .. }) => *part,
                _ => return,
            },
        };
        out.push(Event::Delta { choice: 0, part, delta });
    }

    pub(super) fn cite(&mut self, citation: Citation, out: &mut Vec<Event>) {
        let part = self.part(Spoken::Text, PartStart::Text, out);
        out.push(Event::Citation { choice: 0, part, citation });
    }

    /// Takes a piece of reasoning that only the provider can read. Pieces are joined as long as their base64 can be: what is
    /// padded ends a blob.
    pub(super) fn redact(&mut self, data: String, out: &mut Vec<Event>) {
        if let Some(Open { block: Block::Redacted(blob), .. }) = &mut self.open
            && !blob.ends_with('=')
        {
            blob.push_str(&data);
            return;
        }
        self.end_part(out);
        self.become_block(Block::Redacted(data));
    }

    /// The open part of this kind, begun if need be.
    fn part(&mut self, kind: Spoken, start: PartStart, out: &mut Vec<Event>) -> u32 {
        match &self.open {
            Some(Open { block: Block::Part { part, kind: open }, .. }) if *open == kind => *part,
            _ => self.begin(kind, start, out),
        }
    }

    fn begin(&mut self, kind: Spoken, start: PartStart, out: &mut Vec<Event>) -> u32 {
        self.end_part(out);
        let part = self.number();
        out.push(Event::PartStart { choice: 0, part, kind: start });
        self.become_block(Block::Part { part, kind });
        part
    }

    /// Ends the part of the open block, not the block.
    fn end_part(&mut self, out: &mut Vec<Event>) {
        let Some(open) = &mut self.open else { return };
        match std::mem::replace(&mut open.block, Block::Unsaid) {
            Block::Part { part, .. } => out.push(Event::PartEnd { choice: 0, part }),
            Block::Redacted(data) => {
                let part = self.number();
                out.push(Event::PartStart { choice: 0, part, kind: PartStart::RedactedThinking { data } });
                out.push(Event::PartEnd { choice: 0, part });
            }
            Block::Image(image) => {
                let part = self.number();
                let (kind, words) = match image.part() {
                    Some(image) => (PartStart::Whole(Box::new(image)), None),
                    None => (PartStart::Text, Some(Delta::Text(uncarried("image")))),
                };
                out.push(Event::PartStart { choice: 0, part, kind });
                out.extend(words.map(|delta| Event::Delta { choice: 0, part, delta }));
                out.push(Event::PartEnd { choice: 0, part });
            }
            Block::Unsaid | Block::Foreign => {}
        }
    }

    fn become_block(&mut self, block: Block) {
        if let Some(open) = &mut self.open {
            open.block = block;
        }
    }

    fn number(&mut self) -> u32 {
        let number = self.next_part;
        self.next_part += 1;
        number
    }
}
