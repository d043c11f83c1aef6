//! `turnpike`: settings that LiteLLM does not have.

use std::path::PathBuf;
use std::time::Duration;

use super::super::known::{DEADLINES, TURNPIKE};
use super::super::read::Section;

/// Our own settings.
#[derive(Debug, Clone, Default)]
pub struct Turnpike {
    /// How long a call may wait for its provider.
    pub deadlines: Deadlines,
    /// How long calls that are under way may go on when the gateway is told to stop, in milliseconds
    /// (`shutdown_grace_ms`). Zero ends them at once.
    pub shutdown_grace: Option<Duration>,
    /// The largest body of a request, in bytes. Comes before `general_settings.max_request_size_mb`.
    pub max_body_bytes: Option<u64>,
    /// How much is logged.
    pub log_level: Option<LogLevel>,
    /// The folder for what the gateway keeps on disk.
    pub data_dir: Option<PathBuf>,
}

/// `turnpike.deadlines`. Each is written in milliseconds, with `_ms` after its name, and is more than zero.
#[derive(Debug, Clone, Default)]
pub struct Deadlines {
    /// To open a connection to a provider.
    pub connect: Option<Duration>,
    /// From the end of the request to the first byte of the answer.
    pub first_byte: Option<Duration>,
    /// Between two events of a streamed answer.
    pub between_events: Option<Duration>,
    /// For the whole call.
    pub total: Option<Duration>,
}

/// `turnpike.log_level`, from the least to the most that is logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogLevel {
    /// What failed.
    Error,
    /// And what looks wrong.
    Warn,
    /// And what happened.
    Info,
    /// And why.
    Debug,
    /// And everything else.
    Trace,
}

impl Turnpike {
    pub(in super::super) fn read(mut section: Section<'_, '_>) -> Self {
        let deadlines = Deadlines::read(section.child("deadlines"));
        let level = section.parsed("log_level", "error, warn, info, debug or trace", LogLevel::named);
        let turnpike = Self {
            deadlines,
            shutdown_grace: section.milliseconds("shutdown_grace_ms", 0),
            max_body_bytes: section.whole("max_body_bytes", 1..=u64::MAX),
            log_level: level.map(|level| level.value),
            data_dir: section.text("data_dir").map(|folder| folder.value.into()),
        };
        section.finish(&TURNPIKE);
        turnpike
    }
}

impl Deadlines {
    fn read(mut section: Section<'_, '_>) -> Self {
        let deadlines = Self {
            connect: section.milliseconds("connect_ms", 1),
            first_byte: section.milliseconds("first_byte_ms", 1),
            between_events: section.milliseconds("between_events_ms", 1),
            total: section.milliseconds("total_ms", 1),
        };
        section.finish(&DEADLINES);
        deadlines
    }
}

impl LogLevel {
    /// The word for it, as it is written in a configuration.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warn => "warn",
            Self::Info => "info",
            Self::Debug => "debug",
            Self::Trace => "trace",
        }
    }

    fn named(name: &str) -> Option<Self> {
        match name {
            "error" => Some(Self::Error),
            "warn" => Some(Self::Warn),
            "info" => Some(Self::Info),
            "debug" => Some(Self::Debug),
            "trace" => Some(Self::Trace),
            _ => None,
        }
    }
}
