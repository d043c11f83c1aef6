//! What a proxy does to its connections.

use std::time::Duration;

/// The harm done to connections; by default none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Fault {
    /// What happens to a new connection.
    pub accept: Accept,
    /// What happens to bytes from clients.
    pub to_target: Way,
    /// What happens to bytes from the target.
    pub to_client: Way,
    /// The answer to a `COMMIT` gets lost, where this was said before in its transaction: PostgreSQL has done it, and then both
    /// connections are reset.
    pub loses_commit: Option<&'static str>,
}

/// What happens to a new connection.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Accept {
    /// The target is connected and bytes pass.
    #[default]
    Forward,
    /// It is closed at once.
    Refuse,
    /// It is reset (RST) at once.
    Reset,
    /// It stays open and the target hears nothing of it, until this changes.
    Blackhole,
}

/// What happens to the bytes of one direction. `N` counts the bytes of this direction of one connection.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Way {
    /// Every byte comes this much later.
    pub delay: Duration,
    /// ... and up to this much more. Bytes stay in order.
    pub jitter: Duration,
    /// Seeds the jitter: the delays of a connection follow from this and from its number.
    pub seed: u64,
    /// No more than this many bytes pass in a second; 0 counts as 1.
    pub bytes_per_second: Option<u64>,
    /// All bits of byte N (from 0) are turned over.
    pub corrupt_at: Option<u64>,
    /// The direction ends.
    pub breaks: Option<Break>,
}

/// An end in the middle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Break {
    /// N bytes pass before it; 0 is at once.
    pub after_bytes: u64,
    /// What it looks like.
    pub kind: BreakKind,
}

/// What the end of a direction looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BreakKind {
    /// Both connections are closed (FIN; a system that still has unread bytes answers with RST).
    Cut,
    /// Both connections are reset (RST).
    Reset,
    /// The receiver sees an end of this direction, what the sender still sends is thrown away, and the other direction
    /// goes on.
    HalfClose,
    /// Nothing more passes and nothing is closed, until the fault changes; then all that waited passes. As long as
    /// it lasts, a sender that leaves is not noticed.
    Blackhole,
}

impl Fault {
    /// The same in both directions.
    pub fn both(way: Way) -> Self {
        Self { to_target: way, to_client: way, ..Self::default() }
    }

    /// Only what clients send.
    pub fn to_target(way: Way) -> Self {
        Self { to_target: way, ..Self::default() }
    }

    /// Only what the target sends.
    pub fn to_client(way: Way) -> Self {
        Self { to_client: way, ..Self::default() }
    }

    /// New connections are closed at once; those that stand live on.
    pub fn refuse() -> Self {
        Self { accept: Accept::Refuse, ..Self::default() }
    }

    /// All connections are reset, now and when they come.
    pub fn reset() -> Self {
        Self { accept: Accept::Reset, ..Self::both(Way::breaking(0, BreakKind::Reset)) }
    }

    /// Answers to the commits of transactions in which `mark` is said get lost.
    pub fn losing_commits_of(mark: &'static str) -> Self {
        Self { loses_commit: Some(mark), ..Self::default() }
    }

    /// Nothing passes any more, on connections that stand and on those to come; none is closed.
    pub fn blackhole() -> Self {
        Self { accept: Accept::Blackhole, ..Self::both(Way::breaking(0, BreakKind::Blackhole)) }
    }
}

impl Way {
    /// Every byte comes later.
    pub fn delayed(delay: Duration) -> Self {
        Self { delay, ..Self::default() }
    }

    /// Bytes pass slowly.
    pub fn limited(bytes_per_second: u64) -> Self {
        Self { bytes_per_second: Some(bytes_per_second), ..Self::default() }
    }

    /// One byte is wrong.
    pub fn corrupted(at: u64) -> Self {
        Self { corrupt_at: Some(at), ..Self::default() }
    }

    /// The direction ends after so many bytes.
    pub fn breaking(after_bytes: u64, kind: BreakKind) -> Self {
        Self { breaks: Some(Break { after_bytes, kind }), ..Self::default() }
    }

    /// The break that is due once `passed` bytes have passed.
    pub(super) fn due(&self, passed: u64) -> Option<BreakKind> {
        self.breaks.filter(|end| passed >= end.after_bytes).map(|end| end.kind)
    }

    /// How many bytes may pass before the break.
    pub(super) fn room(&self, passed: u64) -> u64 {
        self.breaks.map_or(u64::MAX, |end| end.after_bytes.saturating_sub(passed))
    }
}
