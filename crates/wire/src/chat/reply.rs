//! What a model answered, whole.

use super::{Delta, Event, Part, PartStart, Usage};
use crate::json::Raw;

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
    /// What the provider's guardrail found (Bedrock's `trace`), as it came.
    pub trace: Option<Raw>,
}

impl Reply {
    /// The same answer as a stream of events, its text in pieces of a word, with what it rests on. Parts other than text are
    /// left out.
    pub fn events(&self) -> Vec<Event> {
        let start = Event::Start { id: self.id.clone(), model: self.model.clone(), created: self.created };
        let mut events = vec![start, Event::Usage(self.usage)];
        for (choice, answer) in (0..).zip(&self.choices) {
            let texts = answer.parts.iter().filter_map(|part| match part {
                Part::Text { text, citations, .. } => Some((text, citations)),
                _ => None,
            });
            for (part, (text, citations)) in (0..).zip(texts) {
                events.push(Event::PartStart { choice, part, kind: PartStart::Text });
                let pieces = text.split_inclusive(char::is_whitespace);
                events.extend(pieces.map(|piece| Event::Delta { choice, part, delta: Delta::Text(piece.to_owned()) }));
                let citations = citations.iter().cloned();
                events.extend(citations.map(|citation| Event::Citation { choice, part, citation }));
                events.push(Event::PartEnd { choice, part });
            }
            let (reason, sequence) = (answer.stop.clone(), answer.stop_sequence.clone());
            events.push(Event::Stop { choice, reason, sequence });
        }
        events.extend(self.trace.clone().map(Event::Trace));
        events.push(Event::End);
        events
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    pub parts: Vec<Part>,
    pub stop: StopReason,
    /// The stop sequence that was met, when `stop` is `StopSequence`.
    pub stop_sequence: Option<String>,
    /// The log probabilities of its text's tokens (OpenAI), each as it came.
    pub logprobs: Vec<Raw>,
}

impl Choice {
    /// An answer of which no more is known.
    pub fn new(parts: Vec<Part>, stop: StopReason) -> Self {
        Self { parts, stop, stop_sequence: None, logprobs: Vec::new() }
    }
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
    /// The guardrail of the request stepped in.
    Guardrail,
    /// The model declined.
    Refusal,
    /// A long turn of the provider's own tools was paused and may be continued, by who sends all of it back. Only Anthropic has
    /// a word for it, and only there all of it can come back. The others say that it is done: their words for an answer that
    /// was cut off would have clients raise the ceiling, which was not reached, or throw away what was said.
    Pause,
    /// Input and output together reached the context window.
    ContextWindow,
    /// What it made is broken, a call of a tool or the rest of the answer: no finished turn, and nothing to go on from.
    Malformed {
        tool_use: bool,
    },
    /// A word that we do not know, as it came.
    Other(String),
}
