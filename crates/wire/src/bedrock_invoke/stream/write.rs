//! Events as a client's stream.

use serde::Serialize;

use super::chunk;
use crate::anthropic;
use crate::bedrock;
use crate::chat::{Event, Usage};
use crate::dialect::Style;
use crate::frame::sse::FrameReader;

/// Writes the stream of a Claude: Anthropic's events, and Bedrock's counts in the last of them.
#[derive(Debug)]
pub struct Writer {
    inner: anthropic::stream::Writer,
    usage: Usage,
    over: bool,
}

#[derive(Serialize)]
struct Last {
    r#type: &'static str,
    #[serde(rename = "amazon-bedrock-invocationMetrics")]
    metrics: Metrics,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Metrics {
    input_token_count: u64,
    output_token_count: u64,
    /// In milliseconds.
    invocation_latency: u64,
    first_byte_latency: u64,
}

impl Writer {
    pub fn new(style: Style) -> Self {
        Self { inner: anthropic::stream::Writer::new(style), usage: Usage::default(), over: false }
    }

    /// Appends the bytes of `event` to `out`. `latency_ms` is the time since the provider was asked.
    pub fn write(&mut self, event: &Event, latency_ms: u64, out: &mut Vec<u8>) {
        if self.over {
            return;
        }
        match event {
            Event::Error(reply) => {
                self.over = true;
                return bedrock::error::write_frame(reply, out);
            }
            Event::Usage(usage) => self.usage.merge(usage),
            // a sign of life that SDKs of AWS would take for an event of the model
            Event::Ping => return,
            _ => {}
        }
        let mut written = Vec::new();
        self.inner.write(event, &mut written);
        self.wrap(&written, matches!(event, Event::End).then_some(latency_ms), out);
    }

    /// Puts each event of `written` into a frame; at the end, the last is said anew.
    fn wrap(&mut self, written: &[u8], end: Option<u64>, out: &mut Vec<u8>) {
        let mut frames = FrameReader::new(usize::MAX);
        frames.push(written);
        while let Ok(Some(frame)) = frames.next_frame() {
            match (frame.event(), end) {
                (Some("message_stop"), Some(latency_ms)) => self.last(latency_ms, out),
                _ => {
                    if let Some(data) = frame.data() {
                        chunk::write(data.as_bytes(), out);
                    }
                }
            }
        }
    }

    fn last(&mut self, latency_ms: u64, out: &mut Vec<u8>) {
        self.over = true;
        let metrics = Metrics {
            input_token_count: self.usage.input.unwrap_or_default(),
            output_token_count: self.usage.output.unwrap_or_default(),
            invocation_latency: latency_ms,
            first_byte_latency: latency_ms,
        };
        if let Ok(last) = serde_json::to_vec(&Last { r#type: "message_stop", metrics }) {
            chunk::write(&last, out);
        }
    }
}
