//! Which segments there are, how many open records each has, and which intents have no outcome.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use super::JournalError;
use super::segment::Segment;

/// An intent that is still open when this many segments were begun after its own is written again into the current one, so
/// that a long stream does not keep an old segment. The journal then holds little more than this many segments.
const CARRY_AFTER: u64 = 8;
/// How many intents are carried at a time: the lock is held meanwhile.
const CARRY_AT_ONCE: usize = 64;

/// Everything behind the journal's lock.
#[derive(Debug)]
pub(super) struct State {
    current: Segment,
    /// Full segments that still have open records.
    sealed: BTreeMap<u64, Sealed>,
    /// Segments with nothing open, not deleted yet.
    finished: Vec<u64>,
    /// Size of the sealed segments and of those found at the start.
    older_bytes: u64,
    next_intent: u64,
    /// The segment of each intent that has no outcome,
    places: HashMap<u64, u64>,
    /// and its record, by segment and intent.
    intents: BTreeMap<(u64, u64), Vec<u8>>,
}

#[derive(Debug)]
struct Sealed {
    open: u64,
    len: u64,
}

impl State {
    pub(super) fn new(current: Segment, older_bytes: u64) -> Self {
        Self {
            current,
            sealed: BTreeMap::new(),
            finished: Vec::new(),
            older_bytes,
            next_intent: 0,
            places: HashMap::new(),
            intents: BTreeMap::new(),
        }
    }

    /// Writes an intent and returns its number.
    pub(super) fn add_intent(&mut self, dir: &Path, limit: u64, record: Vec<u8>) -> Result<u64, JournalError> {
        let segment = self.append(dir, limit, &record)?;
        let intent = self.next_intent;
        self.next_intent += 1;
        self.places.insert(intent, segment);
        self.intents.insert((segment, intent), record);
        Ok(intent)
    }

    /// The intent has its outcome. Its segment is returned, where it is still open.
    pub(super) fn take_intent(&mut self, intent: u64) -> Option<u64> {
        let segment = self.places.remove(&intent)?;
        self.intents.remove(&(segment, intent));
        Some(segment)
    }

    /// Writes the record and returns the number of its segment.
    pub(super) fn append(&mut self, dir: &Path, limit: u64, record: &[u8]) -> Result<u64, JournalError> {
        let full = self.current.len > 0 && self.current.len + record.len() as u64 > limit;
        if full || self.current.broken {
            self.rotate(dir)?;
        }
        self.current.append(record)?;
        Ok(self.current.number)
    }

    fn rotate(&mut self, dir: &Path) -> Result<(), JournalError> {
        let next = Segment::create(dir, self.current.number + 1)?;
        let full = std::mem::replace(&mut self.current, next);
        if full.open == 0 {
            self.finished.push(full.number);
        } else {
            self.older_bytes += full.len;
            self.sealed.insert(full.number, Sealed { open: full.open, len: full.len });
        }
        Ok(())
    }

    /// One record less is open in the segment.
    pub(super) fn close(&mut self, number: u64) {
        if number == self.current.number {
            self.current.open = self.current.open.saturating_sub(1);
            return;
        }
        let Some(sealed) = self.sealed.get_mut(&number) else { return };
        sealed.open = sealed.open.saturating_sub(1);
        if sealed.open == 0 {
            let bytes = sealed.len;
            self.sealed.remove(&number);
            self.forget_bytes(bytes);
            self.finished.push(number);
        }
    }

    /// Writes the oldest open intents again when they keep an old segment. A failure leaves them where they are.
    pub(super) fn carry(&mut self, dir: &Path, limit: u64) {
        for _ in 0..CARRY_AT_ONCE {
            let Some(entry) = self.intents.first_entry() else { return };
            let (segment, intent) = *entry.key();
            if segment + CARRY_AFTER > self.current.number {
                return;
            }
            let record = entry.remove();
            let carried = self.append(dir, limit, &record);
            let place = *carried.as_ref().unwrap_or(&segment);
            self.intents.insert((place, intent), record);
            self.places.insert(intent, place);
            if carried.is_err() {
                return;
            }
            self.close(segment);
        }
    }

    /// Empties the current segment if it has nothing open and is larger than this.
    pub(super) fn reset_current(&mut self, larger_than: u64) {
        if self.current.open == 0 && self.current.len > larger_than {
            self.current.truncate(0);
        }
    }

    pub(super) fn forget_bytes(&mut self, bytes: u64) {
        self.older_bytes = self.older_bytes.saturating_sub(bytes);
    }

    pub(super) fn take_finished(&mut self) -> Vec<u64> {
        std::mem::take(&mut self.finished)
    }

    pub(super) fn open_records(&self) -> u64 {
        self.current.open + self.sealed.values().map(|sealed| sealed.open).sum::<u64>()
    }

    pub(super) fn total_bytes(&self) -> u64 {
        self.older_bytes + self.current.len
    }
}
