//! `generationConfig`.

use crate::chat::{Effort, OutputFormat, Reasoning, ReasoningMode, Request, Sampling};
use crate::gemini::request::harmless::{Place, name_unread};
use crate::gemini::{schema, spelling};
use crate::json::{self, Invalid, Object, Raw};

pub(super) fn read(object: &mut Object<'_>, request: &mut Request, unmapped: &mut Vec<String>) -> Result<(), Invalid> {
    let Some(mut config) = spelling::take(object, "generationConfig")? else { return Ok(()) };
    request.max_output_tokens = config.take_u64("maxOutputTokens")?;
    request.sampling = Sampling {
        temperature: config.take_number("temperature")?,
        top_p: config.take_number("topP")?,
        top_k: config.take_number("topK")?,
        presence_penalty: config.take_number("presencePenalty")?,
        frequency_penalty: config.take_number("frequencyPenalty")?,
        seed: config.take_number("seed")?,
        n: config.take_u64("candidateCount")?,
    };
    request.stop = config.take_strings("stopSequences")?.unwrap_or_default();
    if config.take_bool("responseLogprobs")? == Some(true) {
        request.logprobs = Some(config.take_u64("logprobs")?.unwrap_or(0));
    }
    request.output = output(&mut config, unmapped)?;
    request.reasoning = match spelling::take(&mut config, "thinkingConfig")? {
        Some(thinking) => reasoning(thinking, unmapped)?,
        None => None,
    };
    name_unread(config, Place::Generation, unmapped);
    Ok(())
}

/// The form of the answer. A schema asks for JSON by itself.
fn output(config: &mut Object<'_>, unmapped: &mut Vec<String>) -> Result<OutputFormat, Invalid> {
    let schema = schema(config)?;
    let media_type = config.take_string("responseMimeType")?;
    Ok(match (media_type.as_deref(), schema) {
        (None | Some("application/json"), Some(schema)) => {
            OutputFormat::JsonSchema { name: None, description: None, schema, strict: None }
        }
        (Some("application/json"), None) => OutputFormat::JsonObject,
        (None | Some("" | "text/plain"), None) => OutputFormat::Text,
        (Some(other), _) => {
            unmapped.push(format!("{} ({other})", config.path_of("responseMimeType")));
            OutputFormat::Text
        }
    })
}

fn schema(config: &mut Object<'_>) -> Result<Option<Raw>, Invalid> {
    let given = config.take("responseJsonSchema");
    if given.is_some_and(|schema| !json::is_object(schema)) {
        return Err(config.invalid("responseJsonSchema", "must be an object"));
    }
    let Some(openapi) = config.take("responseSchema") else { return Ok(given.map(Raw::from)) };
    if given.is_some() {
        return Err(config.invalid("responseSchema", "stands beside responseJsonSchema: send one of them"));
    }
    schema::read(openapi, &config.path_of("responseSchema")).map(Some)
}

/// How much to think. A wish to see thoughts is the wish for a summary of whatever kind.
fn reasoning(mut config: Object<'_>, unmapped: &mut Vec<String>) -> Result<Option<Reasoning>, Invalid> {
    let mut reasoning = Reasoning::default();
    match config.take_bool("includeThoughts")? {
        Some(true) => reasoning.summary = Some("auto".to_owned()),
        Some(false) => reasoning.display = Some("omitted".to_owned()),
        None => {}
    }
    match config.take_number("thinkingBudget")?.as_ref().map(Raw::get) {
        None => {}
        Some("0") => reasoning.mode = Some(ReasoningMode::Disabled),
        Some("-1") => reasoning.mode = Some(ReasoningMode::Adaptive),
        Some(tokens) => {
            let tokens =
                tokens.parse().map_err(|_| config.invalid("thinkingBudget", "must be a whole number, or -1"))?;
            reasoning.mode = Some(ReasoningMode::Enabled);
            reasoning.budget_tokens = Some(tokens);
        }
    }
    let level = config.peek("thinkingLevel").is_some_and(|level| level.get() != r#""THINKING_LEVEL_UNSPECIFIED""#);
    if level {
        reasoning.effort = config.take_string("thinkingLevel")?.map(|level| Effort(level.to_ascii_lowercase()));
    }
    name_unread(config, Place::Thinking, unmapped);
    if reasoning == Reasoning::default() {
        return Ok(None);
    }
    if reasoning.effort.is_none() {
        // it thinks as it does by itself
        reasoning.mode.get_or_insert(ReasoningMode::Unsaid);
    }
    Ok(Some(reasoning))
}
