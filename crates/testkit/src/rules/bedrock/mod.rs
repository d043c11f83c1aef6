//! What Bedrock Converse refuses: the constraints of its service model, and those that it enforces beyond the model
//! (alternating roles, tools that calls need, blank text). The texts are this upstream's own.

use serde_json::Value;

mod block;
mod messages;
mod tools;

use super::node::{Broken, Node};
use crate::{read, write};

/// What Claude Code sends, and what the SDKs do.
const VERSIONS: &[&str] = &["bedrock-2023-05-31", "2026-10-21"];

/// The first rule that a request breaks, with its place.
pub(crate) fn check(body: &Value) -> Result<(), Broken> {
    let body = Node::root(body);
    conversation(&body)?;
    if let Some(config) = body.field("inferenceConfig") {
        inference(&config)?;
    }
    if let Some(config) = body.field("outputConfig") {
        output(&config)?;
    }
    around(&body)
}

/// The same for a request to count tokens, which has less in it.
pub(crate) fn check_count(body: &Value) -> Result<(), Broken> {
    let body = Node::root(body);
    body.object()?;
    match body.need("input")?.union(&["converse", "invokeModel"])? {
        ("converse", converse) => {
            let known = ["messages", "system", "toolConfig", "additionalModelRequestFields"];
            let stranger = converse.object()?.keys().find(|name| !known.contains(&name.as_str()));
            stranger.map_or(Ok(()), |name| Err(converse.broken(&format!("has no member {name}"))))?;
            conversation(&converse)
        }
        (_, invoke) => {
            let body = invoke.need("body")?;
            block::base64(&body)?;
            let invoked = read::bedrock::invoked(invoke.value());
            check_invoked(&invoked.ok_or_else(|| body.broken("must be JSON"))?)
        }
    }
}

/// The first rule that a body for Claude breaks, in the model's own words.
pub(crate) fn check_invoked(body: &Value) -> Result<(), Broken> {
    let said = |name: &str| body.get(name).is_some();
    let why = match body.get("anthropic_version").map(Value::as_str) {
        None => Some("anthropic_version: Field required"),
        Some(Some(version)) if VERSIONS.contains(&version) => None,
        Some(_) => Some("anthropic_version: Input should be a known version"),
    };
    let why = why.or_else(|| said("model").then_some("model: Extra inputs are not permitted"));
    let why = why.or_else(|| said("stream").then_some("stream: Extra inputs are not permitted"));
    let betas = body
        .get("anthropic_beta")
        .is_none_or(|betas| betas.as_array().is_some_and(|betas| betas.iter().all(Value::is_string)));
    let why = why.or_else(|| (!betas).then_some("anthropic_beta: Input should be a list of strings"));
    why.or_else(|| write::anthropic::missing(body)).map_or(Ok(()), |why| Err(why.to_owned()))
}

fn conversation(body: &Node<'_>) -> Result<(), Broken> {
    body.object()?;
    for block in body.items("system")? {
        system(&block)?;
    }
    messages::check(body)?;
    body.field("toolConfig").map_or(Ok(()), |config| tools::check(&config))
}

fn system(block: &Node<'_>) -> Result<(), Broken> {
    match block.union(&["text", "guardContent", "cachePoint"])? {
        ("text", text) => text.text(1, usize::MAX).map(drop),
        ("guardContent", content) => block::guard_content(&content),
        (_, point) => block::cache_point(&point),
    }
}

fn inference(config: &Node<'_>) -> Result<(), Broken> {
    config.object()?;
    if let Some(limit) = config.field("maxTokens") {
        limit.number(Value::as_i64, |tokens| tokens >= 1, "a whole number of 1 or more")?;
    }
    for name in ["temperature", "topP"] {
        if let Some(number) = config.field(name) {
            number.number(Value::as_f64, |value| (0.0..=1.0).contains(&value), "a number from 0 to 1")?;
        }
    }
    for sequence in config.items("stopSequences")? {
        sequence.text(1, usize::MAX)?;
    }
    Ok(())
}

fn output(config: &Node<'_>) -> Result<(), Broken> {
    config.object()?;
    if let Some(effort) = config.field("effort") {
        effort.text(0, 16)?;
    }
    let Some(format) = config.field("textFormat") else { return Ok(()) };
    format.need("type")?.word(&["json_schema"])?;
    let (_, definition) = format.need("structure")?.union(&["jsonSchema"])?;
    let schema = definition.need("schema")?;
    match serde_json::from_str::<Value>(schema.text(1, usize::MAX)?) {
        Ok(Value::Object(_)) => Ok(()),
        _ => Err(schema.broken("must be the text of a JSON object")),
    }
}

/// The fields that say nothing about the conversation.
fn around(body: &Node<'_>) -> Result<(), Broken> {
    if let Some(fields) = body.field("additionalModelRequestFields") {
        fields.object()?;
    }
    let paths = body.items("additionalModelResponseFieldPaths")?;
    if paths.len() > 10 {
        return Err(body.broken("additionalModelResponseFieldPaths has more than 10 members"));
    }
    for path in paths {
        if !path.text(1, 256)?.starts_with('/') {
            return Err(path.broken("must be a JSON pointer"));
        }
    }
    if let Some(metadata) = body.field("requestMetadata") {
        let entries = metadata.object()?;
        if entries.len() > 16 {
            return Err(metadata.broken("has more than 16 entries"));
        }
        for name in entries.keys() {
            metadata.need(name)?.text(0, 256)?;
        }
    }
    if let Some(latency) = body.field("performanceConfig").and_then(|config| config.field("latency")) {
        latency.word(&["standard", "optimized"])?;
    }
    if let Some(tier) = body.field("serviceTier") {
        tier.need("type")?.word(&["priority", "default", "flex", "reserved"])?;
    }
    let Some(guardrail) = body.field("guardrailConfig") else { return Ok(()) };
    guardrail.object()?;
    guardrail.field("trace").map_or(Ok(()), |trace| trace.word(&["enabled", "disabled", "enabled_full"]))
}

#[cfg(test)]
mod tests;
