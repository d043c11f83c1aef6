//! Why the model stopped, in Bedrock's words.

use serde::{Deserialize, Serialize};

use crate::chat::StopReason;

const MALFORMED_OUTPUT: &str = "malformed_model_output";
const MALFORMED_TOOL_USE: &str = "malformed_tool_use";

/// Reads `stopReason`.
pub(super) fn read(word: &str) -> StopReason {
    match word {
        "end_turn" => StopReason::End,
        "max_tokens" => StopReason::Length,
        "stop_sequence" => StopReason::StopSequence,
        "tool_use" => StopReason::ToolUse,
        "content_filtered" => StopReason::ContentFilter,
        "guardrail_intervened" => StopReason::Guardrail,
        "model_context_window_exceeded" => StopReason::ContextWindow,
        MALFORMED_OUTPUT => StopReason::Malformed { tool_use: false },
        MALFORMED_TOOL_USE => StopReason::Malformed { tool_use: true },
        other => StopReason::Other(other.to_owned()),
    }
}

/// Writes `stopReason`. Clients that check strictly know only the words of the service's model, so an unknown one becomes
/// the plain ending.
pub(super) fn word(reason: &StopReason) -> &'static str {
    match reason {
        StopReason::Length => "max_tokens",
        StopReason::StopSequence => "stop_sequence",
        StopReason::ToolUse => "tool_use",
        StopReason::ContentFilter | StopReason::Refusal => "content_filtered",
        StopReason::Guardrail => "guardrail_intervened",
        StopReason::ContextWindow => "model_context_window_exceeded",
        StopReason::Malformed { tool_use: false } => MALFORMED_OUTPUT,
        StopReason::Malformed { tool_use: true } => MALFORMED_TOOL_USE,
        StopReason::End | StopReason::Pause | StopReason::Other(_) => "end_turn",
    }
}

/// `additionalModelResponseFields`, as far as it tells the stop sequence that was met: where clients look for it is where
/// the field stands in Anthropic's stream, as that is what they ask for (`/delta/stop_sequence`).
#[derive(Debug, Serialize)]
pub(super) struct ModelFields<'a> {
    delta: Sequence<'a>,
}

#[derive(Debug, Serialize)]
struct Sequence<'a> {
    stop_sequence: &'a str,
}

impl<'a> ModelFields<'a> {
    pub(super) fn of(sequence: Option<&'a str>) -> Option<Self> {
        sequence.map(|stop_sequence| Self { delta: Sequence { stop_sequence } })
    }
}

/// The stop sequence in `additionalModelResponseFields`, wherever the client's pointers put it: `/delta/stop_sequence` or
/// `/stop_sequence`.
pub(super) fn sequence(fields: &str) -> Option<String> {
    #[derive(Deserialize)]
    struct Fields {
        delta: Option<Inner>,
        stop_sequence: Option<String>,
    }
    #[derive(Deserialize)]
    struct Inner {
        stop_sequence: Option<String>,
    }
    let fields = serde_json::from_str::<Fields>(fields).ok()?;
    fields.delta.and_then(|inner| inner.stop_sequence).or(fields.stop_sequence)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_comes_back_as_it_went() {
        for known in [
            "end_turn",
            "tool_use",
            "max_tokens",
            "stop_sequence",
            "guardrail_intervened",
            "content_filtered",
            "malformed_model_output",
            "malformed_tool_use",
            "model_context_window_exceeded",
        ] {
            assert_eq!(word(&read(known)), known);
        }
    }

    #[test]
    fn what_bedrock_has_no_word_for_is_the_nearest() {
        assert_eq!(word(&StopReason::Refusal), "content_filtered");
        assert_eq!(word(&StopReason::Pause), "end_turn");
        assert_eq!(read("something_new"), StopReason::Other("something_new".to_owned()));
        assert_eq!(word(&read("something_new")), "end_turn");
    }

    #[test]
    fn the_stop_sequence_is_found_where_clients_ask_for_it() {
        for (fields, expected) in [
            (r#"{"delta":{"stop_sequence":"END"}}"#, Some("END")),
            (r#"{"stop_sequence":"END","other":1}"#, Some("END")),
            (r#"{"delta":{"stop_sequence":null}}"#, None),
            (r#"{"stop_sequence":7}"#, None),
            ("[]", None),
            ("null", None),
        ] {
            assert_eq!(sequence(fields).as_deref(), expected, "{fields}");
        }
        let written = serde_json::to_string(&ModelFields::of(Some("a\"b"))).unwrap();
        assert_eq!(sequence(&written).as_deref(), Some("a\"b"));
    }
}
