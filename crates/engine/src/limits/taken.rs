//! What a call has taken of its limits, and gives back when it ends.

use std::sync::Arc;

use parking_lot::Mutex;

use super::line::{self, Line, Needs};
use super::remote::Remote;
use super::rule::Measure;

/// What a call has taken. Whoever holds one ends it by [`Taken::finish`]; what is forgotten would stay taken until it expires, and
/// a place among calls at once for ever.
#[derive(Debug, Default)]
pub(crate) struct Taken {
    lines: Vec<Line>,
    remote: Option<Arc<Remote>>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    has_left: bool,
    is_finished: bool,
    input: u64,
    output: u64,
}

impl Taken {
    pub(super) fn new(lines: Vec<Line>, remote: Option<Arc<Remote>>) -> Self {
        Self { lines, remote, state: Mutex::default() }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    pub(super) fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// An attempt has used this much. `is_last`: it was the one that answered.
    pub(crate) fn used(&self, used: Needs, is_last: bool, now: i64) {
        let mut state = self.state.lock();
        state.input = state.input.saturating_add(used.input);
        state.output = state.output.saturating_add(used.output);
        drop(state);
        if is_last {
            self.finish(used.counted, now);
        }
    }

    /// Frees the places among calls at once: nothing of the call is under way any more.
    pub(crate) fn leave(&self, now: i64) {
        if !std::mem::replace(&mut self.state.lock().has_left, true) {
            self.lines
                .iter()
                .filter(|line| line.rule.measure == Measure::Parallel)
                .for_each(|line| line::free_place(line, now));
            self.wake();
        }
    }

    /// Corrects what was taken by what was used. The second time does nothing.
    pub(crate) fn finish(&self, counted: super::TokensCounted, now: i64) {
        self.leave(now);
        let mut state = self.state.lock();
        if std::mem::replace(&mut state.is_finished, true) {
            return;
        }
        let used = Needs { input: state.input, output: state.output, counted };
        drop(state);
        for line in self.lines.iter().filter(|line| line.rule.measure.is_of_tokens()) {
            line::settle(line, used.of(line.rule.measure), now);
        }
        self.wake();
    }

    /// Gives back all of it, also that there was a call: it was not made. Whoever makes another instead takes anew.
    pub(crate) fn withdraw(self, counted: super::TokensCounted, now: i64) {
        self.finish(counted, now);
        for line in self.lines.iter().filter(|line| line.rule.measure == Measure::Requests) {
            line::withdraw(line, now);
        }
        if let Some(remote) = self.remote.as_ref().filter(|_| self.lines.iter().any(|line| line.is_lent)) {
            remote.list(&self.lines);
            remote.wake();
        }
    }

    fn wake(&self) {
        if let Some(remote) = &self.remote
            && self.lines.iter().any(|line| line.is_lent && line.rule.measure != Measure::Requests)
        {
            remote.list(&self.lines);
            remote.wake();
        }
    }
}
