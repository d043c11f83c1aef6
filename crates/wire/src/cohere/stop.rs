//! Why the model stopped, in Cohere's words.

use crate::chat::StopReason;
use crate::error::ErrorKind;

/// The word of an answer that calls tools.
const TOOL_CALL: &str = "TOOL_CALL";
/// The word of an answer that broke off.
pub(super) const ERROR: &str = "ERROR";
const TIMEOUT: &str = "TIMEOUT";

/// Reads `finish_reason`. Those of the first version of the API stand for what it calls them there.
pub(super) fn read(word: &str) -> StopReason {
    match word {
        "COMPLETE" => StopReason::End,
        "MAX_TOKENS" => StopReason::Length,
        "STOP_SEQUENCE" => StopReason::StopSequence,
        TOOL_CALL => StopReason::ToolUse,
        "ERROR_TOXIC" => StopReason::ContentFilter,
        "ERROR_LIMIT" => StopReason::ContextWindow,
        ERROR | TIMEOUT => StopReason::Malformed { tool_use: false },
        other => StopReason::Other(other.to_owned()),
    }
}

/// What a stream broke off with, if the word says so.
pub(super) fn failure(word: &str) -> Option<ErrorKind> {
    match word {
        ERROR => Some(ErrorKind::Internal),
        TIMEOUT => Some(ErrorKind::Timeout),
        _ => None,
    }
}

/// Writes `finish_reason`. The second version of the API has no word for an answer of which something is withheld, and its
/// SDKs take any: the first version's says it.
pub(super) fn word(reason: &StopReason) -> &'static str {
    match reason {
        StopReason::End | StopReason::Pause | StopReason::Other(_) => "COMPLETE",
        StopReason::Length | StopReason::ContextWindow => "MAX_TOKENS",
        StopReason::StopSequence => "STOP_SEQUENCE",
        StopReason::ToolUse => TOOL_CALL,
        StopReason::ContentFilter | StopReason::Guardrail | StopReason::Refusal => "ERROR_TOXIC",
        StopReason::Malformed { .. } => ERROR,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_comes_back_as_it_went() {
        for known in ["COMPLETE", "MAX_TOKENS", "STOP_SEQUENCE", "TOOL_CALL", "ERROR", "ERROR_TOXIC"] {
            assert_eq!(word(&read(known)), known);
        }
    }

    #[test]
    fn what_cohere_has_no_word_for_is_the_nearest() {
        for (reason, expected) in [
            (StopReason::Guardrail, "ERROR_TOXIC"),
            (StopReason::Refusal, "ERROR_TOXIC"),
            (StopReason::ContextWindow, "MAX_TOKENS"),
            (StopReason::Malformed { tool_use: true }, "ERROR"),
            (StopReason::Pause, "COMPLETE"),
            (read("USER_CANCEL"), "COMPLETE"),
        ] {
            assert_eq!(word(&reason), expected, "{reason:?}");
        }
        assert_eq!(read("TIMEOUT"), StopReason::Malformed { tool_use: false });
        assert_eq!(read("ERROR_LIMIT"), StopReason::ContextWindow);
    }
}
