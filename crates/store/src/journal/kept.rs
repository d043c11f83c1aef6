//! Outcomes behind their commit: a database may lose what it has committed, when its disk is put back to an earlier state or a
//! replica takes over that was behind.

use std::io::ErrorKind;

use tokio::time::Instant;

use super::{Journal, JournalError, recovery, segment};
use crate::ledger::LedgerRow;

/// Segments that are to be read together.
#[derive(Debug)]
pub struct Kept {
    segments: Vec<u64>,
    /// An earlier process wrote them, so their intents without an outcome are rows, too.
    is_recovered: bool,
}

impl Journal {
    /// All that may be posted again, the oldest first, what is not committed yet included.
    pub fn kept(&self) -> Vec<Kept> {
        let state = self.state.lock();
        let recovered: Vec<_> = state.kept().filter(|one| one.is_recovered).map(|one| one.number).collect();
        let mut kept = Vec::new();
        if !recovered.is_empty() {
            kept.push(Kept { segments: recovered, is_recovered: true });
        }
        let own = state.kept().filter(|one| !one.is_recovered).map(|one| one.number).chain(state.in_use());
        kept.extend(own.map(|number| Kept { segments: vec![number], is_recovered: false }));
        kept
    }

    /// The rows of these segments. One that was deleted meanwhile has none.
    pub fn read_kept(&self, kept: &Kept) -> Result<Vec<LedgerRow>, JournalError> {
        if kept.is_recovered {
            return Ok(recovery::read(&self.dir, &kept.segments)?.rows);
        }
        let mut rows = Vec::new();
        for number in &kept.segments {
            match std::fs::read(segment::path(&self.dir, *number)) {
                Ok(bytes) => rows.extend(recovery::outcomes(&bytes)),
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                Err(error) => return Err(JournalError::io("read a segment")(error)),
            }
        }
        Ok(rows)
    }

    /// Everything that was committed is in the database now: what is older than it is kept goes.
    pub fn confirmed(&self) {
        let mut state = self.state.lock();
        if let Some(moment) = Instant::now().checked_sub(self.config.kept_for) {
            state.keep_since(moment);
        }
        self.delete_finished(state);
    }

    /// Makes room on a disk that is full.
    pub(super) fn keep_less(&self) -> bool {
        let mut state = self.state.lock();
        let had = state.kept().next().is_some();
        state.drop_all_kept();
        self.delete_finished(state);
        had
    }
}
