//! The deadlines of a connection: for its heads, for its idleness, and for a client that does not read.
//!
//! | of [`Conversation`] | what ends it |
//! |---|---|
//! | `Phase::Idle` | `limits.idle` after it began, or after the last 4 KiB of an answer were taken |
//! | `Phase::Head` | `limits.headers` after its first byte |
//! | `Phase::UnderWay` | nothing; bodies have deadlines where they are read, calls where they are made |
//! | `waits_for_reader` is some | `limits.write_stall` after its number was last another one; in any phase |
//!
//! One timer a connection. It is moved when a deadline comes nearer, not when one goes farther away: it then rings too
//! early once, and a connection that is busy costs no timer at all.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use tokio::time::{Instant, Sleep, sleep_until};

use super::Conversation;
use super::conversation::Phase;
use crate::http::edge::Limits;

/// Why a connection is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Late {
    /// Its head is not complete.
    Head,
    /// It asks for nothing.
    Idle,
    /// It does not read its answer.
    Reading,
}

/// Watches one connection.
pub(super) struct Patience {
    conversation: Arc<Conversation>,
    limits: Arc<Limits>,
    timer: Pin<Box<Sleep>>,
    phase: Since<(Phase, u64)>,
    reader: Since<Option<u64>>,
    closing: bool,
}

/// Something, and since when it has been that.
struct Since<T> {
    what: T,
    at: Instant,
}

impl<T: PartialEq> Since<T> {
    fn note(&mut self, what: T) {
        if self.what != what {
            *self = Self { what, at: Instant::now() };
        }
    }
}

impl Patience {
    pub(super) fn new(conversation: Arc<Conversation>, limits: Arc<Limits>) -> Self {
        let at = Instant::now();
        let timer = Box::pin(sleep_until(at + limits.headers));
        let phase = Since { what: conversation.phase(), at };
        Self { conversation, limits, timer, phase, reader: Since { what: None, at }, closing: false }
    }

    /// From now on only `Late::Reading` is looked for: nothing more will be asked on the connection.
    pub(super) fn close(&mut self) {
        self.closing = true;
    }

    /// Ready when the client has taken too long. To be polled whenever something may have happened on the connection.
    pub(super) fn poll_late(&mut self, cx: &mut Context<'_>) -> Poll<Late> {
        self.phase.note(self.conversation.phase());
        self.reader.note(self.conversation.waits_for_reader());
        let Some((due, late)) = self.due() else { return Poll::Pending };
        if due < self.timer.deadline() {
            self.timer.as_mut().reset(due);
        }
        while self.timer.as_mut().poll(cx).is_ready() {
            if due <= Instant::now() {
                return Poll::Ready(late);
            }
            self.timer.as_mut().reset(due);
        }
        Poll::Pending
    }

    /// The deadline that comes first.
    fn due(&self) -> Option<(Instant, Late)> {
        let asking = match self.phase.what.0 {
            _ if self.closing => None,
            Phase::Idle => Some((self.phase.at + self.limits.idle, Late::Idle)),
            Phase::Head => Some((self.phase.at + self.limits.headers, Late::Head)),
            Phase::UnderWay => None,
        };
        let reading = self.reader.what.map(|_| (self.reader.at + self.limits.write_stall, Late::Reading));
        match (asking, reading) {
            (Some(asking), Some(reading)) => Some(if reading.0 < asking.0 { reading } else { asking }),
            (asking, reading) => asking.or(reading),
        }
    }
}
