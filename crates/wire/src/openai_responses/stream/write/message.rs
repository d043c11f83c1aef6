//! Messages: texts and refusals in a row are pieces of one.

use super::super::line::{Line, Piece};
use super::output::{Open, Output};
use crate::chat::Citation;
use crate::json::Raw;
use crate::openai_responses::item::{Annotated, Content, Item};

impl Output {
    pub(super) fn text_start(&mut self, out: &mut Vec<u8>) {
        self.content_start(Content::text(String::new()), out);
    }

    pub(super) fn refusal_start(&mut self, out: &mut Vec<u8>) {
        self.content_start(Content::Refusal { refusal: String::new().into() }, out);
    }

    /// Begins a piece of a message: of the open one, or of a new one.
    fn content_start(&mut self, content: Content<'static>, out: &mut Vec<u8>) {
        if !self.in_message() {
            self.add(Item::message(&self.response, self.items.len()), out);
        }
        self.open = Open::Content { citations: Vec::new(), tokens: Vec::new() };
        let output_index = self.last();
        let Some(Item::Message { id, content: pieces, .. }) = self.items.last_mut() else { return };
        pieces.push(content);
        let (content_index, part) = (pieces.len().checked_sub(1), pieces.last().map(Piece::Content));
        let line =
            Line { item_id: Some(id), output_index, content_index, part, ..Line::new("response.content_part.added") };
        self.frames.put(line, out);
    }

    pub(super) fn text(&mut self, more: &str, out: &mut Vec<u8>) {
        let output_index = self.last();
        let Open::Content { tokens, .. } = &mut self.open else { return };
        let tokens = std::mem::take(tokens);
        let Some(Item::Message { id, content, .. }) = self.items.last_mut() else { return };
        let content_index = content.len().checked_sub(1);
        let at = Line { item_id: Some(id), output_index, content_index, delta: Some(more), ..Line::default() };
        let line = match content.last_mut() {
            Some(Content::OutputText { text, logprobs, .. }) => {
                text.to_mut().push_str(more);
                let line = Line { r#type: "response.output_text.delta", logprobs: Some(&tokens), ..at };
                self.frames.put(line, out);
                if !tokens.is_empty() {
                    logprobs.to_mut().extend(tokens);
                }
                return;
            }
            Some(Content::Refusal { refusal }) => {
                refusal.to_mut().push_str(more);
                Line { r#type: "response.refusal.delta", ..at }
            }
            None => return,
        };
        self.frames.put(line, out);
    }

    pub(super) fn cite(&mut self, citation: &Citation) {
        if let Open::Content { citations, .. } = &mut self.open {
            citations.push(citation.clone());
        }
    }

    pub(super) fn tokens(&mut self, more: &[Raw]) {
        if let Open::Content { tokens, .. } = &mut self.open {
            tokens.extend_from_slice(more);
        }
    }

    /// Ends a piece of a message; the message itself goes on while more of it comes.
    pub(super) fn content_end(&mut self, citations: &[Citation], out: &mut Vec<u8>) {
        let output_index = self.last();
        let Some(Item::Message { id, content, .. }) = self.items.last_mut() else { return };
        let content_index = content.len().checked_sub(1);
        let at = |r#type| Line { item_id: Some(id), output_index, content_index, ..Line::new(r#type) };
        match content.last_mut() {
            Some(Content::OutputText { text, annotated, logprobs }) => {
                *annotated = Annotated::of(citations, text);
                for (index, annotation) in annotated.annotations.iter().enumerate() {
                    let line = at("response.output_text.annotation.added");
                    let (annotation_index, annotation) = (Some(index), Some(annotation));
                    self.frames.put(Line { annotation_index, annotation, ..line }, out);
                }
                let line = Line { text: Some(text), logprobs: Some(logprobs), ..at("response.output_text.done") };
                self.frames.put(line, out);
            }
            Some(Content::Refusal { refusal }) => {
                self.frames.put(Line { refusal: Some(refusal), ..at("response.refusal.done") }, out);
            }
            None => {}
        }
        let part = content.last().map(Piece::Content);
        self.frames.put(Line { part, ..at("response.content_part.done") }, out);
    }

    /// Whether the last item is a message that may go on.
    fn in_message(&self) -> bool {
        matches!(self.items.last(), Some(Item::Message { status: "in_progress", .. }))
    }

    pub(super) fn close_message(&mut self, status: &'static str, out: &mut Vec<u8>) {
        if self.in_message() {
            self.done(status, out);
        }
    }
}
