//! Opening: the lock, what an earlier process left, a fresh segment.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;

use parking_lot::Mutex;

use super::recovery::{self, Recovery};
use super::segment::{self, Segment};
use super::state::State;
use super::{Journal, JournalConfig, JournalError};

impl Journal {
    /// Opens the journal in this folder (made when missing) for this process alone, and reads what an earlier process left
    /// there. [`crate::commit_recovery`] brings that into SQL; until then its segments stay.
    pub fn open(dir: &Path, config: JournalConfig) -> Result<(Self, Recovery), JournalError> {
        std::fs::create_dir_all(dir).map_err(JournalError::io("make its folder"))?;
        let lock = lock(dir)?;
        let (numbers, next) = segment::numbers(dir)?;
        let recovery = recovery::read(dir, &numbers)?;
        let current = Segment::create(dir, next)?;
        let state = Mutex::new(State::new(current, recovery.bytes(), config.kept_bytes));
        Ok((Self { dir: dir.to_owned(), config, state, _lock: lock }, recovery))
    }

    /// Lets go of the segments of an earlier process, after its rows are committed: they are kept as what this one commits. A segment
    /// with bytes that could not be read is renamed to `.damaged` instead. A crash in the middle is harmless: rows that come again
    /// add nothing.
    pub fn discard_recovered(&self, recovery: Recovery) -> Result<(), JournalError> {
        for found in recovery.into_segments() {
            let path = segment::path(&self.dir, found.number);
            if found.damaged {
                std::fs::rename(&path, segment::damaged_path(&self.dir, found.number))
                    .map_err(JournalError::io("set a damaged segment aside"))?;
                self.state.lock().forget_bytes(found.bytes);
            } else {
                let mut state = self.state.lock();
                state.forget_bytes(found.bytes);
                state.keep(found.number, found.bytes, true);
            }
        }
        self.delete_finished(self.state.lock());
        Ok(())
    }
}

/// The system frees the lock when the process ends, however it ends.
fn lock(dir: &Path) -> Result<File, JournalError> {
    let file = OpenOptions::new()
        .append(true)
        .create(true)
        .open(dir.join("lock"))
        .map_err(JournalError::io("open its lock file"))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(JournalError::Locked { dir: dir.to_owned() }),
        Err(TryLockError::Error(error)) => Err(JournalError::io("lock its folder")(error)),
    }
}
