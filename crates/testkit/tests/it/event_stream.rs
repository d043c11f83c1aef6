//! A reader of event streams that shares nothing with the writer: checksums bit by bit, headers by the book.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::client::Got;

/// The largest message that a careful reader takes.
const MOST: usize = 16 << 20;

#[derive(Debug)]
pub(crate) struct Message {
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) payload: Vec<u8>,
}

/// Why a reader gives up.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Flaw {
    /// The stream ends inside a message, after this many bytes of it.
    Short(usize),
    PreludeCrc,
    Length(usize),
    MessageCrc,
    HeaderType(u8),
}

impl Message {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }

    /// The name of the event or exception.
    pub(crate) fn name(&self) -> &str {
        self.header(":event-type").or(self.header(":exception-type")).unwrap_or_default()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.payload).unwrap()
    }
}

/// The messages of a stream that has no flaw.
pub(crate) fn messages(got: &Got) -> Vec<Message> {
    let (messages, flaw) = decode(&got.bytes);
    assert_eq!(flaw, None);
    messages
}

/// The messages up to the first flaw.
pub(crate) fn decode(mut bytes: &[u8]) -> (Vec<Message>, Option<Flaw>) {
    let mut messages = Vec::new();
    while !bytes.is_empty() {
        match message(bytes) {
            Ok((message, rest)) => {
                messages.push(message);
                bytes = rest;
            }
            Err(flaw) => return (messages, Some(flaw)),
        }
    }
    (messages, None)
}

fn message(bytes: &[u8]) -> Result<(Message, &[u8]), Flaw> {
    if bytes.len() < 12 {
        return Err(Flaw::Short(bytes.len()));
    }
    if crc(&bytes[..8]) != number(&bytes[8..12]) {
        return Err(Flaw::PreludeCrc);
    }
    let (total, headers) = (number(&bytes[..4]) as usize, number(&bytes[4..8]) as usize);
    if total < headers + 16 || total > MOST {
        return Err(Flaw::Length(total));
    }
    if bytes.len() < total {
        return Err(Flaw::Short(bytes.len()));
    }
    let (message, rest) = bytes.split_at(total);
    let (content, sum) = message.split_at(total - 4);
    if crc(content) != number(sum) {
        return Err(Flaw::MessageCrc);
    }
    let (headers, payload) = content[12..].split_at(headers);
    Ok((Message { headers: read_headers(headers)?, payload: payload.to_vec() }, rest))
}

fn read_headers(mut bytes: &[u8]) -> Result<BTreeMap<String, String>, Flaw> {
    let mut headers = BTreeMap::new();
    while let Some((length, rest)) = bytes.split_first() {
        let (name, rest) = rest.split_at(usize::from(*length));
        let (kind, rest) = rest.split_first().unwrap();
        if *kind != 7 {
            return Err(Flaw::HeaderType(*kind));
        }
        let length = usize::from(rest[0]) << 8 | usize::from(rest[1]);
        let (value, rest) = rest[2..].split_at(length);
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        assert!(headers.insert(text(name), text(value)).is_none(), "a header comes once");
        bytes = rest;
    }
    Ok(headers)
}

fn number(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0, |number, byte| number << 8 | u32::from(*byte))
}

/// CRC-32 as in IEEE 802.3, one bit after the other.
fn crc(bytes: &[u8]) -> u32 {
    let mut sum = u32::MAX;
    for byte in bytes {
        sum ^= u32::from(*byte);
        for _ in 0..8 {
            sum = if sum & 1 == 1 { sum >> 1 ^ 0xedb8_8320 } else { sum >> 1 };
        }
    }
    !sum
}

#[test]
fn the_checksum_is_the_usual_one() {
    assert_eq!(crc(b"123456789"), 0xcbf4_3926);
}
