//! What Cohere's chat refuses: fields that it does not know, calls and results that do not belong together, empty turns, settings
//! out of range. The ranges are those of its SDK's documentation.

use serde_json::Value;

use super::node::{Broken, Node};
use crate::write::{Answer, cohere};

mod message;
mod settings;
mod tools;

const KNOWN: &[&str] = &[
    "citation_options",
    "documents",
    "frequency_penalty",
    "k",
    "logprobs",
    "max_tokens",
    "messages",
    "model",
    "p",
    "presence_penalty",
    "priority",
    "raw_prompting",
    "response_format",
    "safety_mode",
    "seed",
    "stop_sequences",
    "stream",
    "strict_tools",
    "temperature",
    "thinking",
    "tool_choice",
    "tools",
];

/// What is wrong with a request.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Refused {
    status: u16,
    message: String,
}

/// The first rule that a request breaks.
pub(crate) fn check(body: &Value) -> Result<(), Refused> {
    let body = Node::root(body);
    only(&body, KNOWN)?;
    body.need("model")?.text(1, 256)?;
    message::check_all(&body)?;
    for document in body.items("documents")? {
        if !document.value().is_string() {
            check_document(&document)?;
        }
    }
    tools::check(&body)?;
    settings::check(&body)
}

/// One that is no text by itself.
fn check_document(document: &Node<'_>) -> Result<(), Refused> {
    only(document, &["data", "id"])?;
    if let Some(id) = document.field("id") {
        id.text(1, usize::MAX)?;
    }
    let data = document.need("data")?;
    if data.value().is_string() { Ok(()) } else { Ok(data.object().map(drop)?) }
}

/// Refuses fields that are not among `names`; this has a status of its own.
fn only(node: &Node<'_>, names: &[&str]) -> Result<(), Refused> {
    match node.object()?.keys().find(|name| !names.contains(&name.as_str())) {
        Some(name) => {
            let message = format!("unknown field: parameter '{name}' is not a valid field at {}.", node.place());
            Err(Refused { status: 422, message })
        }
        None => Ok(()),
    }
}

impl Refused {
    pub(crate) fn answer(&self, request_id: &str) -> Answer {
        cohere::error(self.status, &self.message, request_id)
    }
}

impl From<Broken> for Refused {
    fn from(broken: Broken) -> Self {
        Self { status: 400, message: format!("invalid request: {broken}") }
    }
}

#[cfg(test)]
mod tests;
