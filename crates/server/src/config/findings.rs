//! What comes to light while a configuration is read: mistakes, and keys that we know but do not support yet.

use std::fmt;

use super::error::ConfigError;
use super::place::{Mark, Place};

/// A LiteLLM key that stands in the file and has no effect here yet. A warning at start, an error for `check --strict`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unsupported {
    /// Where it stands; the path names the key (and `=value` when only that value is unsupported).
    pub place: Place,
}

impl fmt::Display for Unsupported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}:{})", self.place.path, self.place.file, self.place.line)
    }
}

/// Collects both kinds on one walk over the configuration, so that nobody fixes a file one error at a time.
#[derive(Debug, Default)]
pub(super) struct Findings {
    pub(super) errors: Vec<ConfigError>,
    pub(super) unsupported: Vec<Unsupported>,
}

impl Findings {
    pub(super) fn error(&mut self, mark: &Mark, path: &str, message: impl Into<String>) {
        self.errors.push(ConfigError { place: mark.at(path), message: message.into() });
    }

    pub(super) fn unsupported(&mut self, mark: &Mark, path: &str) {
        self.unsupported.push(Unsupported { place: mark.at(path) });
    }
}
