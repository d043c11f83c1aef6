//! Intents on disk: what is dispatched is on record before it is dispatched, and what it came to before SQL has it.
//!
//! A folder of append-only segments. Each record is written by one `write(2)` into the page cache, which a killed process
//! leaves behind (a lost machine does not). An intent is open until its outcome is written, an outcome until its row is in
//! SQL. A segment with nothing open is kept for a while, as a database may lose what it has committed, and then deleted. A record
//! that is replayed although its row is committed adds nothing, since the ledger takes each attempt once.

mod error;
mod frame;
mod intent;
mod kept;
mod open;
mod record;
mod recovery;
mod segment;
mod state;

use std::fs::File;
use std::path::PathBuf;
use std::time::Duration;

use parking_lot::{Mutex, MutexGuard};

pub use error::{JournalError, Unrecorded};
pub use intent::Intent;
pub use kept::Kept;
pub use recovery::Recovery;

use crate::ledger::LedgerRow;
use record::Kind;
use state::State;

/// How much disk the journal uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JournalConfig {
    /// A segment is closed when a record would make it larger than this.
    pub segment_bytes: u64,
    /// Intents are refused when the journal would become larger than this. Outcomes are always taken.
    pub max_bytes: u64,
    /// For so long outcomes are kept behind their commit,
    pub kept_for: Duration,
    /// and at most so many bytes of them, beside `max_bytes`. 0: none.
    pub kept_bytes: u64,
}

impl Default for JournalConfig {
    fn default() -> Self {
        Self { segment_bytes: 8 << 20, max_bytes: 4 << 30, kept_for: Duration::from_mins(1), kept_bytes: 64 << 20 }
    }
}

/// The journal of one process. All methods are synchronous and short; see [`Journal::open`].
#[derive(Debug)]
pub struct Journal {
    dir: PathBuf,
    config: JournalConfig,
    state: Mutex<State>,
    /// Held until the process ends or the journal is dropped.
    _lock: File,
}

/// An intent without an outcome. It becomes one [`Committable`]; dropped, its intent is charged at its upper bound at the
/// next start.
#[must_use = "an intent without an outcome is charged at its upper bound at the next start"]
#[derive(Debug)]
pub struct Ticket {
    intent: u64,
}

/// A row that SQL does not have yet. The ledger writer hands it to [`Journal::committed`] when SQL has it.
#[must_use = "its segment is kept until the row is committed"]
#[derive(Debug)]
pub struct Committable {
    segment: Option<u64>,
}

impl Ticket {
    fn into_intent(self) -> u64 {
        self.intent
    }
}

impl Committable {
    fn into_segment(self) -> Option<u64> {
        self.segment
    }
}

impl Journal {
    /// Puts the intent on disk: one write. A paid attempt must not be dispatched when this fails.
    pub fn intent(&self, intent: &Intent) -> Result<Ticket, JournalError> {
        match self.add_intent(intent) {
            // what is only kept for the case that the database loses it is worth less
            Err(JournalError::Full) if self.keep_less() => self.add_intent(intent),
            added => added,
        }
    }

    fn add_intent(&self, intent: &Intent) -> Result<Ticket, JournalError> {
        let record = frame::encode(Kind::Intent, intent)?;
        let mut state = self.state.lock();
        if state.total_bytes().saturating_add(record.len() as u64) > self.config.max_bytes {
            return Err(JournalError::Full);
        }
        let intent = state.add_intent(&self.dir, self.config.segment_bytes, record)?;
        self.delete_finished(state);
        Ok(Ticket { intent })
    }

    /// Puts the outcome on disk: one write. When that fails the row must be posted all the same: the error carries what
    /// the post needs, and only a crash before the commit would charge the upper bound instead.
    pub fn outcome(&self, ticket: Ticket, row: &LedgerRow) -> Result<Committable, Unrecorded> {
        let record = frame::encode(Kind::Outcome, row);
        let mut state = self.state.lock();
        let intent = state.take_intent(ticket.into_intent());
        let appended = record.and_then(|record| state.append(&self.dir, self.config.segment_bytes, &record));
        match appended {
            Ok(segment) => {
                // The outcome says all that the intent said.
                if let Some(intent) = intent {
                    state.close(intent);
                }
                self.delete_finished(state);
                Ok(Committable { segment: Some(segment) })
            }
            Err(error) => Err(Unrecorded { committable: Committable { segment: intent }, error }),
        }
    }

    /// The row is in SQL: its record is not needed any more. Segments with nothing open are deleted.
    pub fn committed(&self, row: Committable) {
        let mut state = self.state.lock();
        if let Some(segment) = row.into_segment() {
            state.close(segment);
        }
        state.carry(&self.dir, self.config.segment_bytes);
        state.reset_current(&self.dir, self.config.segment_bytes / 2);
        self.delete_finished(state);
    }

    /// Empties the current segment if nothing in it is open, and keeps nothing else. At shutdown, so that nothing is left to recover.
    pub fn tidy(&self) {
        let mut state = self.state.lock();
        state.keep_nothing();
        self.delete_finished(state);
    }

    /// How many intents wait for their outcome and outcomes for their commit.
    pub fn open_records(&self) -> u64 {
        self.state.lock().open_records()
    }

    /// How many bytes the journal holds on disk of what is not committed, and beside it.
    pub fn bytes(&self) -> u64 {
        self.state.lock().total_bytes()
    }

    /// Unlocks first: deleting a large file takes its time.
    fn delete_finished(&self, mut state: MutexGuard<'_, State>) {
        let finished = state.take_finished();
        drop(state);
        for number in finished {
            let path = segment::path(&self.dir, number);
            if let Err(error) = std::fs::remove_file(&path) {
                // Its rows are committed: at worst they are replayed at the next start and add nothing.
                tracing::warn!(%error, path = %path.display(), "a finished journal segment could not be deleted: {error}");
            }
        }
    }
}
