//! Which segments there are, how many open records each has, and which intents have no outcome.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::path::Path;

use tokio::time::Instant;

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
    /// Segments with nothing open whose rows may be needed again, the oldest first,
    kept: VecDeque<KeptSegment>,
    /// how many bytes they have, and may have.
    kept_bytes: u64,
    most_kept_bytes: u64,
    /// Segments that nobody needs, not deleted yet.
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
pub(super) struct KeptSegment {
    pub(super) number: u64,
    len: u64,
    since: Instant,
    /// An earlier process wrote it: its open intents are of attempts that are over.
    pub(super) is_recovered: bool,
}

#[derive(Debug)]
struct Sealed {
    open: u64,
    len: u64,
}

impl State {
    pub(super) fn new(current: Segment, older_bytes: u64, most_kept_bytes: u64) -> Self {
        Self {
            current,
            sealed: BTreeMap::new(),
            kept: VecDeque::new(),
            kept_bytes: 0,
            most_kept_bytes,
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
            self.keep(full.number, full.len, false);
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
            self.keep(number, bytes, false);
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

    /// Ends the current segment if it has nothing open and is larger than this. A failure leaves it as it is.
    pub(super) fn reset_current(&mut self, dir: &Path, larger_than: u64) {
        if self.current.open > 0 || self.current.len <= larger_than {
            return;
        }
        if self.most_kept_bytes == 0 {
            self.current.truncate(0);
        } else if let Err(error) = self.rotate(dir) {
            tracing::debug!(
                error = &error as &dyn std::error::Error,
                "the journal goes on with the segment that it has"
            );
        }
    }

    /// Keeps a segment with nothing open for a while; older ones give way.
    pub(super) fn keep(&mut self, number: u64, len: u64, is_recovered: bool) {
        if len == 0 {
            self.finished.push(number);
            return;
        }
        self.kept.push_back(KeptSegment { number, len, since: Instant::now(), is_recovered });
        self.kept_bytes += len;
        while self.kept_bytes > self.most_kept_bytes {
            self.drop_oldest();
        }
    }

    /// Nobody needs what was finished before this moment.
    pub(super) fn keep_since(&mut self, moment: Instant) {
        while self.kept.front().is_some_and(|oldest| oldest.since < moment) {
            self.drop_oldest();
        }
    }

    /// Nobody needs anything that is committed.
    pub(super) fn keep_nothing(&mut self) {
        self.drop_all_kept();
        if self.current.open == 0 {
            self.current.truncate(0);
        }
    }

    pub(super) fn drop_all_kept(&mut self) {
        while !self.kept.is_empty() {
            self.drop_oldest();
        }
    }

    fn drop_oldest(&mut self) {
        if let Some(oldest) = self.kept.pop_front() {
            self.kept_bytes = self.kept_bytes.saturating_sub(oldest.len);
            self.finished.push(oldest.number);
        } else {
            self.kept_bytes = 0;
        }
    }

    /// Segments with nothing open,
    pub(super) fn kept(&self) -> impl Iterator<Item = &KeptSegment> {
        self.kept.iter()
    }

    /// and the others.
    pub(super) fn in_use(&self) -> impl Iterator<Item = u64> {
        self.sealed.keys().copied().chain([self.current.number])
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
