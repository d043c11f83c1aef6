//! The items of a stream, told as they come.

use super::super::line::{Line, put_line};
use crate::chat::{Citation, Delta, PartStart, seal};
use crate::json::Raw;
use crate::openai_responses::item::Item;

/// The items so far, and the part that is open.
#[derive(Debug)]
pub(super) struct Output {
    /// The id of the response.
    pub(super) response: String,
    pub(super) frames: Frames,
    pub(super) items: Vec<Item<'static>>,
    pub(super) open: Open,
}

/// What the open part is; it belongs to the last item.
#[derive(Debug)]
pub(super) enum Open {
    Nothing,
    /// `tokens` wait for the text that they belong to.
    Content {
        citations: Vec<Citation>,
        tokens: Vec<Raw>,
    },
    /// `proof` is what makes the reasoning the provider's own, as `encrypted_content`.
    Thinking {
        signature: String,
        proof: Option<String>,
    },
    Call,
}

/// Writes events, numbered from 0.
#[derive(Debug, Default)]
pub(super) struct Frames {
    pub(super) next_number: u64,
}

impl Frames {
    /// Writes an event with the next number.
    pub(super) fn put(&mut self, line: Line<'_>, out: &mut Vec<u8>) {
        let line = Line { sequence_number: self.next(), ..line };
        put_line(&line, out);
    }

    /// The number of the event that goes out now.
    pub(super) fn next(&mut self) -> u64 {
        let number = self.next_number;
        self.next_number = number.saturating_add(1);
        number
    }
}

impl Output {
    pub(super) fn new(response: String) -> Self {
        Self { response, frames: Frames::default(), items: Vec::new(), open: Open::Nothing }
    }

    pub(super) fn part_start(&mut self, kind: &PartStart, out: &mut Vec<u8>) {
        self.close("completed", out);
        match kind {
            PartStart::Text => self.text_start(out),
            PartStart::Refusal => self.refusal_start(out),
            PartStart::Thinking => self.thinking_start(None, out),
            PartStart::RedactedThinking { data } => self.thinking_start(Some(seal::disguise_redacted(data)), out),
            PartStart::ToolCall { id, name, namespace, kind } => {
                self.call_start(id, name, namespace.as_deref(), *kind, out);
            }
            PartStart::Whole(part) => self.whole(part, out),
        }
    }

    pub(super) fn delta(&mut self, delta: &Delta, out: &mut Vec<u8>) {
        match (delta, &mut self.open) {
            (Delta::Text(text), _) => self.text(text, out),
            (Delta::Thinking(text), _) => self.thinking(text, out),
            (Delta::Arguments(text), _) => self.arguments(text, out),
            (Delta::Signature(more), Open::Thinking { signature, .. }) => signature.push_str(more),
            (Delta::Sealed { id, data }, Open::Thinking { proof, .. }) => {
                *proof = Some(match id {
                    Some(id) => seal::disguise_sealed(Some(id), data),
                    None => data.clone(),
                });
            }
            (Delta::Bound(bound), Open::Thinking { proof, .. }) => *proof = Some(seal::disguise_bound(bound)),
            (Delta::Signature(_) | Delta::Sealed { .. } | Delta::Bound(_), _) => {}
        }
    }

    /// Ends the open part. A call, like the message around a text, goes on until something follows: how the answer stops says
    /// whether it is whole.
    pub(super) fn part_end(&mut self, out: &mut Vec<u8>) {
        if !matches!(self.open, Open::Call) {
            self.close("completed", out);
        }
    }

    /// Ends the open part, and the item that may still go on, with the status of the last item.
    pub(super) fn end(&mut self, status: &'static str, out: &mut Vec<u8>) {
        self.close(status, out);
        self.close_message(status, out);
    }

    fn close(&mut self, status: &'static str, out: &mut Vec<u8>) {
        match std::mem::replace(&mut self.open, Open::Nothing) {
            Open::Nothing => {}
            Open::Content { citations, .. } => self.content_end(&citations, out),
            Open::Thinking { signature, proof } => {
                let signature = Some(signature).filter(|signature| !signature.is_empty());
                self.thinking_end(proof.or_else(|| signature.map(|own| seal::disguise_signed(&own))), out);
            }
            Open::Call => self.call_end(status, out),
        }
    }

    /// Adds an item and tells it as it begins.
    pub(super) fn add(&mut self, item: Item<'static>, out: &mut Vec<u8>) {
        let line =
            Line { item: Some(&item), output_index: Some(self.items.len()), ..Line::new("response.output_item.added") };
        self.frames.put(line, out);
        self.items.push(item);
    }

    /// Tells the last item as it is in the end.
    pub(super) fn done(&mut self, status: &'static str, out: &mut Vec<u8>) {
        let output_index = self.last();
        let Some(item) = self.items.last_mut() else { return };
        item.set_status(status);
        self.frames.put(Line { item: Some(item), output_index, ..Line::new("response.output_item.done") }, out);
    }

    /// Says of the item that has not ended that it is incomplete, without an event of its own.
    pub(super) fn break_off(&mut self) {
        if let Some(item) = self.items.last_mut().filter(|item| item.is_open()) {
            item.set_status("incomplete");
        }
    }

    /// The place of the last item.
    pub(super) fn last(&self) -> Option<usize> {
        self.items.len().checked_sub(1)
    }
}
