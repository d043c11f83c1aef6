//! Why an answer ended: the chat's words, but for that of tools, which SDKs do not know here.

use serde_json::value::RawValue;

use crate::chat::StopReason;
use crate::openai_chat::finish;

/// Reads `finish_reason`. `matched` is vLLM's `stop_reason`, which holds the stop sequence that was met.
pub(super) fn read(word: &str, matched: Option<&RawValue>) -> (StopReason, Option<String>) {
    finish::read(word, false, matched)
}

pub(super) fn write(reason: &StopReason) -> &'static str {
    match reason {
        StopReason::ToolUse => "stop",
        other => finish::write(other),
    }
}
