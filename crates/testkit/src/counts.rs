//! Token counts, in the sense that the dialect's own fields have.

use serde::{Deserialize, Serialize};

use crate::decide::Decision;
use crate::dialect::Dialect;
use crate::turn::Turn;
use crate::write::THOUGHT;

/// Tokens of one exchange. For OpenAI, Gemini and Cohere `input` includes what the cache gave and took, for Anthropic and Bedrock it
/// does not: the numbers are those of the wire fields, but that Gemini's `output` is what it said and what it thought.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Counts {
    /// `prompt_tokens`, `input_tokens` or `inputTokens`.
    pub input: u64,
    /// `completion_tokens`, `output_tokens` or `outputTokens`.
    pub output: u64,
    /// `cached_tokens`, `cache_read_input_tokens` or `cacheReadInputTokens`.
    pub cache_read: u64,
    /// `cache_write_tokens`, `cache_creation_input_tokens` or `cacheWriteInputTokens`.
    pub cache_write: u64,
}

const CACHE_MARKS: [&str; 4] = ["cache_control", "cachePoint", "prompt_cache_key", "prompt_cache_breakpoint"];

/// Four characters make a token; a request that speaks of caching gets fixed cache numbers, of which OpenAI's chat
/// reports only what was read. Responses includes them in the input, which is never less.
pub(crate) fn measure(dialect: Dialect, body: &str, turn: &Turn, decision: &Decision) -> Counts {
    let spoken: usize = [&decision.text].into_iter().chain(&decision.others).map(|text| text.chars().count()).sum();
    let called: usize = decision.calls.iter().map(|call| call.arguments.chars().count()).sum();
    let thought = if turn.think { THOUGHT.len() } else { 0 };
    let cached = CACHE_MARKS.iter().any(|mark| body.contains(mark));
    let cache_read = if cached { 11 } else { 0 };
    let tells_writes =
        !matches!(dialect, Dialect::OpenaiChat | Dialect::OpenaiCompletions | Dialect::Gemini | Dialect::Cohere);
    let cache_write = if cached && tells_writes { 7 } else { 0 };
    let includes = matches!(dialect, Dialect::OpenaiResponses | Dialect::Gemini | Dialect::Cohere);
    let least = if includes { cache_read + cache_write } else { 0 };
    Counts {
        input: quarter(body.len()).max(least),
        output: quarter(spoken + called + thought),
        cache_read,
        cache_write,
    }
}

/// `max(1, chars / 4)`.
pub(crate) fn quarter(chars: usize) -> u64 {
    u64::try_from(chars / 4).unwrap_or(u64::MAX).max(1)
}
