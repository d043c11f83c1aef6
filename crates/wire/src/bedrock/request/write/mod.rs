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
    let claude = crate::bedrock::is_claude(target.model);
    let inference_config = options::Inference::of(request, &mut dropped)?;
    let (system, messages) = messages::write(&request.messages, &mut dropped)?;
    let tools = tools::of(request, claude, &mut dropped)?;
    let reasoning = reasoning::of(request.reasoning.as_ref(), request.max_output_tokens, claude, &mut dropped)?;
    let body = Body {
        messages,
        system,
        inference_config,
        tool_config: tools.config,
        output_config: options::OutputConfig::of(reasoning.effort, &request.output, &mut dropped),
        additional_model_request_fields: options::Extra::of(
            reasoning.thinking,
            request.sampling.top_k.as_ref(),
            tools.serial,
        ),
        guardrail_config: request.guardrail.as_ref(),
        request_metadata: options::Metadata::of(request, &mut dropped),
        service_tier: options::Tier::of(request.service_tier.as_deref(), &mut dropped),
    };
    let body = serde_json::to_vec(&body).map_err(|error| Invalid::new("body", error.to_string()))?;
    Ok(Written { body, dropped })
}
