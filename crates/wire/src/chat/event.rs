//! What a model answers, piece by piece.

use super::{Citation, StopReason, Usage};
use crate::error::ErrorReply;
use crate::json::Raw;

/// One step of a streamed answer. `choice` tells answers apart when several were asked for; `part` counts the parts of one answer.
///
/// Order: `Start`, then for each part `PartStart`, `Delta`s, `PartEnd`; `Stop` a choice; `Usage` whenever the provider
/// tells some (reports are cumulative); `End` last. Parts of one choice do not overlap. Nothing follows `End` or `Error`.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    Start {
        id: String,
        model: String,
        created: Option<i64>,
    },
    PartStart {
        choice: u32,
        part: u32,
        kind: PartStart,
    },
    Delta {
        choice: u32,
        part: u32,
        delta: Delta,
    },
    /// What the text of an open part rests on.
    Citation {
        choice: u32,
        part: u32,
        citation: Citation,
    },
    PartEnd {
        choice: u32,
        part: u32,
    },
    Stop {
        choice: u32,
        reason: StopReason,
        sequence: Option<String>,
    },
    Usage(Usage),
    /// What the provider's guardrail found, as it came; near the end.
    Trace(Raw),
    /// A sign of life.
    Ping,
    /// The provider's own ending. A stream without it is not complete.
    End,
    /// The provider broke off, in its own words.
    Error(ErrorReply),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PartStart {
    Text,
    Refusal,
    Thinking,
    RedactedThinking { data: String },
    ToolCall { id: String, name: String },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Delta {
    Text(String),
    Thinking(String),
    Signature(String),
    /// A piece of a tool call's arguments, byte for byte.
    Arguments(String),
}
