//! What OpenAI Responses refuses: fields and items that it does not know, calls and results that do not belong together,
//! ids of others, settings out of range. State is kept by the service, but not here.

use serde_json::Value;

use super::node::{Broken, Node};
use crate::write::{Answer, openai_chat};

mod items;
mod part;
mod seen;
mod settings;
mod tools;

pub(super) use items::{absent, sealed};

/// Fields of a request: the SDK's, and what its own agent sends beside them.
const KNOWN: &[&str] = &[
    "access_programs",
    "background",
    "background_options",
    "client_metadata",
    "context_management",
    "conversation",
    "image",
    "include",
    "input",
    "instructions",
    "max_output_tokens",
    "max_tool_calls",
    "metadata",
    "model",
    "moderation",
    "parallel_tool_calls",
    "previous_response_id",
    "prompt",
    "prompt_cache_key",
    "prompt_cache_options",
    "prompt_cache_retention",
    "reasoning",
    "safety_identifier",
    "service_tier",
    "store",
    "stream",
    "stream_options",
    "temperature",
    "text",
    "tool_choice",
    "tools",
    "top_logprobs",
    "top_p",
    "truncation",
    "user",
];
/// Fields of a request to count tokens.
const COUNTED: &[&str] = &[
    "conversation",
    "input",
    "instructions",
    "model",
    "parallel_tool_calls",
    "personality",
    "previous_response_id",
    "reasoning",
    "text",
    "tool_choice",
    "tools",
    "truncation",
];
/// What is wrong with a request, in the words of the error.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Refused {
    pub(super) status: u16,
    pub(super) message: String,
    pub(super) param: Option<String>,
    pub(super) code: Option<&'static str>,
}

/// The first rule that a request breaks.
pub(crate) fn check(body: &Value) -> Result<(), Refused> {
    let body = Node::root(body);
    body.object()?;
    only(&body, KNOWN)?;
    // without a model it is another's default, without an input it is a prompt kept by the service
    if body.field("input").is_none() && body.field("prompt").is_none() {
        return Err(missing(&body, "input"));
    }
    conversation(&body)?;
    settings::check(&body)
}

/// The first rule that a request to count tokens breaks.
pub(crate) fn check_count(body: &Value) -> Result<(), Refused> {
    let body = Node::root(body);
    body.object()?;
    only(&body, COUNTED)?;
    conversation(&body)
}

fn conversation(body: &Node<'_>) -> Result<(), Refused> {
    state(body)?;
    items::check(body)?;
    tools::check(body)?;
    let Some(format) = body.field("text").and_then(|text| text.field("format")) else { return Ok(()) };
    if format.need("type")?.value() == "json_schema" {
        need(&format, "name")?.name_of(64, "_-")?;
        need(&format, "schema")?.object()?;
    }
    Ok(())
}

/// Nothing is kept between two requests.
fn state(body: &Node<'_>) -> Result<(), Refused> {
    let (previous, conversation) = (body.field("previous_response_id"), body.field("conversation"));
    if previous.is_some() && conversation.is_some() {
        let message = "Mutually exclusive parameters: use either 'previous_response_id' or 'conversation'.".to_owned();
        return Err(Refused::new(message, None, Some("mutually_exclusive_parameters")));
    }
    if let Some(previous) = previous {
        let message = format!("Previous response with id '{}' not found.", previous.text(1, usize::MAX)?);
        let param = Some("previous_response_id".to_owned());
        return Err(Refused::new(message, param, Some("previous_response_not_found")));
    }
    if let Some(conversation) = conversation {
        return Err(conversation.broken("no such conversation").into());
    }
    match body.field("background") {
        Some(background) if background.value() == true => Err(background.broken("nothing goes on behind here").into()),
        _ => Ok(()),
    }
}

/// No field but these, and what only the service's own agent may know.
fn only(node: &Node<'_>, known: &[&str]) -> Result<(), Refused> {
    let strange = |name: &&String| !known.contains(&name.as_str()) && !name.starts_with("internal_");
    let Some(stranger) = node.object()?.keys().find(strange) else { return Ok(()) };
    let param = member(node, stranger);
    let message = format!("Unknown parameter: '{param}'.");
    Err(Refused::new(message, Some(param), Some("unknown_parameter")))
}

fn need<'a>(node: &Node<'a>, name: &str) -> Result<Node<'a>, Refused> {
    node.field(name).ok_or_else(|| missing(node, name))
}

fn missing(node: &Node<'_>, name: &str) -> Refused {
    let param = member(node, name);
    let message = format!("Missing required parameter: '{param}'.");
    Refused::new(message, Some(param), Some("missing_required_parameter"))
}

fn member(node: &Node<'_>, name: &str) -> String {
    place(&format!("{}.{name}", node.place()))
}

/// `request.input.0.type` as the service writes it: `input[0].type`.
fn place(dotted: &str) -> String {
    let steps = dotted.split('.').skip(1);
    steps.fold(String::new(), |place, step| match step.parse::<usize>() {
        Ok(index) => format!("{place}[{index}]"),
        Err(_) if place.is_empty() => step.to_owned(),
        Err(_) => format!("{place}.{step}"),
    })
}

impl From<Broken> for Refused {
    fn from(broken: Broken) -> Self {
        let (dotted, why) = broken.split_once(": ").unwrap_or(("", &broken));
        let param = Some(place(dotted)).filter(|place| !place.is_empty());
        let message = format!("Invalid '{}': {why}.", param.as_deref().unwrap_or("request"));
        Self::new(message, param, Some("invalid_value"))
    }
}

impl Refused {
    pub(super) fn new(message: String, param: Option<String>, code: Option<&'static str>) -> Self {
        Self { status: 400, message, param, code }
    }

    pub(crate) fn answer(&self) -> Answer {
        openai_chat::refused(self.status, &self.message, self.param.as_deref(), self.code)
    }
}

#[cfg(test)]
mod tests;
