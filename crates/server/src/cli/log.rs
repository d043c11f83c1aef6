//! The log: JSON lines on standard error.

mod format;
mod lines;

use std::io::{self, Write as _};

use engine::clock::Clock;
use tracing_subscriber::fmt::MakeWriter as _;

pub(super) use self::lines::Lines;
use crate::config::LogLevel;

/// Writes JSON lines of that level and above to standard error from now on.
pub(super) fn to_stderr(level: Option<LogLevel>) -> io::Result<Lines> {
    let lines = Lines::to(io::stderr(), Clock::System)?;
    let filter = tracing_subscriber::EnvFilter::new(level.map_or("info", LogLevel::as_str));
    let line = format::JsonLines { clock: Clock::System };
    tracing_subscriber::fmt().event_format(line).with_env_filter(filter).with_writer(lines.clone()).init();
    Ok(lines)
}

/// Writes a last sentence to standard error, and does not wait long for somebody to read it.
pub(super) fn last_words(text: &str) {
    if let Ok(lines) = Lines::to(io::stderr(), Clock::System) {
        // lines take everything
        drop(lines.make_writer().write_all(text.as_bytes()));
        lines.finish();
    }
}
