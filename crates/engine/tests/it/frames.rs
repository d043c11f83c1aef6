//! Frames of an AWS event stream, put together by hand.

use serde_json::{Value, json};
use testkit::Script;

/// An event with that payload.
pub(crate) fn event(name: &str, payload: &Value) -> Vec<u8> {
    let headers = [(":event-type", name), (":content-type", "application/json"), (":message-type", "event")];
    frame(&headers, payload.to_string().as_bytes())
}

/// An error that the service's model has, by its member name.
pub(crate) fn exception(name: &str, payload: &Value) -> Vec<u8> {
    let headers = [(":exception-type", name), (":content-type", "application/json"), (":message-type", "exception")];
    frame(&headers, payload.to_string().as_bytes())
}

pub(crate) fn frame(headers: &[(&str, &str)], payload: &[u8]) -> Vec<u8> {
    let mut names = Vec::new();
    for (name, value) in headers {
        names.push(u8::try_from(name.len()).unwrap());
        names.extend(name.bytes());
        names.push(7);
        names.extend(u16::try_from(value.len()).unwrap().to_be_bytes());
        names.extend(value.bytes());
    }
    let size = |length: usize| u32::try_from(length).unwrap().to_be_bytes();
    let mut bytes = [size(names.len() + payload.len() + 16), size(names.len())].concat();
    bytes.extend(crc(&bytes).to_be_bytes());
    bytes.extend([&names, payload].concat());
    bytes.extend(crc(&bytes).to_be_bytes());
    bytes
}

/// CRC-32 as Ethernet has it, bit by bit.
pub(crate) fn crc(bytes: &[u8]) -> u32 {
    let step = |crc: u32| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 };
    !bytes.iter().fold(!0, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), |crc, _| step(crc)))
}

/// A whole stream: the start, these events, and the ending with that stop reason and further fields of `metadata`.
pub(crate) fn stream(events: &[(&str, Value)], stop: &str, metadata: Value) -> Vec<u8> {
    let mut bytes = event("messageStart", &json!({"role": "assistant", "p": "abc"}));
    bytes.extend(events.iter().flat_map(|(name, payload)| event(name, payload)));
    bytes.extend(ending(stop, metadata));
    bytes
}

/// The last two events.
pub(crate) fn ending(stop: &str, metadata: Value) -> Vec<u8> {
    let mut last = json!({"metrics": {"latencyMs": 5}, "usage": USAGE.parse::<Value>().unwrap()});
    let Value::Object(metadata) = metadata else { panic!("an object") };
    last.as_object_mut().unwrap().extend(metadata);
    let stop = event("messageStop", &json!({"stopReason": stop, "p": "ab"}));
    [stop, event("metadata", &last)].concat()
}

/// The usage of every answer that is made here.
pub(crate) const USAGE: &str = r#"{"inputTokens":40,"outputTokens":9,"totalTokens":49}"#;

/// A delta of the block at `index`.
pub(crate) fn delta(index: u64, delta: &Value) -> (&'static str, Value) {
    ("contentBlockDelta", json!({"contentBlockIndex": index, "delta": delta, "p": "abcd"}))
}

pub(crate) fn block_stop(index: u64) -> (&'static str, Value) {
    ("contentBlockStop", json!({"contentBlockIndex": index}))
}

/// These bytes as a provider's stream or whole answer.
pub(crate) fn raw(stream: bool, body: Vec<u8>) -> Script {
    let kind = if stream { "application/vnd.amazon.eventstream" } else { "application/json" };
    let headers = [("content-type".to_owned(), kind.to_owned())].into();
    Script { headers, raw_body: Some(body), ..Script::default() }
}
