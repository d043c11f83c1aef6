//! Writing a request for a provider: what it cannot say is named.

mod settings;
mod transcript;

use serde::Serialize;

use crate::chat::Request;
use crate::dialect::{Target, Written};
use crate::json::{Invalid, Raw};
use crate::openai_chat::request::{Dropped, StreamOptions};

#[derive(Serialize)]
struct Body<'a> {
    model: &'a str,
    prompt: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_tokens: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    temperature: Option<&'a Raw>,
    #[serde(skip_serializing_if = "Option::is_none")]
    top_p: Option<&'a Raw>,
    #[serde(skip_serializing_if = "Option::is_none")]
    presence_penalty: Option<&'a Raw>,
    #[serde(skip_serializing_if = "Option::is_none")]
    frequency_penalty: Option<&'a Raw>,
    #[serde(skip_serializing_if = "Option::is_none")]
    seed: Option<&'a Raw>,
    #[serde(skip_serializing_if = "Option::is_none")]
    n: Option<u64>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    stop: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    logprobs: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stream: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stream_options: Option<StreamOptions>,
}

/// Writes `request` for a provider. Usage is always asked for in streams: the gateway needs it.
pub fn write(request: &Request, target: &Target<'_>) -> Result<Written, Invalid> {
    // servers cache by themselves
    let mut dropped = Dropped::default();
    let prompt = transcript::prompt(&request.messages, &mut dropped);
    settings::name_unsayable(request, &mut dropped)?;
    let sampling = &request.sampling;
    let body = Body {
        model: target.model,
        prompt,
        max_tokens: request.max_output_tokens,
        temperature: sampling.temperature.as_ref(),
        top_p: sampling.top_p.as_ref(),
        presence_penalty: sampling.presence_penalty.as_ref(),
        frequency_penalty: sampling.frequency_penalty.as_ref(),
        seed: sampling.seed.as_ref(),
        n: sampling.n,
        stop: &request.stop,
        logprobs: request.logprobs,
        user: request.user.as_deref(),
        stream: request.stream.then_some(true),
        stream_options: request.stream.then_some(StreamOptions { include_usage: true }),
    };
    let body = serde_json::to_vec(&body).map_err(|error| Invalid::new("body", error.to_string()))?;
    Ok(Written { body, dropped: dropped.into_paths() })
}
