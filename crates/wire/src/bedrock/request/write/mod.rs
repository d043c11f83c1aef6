//! Writing a request for a provider. What Converse cannot say is named in `Written::dropped`, or refused where leaving it out
//! would change what is asked.

mod blocks;
mod legal;
mod media;
mod messages;
mod options;
mod reasoning;
mod tools;

use serde::Serialize;

use crate::anthropic::model::Model;
use crate::anthropic::request::Sampling;
use crate::bedrock::block::Block;
use crate::chat::Request;
use crate::dialect::{Target, Written};
use crate::json::{Invalid, Raw};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Body<'a> {
    messages: Vec<messages::Turn<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    system: Vec<Block<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    inference_config: Option<options::Inference<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tool_config: Option<tools::Config<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    output_config: Option<options::OutputConfig<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    additional_model_request_fields: Option<options::Extra<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    guardrail_config: Option<&'a Raw>,
    #[serde(skip_serializing_if = "options::Metadata::is_empty")]
    request_metadata: options::Metadata<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    service_tier: Option<options::Tier<'a>>,
}

/// Writes `request`; its model and whether it streams are for the path.
pub fn write(request: &Request, target: &Target<'_>) -> Result<Written, Invalid> {
    let mut dropped = Vec::new();
    let (model, claude) = (Model::of(target.model), crate::bedrock::is_claude(target.model));
    let reasoning = reasoning::of(request, model, claude, &mut dropped)?;
    let sampling = Sampling::of(&request.sampling, model, reasoning.is_on(), &mut dropped);
    let inference_config = options::Inference::of(request, &sampling, &mut dropped)?;
    let (system, messages) = messages::write(&request.messages, &mut dropped)?;
    let tools = tools::of(request, model, claude, &mut dropped)?;
    let body = Body {
        messages,
        system,
        inference_config,
        tool_config: tools.config,
        output_config: options::OutputConfig::of(reasoning.effort, &request.output, &mut dropped),
        additional_model_request_fields: options::Extra::of(reasoning.thinking, sampling.top_k, tools.serial),
        guardrail_config: request.guardrail.as_ref(),
        request_metadata: options::Metadata::of(request, &mut dropped),
        service_tier: options::Tier::of(request.service_tier.as_deref(), &mut dropped),
    };
    let body = serde_json::to_vec(&body).map_err(|error| Invalid::new("body", error.to_string()))?;
    Ok(Written { body, dropped })
}
