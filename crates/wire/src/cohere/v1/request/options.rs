//! Settings that are spelt otherwise than in the second version.

use super::{Place, name_unread};
use crate::chat::OutputFormat;
use crate::json::{self, Invalid, Object};

/// Whether documents are to be cited, where it is said; how carefully is a choice that others do not have.
pub(super) fn cited(body: &mut Object<'_>) -> Result<Option<bool>, Invalid> {
    let Some(word) = body.take_string("citation_quality")? else { return Ok(None) };
    match word.to_ascii_uppercase().as_str() {
        "ENABLED" | "FAST" | "ACCURATE" => Ok(Some(true)),
        "DISABLED" | "OFF" => Ok(Some(false)),
        _ => {
            let known = "must be enabled, disabled, fast, accurate or off";
            Err(body.invalid("citation_quality", format!("{known}, not '{word}'")))
        }
    }
}

pub(super) fn output(body: &mut Object<'_>, unmapped: &mut Vec<String>) -> Result<OutputFormat, Invalid> {
    let Some(mut format) = body.take_object("response_format")? else { return Ok(OutputFormat::Text) };
    let output = match format.require_string("type")?.as_str() {
        "text" => OutputFormat::Text,
        "json_object" => match format.take("schema") {
            None => OutputFormat::JsonObject,
            Some(schema) if json::is_object(schema) => {
                OutputFormat::JsonSchema { name: None, description: None, schema: schema.into(), strict: None }
            }
            Some(_) => return Err(format.invalid("schema", "must be an object")),
        },
        other => return Err(format.invalid("type", format!("must be text or json_object, not '{other}'"))),
    };
    name_unread(format, Place::Other, unmapped);
    Ok(output)
}
