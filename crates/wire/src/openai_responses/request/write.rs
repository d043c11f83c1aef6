//! Writing a request for a provider of this dialect: what it cannot say is named.

mod item;
mod part;
mod settings;
#[cfg(test)]
mod tests;
mod tool;
mod wire;

use self::wire::Body;
use crate::chat::Request;
use crate::dialect::{Target, Written};
use crate::json::Invalid;
use crate::openai_chat::request::{Dropped, openai, service_tier};

/// Writes `request` for a provider. Nothing is to be kept there unless the client asked for that, so the reasoning must come
/// along encrypted, or the next turn could not hand it back.
pub fn write(request: &Request, target: &Target<'_>) -> Result<Written, Invalid> {
    let dropped = &mut Dropped::new(target.extras);
    settings::name_unsayable(request, dropped)?;
    let search = request.web_search.as_ref();
    let openai = openai(request, target, dropped);
    let keeps = openai.iter().any(|(name, _)| *name == "store");
    let body = Body {
        model: target.model,
        input: item::all(&request.messages, dropped),
        tools: tool::all(request, dropped),
        tool_choice: request.tool_choice.as_ref().map(|choice| tool::choice(choice, &request.tools)),
        parallel_tool_calls: request.parallel_tools,
        max_tool_calls: search.and_then(|search| search.max_uses),
        max_output_tokens: request.max_output_tokens,
        temperature: request.sampling.temperature.as_ref(),
        top_p: request.sampling.top_p.as_ref(),
        top_logprobs: request.logprobs.filter(|alternatives| *alternatives > 0),
        reasoning: request.reasoning.as_ref().and_then(|reasoning| settings::reasoning(reasoning, dropped)),
        text: settings::text(request),
        include: settings::include(request),
        stream: request.stream.then_some(true),
        store: (!keeps).then_some(false),
        user: request.user.as_deref(),
        service_tier: service_tier(request.service_tier.as_deref(), dropped),
        metadata: &request.metadata,
        openai,
    };
    let body = serde_json::to_vec(&body).map_err(|error| Invalid::new("body", error.to_string()))?;
    Ok(Written { body, dropped: std::mem::take(dropped).into_paths() })
}
