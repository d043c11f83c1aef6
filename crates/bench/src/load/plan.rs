//! What a load shall do and what it saw, as they travel between the two processes.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use serde::{Deserialize, Serialize};

use super::Expect;
use crate::histogram::Histogram;
use crate::process_facts::Memory;

/// One run of a load.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Plan {
    pub(crate) address: SocketAddr,
    /// Heads and bodies as they are written to the socket. A closed loop takes them in turn; nobody else has several.
    pub(crate) requests: Vec<String>,
    pub(crate) expect: Expect,
    pub(crate) shape: Shape,
    /// The process whose memory is measured.
    pub(crate) watch: Option<u32>,
}

/// How the requests come.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) enum Shape {
    /// Each connection sends its next request as soon as it has the answer.
    Closed { connections: usize, warm_ms: u64, run_ms: u64 },
    /// Requests are due at fixed times, and their latency counts from then, however late they could be sent.
    Steady { connections: usize, rate: u64, run_ms: u64 },
    /// One call on each of many connections, which begin within `spread_ms`.
    Once { calls: usize, spread_ms: u64 },
    /// Requests at a rate, each with another wrong key.
    BadKeys { connections: usize, rate: u64, run_ms: u64 },
    /// Connections that send one byte of a header a second.
    Dribble { connections: usize, run_ms: u64 },
    /// Streams whose client never reads.
    Stall { connections: usize, run_ms: u64 },
}

impl Plan {
    /// The request of that number.
    pub(crate) fn request(&self, number: u64) -> &str {
        let number = usize::try_from(number).unwrap_or_default().checked_rem(self.requests.len());
        number.and_then(|number| self.requests.get(number)).map_or("", String::as_str)
    }
}

impl Shape {
    /// How long the plan itself takes.
    pub(crate) fn millis(&self) -> u64 {
        match *self {
            Self::Closed { warm_ms, run_ms, .. } => warm_ms + run_ms,
            Self::Once { spread_ms, .. } => spread_ms,
            Self::Steady { run_ms, .. }
            | Self::BadKeys { run_ms, .. }
            | Self::Dribble { run_ms, .. }
            | Self::Stall { run_ms, .. } => run_ms,
        }
    }
}

/// What was seen.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Outcome {
    /// Right answers within the measured time, which was so long.
    pub(crate) answered: u64,
    pub(crate) seconds: f64,
    /// Right answers in all, those of warming up and of the end too.
    pub(crate) total: u64,
    pub(crate) latency: Histogram,
    /// Until the first byte of the body.
    pub(crate) first_byte: Histogram,
    /// MiB of the watched process.
    pub(crate) before: f64,
    pub(crate) peak: f64,
    pub(crate) after: f64,
    /// Answers that were wrong, by what was wrong, at any time.
    pub(crate) errors: BTreeMap<String, u64>,
}

impl Outcome {
    pub(crate) fn failure(message: &str) -> Self {
        let mut outcome = Self::default();
        outcome.failed(message);
        outcome
    }

    pub(crate) fn failed(&mut self, message: &str) {
        *self.errors.entry(message.to_owned()).or_default() += 1;
    }

    pub(crate) fn with_memory(mut self, before: Memory, after: Memory) -> Self {
        (self.before, self.peak, self.after) = (before.now, after.peak, after.now);
        self
    }
}
