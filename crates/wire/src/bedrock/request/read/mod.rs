//! Reading a client's request, field by field. What the conversation has no place for is named in `Request::unmapped`.

mod blocks;
mod extra;
mod messages;
mod options;
mod tools;

use super::harmless::{Top, name_unread};
use crate::chat::{ReasoningMode, Request};
use crate::json::{self, Invalid, Object};

/// Reads the body of a request. Its model is left empty and its stream off.
pub fn read(body: &str) -> Result<Request, Invalid> {
    let mut object = Object::parse(body, "")?;
    let mut unmapped = Vec::new();
    let messages = messages::conversation(&mut object, &mut unmapped)?;
    let (tools, tool_choice) = tools::config(&mut object, &mut unmapped)?;
    let mut request = Request {
        messages,
        tools,
        tool_choice,
        // its streams always tell it
        include_usage: true,
        service_tier: options::service_tier(&mut object, &mut unmapped)?,
        metadata: options::metadata(&mut object)?,
        ..Request::default()
    };
    options::inference(&mut object, &mut request, &mut unmapped)?;
    options::output(&mut object, &mut request, &mut unmapped)?;
    // after the fields that say the same: where both are there, these are the ones that are named
    extra::fields(&mut object, &mut request, &mut unmapped)?;
    if let Some(reasoning) = &mut request.reasoning {
        // an effort asks no model of Bedrock's to think
        reasoning.mode.get_or_insert(ReasoningMode::Unsaid);
    }
    if let Some(guardrail) = object.take("guardrailConfig") {
        if !json::is_object(guardrail) {
            return Err(object.invalid("guardrailConfig", "must be an object"));
        }
        request.guardrail = Some(guardrail.into());
    }
    name_unread(object, Top, &mut unmapped);
    request.unmapped = unmapped;
    Ok(request)
}
