//! How a record lies in a segment: length, checksum of length and payload, payload. Little-endian.

use serde::Serialize;

use super::JournalError;
use super::record::{self, Kind};

const HEADER: usize = 8;
/// Far above any real record: a length beyond it is damage.
const MAX_PAYLOAD: usize = 1 << 20;

/// What the bytes of a segment begin with.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Next<'a> {
    /// A whole record, and what follows it.
    Whole { payload: &'a [u8], rest: &'a [u8] },
    /// Nothing.
    End,
    /// Bytes that are no whole record: a write that did not finish, or damage.
    Torn,
}

/// The bytes of a record, ready for one write.
pub(super) fn encode(kind: Kind, body: &impl Serialize) -> Result<Vec<u8>, JournalError> {
    let mut bytes = Vec::with_capacity(512);
    bytes.extend_from_slice(&[0; HEADER]);
    record::encode(kind, body, &mut bytes).map_err(JournalError::Encode)?;
    let size = bytes.len() - HEADER;
    let length = u32::try_from(size).ok().filter(|_| size <= MAX_PAYLOAD);
    let length = length.ok_or(JournalError::TooLarge { bytes: size })?.to_le_bytes();
    if let Some((header, payload)) = bytes.split_at_mut_checked(HEADER) {
        let checksum = checksum(length, payload).to_le_bytes();
        header.copy_from_slice([length, checksum].as_flattened());
    }
    Ok(bytes)
}

/// Takes the first record off the bytes.
pub(super) fn next(bytes: &[u8]) -> Next<'_> {
    if bytes.is_empty() { Next::End } else { whole(bytes).unwrap_or(Next::Torn) }
}

fn whole(bytes: &[u8]) -> Option<Next<'_>> {
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    let (expected, rest) = rest.split_first_chunk::<4>()?;
    let size = usize::try_from(u32::from_le_bytes(*length)).ok().filter(|size| *size <= MAX_PAYLOAD)?;
    let (payload, rest) = rest.split_at_checked(size)?;
    (checksum(*length, payload) == u32::from_le_bytes(*expected)).then_some(Next::Whole { payload, rest })
}

/// With the length, so that a run of zeros is no record.
fn checksum(length: [u8; 4], payload: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(&length);
    hasher.update(payload);
    hasher.finalize()
}
