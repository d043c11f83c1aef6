//! Writing a request for a provider. What Gemini cannot say is named in `Written::dropped`, or refused where leaving it out
//! would change what is asked.

mod contents;
mod generation;
mod labels;
mod model;
mod parts;
mod results;
mod thinking;
mod tools;

use serde::Serialize;

use self::labels::Labels;
use self::model::Model;
pub(crate) use self::model::wants_proofs;
use crate::chat::Request;
use crate::dialect::{Target, Written};
use crate::json::Invalid;
use crate::openai_chat::request::Dropped;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Body<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    system_instruction: Option<contents::Content<'a>>,
    contents: Vec<contents::Content<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tools: Vec<tools::Tool<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tool_config: Option<tools::Config<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    generation_config: Option<generation::Config<'a>>,
    #[serde(skip_serializing_if = "Labels::is_empty")]
    labels: Labels<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    service_tier: Option<&'static str>,
}

/// Writes `request`; its model and whether it streams are for the path.
pub fn write(request: &Request, target: &Target<'_>) -> Result<Written, Invalid> {
    let mut dropped = Dropped::default();
    let model = Model::of(target.model);
    let (system_instruction, contents) = contents::write(&request.messages, model, &mut dropped)?;
    let body = Body {
        system_instruction,
        contents,
        tools: tools::list(request, &mut dropped),
        tool_config: tools::config(request)?,
        generation_config: generation::Config::of(request, model, &mut dropped),
        labels: Labels::of(request, &mut dropped),
        service_tier: service_tier(request.service_tier.as_deref(), &mut dropped),
    };
    name_settings(request, &mut dropped);
    let body = serde_json::to_vec(&body).map_err(|error| Invalid::new("body", error.to_string()))?;
    Ok(Written { body, dropped: dropped.into_paths() })
}

/// `auto` leaves the choice to the provider, as leaving it out does.
fn service_tier(tier: Option<&str>, dropped: &mut Dropped) -> Option<&'static str> {
    match tier? {
        "auto" => None,
        "default" | "standard_only" => Some("standard"),
        "flex" => Some("flex"),
        "priority" => Some("priority"),
        _ => {
            dropped.name("service_tier");
            None
        }
    }
}

/// Names settings that Gemini does not have. The verbosity `medium` is OpenAI's default, so it asks for nothing.
fn name_settings(request: &Request, dropped: &mut Dropped) {
    for (name, said) in [
        ("verbosity", request.verbosity.as_deref().is_some_and(|word| word != "medium")),
        ("parallel_tools", request.parallel_tools == Some(false) && !request.tools.is_empty()),
        ("guardrail", request.guardrail.is_some()),
    ] {
        if said {
            dropped.name(name);
        }
    }
    request.openai.iter().for_each(|(name, _)| dropped.name(*name));
}
