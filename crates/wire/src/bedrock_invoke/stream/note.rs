//! What a frame tells without decoding the conversation.

use memchr::memmem;
use serde::Deserialize;

use super::chunk;
use crate::anthropic;
use crate::chat::Usage;
use crate::frame::event_stream::{Frame, Kind};
use crate::frame::sse;
use crate::note::{Ending, Note};

/// What Bedrock adds to the last event of every model.
const METRICS: &[u8] = b"\"amazon-bedrock-invocationMetrics\"";

#[derive(Deserialize)]
struct Last {
    #[serde(rename = "amazon-bedrock-invocationMetrics")]
    metrics: Metrics,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Metrics {
    input_token_count: Option<u64>,
    output_token_count: Option<u64>,
}

/// Notes usage, the size of what was generated and the end. Claude's own events say more than Bedrock's counts at the end,
/// which are all that is known of other models.
pub fn note(frame: &Frame) -> Note {
    if !matches!(frame.kind(), Kind::Event(_)) {
        return Note { ending: Ending::Error, ..Note::default() };
    }
    let Some(event) = chunk::open(frame) else { return Note::default() };
    let is_last = memmem::find(&event, METRICS).is_some();
    if memmem::find(&event, b"\"type\"").is_some() {
        let noted = anthropic::stream::note(&as_sse(&event));
        if noted != Note::default() || !is_last {
            return noted;
        }
    }
    let usage = is_last.then(|| usage(&event)).flatten();
    let ending = if is_last { Ending::Complete } else { Ending::No };
    Note { usage, text_bytes: event.len(), ending, ..Note::default() }
}

/// The event as Anthropic's own stream has it.
pub(super) fn as_sse(event: &[u8]) -> sse::Frame {
    let mut frame = Vec::with_capacity(event.len() + 8);
    frame.extend_from_slice(b"data: ");
    // no line may end within the event
    frame.extend(event.iter().map(|byte| if matches!(byte, b'\n' | b'\r') { b' ' } else { *byte }));
    frame.extend_from_slice(b"\n\n");
    sse::Frame::new(frame)
}

fn usage(event: &[u8]) -> Option<Usage> {
    let Metrics { input_token_count: input, output_token_count: output } =
        serde_json::from_slice::<Last>(event).ok()?.metrics;
    Some(Usage { input, output, ..Usage::default() })
}
