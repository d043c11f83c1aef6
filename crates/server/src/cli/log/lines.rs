//! Log lines between those who say them and the one thread that writes them. A write for each would cost a call as much as
//! writing the line; and whoever reads them may stop reading, which must stop nobody else.

use std::io::{self, Write};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use engine::clock::Clock;
use engine::telemetry::events;
use parking_lot::{Condvar, Mutex};
use tracing::{Level, Metadata};
use tracing_subscriber::fmt::MakeWriter;

use super::format;

/// How long a line may wait, and for how many bytes of them. What may need a person goes out at once.
const LONGEST: Duration = Duration::from_millis(100);
const MANY: usize = 64 << 10;
/// The most that is held while nobody reads, in bytes. Lines beyond that are dropped.
const MOST: usize = 4 << 20;
/// How long the end of the process waits for what is not written.
const LAST: Duration = Duration::from_secs(1);

/// Lines that are not written yet. Clones share them.
#[derive(Clone, Debug)]
pub(in crate::cli) struct Lines(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    waiting: Mutex<Waiting>,
    /// For the thread: something is due.
    due: Condvar,
    /// From the thread: all is written.
    ended: Condvar,
}

#[derive(Debug, Default)]
struct Waiting {
    lines: Vec<u8>,
    /// Bytes that the thread is writing.
    taken: usize,
    urgent: bool,
    /// Lines for which there was no room since the thread was here.
    dropped: u64,
    ending: bool,
    ended: bool,
}

/// Where one line goes.
#[derive(Debug)]
pub(in crate::cli) struct Line<'a> {
    shared: &'a Shared,
    at_once: bool,
}

impl Lines {
    /// Writes lines to `sink`, which may block, in a thread of its own.
    pub(super) fn to(sink: impl Write + Send + 'static, clock: Clock) -> io::Result<Self> {
        let shared = Arc::<Shared>::default();
        let theirs = Arc::clone(&shared);
        thread::Builder::new().name("log".to_owned()).spawn(move || theirs.write_to(sink, &clock))?;
        Ok(Self(shared))
    }

    /// Writes what waits, for at most a second; to be called when nothing comes any more. Returns whether all is written.
    pub(in crate::cli) fn finish(&self) -> bool {
        let mut waiting = self.0.waiting.lock();
        waiting.ending = true;
        self.0.due.notify_one();
        self.0.ended.wait_while_for(&mut waiting, |waiting| !waiting.ended, LAST);
        waiting.ended
    }
}

impl Shared {
    fn write_to(&self, mut sink: impl Write, clock: &Clock) {
        let mut batch = Vec::new();
        while let Some(dropped) = self.take(&mut batch) {
            if dropped > 0 {
                batch.extend_from_slice(format::missing(clock.now(), dropped).as_bytes());
            }
            // nobody is left to be told when this fails
            drop(sink.write_all(&batch));
            batch.clear();
            batch.shrink_to(MANY);
        }
    }

    /// Waits for lines and takes them, in exchange for `batch`, which is written. Returns how many are missing behind them;
    /// `None` at the end.
    fn take(&self, batch: &mut Vec<u8>) -> Option<u64> {
        let mut waiting = self.waiting.lock();
        waiting.taken = 0;
        loop {
            self.due.wait_while_for(&mut waiting, |waiting| !waiting.is_due(), LONGEST);
            if !waiting.lines.is_empty() || waiting.dropped > 0 {
                std::mem::swap(&mut waiting.lines, batch);
                waiting.taken = batch.len();
                waiting.urgent = false;
                return Some(std::mem::take(&mut waiting.dropped));
            }
            if waiting.ending {
                waiting.ended = true;
                self.ended.notify_all();
                return None;
            }
        }
    }
}

impl Waiting {
    fn is_due(&self) -> bool {
        self.urgent || self.ending || self.lines.len() >= MANY
    }
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Line<'a>;

    fn make_writer(&'a self) -> Line<'a> {
        Line { shared: &self.0, at_once: true }
    }

    fn make_writer_for(&'a self, meta: &Metadata<'_>) -> Line<'a> {
        Line { shared: &self.0, at_once: *meta.level() <= Level::WARN }
    }
}

impl Write for Line<'_> {
    /// Takes a whole line at once, or drops it: each event is one write.
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let mut waiting = self.shared.waiting.lock();
        if waiting.lines.len() + waiting.taken + line.len() > MOST {
            waiting.dropped += 1;
            drop(waiting);
            events::log_line_dropped();
            return Ok(line.len());
        }
        let was_due = waiting.is_due();
        waiting.lines.extend_from_slice(line);
        waiting.urgent |= self.at_once;
        let is_due = waiting.is_due();
        drop(waiting);
        if is_due && !was_due {
            self.shared.due.notify_one();
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests;
