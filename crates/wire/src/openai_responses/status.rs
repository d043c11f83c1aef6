//! How a response ended, in OpenAI's words.

use crate::chat::StopReason;

/// Reads `status` and `incomplete_details.reason`; `calls` says whether the answer calls tools.
pub(super) fn read(status: &str, reason: Option<&str>, calls: bool) -> StopReason {
    match (status, reason) {
        ("incomplete", Some("max_output_tokens") | None) => StopReason::Length,
        ("incomplete", Some("content_filter")) => StopReason::ContentFilter,
        ("incomplete", Some(other)) => StopReason::Other(other.to_owned()),
        _ if calls => StopReason::ToolUse,
        _ => StopReason::End,
    }
}

/// Whether a response with this status has no end that its asker waits for: it was taken back, or goes on in the background,
/// which is never asked for.
pub(super) fn is_open(status: &str) -> bool {
    matches!(status, "cancelled" | "queued" | "in_progress")
}

/// Whether a response with this status is no answer.
pub(super) fn is_error(status: &str) -> bool {
    status == "failed" || is_open(status)
}

/// The reason why a response is incomplete; `None` when it is complete.
pub(super) fn incomplete(stop: &StopReason) -> Option<&'static str> {
    match stop {
        StopReason::Length | StopReason::ContextWindow => Some("max_output_tokens"),
        // of a broken answer a part is withheld, so nobody takes it for a finished turn
        StopReason::ContentFilter | StopReason::Guardrail | StopReason::Malformed { .. } => Some("content_filter"),
        StopReason::End
        | StopReason::StopSequence
        | StopReason::ToolUse
        | StopReason::Refusal
        | StopReason::Pause
        | StopReason::Other(_) => None,
    }
}

/// Where the last item of an answer is at, which stopped short for the reason `incomplete` if it did.
pub(super) fn of_last_item(incomplete: Option<&str>) -> &'static str {
    if incomplete.is_some() { "incomplete" } else { "completed" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_reasons() {
        for (status, reason, calls, stop, back) in [
            ("completed", None, false, StopReason::End, None),
            ("completed", None, true, StopReason::ToolUse, None),
            ("incomplete", Some("max_output_tokens"), true, StopReason::Length, Some("max_output_tokens")),
            ("incomplete", None, false, StopReason::Length, Some("max_output_tokens")),
            ("incomplete", Some("content_filter"), false, StopReason::ContentFilter, Some("content_filter")),
            ("incomplete", Some("steered"), false, StopReason::Other("steered".into()), None),
        ] {
            assert_eq!(read(status, reason, calls), stop, "{status} {reason:?}");
            assert_eq!(incomplete(&stop), back, "{stop:?}");
        }
        for (stop, word) in [
            (StopReason::ContextWindow, Some("max_output_tokens")),
            (StopReason::Guardrail, Some("content_filter")),
            (StopReason::Malformed { tool_use: true }, Some("content_filter")),
            (StopReason::Refusal, None),
            (StopReason::Pause, None),
        ] {
            assert_eq!(incomplete(&stop), word, "{stop:?}");
        }
    }
}
