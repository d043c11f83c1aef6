//! The frames around the events.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use crate::frame::event_stream::{self, Frame, Kind};

const NAME: &str = "chunk";

#[derive(Serialize)]
struct Written {
    bytes: String,
}

/// AWS puts padding of random length beside the bytes.
#[derive(Deserialize)]
struct Told<'a> {
    #[serde(borrow)]
    bytes: &'a str,
}

/// The event in a frame; `None` for frames of other names.
pub(super) fn open(frame: &Frame) -> Option<Vec<u8>> {
    if !matches!(frame.kind(), Kind::Event(NAME)) {
        return None;
    }
    let told: Told<'_> = serde_json::from_slice(frame.payload()).ok()?;
    STANDARD.decode(told.bytes).ok()
}

/// Appends the frame around `event`.
pub(super) fn write(event: &[u8], out: &mut Vec<u8>) {
    event_stream::write_event(NAME, &Written { bytes: STANDARD.encode(event) }, out);
}
