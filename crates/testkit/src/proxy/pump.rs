//! One direction of a connection: reads, waits, writes, as the fault of the moment wants it.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{ReadHalf, WriteHalf};
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

use super::Traffic;
use super::commit::Transaction;
use super::connection::Connection;
use super::fault::{BreakKind, Fault, Way};
use super::jitter::Jitter;

/// What a delay may hold; more waits at the sender, as on a line that is full.
const HELD: usize = 1 << 20;
const READ: usize = 16 * 1024;
/// A limited direction moves this often in a second.
const TICKS: u64 = 50;

#[derive(Clone, Copy)]
pub(super) enum Direction {
    ToTarget,
    ToClient,
}

/// How a connection ends before its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Over {
    Cut,
    Reset,
}

pub(super) struct Pump<'a> {
    direction: Direction,
    from: ReadHalf<'a>,
    to: WriteHalf<'a>,
    faults: watch::Receiver<Fault>,
    traffic: &'a watch::Sender<Traffic>,
    jitter: Jitter,
    /// What was read and when it may go on; the times never fall.
    line: VecDeque<(Instant, Bytes)>,
    held: usize,
    /// When the rate allows the next write.
    free_at: Instant,
    passed: u64,
    /// The sender has ended.
    ended: bool,
    /// The receiver was told that this is the end.
    closed: bool,
    transaction: Transaction,
    /// What the target says next is not for the client.
    is_lost: &'a AtomicBool,
}

impl<'a> Pump<'a> {
    pub(super) fn new(
        connection: &'a Connection,
        direction: Direction,
        from: ReadHalf<'a>,
        to: WriteHalf<'a>,
        is_lost: &'a AtomicBool,
    ) -> Self {
        Self {
            direction,
            from,
            to,
            faults: connection.faults.clone(),
            traffic: &connection.traffic,
            jitter: Jitter::new(connection.number, direction as u64),
            line: VecDeque::new(),
            held: 0,
            free_at: Instant::now(),
            passed: 0,
            ended: false,
            closed: false,
            transaction: Transaction::default(),
            is_lost,
        }
    }

    /// Ends well when the sender has ended and all of it has passed.
    pub(super) async fn run(mut self) -> Result<(), Over> {
        let mut buffer = BytesMut::with_capacity(READ);
        loop {
            let way = self.direction.of(&self.faults.borrow_and_update());
            match way.due(self.passed) {
                Some(BreakKind::Cut) => return Err(Over::Cut),
                Some(BreakKind::Reset) => return Err(Over::Reset),
                Some(BreakKind::Blackhole) => {
                    self.faults.changed().await.map_err(|_| Over::Cut)?;
                    continue;
                }
                Some(BreakKind::HalfClose) => self.close().await?,
                None => {}
            }
            if self.ended && self.line.is_empty() {
                return self.close().await;
            }
            let next = self.next(&way);
            let write = async {
                let Some((at, piece)) = &next else { return std::future::pending().await };
                sleep_until(*at).await;
                self.to.write(piece).await
            };
            tokio::select! {
                changed = self.faults.changed() => changed.map_err(|_| Over::Cut)?,
                read = self.from.read_buf(&mut buffer), if !self.ended && self.held < HELD => {
                    self.ended = read.map_err(|_| Over::Reset)? == 0;
                    if matches!(self.direction, Direction::ToClient) && self.is_lost.load(Ordering::Relaxed) {
                        self.traffic.send_modify(|traffic| traffic.lost_commits += 1);
                        return Err(Over::Reset);
                    }
                    self.hold(buffer.split().freeze(), &way);
                    buffer.reserve(READ);
                }
                written = write => self.wrote(written.map_err(|_| Over::Reset)?, &way),
            }
        }
    }

    async fn close(&mut self) -> Result<(), Over> {
        self.line.clear();
        self.held = 0;
        if !std::mem::replace(&mut self.closed, true) {
            self.to.shutdown().await.map_err(|_| Over::Reset)?;
        }
        Ok(())
    }

    fn hold(&mut self, bytes: Bytes, way: &Way) {
        if self.closed || bytes.is_empty() {
            return;
        }
        let release = Instant::now() + way.delay + self.jitter.next(way.seed, way.jitter);
        let release = self.line.back().map_or(release, |(before, _)| release.max(*before));
        self.held += bytes.len();
        self.line.push_back((release, bytes));
    }

    /// What goes on next, and when.
    fn next(&self, way: &Way) -> Option<(Instant, Bytes)> {
        let (release, bytes) = self.line.front()?;
        let most = way.room(self.passed).min(way.bytes_per_second.map_or(u64::MAX, |rate| (rate / TICKS).max(1)));
        let size = usize::try_from(most).unwrap_or(usize::MAX).min(bytes.len());
        let piece = bytes.slice(..size);
        let corrupt = way.corrupt_at.and_then(|at| usize::try_from(at.checked_sub(self.passed)?).ok());
        let piece = match corrupt.filter(|at| *at < size) {
            Some(at) => piece.iter().enumerate().map(|(i, byte)| if i == at { !byte } else { *byte }).collect(),
            None => piece,
        };
        Some(((*release).max(self.free_at), piece))
    }

    fn wrote(&mut self, count: usize, way: &Way) {
        self.passed += count as u64;
        self.held -= count;
        if let Some((_, bytes)) = self.line.front_mut() {
            let said = bytes.split_to(count);
            if let (Direction::ToTarget, Some(mark)) = (self.direction, self.faults.borrow().loses_commit)
                && self.transaction.commits(&said, mark)
            {
                self.is_lost.store(true, Ordering::Relaxed);
            }
            if bytes.is_empty() {
                self.line.pop_front();
            }
        }
        if let Some(rate) = way.bytes_per_second {
            let nanos = (count as u64).saturating_mul(1_000_000_000) / rate.max(1);
            self.free_at = self.free_at.max(Instant::now()) + Duration::from_nanos(nanos);
        }
        self.traffic.send_modify(|traffic| match self.direction {
            Direction::ToTarget => traffic.to_target += count as u64,
            Direction::ToClient => traffic.to_client += count as u64,
        });
    }
}

impl Direction {
    fn of(self, fault: &Fault) -> Way {
        match self {
            Self::ToTarget => fault.to_target,
            Self::ToClient => fault.to_client,
        }
    }
}
