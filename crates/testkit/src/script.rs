//! What one exchange does beyond what its prompt can say.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

use crate::counts::Counts;
use crate::frame_fault::FrameFault;
use crate::sse_style::SseStyle;

/// The behaviour of one exchange. Nothing set changes nothing.
///
/// In a prompt the same fields are JSON: `[[script:{"usage":"absent","cut_after_bytes":100}]]`.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Script {
    /// Which request it waits for; by default the next turn. Only for scripts that are pushed.
    pub when: When,
    /// The status. 400 and above answer the dialect's error body.
    pub status: Option<u16>,
    /// Response headers, added to the usual ones or in their place.
    pub headers: BTreeMap<String, String>,
    /// Close the connection instead of answering.
    pub hang_up: bool,
    /// Wait before the head of the response.
    pub delay_ms: u64,
    /// Wait between the head and the first byte of the body.
    pub first_byte_ms: u64,
    /// Wait before each frame of a stream.
    pub between_ms: u64,
    /// Write the body in pieces of this many bytes, wherever frames begin or end.
    pub chunk_bytes: Option<usize>,
    /// Write a stream with this many frames (or pieces, with `chunk_bytes`) in each write that no wait divides.
    pub frames_per_write: Option<usize>,
    /// Close the connection after this many bytes of the body.
    pub cut_after_bytes: Option<usize>,
    /// End the body in good order after this many bytes.
    pub end_after_bytes: Option<usize>,
    /// Send nothing more after this many bytes, until the client leaves.
    pub stall_after_bytes: Option<usize>,
    /// After this many frames send one that is not JSON. A reply that is no stream loses its last byte.
    pub malformed_after: Option<usize>,
    /// End the stream in good order without `[DONE]`, `message_stop`, `messageStop`, or the event that a response or message is over.
    pub omit_terminal: bool,
    /// End an event stream (Bedrock) in good order without `metadata`, or without the metrics in its last chunk (InvokeModel).
    pub omit_metadata: bool,
    /// Break one frame of an event stream (Bedrock), or let an error or a stranger come in: `{"at":2,"kind":"truncated"}`.
    pub frame_fault: Option<FrameFault>,
    /// Write server-sent events in another style: `{"line_end":"crlf"}`.
    pub sse: SseStyle,
    /// These bytes instead of the body.
    #[serde(deserialize_with = "text_as_bytes")]
    pub raw_body: Option<Vec<u8>>,
    /// This text instead of the answer.
    pub text: Option<String>,
    /// These tokens instead of the measured ones. A count of tokens answers `input`.
    pub counts: Option<Counts>,
    /// Parts of the tokens, of kinds that have a price of their own.
    pub classes: Classes,
    /// Take signatures and encrypted reasoning, whoever made them.
    pub any_proof: bool,
    /// How usage is reported.
    pub usage: UsageMode,
    /// Why the answer ended.
    pub stop: Option<Stop>,
    /// Unknown fields at the top of the reply, and of each chunk or event.
    pub extra: Map<String, Value>,
    /// Unknown fields inside: in the message or delta (OpenAI chat, Cohere), in each choice (text
    /// completions), in each item and part (OpenAI Responses), beside each vector (embeddings), in each
    /// block, delta and block start (Anthropic), in the message and in each tool use, its start and its delta (Bedrock, whose blocks are unions).
    pub extra_inner: Map<String, Value>,
}

/// A filter of requests; what is not set matches all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct When {
    /// The path, exactly. Without it only what a model answers matches (chat, messages, embeddings), never a count of tokens or a
    /// list of models.
    pub path: Option<String>,
    /// The model named in the body or in the path.
    pub model: Option<String>,
    /// Text anywhere in the body.
    pub body_contains: Option<String>,
}

/// Tokens that are counted among the others already, by kind. What is 0 is told only where the dialect always tells it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Classes {
    /// `reasoning_tokens` (OpenAI); in Responses 0 leaves what was really thought.
    pub reasoning: u64,
    /// `prompt_tokens_details.audio_tokens` (chat).
    pub input_audio: u64,
    /// `prompt_tokens_details.image_tokens` (chat).
    pub input_image: u64,
    /// `completion_tokens_details.audio_tokens` (chat).
    pub output_audio: u64,
    /// `completion_tokens_details.image_tokens` (chat).
    pub output_image: u64,
    /// Of what went into the cache, that which stays for an hour (Anthropic, Bedrock).
    pub cache_write_1h: u64,
}

/// How the tokens of an answer are reported.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UsageMode {
    /// As the dialect does.
    #[default]
    Present,
    /// Not at all.
    Absent,
    /// All numbers 0.
    Zero,
    /// `"usage": null`.
    Null,
    /// All numbers negative.
    Negative,
    /// All numbers with a fraction.
    Float,
    /// Numbers that fit 64 bits but no price: 9 * 10^18.
    Huge,
    /// A stream reports 10 tokens more before it ends than at its end (Bedrock: in a `metadata` too
    /// many). Cohere reports only there.
    Decreasing,
}

/// Why an answer ended, in the dialect's word for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stop {
    /// `length`, `max_output_tokens` or `max_tokens`.
    Length,
    /// `content_filter`, `refusal` or `content_filtered`.
    Filter,
    /// `stop` or `stop_sequence`.
    Sequence,
    /// Any other word.
    Verbatim(String),
}

pub(crate) const HUGE: u64 = 9_000_000_000_000_000_000;

impl When {
    /// Whether a request is the one waited for. `turn` is whether it asks for an answer of a model.
    pub(crate) fn matches(&self, path: &str, model: Option<&str>, body: &str, turn: bool) -> bool {
        self.path.as_ref().map_or(turn, |wanted| wanted == path)
            && self.model.as_ref().is_none_or(|wanted| Some(wanted.as_str()) == model)
            && self.body_contains.as_ref().is_none_or(|wanted| body.contains(wanted))
    }
}

impl UsageMode {
    /// A count as this mode writes it.
    pub(crate) fn number(self, count: u64) -> Value {
        match self {
            Self::Zero => Value::from(0),
            Self::Negative => Value::from(-i64::try_from(count).unwrap_or(i64::MAX)),
            Self::Float => format!("{count}.5").parse().unwrap_or_default(),
            Self::Huge => Value::from(HUGE),
            Self::Present | Self::Absent | Self::Null | Self::Decreasing => Value::from(count),
        }
    }

    /// What a careful reader makes of the numbers written; nothing if they are no counts.
    pub(crate) fn reported(self, counts: Counts) -> Option<Counts> {
        match self {
            Self::Present | Self::Decreasing => Some(counts),
            Self::Zero => Some(Counts::default()),
            Self::Huge => Some(Counts { input: HUGE, output: HUGE, cache_read: 0, cache_write: 0 }),
            Self::Absent | Self::Null | Self::Negative | Self::Float => None,
        }
    }
}

fn text_as_bytes<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Vec<u8>>, D::Error> {
    Ok(Option::<String>::deserialize(deserializer)?.map(String::into_bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_each_mode() {
        for (mode, expect) in [
            (UsageMode::Present, "7"),
            (UsageMode::Zero, "0"),
            (UsageMode::Negative, "-7"),
            (UsageMode::Float, "7.5"),
            (UsageMode::Huge, "9000000000000000000"),
        ] {
            assert_eq!(mode.number(7).to_string(), expect, "{mode:?}");
        }
    }

    #[test]
    fn a_script_reads_from_json() {
        let script: Script = serde_json::from_str(
            r#"{"usage":"null","stop":{"verbatim":"pause_turn"},"raw_body":"x","extra":{"a":1},"when":{"model":"m"}}"#,
        )
        .unwrap();
        assert_eq!(script.usage, UsageMode::Null);
        assert_eq!(script.stop, Some(Stop::Verbatim("pause_turn".to_owned())));
        assert_eq!(script.raw_body.as_deref(), Some(&b"x"[..]));
        assert_eq!(script.when.model.as_deref(), Some("m"));
    }
}
