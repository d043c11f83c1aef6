//! Why the model stopped, in Gemini's words.

use crate::chat::StopReason;

/// Words for content that was withheld, or not to be made.
const WITHHELD: &[&str] = &[
    "SAFETY",
    "RECITATION",
    "BLOCKLIST",
    "PROHIBITED_CONTENT",
    "SPII",
    "IMAGE_SAFETY",
    "IMAGE_PROHIBITED_CONTENT",
    "IMAGE_RECITATION",
    "ESCALATION",
    "PUP_LIMITED_DISABLED",
];

/// Words that say something to Gemini's clients and nothing to others.
const OTHERS: &[&str] = &["LANGUAGE", "IMAGE_OTHER", "NO_IMAGE", "TOO_MANY_TOOL_CALLS", "MISSING_THOUGHT_SIGNATURE"];

/// Reads `finishReason`. The word is the same whether the model is done or wants tools called: `calls` tells.
pub(super) fn read(word: &str, calls: bool) -> StopReason {
    match word {
        "STOP" if calls => StopReason::ToolUse,
        "STOP" => StopReason::End,
        "MAX_TOKENS" => StopReason::Length,
        "MODEL_ARMOR" => StopReason::Guardrail,
        "CONTINUATION" => StopReason::Pause,
        "MALFORMED_FUNCTION_CALL" | "UNEXPECTED_TOOL_CALL" => StopReason::Malformed { tool_use: true },
        "MALFORMED_RESPONSE" => StopReason::Malformed { tool_use: false },
        withheld if WITHHELD.contains(&withheld) => StopReason::ContentFilter,
        other => StopReason::Other(other.to_owned()),
    }
}

/// Writes `finishReason`. A turn that was paused has no token here to go on with, so it is over.
pub(super) fn word(reason: &StopReason) -> &'static str {
    match reason {
        StopReason::End | StopReason::ToolUse | StopReason::StopSequence | StopReason::Pause => "STOP",
        StopReason::Length | StopReason::ContextWindow => "MAX_TOKENS",
        StopReason::ContentFilter | StopReason::Refusal => "SAFETY",
        StopReason::Guardrail => "MODEL_ARMOR",
        StopReason::Malformed { tool_use: true } => "MALFORMED_FUNCTION_CALL",
        StopReason::Malformed { tool_use: false } => "MALFORMED_RESPONSE",
        StopReason::Other(word) => OTHERS.iter().find(|known| **known == word).unwrap_or(&"OTHER"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_come_back_as_they_went() {
        for known in ["STOP", "MAX_TOKENS", "SAFETY", "MODEL_ARMOR", "MALFORMED_FUNCTION_CALL", "MALFORMED_RESPONSE"] {
            assert_eq!(word(&read(known, false)), known);
        }
        for known in OTHERS {
            assert_eq!(word(&read(known, false)), *known);
        }
        for withheld in WITHHELD {
            assert_eq!(read(withheld, false), StopReason::ContentFilter);
        }
    }

    #[test]
    fn the_nearest_word_is_taken() {
        assert_eq!(read("STOP", true), StopReason::ToolUse);
        assert_eq!(read("CONTINUATION", false), StopReason::Pause);
        assert_eq!(read("UNEXPECTED_TOOL_CALL", true), StopReason::Malformed { tool_use: true });
        assert_eq!(word(&StopReason::Other("null".into())), "OTHER");
        assert_eq!(word(&StopReason::Refusal), "SAFETY");
    }
}
