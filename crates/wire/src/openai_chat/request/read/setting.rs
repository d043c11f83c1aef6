//! Settings that OpenAI has beside those of every dialect, and those that its two dialects read alike.

use super::super::harmless::{Place, name_unread};
use super::part::require_object;
use crate::chat::{self, OutputFormat, SearchTool};
use crate::json::{self, Invalid, Object, Raw};
use crate::user_location;

/// Fields that OpenAI's two dialects share and nobody else has.
const OPENAI: &[&str] = &["moderation", "prompt_cache_key", "prompt_cache_options", "prompt_cache_retention"];

/// Takes them as they came. Across dialects nothing is kept unless that is asked for in so many words.
pub(crate) fn openai_fields(body: &mut Object<'_>) -> Result<Vec<(&'static str, Raw)>, Invalid> {
    let mut fields: Vec<_> = OPENAI.iter().filter_map(|name| Some((*name, body.take_raw(name)?))).collect();
    if let Some(store) = body.peek("store").map(Raw::from)
        && body.take_bool("store")? == Some(true)
    {
        fields.push(("store", store));
    }
    Ok(fields)
}

/// Log probabilities. The count of alternatives means nothing without the switch, and then stays unread.
pub(super) fn logprobs(body: &mut Object<'_>) -> Result<Option<u64>, Invalid> {
    match body.take_bool("logprobs")? {
        Some(true) => Ok(Some(body.take_u64("top_logprobs")?.unwrap_or(0))),
        Some(false) | None => Ok(None),
    }
}

/// `web_search_options`: the provider may search.
pub(super) fn web_search(body: &mut Object<'_>, unmapped: &mut Vec<String>) -> Result<Option<SearchTool>, Invalid> {
    let Some(mut options) = body.take_object("web_search_options")? else { return Ok(None) };
    let tool = SearchTool {
        context_size: options.take_string("search_context_size")?,
        place: place(&mut options, unmapped)?,
        ..SearchTool::default()
    };
    name_unread(options, Place::Other, unmapped);
    Ok(Some(tool))
}

fn place(options: &mut Object<'_>, unmapped: &mut Vec<String>) -> Result<Option<chat::Place>, Invalid> {
    let Some(mut location) = options.take_object("user_location")? else { return Ok(None) };
    let kind = location.take_string("type")?;
    if kind.is_some_and(|kind| kind != "approximate") {
        return Err(location.invalid("type", "must be 'approximate'"));
    }
    let mut told = require_object(&mut location, "approximate")?;
    let place = user_location::read(&mut told)?;
    name_unread(told, Place::Other, unmapped);
    name_unread(location, Place::Other, unmapped);
    Ok(Some(place))
}

/// The form of an answer that a schema gives, from the object that the schema and its name stand in.
pub(crate) fn json_schema(format: &mut Object<'_>) -> Result<OutputFormat, Invalid> {
    let schema = format.take("schema").ok_or_else(|| format.invalid("schema", "is required"))?;
    if !json::is_object(schema) {
        return Err(format.invalid("schema", "must be a JSON object"));
    }
    Ok(OutputFormat::JsonSchema {
        name: format.take_string("name")?,
        description: format.take_string("description")?,
        schema: Raw::from(schema),
        strict: format.take_bool("strict")?,
    })
}

/// The application's notes. They are texts; what is none, as in LiteLLM's own `tags`, is named.
pub(crate) fn metadata(body: &mut Object<'_>, unmapped: &mut Vec<String>) -> Result<Vec<(String, String)>, Invalid> {
    let Some(mut metadata) = body.take_object("metadata")? else { return Ok(Vec::new()) };
    let names: Vec<_> = metadata.names().map(str::to_owned).collect();
    let texts = names.into_iter().filter(|name| metadata.peek(name).is_some_and(json::is_string)).collect::<Vec<_>>();
    let notes = texts.into_iter().map(|name| metadata.require_string(&name).map(|text| (name, text))).collect();
    unmapped.extend(metadata.unread());
    notes
}

/// `safety_identifier` is the newer name of `user`. When both are set and differ, it stays unread and so is named.
pub(crate) fn user(body: &mut Object<'_>) -> Result<Option<String>, Invalid> {
    let user = body.take_string("user")?;
    let newer = body.peek("safety_identifier").map(|value| json::string(value, "safety_identifier")).transpose()?;
    if user.is_none() || user == newer {
        body.take("safety_identifier");
    }
    Ok(user.or(newer))
}
