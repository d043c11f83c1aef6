//! Writing a request for a provider: what it cannot say is named.

mod documents;
mod messages;
mod options;
mod part;
mod tools;

use serde::Serialize;

use self::documents::Documents;
use self::messages::Message;
use self::options::{ResponseFormat, Thinking};
use self::tools::Tool;
use crate::chat::Request;
use crate::cohere::document::Document;
use crate::dialect::{Target, Written};
use crate::json::{Invalid, Raw};
use crate::openai_chat::request::Dropped;

#[derive(Serialize)]
struct Body<'a> {
    model: &'a str,
    messages: Vec<Message<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    documents: Vec<Document<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tools: Vec<Tool<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    strict_tools: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tool_choice: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    response_format: Option<ResponseFormat<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_tokens: Option<u64>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    stop_sequences: &'a [String],
    #[serde(flatten)]
    ranged: options::Ranged<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    seed: Option<&'a Raw>,
    #[serde(skip_serializing_if = "Option::is_none")]
    k: Option<&'a Raw>,
    #[serde(skip_serializing_if = "Option::is_none")]
    logprobs: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    thinking: Option<Thinking>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stream: Option<bool>,
}

/// Writes `request` for a provider. An error means that Cohere has no form for it at all.
pub fn write(request: &Request, target: &Target<'_>) -> Result<Written, Invalid> {
    // it caches by itself
    let mut dropped = Dropped::default();
    let sampling = &request.sampling;
    if sampling.n.is_some_and(|n| n > 1) {
        return Err(Invalid::new("sampling.n", "this provider gives one answer a request"));
    }
    options::name_unsayable(request, &mut dropped);
    let mut documents = Documents::default();
    let messages = messages::all(&request.messages, &mut documents, &mut dropped);
    let (tools, tool_choice) = tools::of(request, &mut dropped)?;
    let max_tokens = request.max_output_tokens;
    let reasoning = request.reasoning.as_ref();
    let thinking = reasoning.map(|reasoning| Thinking::of(reasoning, max_tokens, &mut dropped)).transpose()?.flatten();
    let body = Body {
        model: target.model,
        messages,
        documents: documents.into_list(),
        strict_tools: tools::strict(&tools, &request.tools, &mut dropped),
        tools,
        tool_choice,
        response_format: ResponseFormat::of(&request.output, &mut dropped),
        max_tokens,
        stop_sequences: &request.stop,
        ranged: options::Ranged::of(sampling, &mut dropped),
        seed: sampling.seed.as_ref(),
        k: sampling.top_k.as_ref(),
        logprobs: request.logprobs.map(|_| true),
        thinking,
        stream: request.stream.then_some(true),
    };
    let body = serde_json::to_vec(&body).map_err(|error| Invalid::new("body", error.to_string()))?;
    Ok(Written { body, dropped: dropped.into_paths() })
}
