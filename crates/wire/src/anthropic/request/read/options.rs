//! `thinking`, `output_config`, `metadata`, `service_tier`.

use super::super::harmless::{Anywhere, name_unread};
use crate::chat::{Effort, OutputFormat, Reasoning, ReasoningMode};
use crate::json::{self, Invalid, Object, Raw};

/// Reads how much to think and in which form to answer; effort and form share one object.
pub(super) fn reasoning_and_output(
    object: &mut Object<'_>,
    unmapped: &mut Vec<String>,
) -> Result<(Option<Reasoning>, Option<OutputFormat>), Invalid> {
    let mut reasoning = thinking(object, unmapped)?;
    let Some(mut config) = object.take_object("output_config")? else { return Ok((reasoning, None)) };
    if let Some(effort) = config.take_string("effort")? {
        // an effort does not ask Anthropic's models to think
        let unsaid = || Reasoning { mode: Some(ReasoningMode::Unsaid), ..Reasoning::default() };
        reasoning.get_or_insert_with(unsaid).effort = Some(Effort(effort));
    }
    let output = match config.take_object("format")? {
        Some(format) => output_format(format, unmapped)?,
        None => None,
    };
    name_unread(config, Anywhere, unmapped);
    Ok((reasoning, output))
}

fn thinking(object: &mut Object<'_>, unmapped: &mut Vec<String>) -> Result<Option<Reasoning>, Invalid> {
    let Some(mut thinking) = object.take_object("thinking")? else { return Ok(None) };
    let mut reasoning = Reasoning::default();
    reasoning.mode = Some(match thinking.require_string("type")?.as_str() {
        "enabled" => {
            reasoning.budget_tokens = thinking.take_u64("budget_tokens")?;
            if reasoning.budget_tokens.is_none() {
                return Err(thinking.invalid("budget_tokens", "is required"));
            }
            ReasoningMode::Enabled
        }
        "adaptive" => ReasoningMode::Adaptive,
        "disabled" => ReasoningMode::Disabled,
        other => {
            unmapped.push(format!("{} ({other})", thinking.path()));
            return Ok(None);
        }
    });
    if reasoning.mode != Some(ReasoningMode::Disabled) {
        reasoning.display = thinking.take_string("display")?;
    }
    name_unread(thinking, Anywhere, unmapped);
    Ok(Some(reasoning))
}

fn output_format(mut format: Object<'_>, unmapped: &mut Vec<String>) -> Result<Option<OutputFormat>, Invalid> {
    let word = format.require_string("type")?;
    if word != "json_schema" {
        unmapped.push(format!("{} ({word})", format.path()));
        return Ok(None);
    }
    let schema = format.take("schema").ok_or_else(|| format.invalid("schema", "is required"))?;
    if !json::is_object(schema) {
        return Err(format.invalid("schema", "must be an object"));
    }
    name_unread(format, Anywhere, unmapped);
    Ok(Some(OutputFormat::JsonSchema { name: None, description: None, schema: Raw::from(schema), strict: None }))
}

/// Reads `metadata`, which has one field.
pub(super) fn user(object: &mut Object<'_>, unmapped: &mut Vec<String>) -> Result<Option<String>, Invalid> {
    let Some(mut metadata) = object.take_object("metadata")? else { return Ok(None) };
    let user = metadata.take_string("user_id")?;
    name_unread(metadata, Anywhere, unmapped);
    Ok(user)
}

/// Reads `guardrailConfig`: LiteLLM's field, which takes Bedrock's own object.
pub(super) fn guardrail(object: &mut Object<'_>) -> Result<Option<Raw>, Invalid> {
    match object.take("guardrailConfig") {
        Some(config) if !json::is_object(config) => Err(object.invalid("guardrailConfig", "must be an object")),
        config => Ok(config.map(Raw::from)),
    }
}

/// The conversation speaks of tiers in OpenAI's words.
pub(super) fn service_tier(object: &mut Object<'_>) -> Result<Option<String>, Invalid> {
    let tier = object.take_string("service_tier")?;
    Ok(tier.map(|tier| if tier == "standard_only" { "default".to_owned() } else { tier }))
}
