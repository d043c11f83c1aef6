//! What a model answered, whole.

use super::{Part, Usage};

#[derive(Clone, Debug, PartialEq)]
pub struct Reply {
    pub id: String,
    pub model: String,
    /// Seconds since 1970, where the dialect says it.
    pub created: Option<i64>,
    /// At least one.
    pub choices: Vec<Choice>,
    pub usage: Usage,
    pub service_tier: Option<String>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    pub parts: Vec<Part>,
    pub stop: StopReason,
    /// The stop sequence that was met, when `stop` is `StopSequence`.
    pub stop_sequence: Option<String>,
}

/// Why the model stopped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StopReason {
    /// It was done.
    End,
    /// The output ceiling was reached.
    Length,
    StopSequence,
    /// It wants tools called.
    ToolUse,
    /// The provider withheld content.
    ContentFilter,
    /// The model declined.
    Refusal,
    /// A long turn was paused and may be continued.
    Pause,
    /// Input and output together reached the context window.
    ContextWindow,
    /// A word that we do not know, as it came.
    Other(String),
}
