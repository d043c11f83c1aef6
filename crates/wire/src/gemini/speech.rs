//! What a speaker says, put together from its parts: thoughts and the proofs that belong to what follows them.

use super::proof;
use crate::chat::{Part, Thinking};

/// The parts so far.
#[derive(Debug, Default)]
pub(super) struct Speech {
    parts: Vec<Part>,
    /// Texts that follow each other are pieces of one, as clients hand back what came in a stream.
    joins: bool,
}

impl Speech {
    /// Texts that follow each other become one if `joins`.
    pub(super) fn new(joins: bool) -> Self {
        Self { parts: Vec::new(), joins }
    }

    /// How many parts there are.
    pub(super) fn len(&self) -> usize {
        self.parts.len()
    }

    pub(super) fn into_parts(self) -> Vec<Part> {
        self.parts
    }

    /// A part with the proof that stands at it. An empty text only brings a proof.
    pub(super) fn add(&mut self, part: Part, proof: Option<String>) {
        if let Some(proof) = proof {
            self.prove(proof);
        } else if self.joins
            && let (Part::Text { text: more, .. }, Some(Part::Text { text, .. })) = (&part, self.parts.last_mut())
        {
            text.push_str(more);
            return;
        }
        if !matches!(&part, Part::Text { text, .. } if text.is_empty()) {
            self.parts.push(part);
        }
    }

    /// A piece of reasoning. Pieces without a proof between them are one.
    pub(super) fn think(&mut self, text: String, proof: Option<String>) {
        match self.parts.last_mut() {
            Some(Part::Thinking(Thinking::Plain { text: before, signature: None })) => before.push_str(&text),
            _ if text.is_empty() => {}
            _ => self.parts.push(Part::Thinking(Thinking::Plain { text, signature: None })),
        }
        if let Some(proof) = proof {
            self.prove(proof);
        }
    }

    /// A proof: of the reasoning right before it, or of some that is not shown.
    fn prove(&mut self, proof: String) {
        let unproven = |part: &mut Part| matches!(part, Part::Thinking(Thinking::Plain { signature: None, .. }));
        let text = match self.parts.pop_if(unproven) {
            Some(Part::Thinking(Thinking::Plain { text, .. })) => text,
            _ => String::new(),
        };
        self.parts.push(Part::Thinking(proof::read(text, proof)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::ToolCall;

    #[test]
    fn proofs_belong_to_what_is_thought_before_them() {
        let mut speech = Speech::new(true);
        let call = || Part::ToolCall(ToolCall::new("c", "f", "{}"));
        speech.think("a".into(), None);
        speech.think("b".into(), None);
        speech.add(call(), Some("P1".into()));
        speech.add(call(), None);
        speech.add(Part::text("x"), None);
        speech.add(Part::text("y"), None);
        speech.add(Part::text(""), Some("P2".into()));
        let bound = |text: &str, proof: &str| {
            Part::Thinking(Thinking::Bound { text: text.to_owned(), proof: proof.to_owned() })
        };
        assert_eq!(speech.into_parts(), [bound("ab", "P1"), call(), call(), Part::text("xy"), bound("", "P2")]);
    }
}
