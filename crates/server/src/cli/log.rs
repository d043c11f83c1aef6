//! Log lines on their way to standard error: collected for a moment, since a write for each would cost a call as much as
//! writing the line. What may need a person goes out at once.

mod format;

use std::io::{self, Write};
use std::sync::Arc;
use std::time::Duration;

use engine::clock::Clock;
use engine::tasks::Tasks;
use parking_lot::Mutex;
use tokio::time::interval;
use tracing::{Level, Metadata};
use tracing_subscriber::fmt::MakeWriter;

use crate::config::LogLevel;

/// How long a line may wait, and how many bytes of them.
const LONGEST: Duration = Duration::from_millis(100);
const MOST: usize = 64 << 10;

/// Lines that are not written yet. Clones share them.
#[derive(Clone, Debug, Default)]
pub(super) struct Lines(Arc<Mutex<Vec<u8>>>);

/// Where one line goes.
#[derive(Debug)]
pub(super) struct Line<'a> {
    lines: &'a Lines,
    at_once: bool,
}

/// Writes JSON lines of that level and above to standard error from now on.
pub(super) fn to_stderr(level: Option<LogLevel>) -> Lines {
    let lines = Lines::default();
    let filter = tracing_subscriber::EnvFilter::new(level.map_or("info", LogLevel::as_str));
    let line = format::JsonLines { clock: Clock::System };
    tracing_subscriber::fmt().event_format(line).with_env_filter(filter).with_writer(lines.clone()).init();
    lines
}

impl Lines {
    /// Writes lines that wait, from now on, in a task of its own.
    pub(super) fn keep_moving(&self) {
        let lines = self.clone();
        Tasks::default().spawn("log", async move {
            let mut ticks = interval(LONGEST);
            loop {
                ticks.tick().await;
                lines.write_out();
            }
        });
    }

    /// Writes what waits.
    pub(super) fn write_out(&self) {
        let lines = std::mem::take(&mut *self.0.lock());
        if !lines.is_empty() {
            // nobody is left to be told when this fails
            drop(io::stderr().lock().write_all(&lines));
        }
    }
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Line<'a>;

    fn make_writer(&'a self) -> Line<'a> {
        Line { lines: self, at_once: true }
    }

    fn make_writer_for(&'a self, meta: &Metadata<'_>) -> Line<'a> {
        Line { lines: self, at_once: *meta.level() <= Level::WARN }
    }
}

impl Write for Line<'_> {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let waiting = {
            let mut lines = self.lines.0.lock();
            lines.extend_from_slice(line);
            lines.len()
        };
        if self.at_once || waiting >= MOST {
            self.lines.write_out();
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.lines.write_out();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_waits_unless_it_is_urgent_or_there_are_many() {
        let lines = Lines::default();
        let waiting = || lines.0.lock().len();
        Line { lines: &lines, at_once: false }.write_all(b"\n").unwrap();
        assert_eq!(waiting(), 1);
        Line { lines: &lines, at_once: true }.write_all(b"\n").unwrap();
        assert_eq!(waiting(), 0);
        Line { lines: &lines, at_once: false }.write_all(&vec![b'\n'; MOST]).unwrap();
        assert_eq!(waiting(), 0);
    }
}
