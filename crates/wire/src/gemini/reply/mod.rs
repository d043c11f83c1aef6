//! Whole answers, both directions. Each piece of a stream is one, too.

mod read;
#[cfg(test)]
mod tests;
mod write;

pub(super) use read::{Candidate, Chunk, Kind, Piece, made_id, part_of};
pub use read::{is_error, read, scan_usage};
pub use write::write;
pub(super) use write::{Answer, Said, WrittenCandidate, WrittenContent};
