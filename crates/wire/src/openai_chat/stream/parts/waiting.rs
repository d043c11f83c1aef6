//! A part that waits until no call is open.

use super::Kind;
use crate::chat::Delta;
use crate::json::Raw;

#[derive(Debug)]
pub(super) struct Waiting {
    pub(super) kind: Kind,
    pub(super) deltas: Vec<Delta>,
    /// The log probabilities of its text.
    pub(super) logprobs: Vec<Raw>,
}

impl Waiting {
    /// Reasoning behind a signature is a part of its own.
    pub(super) fn is_ended_for(&self, delta: Option<&Delta>) -> bool {
        matches!(self.deltas.last(), Some(Delta::Signature(_) | Delta::Sealed { .. } | Delta::Bound(_)))
            && matches!(delta, Some(Delta::Thinking(_)))
    }

    pub(super) fn push(&mut self, delta: Option<Delta>, logprobs: Vec<Raw>) {
        self.logprobs.extend(logprobs);
        match (self.deltas.last_mut(), delta) {
            (Some(Delta::Arguments(all)), Some(Delta::Arguments(more)))
            | (Some(Delta::Text(all)), Some(Delta::Text(more)))
            | (Some(Delta::Thinking(all)), Some(Delta::Thinking(more))) => all.push_str(&more),
            (_, delta) => self.deltas.extend(delta),
        }
    }
}
