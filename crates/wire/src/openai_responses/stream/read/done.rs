//! The `done` events, and the whole answer at the end: they repeat what deltas told, and tell what none did.

use serde_json::value::RawValue;

use super::super::super::item::{self, Said};
use super::super::queue::{Key, Piece};
use super::{Kind, Reader, Told, parse};
use crate::chat::{Delta, Event, Part, PartStart, Thinking};
use crate::json::{Invalid, Object};

impl Reader {
    pub(super) fn piece_done(&mut self, data: &str, out: &mut Vec<Event>) -> Result<(), Invalid> {
        let told: Told<'_> = parse(data)?;
        self.start(&told, out)?;
        let key = told.key(true);
        let Some(part) = told.part.filter(|_| !self.is_done(key)) else { return Ok(()) };
        let piece = Object::parse(part.get(), "part")?;
        // pieces of reasoning end with their item
        if matches!(piece.peek("type").map(RawValue::get), Some("\"output_text\"" | "\"refusal\"")) {
            self.fill(key, item::content(piece), out)?;
            self.pieces_done.insert(key);
        }
        Ok(())
    }

    pub(super) fn item_done(&mut self, data: &str, out: &mut Vec<Event>) -> Result<(), Invalid> {
        let told: Told<'_> = parse(data)?;
        self.start(&told, out)?;
        match told.item {
            Some(item) => self.item(told.output_index.unwrap_or(0), item, out),
            None => Ok(()),
        }
    }

    /// Takes what an item that is done says and nothing said before.
    pub(super) fn item(&mut self, index: u64, item: &RawValue, out: &mut Vec<Event>) -> Result<(), Invalid> {
        if !self.done.insert(index) {
            return Ok(());
        }
        let said = item::read(Object::parse(item.get(), "item")?, &self.id, index)?;
        for (at, said) in (0..).zip(said) {
            if !self.pieces_done.contains(&(index, at)) {
                self.fill((index, at), said, out)?;
            }
        }
        self.pieces_done.retain(|(of, _)| *of != index);
        self.queue.end_item(index, out);
        Ok(())
    }

    /// Tells what is not told yet of a part, and ends it.
    fn fill(&mut self, key: Key, said: Said, out: &mut Vec<Event>) -> Result<(), Invalid> {
        let (told, cited) = self.queue.find(key).map_or((false, false), |slot| (slot.told, slot.cited));
        match said.part {
            Part::Text { text, citations, .. } => {
                let text = Some(text).filter(|text| !told && !text.is_empty());
                let citations = Some(citations).filter(|citations| !cited && !citations.is_empty());
                if text.is_some() || citations.is_some() {
                    self.begin(Kind::Text, key, out);
                }
                if let Some(text) = text {
                    let tokens = Some(said.logprobs).filter(|tokens| !tokens.is_empty());
                    tokens.map_or(Ok(()), |tokens| self.queue.add(key, Piece::Logprobs(tokens), out))?;
                    self.queue.add(key, Piece::Delta(Delta::Text(text)), out)?;
                }
                for citation in citations.unwrap_or_default() {
                    self.queue.add(key, Piece::Citation(citation), out)?;
                }
            }
            Part::Refusal { text } => {
                if !told && !text.is_empty() {
                    self.begin(Kind::Refusal, key, out);
                    self.queue.add(key, Piece::Delta(Delta::Text(text)), out)?;
                }
            }
            Part::Thinking(thinking) => self.fill_thinking(key, thinking, told, out)?,
            Part::ToolCall(call) => {
                self.call(key, &call, out);
                if !told && !call.arguments.is_empty() {
                    self.queue.add(key, Piece::Delta(Delta::Arguments(call.arguments)), out)?;
                }
            }
            whole => self.queue.start(key, Some(PartStart::Whole(Box::new(whole))), out),
        }
        self.queue.end(key, out);
        Ok(())
    }

    /// Tells the reasoning and its proof, which only the end of its item tells.
    fn fill_thinking(&mut self, key: Key, thinking: Thinking, told: bool, out: &mut Vec<Event>) -> Result<(), Invalid> {
        let (text, proof) = match thinking {
            Thinking::Redacted { data } => {
                self.queue.end(key, out);
                self.queue.start((key.0, key.1 + 1), Some(PartStart::RedactedThinking { data }), out);
                return Ok(());
            }
            Thinking::Plain { text, signature } => (text, signature.map(Delta::Signature)),
            Thinking::Sealed { id, text, data } => (text, Some(Delta::Sealed { id, data })),
            Thinking::Bound { text, proof } => (text, Some(Delta::Bound(proof))),
        };
        self.begin(Kind::Thinking(true), key, out);
        let text = Some(text).filter(|text| !told && !text.is_empty()).map(Delta::Thinking);
        text.into_iter().chain(proof).try_for_each(|delta| self.queue.add(key, Piece::Delta(delta), out))
    }
}
