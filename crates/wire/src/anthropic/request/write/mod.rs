//! Writing a request for a provider. What Anthropic cannot say is named in `Written::dropped`, or refused where leaving it
//! out would change what is asked.

mod blocks;
mod media;
mod messages;
mod options;
mod sampling;
mod thinking;
mod tools;
mod unsayable;

pub(crate) use sampling::Sampling;
pub(crate) use thinking::{Reasoning, Thinking, check_budget, reasoning};
pub(crate) use unsayable::name_settings;

use serde::Serialize;

use crate::anthropic::block::Content;
use crate::anthropic::model::Model;
use crate::chat::{OutputFormat, Request};
use crate::dialect::{Target, Written};
use crate::json::{Invalid, Raw};

/// Stands in where nobody set a ceiling, as the API requires one. The gateway always sets it: this is small on purpose.
const DEFAULT_MAX_TOKENS: u64 = 4096;

#[derive(Serialize)]
struct Body<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    anthropic_version: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    model: Option<&'a str>,
    max_tokens: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    system: Option<Content<'a>>,
    messages: Vec<messages::Turn<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tools: Vec<tools::Tool<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tool_choice: Option<tools::Choice<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    thinking: Option<Thinking<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    output_config: Option<options::OutputConfig<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    temperature: Option<&'a Raw>,
    #[serde(skip_serializing_if = "Option::is_none")]
    top_p: Option<&'a Raw>,
    #[serde(skip_serializing_if = "Option::is_none")]
    top_k: Option<&'a Raw>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    stop_sequences: &'a [String],
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    stream: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    metadata: Option<Metadata<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    service_tier: Option<&'static str>,
}

#[derive(Serialize)]
struct Metadata<'a> {
    user_id: &'a str,
}

/// Writes `request` for `target`.
pub fn write(request: &Request, target: &Target<'_>) -> Result<Written, Invalid> {
    write_as(request, target.model, None)
}

/// Writes `request` as Bedrock's InvokeModel takes it for a Claude: the URL has the model and the wish for a stream.
pub fn write_invoked(request: &Request, target: &Target<'_>, version: &'static str) -> Result<Written, Invalid> {
    write_as(request, target.model, Some(version))
}

fn write_as(request: &Request, name: &str, invoked: Option<&'static str>) -> Result<Written, Invalid> {
    let mut dropped = Vec::new();
    // who only said how much to think wants an answer besides
    let budget = request.reasoning.as_ref().and_then(|reasoning| reasoning.budget_tokens).unwrap_or_default();
    let max_tokens = request.max_output_tokens.unwrap_or(DEFAULT_MAX_TOKENS.saturating_add(budget));
    if request.sampling.n.is_some_and(|n| n > 1) {
        return Err(Invalid::new("sampling.n", "this provider gives one answer a request"));
    }
    name_settings(request, &mut dropped);
    dropped.extend(request.metadata.iter().map(|(key, _)| format!("metadata.{key}")));
    dropped.extend(request.guardrail.is_some().then(|| "guardrail".to_owned()));
    let (system, messages) = messages::write(&request.messages, &mut dropped)?;
    let model = Model::of(name);
    let reasoning = reasoning(request, Some(max_tokens), model, true, &mut dropped)?;
    let sampling = Sampling::of(&request.sampling, model, reasoning.is_on(), &mut dropped);
    let body = Body {
        anthropic_version: invoked,
        model: invoked.is_none().then_some(name),
        max_tokens,
        system,
        messages,
        tools: tools::list(request, &mut dropped),
        tool_choice: tools::Choice::of(request, model, &mut dropped),
        thinking: reasoning.thinking,
        output_config: options::OutputConfig::of(reasoning.effort, format(&request.output, &mut dropped)),
        temperature: sampling.temperature,
        top_p: sampling.top_p,
        top_k: sampling.top_k,
        stop_sequences: &request.stop,
        stream: request.stream && invoked.is_none(),
        metadata: request.user.as_deref().map(|user_id| Metadata { user_id }),
        service_tier: service_tier(request.service_tier.as_deref(), &mut dropped),
    };
    let body = serde_json::to_vec(&body).map_err(|error| Invalid::new("body", error.to_string()))?;
    Ok(Written { body, dropped })
}

/// The schema to answer in. Its name is OpenAI's formality and says nothing; `strict` is how Anthropic always takes it.
fn format<'a>(output: &'a OutputFormat, dropped: &mut Vec<String>) -> Option<&'a Raw> {
    match output {
        OutputFormat::Text => None,
        OutputFormat::JsonObject => {
            dropped.push("response_format".to_owned());
            None
        }
        OutputFormat::JsonSchema { description, schema, .. } => {
            if description.is_some() {
                dropped.push("response_format.description".to_owned());
            }
            Some(schema)
        }
    }
}

fn service_tier(tier: Option<&str>, dropped: &mut Vec<String>) -> Option<&'static str> {
    match tier? {
        "auto" => Some("auto"),
        "default" => Some("standard_only"),
        _ => {
            dropped.push("service_tier".to_owned());
            None
        }
    }
}
