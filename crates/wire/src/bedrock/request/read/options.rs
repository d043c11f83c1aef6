//! `inferenceConfig`, `outputConfig`, `requestMetadata`, `serviceTier`.

use crate::bedrock::union::Member;
use crate::chat::{Effort, OutputFormat, Request};
use crate::json::{self, Invalid, Object, Raw};

pub(super) fn inference(
    object: &mut Object<'_>,
    request: &mut Request,
    unmapped: &mut Vec<String>,
) -> Result<(), Invalid> {
    let Some(mut config) = object.take_object("inferenceConfig")? else { return Ok(()) };
    request.max_output_tokens = config.take_u64("maxTokens")?;
    request.sampling.temperature = config.take_number("temperature")?;
    request.sampling.top_p = config.take_number("topP")?;
    request.stop = config.take_strings("stopSequences")?.unwrap_or_default();
    unmapped.extend(config.unread());
    Ok(())
}

/// Reads how much to think and in which form to answer; effort and form share one object.
pub(super) fn output(
    object: &mut Object<'_>,
    request: &mut Request,
    unmapped: &mut Vec<String>,
) -> Result<(), Invalid> {
    let Some(mut config) = object.take_object("outputConfig")? else { return Ok(()) };
    if let Some(effort) = config.take_string("effort")? {
        request.reasoning.get_or_insert_default().effort = Some(Effort(effort));
    }
    if let Some(mut format) = config.take_object("textFormat")? {
        if format.require_string("type")? != "json_schema" {
            return Err(format.invalid("type", "must be json_schema"));
        }
        let path = format.path_of("structure");
        let structure = format.take("structure").ok_or_else(|| format.invalid("structure", "is required"))?;
        request.output = json_schema(&Member::of(structure, &path)?, unmapped)?;
        unmapped.extend(format.unread());
    }
    unmapped.extend(config.unread());
    Ok(())
}

/// Reads a schema, which stands there as the text of one.
fn json_schema(member: &Member<'_>, unmapped: &mut Vec<String>) -> Result<OutputFormat, Invalid> {
    if member.name != "jsonSchema" {
        return Err(Invalid::new(member.path.as_str(), "must be jsonSchema"));
    }
    let mut object = member.object()?;
    let schema = Raw::parse(object.require_string("schema")?).ok().filter(|schema| schema.get().starts_with('{'));
    let schema = schema.ok_or_else(|| object.invalid("schema", "must be a string that holds a JSON object"))?;
    let format = OutputFormat::JsonSchema {
        name: object.take_string("name")?,
        description: object.take_string("description")?,
        schema,
        strict: None,
    };
    unmapped.extend(object.unread());
    Ok(format)
}

pub(super) fn metadata(object: &mut Object<'_>) -> Result<Vec<(String, String)>, Invalid> {
    let Some(mut entries) = object.take_object("requestMetadata")? else { return Ok(Vec::new()) };
    let names: Vec<String> = entries.names().map(str::to_owned).collect();
    let mut metadata = Vec::with_capacity(names.len());
    for name in names {
        if let Some(value) = entries.take_string(&name)? {
            metadata.push((name, value));
        }
    }
    Ok(metadata)
}

/// Reads the tier: Bedrock's words are OpenAI's.
pub(super) fn service_tier(object: &mut Object<'_>, unmapped: &mut Vec<String>) -> Result<Option<String>, Invalid> {
    let Some(mut tier) = object.take_object("serviceTier")? else { return Ok(None) };
    let word = tier.require_string("type")?;
    unmapped.extend(tier.unread());
    Ok(Some(word))
}

/// Reads a schema that stands there as an object, as Anthropic's own API has it.
pub(super) fn plain_schema(
    mut format: Object<'_>,
    unmapped: &mut Vec<String>,
) -> Result<Option<OutputFormat>, Invalid> {
    let word = format.require_string("type")?;
    if word != "json_schema" {
        unmapped.push(format!("{} ({word})", format.path()));
        return Ok(None);
    }
    let schema = format.take("schema").ok_or_else(|| format.invalid("schema", "is required"))?;
    if !json::is_object(schema) {
        return Err(format.invalid("schema", "must be an object"));
    }
    unmapped.extend(format.unread());
    Ok(Some(OutputFormat::JsonSchema { name: None, description: None, schema: schema.into(), strict: None }))
}
