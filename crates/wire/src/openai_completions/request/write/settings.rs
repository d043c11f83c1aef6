//! Settings for which this API has no field.

use crate::chat::{OutputFormat, Reasoning, ReasoningMode, Request, ToolChoice};
use crate::json::Invalid;
use crate::openai_chat::request::Dropped;

/// Names them. A call of a tool that must be made is refused: without tools it would be another question.
pub(super) fn name_unsayable(request: &Request, dropped: &mut Dropped) -> Result<(), Invalid> {
    if let Some(ToolChoice::Required | ToolChoice::Tool(_) | ToolChoice::Allowed { required: true, .. }) =
        request.tool_choice
    {
        return Err(Invalid::new("tool_choice", "asks for a call, and this provider's API has no tools"));
    }
    for (path, said) in [
        ("tools", !request.tools.is_empty()),
        ("web_search", request.web_search.is_some()),
        // not OpenAI's, though some servers take it
        ("sampling.top_k", request.sampling.top_k.is_some()),
        ("response_format", request.output != OutputFormat::Text),
        ("verbosity", request.verbosity.as_deref().is_some_and(|word| word != "medium")),
        ("service_tier", request.service_tier.as_deref().is_some_and(|tier| !matches!(tier, "auto" | "default"))),
        ("guardrail", request.guardrail.is_some()),
    ] {
        if said {
            dropped.name(path);
        }
    }
    if let Some(reasoning) = &request.reasoning {
        name_reasoning(reasoning, dropped);
    }
    for (key, _) in &request.metadata {
        dropped.name(format!("metadata.{key}"));
    }
    for (name, _) in &request.openai {
        dropped.name(*name);
    }
    Ok(())
}

/// A wish that nothing be thought, or that nothing thought be shown, asks for what is so anyway.
fn name_reasoning(reasoning: &Reasoning, dropped: &mut Dropped) {
    let word = reasoning.effort.as_ref().map(|effort| effort.0.as_str());
    if reasoning.mode == Some(ReasoningMode::Disabled) || word == Some("none") {
        return;
    }
    let switched = matches!(reasoning.mode, Some(ReasoningMode::Enabled | ReasoningMode::Adaptive));
    for (path, said) in [
        ("reasoning.effort", word.is_some()),
        ("thinking.budget_tokens", reasoning.budget_tokens.is_some()),
        ("thinking", switched && word.is_none() && reasoning.budget_tokens.is_none()),
        ("thinking.display", reasoning.display.as_ref().is_some_and(|display| display != "omitted")),
        ("reasoning.summary", reasoning.summary.as_ref().is_some_and(|summary| summary != "auto")),
    ] {
        if said {
            dropped.name(path);
        }
    }
}
