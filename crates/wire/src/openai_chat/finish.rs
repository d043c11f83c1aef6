//! Why an answer ended, in OpenAI's words.

use serde_json::value::RawValue;

use crate::chat::StopReason;

/// Reads `finish_reason`. `calls` says whether the answer calls tools: with a forced tool OpenAI says `stop`.
/// `matched` is vLLM's `stop_reason`, which holds the stop sequence that was met.
pub(crate) fn read(word: &str, calls: bool, matched: Option<&RawValue>) -> (StopReason, Option<String>) {
    let reason = match word {
        "stop" if calls => StopReason::ToolUse,
        "stop" => {
            return match matched.and_then(|value| serde_json::from_str::<String>(value.get()).ok()) {
                Some(sequence) => (StopReason::StopSequence, Some(sequence)),
                None => (StopReason::End, None),
            };
        }
        "length" => StopReason::Length,
        "tool_calls" | "function_call" => StopReason::ToolUse,
        "content_filter" => StopReason::ContentFilter,
        // Mistral's word.
        "model_length" => StopReason::ContextWindow,
        other => StopReason::Other(other.to_owned()),
    };
    (reason, None)
}

/// The word for clients of the old functions, or for others.
pub(super) fn write_for(functions: bool, reason: &StopReason) -> &'static str {
    if functions && *reason == StopReason::ToolUse { "function_call" } else { write(reason) }
}

/// The word that clients of this dialect know. They know five only, so several reasons share one.
pub(crate) fn write(reason: &StopReason) -> &'static str {
    match reason {
        StopReason::End | StopReason::StopSequence | StopReason::Pause | StopReason::Other(_) => "stop",
        StopReason::Length | StopReason::ContextWindow => "length",
        StopReason::ToolUse => "tool_calls",
        // of a broken answer a part is withheld, so nobody takes it for a finished turn
        StopReason::ContentFilter | StopReason::Guardrail | StopReason::Refusal | StopReason::Malformed { .. } => {
            "content_filter"
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_reasons() {
        for (word, calls, reason, back) in [
            ("stop", false, StopReason::End, "stop"),
            ("stop", true, StopReason::ToolUse, "tool_calls"),
            ("tool_calls", true, StopReason::ToolUse, "tool_calls"),
            ("function_call", true, StopReason::ToolUse, "tool_calls"),
            ("length", false, StopReason::Length, "length"),
            ("content_filter", false, StopReason::ContentFilter, "content_filter"),
            ("model_length", false, StopReason::ContextWindow, "length"),
            ("insufficient_system_resource", false, StopReason::Other("insufficient_system_resource".into()), "stop"),
        ] {
            assert_eq!(read(word, calls, None), (reason.clone(), None), "{word}");
            assert_eq!(write(&reason), back, "{word}");
        }
        assert_eq!((write(&StopReason::Pause), write(&StopReason::Refusal)), ("stop", "content_filter"));
        assert_eq!(write(&StopReason::Malformed { tool_use: true }), "content_filter");
        let old = [StopReason::ToolUse, StopReason::End].map(|reason| write_for(true, &reason));
        assert_eq!(old, ["function_call", "stop"]);
    }

    #[test]
    fn a_stop_sequence_is_told_by_vllm() {
        let told: &RawValue = serde_json::from_str("\"###\"").unwrap();
        assert_eq!(read("stop", false, Some(told)), (StopReason::StopSequence, Some("###".into())));
        let token: &RawValue = serde_json::from_str("128009").unwrap();
        assert_eq!(read("stop", false, Some(token)), (StopReason::End, None));
    }
}
