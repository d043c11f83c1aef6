//! One file of the journal.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use super::JournalError;

const EXTENSION: &str = "seg";
/// A segment with bytes that could not be read is kept under this ending for a person to look at.
const DAMAGED: &str = "damaged";

/// The segment that is written to.
#[derive(Debug)]
pub(super) struct Segment {
    pub(super) number: u64,
    pub(super) len: u64,
    /// Records whose rows are not committed.
    pub(super) open: u64,
    /// A failed write could not be taken back: what would follow it could not be read.
    pub(super) broken: bool,
    file: File,
}

impl Segment {
    pub(super) fn create(dir: &Path, number: u64) -> Result<Self, JournalError> {
        let file = OpenOptions::new()
            .append(true)
            .create_new(true)
            .open(path(dir, number))
            .map_err(JournalError::io("create a segment"))?;
        Ok(Self { number, len: 0, open: 0, broken: false, file })
    }

    /// One write of the whole record, or nothing.
    pub(super) fn append(&mut self, record: &[u8]) -> Result<(), JournalError> {
        let written = loop {
            match self.file.write(record) {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                result => break result,
            }
        };
        match written {
            Ok(count) if count == record.len() => {
                self.len += record.len() as u64;
                self.open += 1;
                Ok(())
            }
            // The system writes less than asked to a file only when the disk has no more room.
            Ok(_) => {
                self.truncate(self.len);
                Err(JournalError::Full)
            }
            Err(error) => {
                self.truncate(self.len);
                Err(JournalError::io("write a record")(error))
            }
        }
    }

    /// Forgets what is behind `len`.
    pub(super) fn truncate(&mut self, len: u64) {
        match self.file.set_len(len) {
            Ok(()) => self.len = len,
            Err(_) => self.broken = true,
        }
    }
}

pub(super) fn path(dir: &Path, number: u64) -> PathBuf {
    dir.join(format!("{number:020}.{EXTENSION}"))
}

pub(super) fn damaged_path(dir: &Path, number: u64) -> PathBuf {
    dir.join(format!("{number:020}.{DAMAGED}"))
}

/// The numbers of the segments in the folder, in order, and the first number that was never used.
pub(super) fn numbers(dir: &Path) -> Result<(Vec<u64>, u64), JournalError> {
    let mut segments = Vec::new();
    let mut next = 1;
    for entry in std::fs::read_dir(dir).map_err(JournalError::io("list its folder"))? {
        let path = entry.map_err(JournalError::io("list its folder"))?.path();
        let number = path.file_stem().and_then(|stem| stem.to_str()).and_then(|stem| stem.parse::<u64>().ok());
        let extension = path.extension().and_then(|extension| extension.to_str());
        let (Some(number), Some(extension @ (EXTENSION | DAMAGED))) = (number, extension) else { continue };
        next = next.max(number.saturating_add(1));
        if extension == EXTENSION {
            segments.push(number);
        }
    }
    segments.sort_unstable();
    Ok((segments, next))
}
