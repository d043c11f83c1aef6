//! What a request wants of its answer.

use super::wire::{Format, Reasoning, Text};
use crate::chat::{self, OutputFormat, ReasoningMode, Request};
use crate::json::Invalid;
use crate::openai_chat::request::{Dropped, JsonSchema, effort_word};

/// Names what no field says.
pub(super) fn name_unsayable(request: &Request, dropped: &mut Dropped) -> Result<(), Invalid> {
    let sampling = &request.sampling;
    if sampling.n.is_some_and(|n| n > 1) {
        return Err(Invalid::new("sampling.n", "this provider gives one answer a request"));
    }
    for (name, is_set) in [
        ("sampling.top_k", sampling.top_k.is_some()),
        ("sampling.presence_penalty", sampling.presence_penalty.is_some()),
        ("sampling.frequency_penalty", sampling.frequency_penalty.is_some()),
        ("sampling.seed", sampling.seed.is_some()),
        ("stop", !request.stop.is_empty()),
        ("guardrail", request.guardrail.is_some()),
    ] {
        if is_set {
            dropped.name(name);
        }
    }
    Ok(())
}

/// How to think. A wish to see the reasoning in short is OpenAI's `summary`; a wish not to see it is what happens without one.
pub(super) fn reasoning<'a>(reasoning: &'a chat::Reasoning, dropped: &mut Dropped) -> Option<Reasoning<'a>> {
    let shown = match reasoning.display.as_deref() {
        Some("summarized") => Some("auto"),
        Some("omitted") => None,
        // who asks for thinking in its own words is shown it
        None => asks_for_thinking(reasoning).then_some("auto"),
        Some(_) => {
            dropped.name("thinking.display");
            None
        }
    };
    let effort = effort_word(reasoning, dropped);
    let summary = reasoning.summary.as_deref().or(shown);
    (effort.is_some() || summary.is_some()).then_some(Reasoning { effort, summary })
}

fn asks_for_thinking(reasoning: &chat::Reasoning) -> bool {
    matches!(reasoning.mode, Some(ReasoningMode::Enabled | ReasoningMode::Adaptive))
        || reasoning.budget_tokens.is_some()
}

pub(super) fn text(request: &Request) -> Option<Text<'_>> {
    let format = match &request.output {
        OutputFormat::Text => None,
        OutputFormat::JsonObject => Some(Format::JsonObject),
        OutputFormat::JsonSchema { name, description, schema, strict } => {
            Some(Format::JsonSchema(JsonSchema::new(name.as_deref(), description.as_deref(), schema, *strict)))
        }
    };
    let verbosity = request.verbosity.as_deref();
    (format.is_some() || verbosity.is_some()).then_some(Text { format, verbosity })
}

pub(super) fn include(request: &Request) -> Vec<&'static str> {
    let mut include = vec!["reasoning.encrypted_content"];
    include.extend(request.logprobs.map(|_| "message.output_text.logprobs"));
    include
}
