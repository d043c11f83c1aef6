//! What a field says that is set.

use serde_json::value::RawValue;

use super::super::{Apart, Envelope, EnvelopeError, MAX_MODEL, bedrock, gemini};
use super::fields::{MOST_ANSWERS, ORDINARY_TIERS};
use super::kept::refers_to_items;
use super::prompts::prompts;
use super::{Scan, ceiling, is_one_of, model_name, tags, typed};
use crate::Dialect;
use crate::chat::ServiceTier;
use crate::dialect::CeilingField;
use crate::json::span_of;

impl<'a> Scan<'a> {
    pub(super) fn value(&mut self, field: &'static str, value: &'a RawValue) -> Result<(), EnvelopeError> {
        match field {
            "model" => self.model(value),
            "messages" | "message" | "input" | "prompt" | "prompt_embeds" => self.said(field, value),
            "stream" | "stream_options" => self.streamed(field, value),
            "background" if value.get() == "false" => Ok(()),
            "background" | "conversation" | "previous_response_id" => Err(EnvelopeError::Kept(field)),
            "cachedContent" | "cached_content" | "continuationToken" | "continuation_token" | "promptVariables" => {
                self.envelope.has_references = true;
                Ok(())
            }
            "max_output_tokens"
            | "max_tokens"
            | "max_completion_tokens"
            | "n"
            | "best_of"
            | "thinking"
            | "inferenceConfig"
            | "generationConfig"
            | "generation_config" => self.bounded(field, value),
            "tags" => tags::in_field(value, &mut self.envelope.tags),
            "user" | "metadata" | "safety_identifier" => {
                if field == "metadata" {
                    tags::in_metadata(value, &mut self.envelope.tags)?;
                }
                self.end_user.look(field, value)
            }
            _ => self.priced(field, value),
        }
    }

    fn model(&mut self, value: &'a RawValue) -> Result<(), EnvelopeError> {
        let envelope = &mut self.envelope;
        if self.dialect == Dialect::Gemini {
            gemini::model(value, envelope)?;
        } else {
            envelope.model = typed("model", "a string", value)?;
            model_name(&envelope.model, MAX_MODEL)?;
        }
        envelope.model_span = Some(span_of(self.text, value));
        Ok(())
    }

    /// What the model is to answer. It is looked at for its type, for what stands elsewhere, and for how many prompts it is.
    fn said(&mut self, field: &'static str, value: &'a RawValue) -> Result<(), EnvelopeError> {
        let begins = |with: &[char]| value.get().starts_with(with);
        let wrong = |expected| Err(EnvelopeError::WrongType { field, expected });
        match (field, self.dialect) {
            ("message", _) if !begins(&['"']) => return wrong("a string"),
            ("messages", _) if !begins(&['[']) => return wrong("a list"),
            ("input", Dialect::OpenAiResponses) if !begins(&['[', '"']) => return wrong("a string or a list"),
            ("input", Dialect::OpenAiResponses) if refers_to_items(value) => {
                return Err(EnvelopeError::Kept("input (item_reference)"));
            }
            ("prompt", Dialect::OpenAiCompletions) | ("input", Dialect::OpenAiChat) => {
                self.envelope.prompts = prompts(field, value)?;
            }
            ("prompt", _) => return Err(EnvelopeError::Kept(field)),
            // further prompts, as vectors (vLLM)
            ("prompt_embeds", _) => self.envelope.priced_apart.field(field),
            _ => {}
        }
        Ok(())
    }

    fn streamed(&mut self, field: &'static str, value: &'a RawValue) -> Result<(), EnvelopeError> {
        let envelope = &mut self.envelope;
        if field == "stream" {
            envelope.stream = typed(field, "true or false", value)?;
        } else {
            let options = typed::<StreamOptions>(field, "an object", value)?;
            envelope.include_usage = options.include_usage.unwrap_or(false);
            envelope.stream_options = Some(span_of(self.text, value));
        }
        Ok(())
    }

    /// What says how much may be generated.
    fn bounded(&mut self, field: &'static str, value: &'a RawValue) -> Result<(), EnvelopeError> {
        let envelope = &mut self.envelope;
        let span = span_of(self.text, value);
        match field {
            "max_output_tokens" => {
                envelope.ceilings.push((CeilingField::MaxOutputTokens, ceiling(field, value)?, span));
            }
            // nothing is generated: the prompt is scored
            "max_tokens" if self.dialect == Dialect::OpenAiCompletions && value.get() == "0" => {
                envelope.ceilings.push((CeilingField::MaxTokens, 0, span));
            }
            "max_tokens" => envelope.ceilings.push((CeilingField::MaxTokens, ceiling(field, value)?, span)),
            "max_completion_tokens" => {
                envelope.ceilings.push((CeilingField::MaxCompletionTokens, ceiling(field, value)?, span));
            }
            "n" => envelope.n = answers(field, value)?,
            "best_of" => self.best_of = answers(field, value)?,
            "thinking" => {
                envelope.thinking_budget = typed::<Thinking>(field, "an object", value)?.budget_tokens;
            }
            "inferenceConfig" => {
                bedrock::inference_config(self.text, value, envelope)?;
                envelope.inference_config = Some(span);
            }
            "generationConfig" | "generation_config" => {
                gemini::generation_config(self.text, value, envelope)?;
                envelope.inference_config = Some(span);
            }
            _ => {}
        }
        Ok(())
    }

    /// What may change the price, unless its value is one that does not.
    fn priced(&mut self, field: &'static str, value: &'a RawValue) -> Result<(), EnvelopeError> {
        let envelope = &mut self.envelope;
        match field {
            "serviceTier" | "service_tier" if self.dialect == Dialect::Gemini => gemini::tier(field, value, envelope),
            "additionalModelRequestFields" => bedrock::additional_fields(value, envelope)?,
            "serviceTier" | "performanceConfig" => bedrock::tier(field, value, envelope)?,
            // a search that the provider runs
            "connectors" if value.get() == "[]" => {}
            "anthropic_beta" if bedrock::is_harmless_beta(value) => {}
            "service_tier" => match serde_json::from_str::<String>(value.get()) {
                Ok(word) => tier(field, &word, ORDINARY_TIERS, envelope),
                Err(_) => envelope.priced_apart.field(field),
            },
            "speed" if is_one_of(value, &["standard"]) => {}
            "inference_geo" if is_one_of(value, &["global"]) => {}
            "modalities" if value.get() == r#"["text"]"# => {}
            "modalities" if is_of(value, &["text", "audio"]) => envelope.priced_apart.known(field, Apart::OutputAudio),
            "connectors" | "anthropic_beta" | "speed" | "moderation" | "inference_geo" | "web_search_options"
            | "plugins" | "search_parameters" | "modalities" | "guardrailConfig" | "n_predict" | "n_cmpl" => {
                envelope.priced_apart.field(field);
            }
            _ => {}
        }
        Ok(())
    }
}

/// Notes the tier that is asked for, and that it has a price of its own unless it is one of `ordinary`.
pub(in crate::envelope) fn tier(field: &str, word: &str, ordinary: &[&str], envelope: &mut Envelope) {
    // in other letters it is another word, and perhaps one that the provider knows
    let is_plain = [str::to_ascii_lowercase, str::to_ascii_uppercase].iter().any(|plain| plain(word) == word);
    envelope.service_tier = ServiceTier::named(word).filter(|_| is_plain);
    match envelope.service_tier {
        _ if ordinary.contains(&word) => {}
        Some(tier) => envelope.priced_apart.known(field, Apart::Tier(tier)),
        None => envelope.priced_apart.field(field),
    }
}

/// Whether it is a list of nothing but these words.
fn is_of(value: &RawValue, words: &[&str]) -> bool {
    let list = serde_json::from_str::<Vec<String>>(value.get());
    list.is_ok_and(|list| list.iter().all(|word| words.contains(&word.as_str())))
}

/// How many answers are asked for.
fn answers(field: &'static str, value: &RawValue) -> Result<u64, EnvelopeError> {
    let asked = ceiling(field, value)?;
    if asked > MOST_ANSWERS { Err(EnvelopeError::WrongType { field, expected: "at most 128" }) } else { Ok(asked) }
}

#[derive(serde::Deserialize)]
struct StreamOptions {
    include_usage: Option<bool>,
}

#[derive(serde::Deserialize)]
struct Thinking {
    #[serde(alias = "token_budget")]
    budget_tokens: Option<u64>,
}
