//! Bedrock's Converse and its event-stream frames.

use super::{Script, text};

const EVENT_STREAM: &str = "application/vnd.amazon.eventstream";

pub(super) fn converse() -> Script {
    let usage = r#""usage":{"inputTokens":220,"outputTokens":100,"totalTokens":320}"#;
    let reply = format!(
        r#"{{"metrics":{{"latencyMs":12}},"output":{{"message":{{"content":[{{"text":"{}"}}],"role":"assistant"}}}},"stopReason":"end_turn",{usage}}}"#,
        text()
    );
    Script::new(
        &reply,
        EVENT_STREAM,
        &[frame("messageStart", r#"{"p":"abcdefgh","role":"assistant"}"#)],
        |text| {
            let delta = format!(r#"{{"contentBlockIndex":0,"delta":{{"text":"{text}"}},"p":"abcdefghijkl"}}"#);
            frame("contentBlockDelta", &delta)
        },
        |_| {
            vec![
                frame("contentBlockStop", r#"{"contentBlockIndex":0,"p":"abcd"}"#),
                frame("messageStop", r#"{"p":"abcdef","stopReason":"end_turn"}"#),
                frame("metadata", &format!(r#"{{"metrics":{{"latencyMs":12}},"p":"abcd",{usage}}}"#)),
            ]
        },
    )
}

/// `total | headers | CRC | headers… | payload | CRC`, big-endian; header values are strings (type 7).
fn frame(event: &str, payload: &str) -> Vec<u8> {
    let pairs = [(":event-type", event), (":content-type", "application/json"), (":message-type", "event")];
    let mut headers = Vec::new();
    for (name, value) in pairs {
        headers.extend(u8::try_from(name.len()).unwrap_or(u8::MAX).to_be_bytes());
        headers.extend_from_slice(name.as_bytes());
        headers.push(7);
        headers.extend(u16::try_from(value.len()).unwrap_or(u16::MAX).to_be_bytes());
        headers.extend_from_slice(value.as_bytes());
    }
    let size = |length: usize| u32::try_from(length).unwrap_or(u32::MAX).to_be_bytes();
    let mut frame = [size(headers.len() + payload.len() + 16), size(headers.len())].concat();
    frame.extend(crc32fast::hash(&frame).to_be_bytes());
    frame.extend(headers);
    frame.extend_from_slice(payload.as_bytes());
    frame.extend(crc32fast::hash(&frame).to_be_bytes());
    frame
}
