//! `additionalModelRequestFields`: what a model knows beyond Converse. Its fields are the models' own, so what is read here is
//! what SDKs send for Claude and Nova; the others are named one by one.

use super::options;
use crate::chat::{Effort, OutputFormat, Reasoning, ReasoningMode, Request, ToolChoice};
use crate::json::{self, Invalid, Object, is_truthy};

/// Reads what Converse has no field for. A field is left, and so named, where the request says the same elsewhere.
pub(super) fn fields(
    object: &mut Object<'_>,
    request: &mut Request,
    unmapped: &mut Vec<String>,
) -> Result<(), Invalid> {
    let Some(mut extra) = object.take_object("additionalModelRequestFields")? else { return Ok(()) };
    // the older name of the same object
    for key in ["thinking", "reasoning_config"] {
        if request.reasoning.as_ref().is_none_or(|reasoning| reasoning.mode.is_none())
            && let Some(told) = extra.take_object(key)?
        {
            thinking(told, request, unmapped)?;
        }
    }
    for key in ["top_k", "topK"] {
        if request.sampling.top_k.is_none() {
            request.sampling.top_k = extra.take_number(key)?;
        }
    }
    if let Some(mut inference) = extra.take_object("inferenceConfig")? {
        if request.sampling.top_k.is_none() {
            request.sampling.top_k = inference.take_number("topK")?;
        }
        unmapped.extend(inference.unread());
    }
    if let Some(config) = extra.take_object("output_config")? {
        output_config(config, request, unmapped)?;
    }
    effort("reasoning_effort", &mut extra, request)?;
    // other models have a word there
    if extra.peek("tool_choice").is_some_and(json::is_object)
        && let Some(choice) = extra.take_object("tool_choice")?
    {
        tool_choice(choice, request, unmapped)?;
    }
    if extra.peek("anthropic_beta").is_some_and(|betas| !is_truthy(betas.get())) {
        extra.take("anthropic_beta");
    }
    unmapped.extend(extra.unread());
    Ok(())
}

/// Reads Anthropic's `thinking`.
fn thinking(mut thinking: Object<'_>, request: &mut Request, unmapped: &mut Vec<String>) -> Result<(), Invalid> {
    let mut told = Reasoning::default();
    let mode = match thinking.require_string("type")?.as_str() {
        "enabled" => {
            told.budget_tokens = thinking.take_u64("budget_tokens")?;
            ReasoningMode::Enabled
        }
        "adaptive" => ReasoningMode::Adaptive,
        "disabled" => ReasoningMode::Disabled,
        other => {
            unmapped.push(format!("{} ({other})", thinking.path()));
            return Ok(());
        }
    };
    if mode != ReasoningMode::Disabled {
        told.display = thinking.take_string("display")?;
    }
    unmapped.extend(thinking.unread());
    let effort = request.reasoning.take().and_then(|reasoning| reasoning.effort);
    request.reasoning = Some(Reasoning { mode: Some(mode), effort, ..told });
    Ok(())
}

/// Reads Anthropic's `output_config`, where the Vercel AI SDK puts schemas.
fn output_config(mut config: Object<'_>, request: &mut Request, unmapped: &mut Vec<String>) -> Result<(), Invalid> {
    effort("effort", &mut config, request)?;
    if request.output == OutputFormat::Text
        && let Some(format) = config.take_object("format")?
        && let Some(format) = options::plain_schema(format, unmapped)?
    {
        request.output = format;
    }
    unmapped.extend(config.unread());
    Ok(())
}

/// Reads Claude's `tool_choice`, the only place that says whether several tools may be called at once.
fn tool_choice(mut choice: Object<'_>, request: &mut Request, unmapped: &mut Vec<String>) -> Result<(), Invalid> {
    request.parallel_tools = choice.take_bool("disable_parallel_tool_use")?.map(|disabled| !disabled);
    if request.tool_choice.is_none() {
        request.tool_choice = match choice.peek("type").map(|word| json::string(word, "type")).transpose()?.as_deref() {
            Some("auto") => Some(ToolChoice::Auto),
            Some("any") => Some(ToolChoice::Required),
            Some("none") => Some(ToolChoice::None),
            Some("tool") => Some(ToolChoice::Tool(choice.require_string("name")?)),
            _ => None,
        };
        if request.tool_choice.is_some() {
            choice.take("type");
        }
    }
    unmapped.extend(choice.unread());
    Ok(())
}

fn effort(key: &str, object: &mut Object<'_>, request: &mut Request) -> Result<(), Invalid> {
    if request.reasoning.as_ref().is_none_or(|reasoning| reasoning.effort.is_none())
        && let Some(effort) = object.take_string(key)?
    {
        request.reasoning.get_or_insert_default().effort = Some(Effort(effort));
    }
    Ok(())
}
