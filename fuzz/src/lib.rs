//! What is fuzzed: one function a kind of reader, over every dialect. They take any bytes; what goes wrong panics.
//!
//! The test `kept_inputs` of `wire` runs them over `seeds/` and `corpus/` on a stable toolchain, so that what was found once
//! stays mended.

mod edit;
mod envelope;
mod frame;
mod reply;
mod request;
mod stream;
mod written;

use serde_json::value::RawValue;
use wire::Dialect;

pub use self::edit::edit;
pub use self::envelope::envelope;
pub use self::frame::frame;
pub use self::reply::reply;
pub use self::request::request;
pub use self::stream::stream;

/// The dialect that the first byte of an input names, `a` for the first one, and what stands behind it. Letters keep what they
/// name when a dialect comes behind the others.
fn dialect(input: &[u8]) -> Option<(Dialect, &[u8])> {
    let (letter, rest) = input.split_first()?;
    let dialect = Dialect::ALL.get(usize::from(letter.checked_sub(b'a')?))?;
    Some((*dialect, rest))
}

/// Whether what is written in a dialect is read in the same one: towards providers Cohere's first API is its second.
fn is_read(dialect: Dialect) -> bool {
    dialect != Dialect::CohereV1
}

/// The text of what was written, which must be one JSON value.
fn json<'a>(written: &'a [u8], what: &str) -> &'a str {
    match serde_json::from_slice::<&RawValue>(written) {
        Ok(value) => value.get(),
        Err(error) => panic!("{what} is no JSON ({error}): {}", String::from_utf8_lossy(written)),
    }
}

/// `bytes` in pieces of 1 to 64 bytes, or whole. The same `seed` cuts them in the same way.
fn pieces(bytes: &[u8], seed: u8) -> Vec<&[u8]> {
    if seed == b'w' {
        return vec![bytes];
    }
    let (mut state, mut rest, mut pieces) = (u32::from(seed), bytes, Vec::new());
    while !rest.is_empty() {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let size = if seed == b'1' { 1 } else { (state >> 26) as usize + 1 };
        let (piece, behind) = rest.split_at(size.min(rest.len()));
        pieces.push(piece);
        rest = behind;
    }
    pieces
}
