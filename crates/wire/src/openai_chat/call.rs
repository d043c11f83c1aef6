//! What answers and streams of tool calls have in common.

use serde_json::value::RawValue;

/// Arguments are a string with JSON in it; some servers send the JSON itself.
pub(super) fn arguments(value: &RawValue) -> String {
    serde_json::from_str(value.get()).unwrap_or_else(|_| value.get().to_owned())
}

/// An id for a call that came without one, as clients of every dialect must have one to answer.
pub(super) fn made_id(reply_id: &str, index: usize) -> String {
    format!("call_{index}_{reply_id}")
}
