//! What a record says: a byte for the version of the format, a byte for the kind, the body as JSON.

use serde::Serialize;

use super::Intent;
use crate::ledger::LedgerRow;

/// Written in front of each record. A field that is added to a body with `#[serde(default)]` needs no new version.
const VERSION: u8 = 1;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Intent = 1,
    Outcome = 2,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Record {
    Intent(Intent),
    Outcome(LedgerRow),
}

pub(super) fn encode(kind: Kind, body: &impl Serialize, into: &mut Vec<u8>) -> Result<(), serde_json::Error> {
    into.extend_from_slice(&[VERSION, kind as u8]);
    serde_json::to_writer(into, body)
}

/// None when a newer release wrote it.
pub(super) fn decode(payload: &[u8]) -> Option<Record> {
    match payload {
        [VERSION, 1, body @ ..] => serde_json::from_slice(body).ok().map(Record::Intent),
        [VERSION, 2, body @ ..] => serde_json::from_slice(body).ok().map(Record::Outcome),
        _ => None,
    }
}
