//! Reading what an earlier process left.

use std::collections::HashMap;
use std::path::Path;

use super::frame::{self, Next};
use super::record::{self, Record};
use super::{JournalError, segment};
use crate::ledger::LedgerRow;

/// What an earlier process left: bring `rows` into SQL, then [`super::Journal::discard_recovered`].
#[derive(Debug, Default)]
#[must_use = "its rows are not in SQL yet"]
pub struct Recovery {
    /// One row an attempt, in the order of the records: each outcome as it is, each intent without one at its upper bound
    /// with status unknown. Some may be in SQL already.
    pub rows: Vec<LedgerRow>,
    /// How many of `rows` are intents without an outcome.
    pub unknown: u64,
    /// Bytes behind the last whole record of a segment: a write that did not finish, or damage. What they held is lost.
    pub torn_bytes: u64,
    /// Whole records that this release does not understand.
    pub unreadable: u64,
    segments: Vec<Found>,
}

/// A segment that was there at the start.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) number: u64,
    pub(super) bytes: u64,
    /// Not all of it could be read.
    pub(super) damaged: bool,
}

impl Recovery {
    pub(super) fn bytes(&self) -> u64 {
        self.segments.iter().map(|found| found.bytes).sum()
    }

    pub(super) fn into_segments(self) -> Vec<Found> {
        self.segments
    }
}

/// Reads the segments in order.
pub(super) fn read(dir: &Path, numbers: &[u64]) -> Result<Recovery, JournalError> {
    let mut attempts = Attempts::default();
    let mut recovery = Recovery::default();
    for &number in numbers {
        let bytes = std::fs::read(segment::path(dir, number)).map_err(JournalError::io("read a segment"))?;
        let read = read_segment(&bytes, &mut attempts);
        recovery.torn_bytes += read.torn_bytes;
        recovery.unreadable += read.unreadable;
        let damaged = read.torn_bytes + read.unreadable > 0;
        if damaged {
            tracing::error!(
                segment = number,
                torn_bytes = read.torn_bytes,
                unreadable = read.unreadable,
                "journal segment {number} has {} torn bytes and {} unreadable records",
                read.torn_bytes,
                read.unreadable,
            );
        }
        recovery.segments.push(Found { number, bytes: bytes.len() as u64, damaged });
    }
    recovery.unknown = attempts.unknown();
    recovery.rows = attempts.into_rows();
    Ok(recovery)
}

/// The outcomes in the bytes of a segment that may still be written to.
pub(super) fn outcomes(mut bytes: &[u8]) -> Vec<LedgerRow> {
    let mut rows = Vec::new();
    while let Next::Whole { payload, rest } = frame::next(bytes) {
        if let Some(Record::Outcome(row)) = record::decode(payload) {
            rows.push(row);
        }
        bytes = rest;
    }
    rows
}

struct ReadSegment {
    torn_bytes: u64,
    unreadable: u64,
}

fn read_segment(mut bytes: &[u8], attempts: &mut Attempts) -> ReadSegment {
    let mut unreadable = 0;
    loop {
        match frame::next(bytes) {
            Next::Whole { payload, rest } => {
                match record::decode(payload) {
                    Some(record) => attempts.add(record),
                    None => unreadable += 1,
                }
                bytes = rest;
            }
            Next::End => return ReadSegment { torn_bytes: 0, unreadable },
            Next::Torn => return ReadSegment { torn_bytes: bytes.len() as u64, unreadable },
        }
    }
}

/// The last word on each attempt, in the order of its first record.
#[derive(Default)]
struct Attempts {
    records: Vec<Record>,
    places: HashMap<(String, u32), usize>,
}

impl Attempts {
    /// An outcome takes the place of its intent; nothing takes the place of an outcome.
    fn add(&mut self, record: Record) {
        let id = match &record {
            Record::Intent(intent) => (intent.request_id.clone(), intent.attempt),
            Record::Outcome(row) => (row.request_id.clone(), row.attempt),
        };
        let place = *self.places.entry(id).or_insert(self.records.len());
        match self.records.get_mut(place) {
            None => self.records.push(record),
            Some(known @ Record::Intent(_)) => *known = record,
            Some(Record::Outcome(_)) => {}
        }
    }

    fn unknown(&self) -> u64 {
        self.records.iter().filter(|record| matches!(record, Record::Intent(_))).count() as u64
    }

    fn into_rows(self) -> Vec<LedgerRow> {
        let rows = self.records.into_iter().map(|record| match record {
            Record::Intent(intent) => intent.into_unknown(),
            Record::Outcome(row) => row,
        });
        rows.collect()
    }
}
