//! What a frame tells without decoding it: the same-dialect path runs this on every frame.

use memchr::{memchr2, memmem};
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::anthropic::usage;
use crate::chat::Usage;
use crate::frame::sse::Frame;
use crate::note::{Ending, Note};

/// Notes usage, the bytes of generated text and the end.
pub fn note(frame: &Frame) -> Note {
    let mut note = Note::default();
    match name(frame.raw(), &EVENTS) {
        b"content_block_delta" => note.text_bytes = text_bytes(frame.raw()),
        b"message_start" => note.usage = read_usage(frame),
        b"message_delta" => {
            note.usage = read_usage(frame);
            note.stopped = true;
        }
        b"message_stop" => note.ending = Ending::Complete,
        b"error" => note.ending = Ending::Error,
        _ => {}
    }
    note
}

/// The event's name: the `event` line if it comes first, else the `type` in the data that is one of `events`.
pub(crate) fn name<'a>(raw: &'a [u8], events: &[&[u8]]) -> &'a [u8] {
    if let Some(rest) = raw.strip_prefix(b"event:") {
        let end = memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
        return rest.get(..end).unwrap_or_default().trim_ascii();
    }
    let mut rest = raw;
    while let Some(value) = after_key(rest, b"\"type\"") {
        // the event's own type is told from those inside it by its words
        let found = value.get(..string_end(value)).unwrap_or_default();
        if events.contains(&found) {
            return found;
        }
        rest = value;
    }
    b""
}

const EVENTS: [&[u8]; 8] = [
    b"content_block_delta",
    b"content_block_start",
    b"content_block_stop",
    b"message_start",
    b"message_delta",
    b"message_stop",
    b"ping",
    b"error",
];

/// The bytes of text, reasoning and arguments in a delta, as they are when unescaped.
fn text_bytes(raw: &[u8]) -> usize {
    let keys: [&[u8]; 3] = [b"\"text\"", b"\"thinking\"", b"\"partial_json\""];
    keys.into_iter().find_map(|key| after_key(raw, key)).map_or(0, unescaped_len)
}

/// What follows the opening quote of the string at `key`. A key inside a string has a backslash before its closing quote, so
/// it is never taken for one.
pub(crate) fn after_key<'a>(raw: &'a [u8], key: &[u8]) -> Option<&'a [u8]> {
    memmem::find_iter(raw, key).find_map(|at| {
        let rest = raw.get(at + key.len()..)?.trim_ascii_start();
        rest.strip_prefix(b":")?.trim_ascii_start().strip_prefix(b"\"")
    })
}

/// Where a string without escapes ends.
fn string_end(text: &[u8]) -> usize {
    memchr::memchr(b'"', text).unwrap_or(text.len())
}

/// The length of a JSON string, from behind its opening quote to its closing one, when its escapes are resolved.
pub(crate) fn unescaped_len(text: &[u8]) -> usize {
    let (mut rest, mut length) = (text, 0);
    while let Some(at) = memchr2(b'"', b'\\', rest) {
        length += at;
        if rest.get(at) == Some(&b'"') {
            return length;
        }
        let skipped = if rest.get(at + 1) == Some(&b'u') {
            length += utf8_len(rest.get(at + 2..at + 6).unwrap_or_default());
            6
        } else {
            length += 1;
            2
        };
        rest = rest.get(at + skipped..).unwrap_or_default();
    }
    length + rest.len()
}

/// The bytes of `\uXXXX` in UTF-8; half of a pair counts as half of its four.
fn utf8_len(digits: &[u8]) -> usize {
    let code = std::str::from_utf8(digits).ok().and_then(|digits| u32::from_str_radix(digits, 16).ok());
    match code {
        Some(0..0x80) => 1,
        Some(0x80..0x800 | 0xD800..0xE000) => 2,
        _ => 3,
    }
}

#[derive(Deserialize)]
struct Told<'a> {
    #[serde(borrow)]
    message: Option<ToldMessage<'a>>,
    #[serde(borrow)]
    usage: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct ToldMessage<'a> {
    #[serde(borrow)]
    usage: Option<&'a RawValue>,
}

fn read_usage(frame: &Frame) -> Option<Usage> {
    let data = frame.data()?;
    let told = serde_json::from_str::<Told<'_>>(&data).ok()?;
    let raw = told.usage.or_else(|| told.message?.usage)?;
    Some(usage::read_served(raw.get()))
}
