//! What can go wrong with the journal.

use std::io;
use std::path::PathBuf;

use super::Committable;

/// Why the journal did not do what it was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum JournalError {
    /// The disk or the journal's own share of it is full: paid calls are to be refused.
    #[error("the journal is full")]
    Full,
    /// Another process has the journal open.
    #[error("the journal in {} is in use by another process", dir.display())]
    Locked {
        /// The folder.
        dir: PathBuf,
    },
    /// The record cannot be written in the journal's format.
    #[error("the record cannot be encoded")]
    Encode(#[source] serde_json::Error),
    /// The record is larger than any real one.
    #[error("a record of {bytes} bytes is too large")]
    TooLarge {
        /// Its size.
        bytes: usize,
    },
    /// The file system failed.
    #[error("the journal could not {what}")]
    Io {
        /// What was tried.
        what: &'static str,
        /// What the system said.
        #[source]
        source: io::Error,
    },
}

impl JournalError {
    pub(super) fn io(what: &'static str) -> impl FnOnce(io::Error) -> Self {
        move |source| match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => Self::Full,
            _ => Self::Io { what, source },
        }
    }
}

/// An outcome that is not on disk. Its row is to be posted with `committable` all the same.
#[derive(Debug, thiserror::Error)]
#[error("the outcome is not in the journal")]
pub struct Unrecorded {
    /// Closes the intent when the row is committed.
    pub committable: Committable,
    /// Why it is not on disk.
    #[source]
    pub error: JournalError,
}
