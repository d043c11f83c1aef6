//! What an answer rests on: `groundingMetadata`, both ways, and `citationMetadata`, which is only read. Places in the answer are
//! offsets in bytes.

mod read;
mod write;

pub(super) use read::{Grounding, read};
pub(super) use write::Written;

#[cfg(test)]
mod tests;
