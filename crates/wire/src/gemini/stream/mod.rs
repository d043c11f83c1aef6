//! Streams: server-sent events, each a piece in the shape of a whole answer, both directions. Nothing marks the end: it is there
//! when the connection closes and every answer has said why it stopped. Some models say that in every piece.

mod note;
mod read;
#[cfg(test)]
mod tests;
mod write;

use serde::Serialize;

pub use note::note;
pub use read::Reader;
pub use write::Writer;

/// Writes one event, as Google ends its lines, on one line: SDKs look for no second one. Line ends in JSON stand between values,
/// in arguments that a model wrote so, where a space is as good.
pub(super) fn write_frame(data: &impl Serialize, out: &mut Vec<u8>) {
    out.extend_from_slice(b"data: ");
    let json = serde_json::to_vec(data).unwrap_or_default();
    out.extend(json.into_iter().map(|byte| if matches!(byte, b'\n' | b'\r') { b' ' } else { byte }));
    out.extend_from_slice(b"\r\n\r\n");
}
