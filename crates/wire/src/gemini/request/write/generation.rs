//! `generationConfig`.

use serde::Serialize;

use super::model::Model;
use super::thinking::Thinking;
use crate::chat::{OutputFormat, Request};
use crate::json::Raw;
use crate::openai_chat::request::Dropped;

#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_field_names, reason = "the name on the wire")]
pub(super) struct Config<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    max_output_tokens: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    temperature: Option<&'a Raw>,
    #[serde(skip_serializing_if = "Option::is_none")]
    top_p: Option<&'a Raw>,
    #[serde(skip_serializing_if = "Option::is_none")]
    top_k: Option<&'a Raw>,
    #[serde(skip_serializing_if = "Option::is_none")]
    presence_penalty: Option<&'a Raw>,
    #[serde(skip_serializing_if = "Option::is_none")]
    frequency_penalty: Option<&'a Raw>,
    #[serde(skip_serializing_if = "Option::is_none")]
    seed: Option<&'a Raw>,
    #[serde(skip_serializing_if = "Option::is_none")]
    candidate_count: Option<u64>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    stop_sequences: &'a [String],
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    response_logprobs: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    logprobs: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    response_mime_type: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    response_json_schema: Option<&'a Raw>,
    #[serde(skip_serializing_if = "Option::is_none")]
    thinking_config: Option<Thinking>,
    /// Something was said.
    #[serde(skip)]
    said: bool,
}

impl<'a> Config<'a> {
    pub(super) fn of(request: &'a Request, model: Model, dropped: &mut Dropped) -> Option<Self> {
        let sampling = &request.sampling;
        let (response_mime_type, response_json_schema) = output(&request.output, dropped);
        let mut config = Self {
            max_output_tokens: request.max_output_tokens,
            temperature: sampling.temperature.as_ref(),
            top_p: sampling.top_p.as_ref(),
            top_k: sampling.top_k.as_ref(),
            presence_penalty: sampling.presence_penalty.as_ref(),
            frequency_penalty: sampling.frequency_penalty.as_ref(),
            seed: sampling.seed.as_ref(),
            candidate_count: sampling.n,
            stop_sequences: &request.stop,
            response_logprobs: request.logprobs.is_some(),
            logprobs: request.logprobs.filter(|count| *count > 0),
            response_mime_type,
            response_json_schema,
            thinking_config: Thinking::of(request.reasoning.as_ref(), model, dropped),
            said: false,
        };
        config.said = config.max_output_tokens.is_some()
            || *sampling != crate::chat::Sampling::default()
            || !request.stop.is_empty()
            || config.response_logprobs
            || config.response_mime_type.is_some()
            || config.thinking_config.is_some();
        config.said.then_some(config)
    }
}

/// The form of the answer. The name of a schema is OpenAI's formality and says nothing; `strict` is how Gemini always takes it.
fn output<'a>(output: &'a OutputFormat, dropped: &mut Dropped) -> (Option<&'static str>, Option<&'a Raw>) {
    const JSON: Option<&str> = Some("application/json");
    match output {
        OutputFormat::Text => (None, None),
        OutputFormat::JsonObject => (JSON, None),
        OutputFormat::JsonSchema { description, schema, .. } => {
            if description.is_some() {
                dropped.name("response_format.description");
            }
            (JSON, Some(schema))
        }
    }
}
