//! Why the model stopped, in Anthropic's words.

use crate::chat::StopReason;

/// Reads `stop_reason`.
pub(super) fn read(word: &str) -> StopReason {
    match word {
        "end_turn" => StopReason::End,
        "max_tokens" => StopReason::Length,
        "stop_sequence" => StopReason::StopSequence,
        "tool_use" => StopReason::ToolUse,
        "pause_turn" => StopReason::Pause,
        "refusal" => StopReason::Refusal,
        "model_context_window_exceeded" => StopReason::ContextWindow,
        other => StopReason::Other(other.to_owned()),
    }
}

/// Writes `stop_reason`. SDKs that check strictly know only these words, so an unknown one becomes the plain ending.
pub(super) fn word(reason: &StopReason) -> &'static str {
    match reason {
        StopReason::End | StopReason::Other(_) => "end_turn",
        StopReason::Length => "max_tokens",
        StopReason::StopSequence => "stop_sequence",
        StopReason::ToolUse => "tool_use",
        StopReason::Pause => "pause_turn",
        // a client takes the turn back and asks anew, which is right for a broken answer too
        StopReason::Refusal | StopReason::ContentFilter | StopReason::Guardrail | StopReason::Malformed { .. } => {
            "refusal"
        }
        StopReason::ContextWindow => "model_context_window_exceeded",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_comes_back_as_it_went() {
        for known in [
            "end_turn",
            "max_tokens",
            "stop_sequence",
            "tool_use",
            "pause_turn",
            "refusal",
            "model_context_window_exceeded",
        ] {
            assert_eq!(word(&read(known)), known);
        }
    }

    #[test]
    fn what_anthropic_has_no_word_for_is_the_nearest() {
        assert_eq!(word(&StopReason::ContentFilter), "refusal");
        assert_eq!(word(&StopReason::Malformed { tool_use: false }), "refusal");
        assert_eq!(word(&read("something_new")), "end_turn");
    }
}
