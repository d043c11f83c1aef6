//! Writing a request for a provider of this dialect: what it cannot say is named.

mod breakpoint;
mod dropped;
mod message;
mod part;
mod said;
mod search;
#[cfg(test)]
mod tests;
mod tool;
mod wire;

pub(crate) use self::breakpoint::Breakpoint;
pub(crate) use self::dropped::Dropped;
pub(crate) use self::message::FAILED;
pub(crate) use self::said::{name_wishes, said};
pub(crate) use self::tool::strict;
use self::wire::{Body, ResponseFormat};
pub(crate) use self::wire::{JsonSchema, StreamOptions, pairs};
use crate::chat::{Effort, OutputFormat, Reasoning, ReasoningMode, Request};
use crate::dialect::{CeilingField, Target, Written};
use crate::json::{Invalid, Raw};

/// Writes `request` for a provider. Usage is always asked for in streams: the gateway needs it.
pub fn write(request: &Request, target: &Target<'_>) -> Result<Written, Invalid> {
    let mut dropped = Dropped::new(target.extras);
    let old_ceiling = target.ceiling == CeilingField::MaxTokens;
    let sampling = &request.sampling;
    if sampling.top_k.is_some() {
        dropped.name("sampling.top_k");
    }
    if request.guardrail.is_some() {
        dropped.name("guardrail");
    }
    if !target.extras && request.verbosity.is_some() {
        dropped.name("verbosity");
    }
    let openai = openai(request, target, &mut dropped);
    let body = Body {
        model: target.model,
        messages: message::all(&request.messages, &mut dropped),
        tools: tool::all(&request.tools, &mut dropped),
        tool_choice: request.tool_choice.as_ref().map(|choice| tool::choice(choice, &request.tools)),
        web_search_options: request.web_search.as_ref().map(|tool| search::options(tool, &mut dropped)),
        parallel_tool_calls: request.parallel_tools,
        max_tokens: request.max_output_tokens.filter(|_| old_ceiling),
        max_completion_tokens: request.max_output_tokens.filter(|_| !old_ceiling),
        temperature: sampling.temperature.as_ref(),
        top_p: sampling.top_p.as_ref(),
        presence_penalty: sampling.presence_penalty.as_ref(),
        frequency_penalty: sampling.frequency_penalty.as_ref(),
        seed: sampling.seed.as_ref(),
        n: sampling.n,
        stop: &request.stop,
        reasoning_effort: request.reasoning.as_ref().and_then(|reasoning| effort(reasoning, &mut dropped)),
        response_format: response_format(&request.output),
        stream: request.stream.then_some(true),
        stream_options: request.stream.then_some(StreamOptions { include_usage: true }),
        user: request.user.as_deref(),
        service_tier: service_tier(request.service_tier.as_deref(), &mut dropped),
        metadata: &request.metadata,
        verbosity: request.verbosity.as_deref().filter(|_| target.extras),
        logprobs: request.logprobs.map(|_| true),
        top_logprobs: request.logprobs.filter(|count| *count > 0),
        openai,
    };
    let body = serde_json::to_vec(&body).map_err(|error| Invalid::new("body", error.to_string()))?;
    Ok(Written { body, dropped: dropped.into_paths() })
}

/// The fields that only OpenAI is known to take. Names them for other servers.
pub(crate) fn openai<'a>(
    request: &'a Request,
    target: &Target<'_>,
    dropped: &mut Dropped,
) -> &'a [(&'static str, Raw)] {
    if target.extras {
        return &request.openai;
    }
    for (name, _) in &request.openai {
        dropped.name(*name);
    }
    &[]
}

fn response_format(output: &OutputFormat) -> Option<ResponseFormat<'_>> {
    match output {
        OutputFormat::Text => None,
        OutputFormat::JsonObject => Some(ResponseFormat::JsonObject),
        OutputFormat::JsonSchema { name, description, schema, strict } => Some(ResponseFormat::JsonSchema {
            json_schema: JsonSchema::new(name.as_deref(), description.as_deref(), schema, *strict),
        }),
    }
}

/// Anthropic's `standard_only` asks for no priority capacity, which is what OpenAI calls `default`. Capacity that was reserved
/// at AWS is nowhere else.
pub(crate) fn service_tier<'a>(tier: Option<&'a str>, dropped: &mut Dropped) -> Option<&'a str> {
    match tier? {
        "standard_only" => Some("default"),
        "reserved" => {
            dropped.name("service_tier");
            None
        }
        tier => Some(tier),
    }
}

/// Servers of this dialect show what reasoning they want to: the wish to see none changes nothing, and nor does the wish for
/// whatever summary there is.
fn effort<'a>(reasoning: &'a Reasoning, dropped: &mut Dropped) -> Option<&'a str> {
    if reasoning.display.as_ref().is_some_and(|display| display != "omitted") {
        dropped.name("thinking.display");
    }
    if reasoning.summary.as_ref().is_some_and(|summary| summary != "auto") {
        dropped.name("reasoning.summary");
    }
    effort_word(reasoning, dropped)
}

/// The effort in a word. A budget without a word becomes the nearest one.
pub(crate) fn effort_word<'a>(reasoning: &'a Reasoning, dropped: &mut Dropped) -> Option<&'a str> {
    let word = reasoning.effort.as_ref().map(|effort| effort.0.as_str());
    match (reasoning.mode, word, reasoning.budget_tokens) {
        (Some(ReasoningMode::Disabled), word, _) => {
            if word.is_some_and(|word| word != "none") {
                dropped.name("reasoning.effort");
            }
            Some("none")
        }
        (_, Some(word), budget) => {
            if budget.is_some() {
                dropped.name("thinking.budget_tokens");
            }
            Some(word)
        }
        (_, None, Some(budget)) => Some(Effort::of_budget(budget)),
        (None | Some(ReasoningMode::Unsaid), None, None) => None,
        (Some(_), None, None) => {
            dropped.name("thinking");
            None
        }
    }
}
