//! AWS event-stream messages, encoded; and broken ones, for readers that must notice.
//!
//! A message is `total length | headers length | CRC of these two | headers | payload | CRC of all before`, lengths
//! and CRC-32 as big-endian `u32`. A header is `name length u8 | name | type u8 | value`; here all are strings
//! (type 7, with a `u16` length), as in the streams of this provider.

use bytes::Bytes;

use crate::frame_fault::FrameFaultKind;
use crate::json::Object;

const JSON: (&str, &str) = (":content-type", "application/json");
/// The length of everything but headers and payload.
const FRAME: usize = 16;
const PRELUDE: usize = 8;
const STRING: u8 = 7;
/// Types end at 9.
const NO_TYPE: u8 = 10;

/// A message before it is bytes.
#[derive(Clone, Debug)]
pub(crate) struct Message {
    headers: Vec<(&'static str, String)>,
    payload: String,
}

impl Message {
    pub(crate) fn event(name: &str, payload: &Object) -> Self {
        Self::raw_event(name, payload.text())
    }

    /// An event with a payload that need not be JSON.
    pub(crate) fn raw_event(name: &str, payload: String) -> Self {
        Self::new(&[(":event-type", name), JSON, (":message-type", "event")], payload)
    }

    /// An error that the service's model has; the name is written like a member, `throttlingException`.
    pub(crate) fn exception(name: &str, message: &str) -> Self {
        let payload = Object::new().with("message", message).text();
        Self::new(&[(":exception-type", name), JSON, (":message-type", "exception")], payload)
    }

    /// An error that the service's model does not have. All of it is in the headers.
    pub(crate) fn error(code: &str, message: &str) -> Self {
        let headers = [(":error-code", code), (":error-message", message), (":message-type", "error")];
        Self::new(&headers, String::new())
    }

    fn new(headers: &[(&'static str, &str)], payload: String) -> Self {
        Self { headers: headers.iter().map(|(name, value)| (*name, (*value).to_owned())).collect(), payload }
    }

    pub(crate) fn bytes(&self) -> Bytes {
        encode(&self.header_bytes(), self.payload.as_bytes(), None).into()
    }

    /// The message as a fault leaves it. Faults that are messages of their own change nothing here.
    pub(crate) fn broken(&self, kind: &FrameFaultKind) -> Bytes {
        let mut bytes = self.bytes().to_vec();
        match kind {
            FrameFaultKind::HalfPrelude => bytes.truncate(PRELUDE / 2),
            FrameFaultKind::Truncated => bytes.truncate(bytes.len() / 2),
            FrameFaultKind::BadPreludeCrc => flip(&mut bytes, PRELUDE),
            FrameFaultKind::BadMessageCrc => {
                let last = bytes.len() - 1;
                flip(&mut bytes, last);
            }
            FrameFaultKind::Length(length) => {
                bytes = encode(&self.header_bytes(), self.payload.as_bytes(), Some(*length));
            }
            FrameFaultKind::UnknownHeaderType => {
                let mut headers = self.header_bytes();
                headers.extend([1, b'x', NO_TYPE]);
                bytes = encode(&headers, self.payload.as_bytes(), None);
            }
            FrameFaultKind::NoEventType => {
                let mut bare = self.clone();
                bare.headers.retain(|(name, _)| *name != ":event-type");
                return bare.bytes();
            }
            FrameFaultKind::Exception(_) | FrameFaultKind::Error { .. } | FrameFaultKind::UnknownEvent(_) => {}
        }
        bytes.into()
    }

    fn header_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        for (name, value) in &self.headers {
            // names are ours and short; a value that a script made too long loses its tail
            bytes.push(u8::try_from(name.len()).unwrap_or(u8::MAX));
            bytes.extend(name.bytes());
            bytes.push(STRING);
            let length = u16::try_from(value.len()).unwrap_or(u16::MAX);
            bytes.extend(length.to_be_bytes());
            bytes.extend(value.bytes().take(length.into()));
        }
        bytes
    }
}

/// With a declared length the frame lies about its own, and all else, CRCs included, is right.
fn encode(headers: &[u8], payload: &[u8], declared: Option<u32>) -> Vec<u8> {
    let size = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
    let total = declared.unwrap_or_else(|| size(FRAME + headers.len() + payload.len()));
    let mut bytes = Vec::with_capacity(FRAME + headers.len() + payload.len());
    bytes.extend(total.to_be_bytes());
    bytes.extend(size(headers.len()).to_be_bytes());
    bytes.extend(crc32fast::hash(&bytes).to_be_bytes());
    bytes.extend(headers);
    bytes.extend(payload);
    bytes.extend(crc32fast::hash(&bytes).to_be_bytes());
    bytes
}

fn flip(bytes: &mut [u8], at: usize) {
    if let Some(byte) = bytes.get_mut(at) {
        *byte ^= 0xff;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `{"a":1}` as event `e`: lengths counted and CRCs computed by hand (zlib's crc32).
    #[test]
    fn an_event_byte_for_byte() {
        let bytes = Message::event("e", &Object::new().with("a", 1)).bytes();
        let mut expect = vec![0, 0, 0, 0x5e, 0, 0, 0, 0x47];
        expect.extend(0x0ab9_7af0_u32.to_be_bytes());
        expect.extend(b"\x0b:event-type\x07\x00\x01e");
        expect.extend(b"\x0d:content-type\x07\x00\x10application/json");
        expect.extend(b"\x0d:message-type\x07\x00\x05event");
        expect.extend(b"{\"a\":1}");
        expect.extend(0x45f7_f5aa_u32.to_be_bytes());
        assert_eq!(bytes, expect);
    }

    #[test]
    fn a_wrong_length_keeps_both_checksums_right() {
        let bytes = Message::error("c", "m").broken(&FrameFaultKind::Length(0));
        assert_eq!(bytes[..4], [0; 4]);
        assert_eq!(bytes[8..12], crc32fast::hash(&bytes[..8]).to_be_bytes());
        let (rest, crc) = bytes.split_at(bytes.len() - 4);
        assert_eq!(crc, crc32fast::hash(rest).to_be_bytes());
    }
}
