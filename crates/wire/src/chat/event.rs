//! What a model answers, piece by piece.

use super::{CallKind, Citation, Part, StopReason, Thinking, Usage};
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
    /// The log probabilities of the tokens of the text that follows next (OpenAI), each as it came.
    Logprobs {
        choice: u32,
        part: u32,
        tokens: Vec<Raw>,
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

#[derive(Clone, Debug, PartialEq)]
pub enum PartStart {
    Text,
    Refusal,
    Thinking,
    RedactedThinking {
        data: String,
    },
    ToolCall {
        id: String,
        name: String,
        namespace: Option<String>,
        kind: CallKind,
    },
    /// A part that comes in one piece: an image, a search. No deltas follow.
    Whole(Box<Part>),
}

impl PartStart {
    /// The start of a function's call.
    pub fn function(id: impl Into<String>, name: impl Into<String>) -> Self {
        Self::ToolCall { id: id.into(), name: name.into(), namespace: None, kind: CallKind::Function }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Delta {
    Text(String),
    Thinking(String),
    Signature(String),
    /// What makes the reasoning of this part `Thinking::Sealed`; comes last.
    Sealed {
        id: Option<String>,
        data: String,
    },
    /// What makes the reasoning of this part `Thinking::Bound`; comes last.
    Bound(String),
    /// A piece of a tool call's arguments, byte for byte.
    Arguments(String),
}

impl Delta {
    /// A signature as it came, which may be a seal in disguise. A disguise is written whole, so it is read from one piece.
    pub fn signed(signature: String) -> Self {
        match Thinking::signed(String::new(), Some(signature)) {
            Thinking::Sealed { id, data, .. } => Self::Sealed { id, data },
            Thinking::Bound { proof, .. } => Self::Bound(proof),
            Thinking::Plain { signature, .. } => Self::Signature(signature.unwrap_or_default()),
            Thinking::Redacted { data } => Self::Signature(data),
        }
    }

    /// The text that the piece brings, whatever it is.
    pub fn text(&self) -> &str {
        match self {
            Self::Text(text) | Self::Thinking(text) | Self::Signature(text) | Self::Arguments(text) => text,
            Self::Sealed { data, .. } | Self::Bound(data) => data,
        }
    }
}
