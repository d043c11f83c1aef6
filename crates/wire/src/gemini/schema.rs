//! Gemini's `Schema`, which is OpenAPI's with types in capitals, as the JSON Schema that everybody else has.

use serde_json::value::RawValue;

use super::spelling;
use crate::json::{self, Invalid, Object, Raw};

/// Counts, which are strings where proto's JSON is taken by its letter.
const COUNTS: &[&str] = &["maxItems", "minItems", "maxLength", "minLength", "maxProperties", "minProperties"];

/// Reads the schema that stands at `path`. Numbers keep their digits, fields their order.
pub(super) fn read(schema: &RawValue, path: &str) -> Result<Raw, Invalid> {
    Raw::parse(text(schema, path)?).map_err(|error| Invalid::new(path, error.to_string()))
}

fn text(schema: &RawValue, path: &str) -> Result<String, Invalid> {
    let mut object = spelling::object(schema.get(), path)?;
    let names: Vec<String> = object.names().map(str::to_owned).collect();
    let nullable = object.take_bool("nullable")?.unwrap_or(false);
    let order = object.take_strings("propertyOrdering")?.unwrap_or_default();
    let untyped = object.peek("type").is_none();
    let mut fields = Vec::with_capacity(names.len());
    for name in names {
        let path = object.path_of(&name);
        let Some(value) = object.take(&name) else { continue };
        let (name, value) = match name.as_str() {
            "type" => match kind(value, &path, nullable)? {
                Some(kind) => ("type", kind),
                None => continue,
            },
            "properties" => ("properties", members(value, &path, &order)?),
            "defs" | "$defs" => ("$defs", members(value, &path, &[])?),
            "ref" => ("$ref", value.get().replacen("#/defs/", "#/$defs/", 1)),
            "items" => ("items", text(value, &path)?),
            "additionalProperties" if json::is_object(value) => ("additionalProperties", text(value, &path)?),
            "anyOf" => ("anyOf", any_of(value, &path, nullable && untyped)?),
            "example" => ("examples", format!("[{}]", value.get())),
            // what strings with a list of values have anyway
            "format" if value.get() == r#""enum""# => continue,
            name if COUNTS.contains(&name) => (name, value.get().trim_matches('"').to_owned()),
            name => (name, value.get().to_owned()),
        };
        fields.push(member(name, &value)?);
    }
    Ok(format!("{{{}}}", fields.join(",")))
}

fn member(name: &str, value: &str) -> Result<String, Invalid> {
    let name = serde_json::to_string(name).map_err(|error| Invalid::new(name, error.to_string()))?;
    Ok(format!("{name}:{value}"))
}

/// `STRING` is `string`; what may be missing has a second type.
fn kind(value: &RawValue, path: &str, nullable: bool) -> Result<Option<String>, Invalid> {
    if !json::is_string(value) {
        return Ok(Some(value.get().to_owned()));
    }
    let word = json::string(value, path)?.to_ascii_lowercase();
    if word == "type_unspecified" {
        return Ok(None);
    }
    let word = serde_json::to_string(&word).map_err(|error| Invalid::new(path, error.to_string()))?;
    Ok(Some(if nullable { format!("[{word},\"null\"]") } else { word }))
}

/// Schemas by the names of properties, which are the client's own.
fn members(value: &RawValue, path: &str, order: &[String]) -> Result<String, Invalid> {
    let mut object = Object::parse(value.get(), path)?;
    let mut names: Vec<String> = object.names().map(str::to_owned).collect();
    names.sort_by_key(|name| order.iter().position(|known| known == name).unwrap_or(order.len()));
    let mut fields = Vec::with_capacity(names.len());
    for name in names {
        let path = object.path_of(&name);
        if let Some(schema) = object.take(&name) {
            fields.push(member(&name, &text(schema, &path)?)?);
        }
    }
    Ok(format!("{{{}}}", fields.join(",")))
}

fn any_of(value: &RawValue, path: &str, or_null: bool) -> Result<String, Invalid> {
    let mut schemas = Vec::new();
    for (path, schema) in json::list(value, path)? {
        schemas.push(text(schema, &path)?);
    }
    schemas.extend(or_null.then(|| r#"{"type":"null"}"#.to_owned()));
    Ok(format!("[{}]", schemas.join(",")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn openapi_becomes_json_schema() {
        for (schema, expected) in [
            (r#"{"type":"STRING"}"#, r#"{"type":"string"}"#),
            (r#"{"type":"string","nullable":true}"#, r#"{"type":["string","null"]}"#),
            (r#"{"type":"STRING","format":"enum","enum":["A"]}"#, r#"{"type":"string","enum":["A"]}"#),
            (r#"{"type":"TYPE_UNSPECIFIED","example":1.0}"#, r#"{"examples":[1.0]}"#),
            (r#"{"min_items":"2","maxItems":3,"minimum":1.50}"#, r#"{"minItems":2,"maxItems":3,"minimum":1.50}"#),
            (
                r#"{"type":"OBJECT","properties":{"a_b":{"type":"INTEGER"},"type":{"type":"ARRAY","items":{"type":"NUMBER"}}},
                    "property_ordering":["type","a_b"],"required":["a_b"]}"#,
                r#"{"type":"object","properties":{"type":{"type":"array","items":{"type":"number"}},"a_b":{"type":"integer"}},"required":["a_b"]}"#,
            ),
            (
                r##"{"any_of":[{"type":"STRING"},{"ref":"#/defs/x"}],"nullable":true,"defs":{"x":{"type":"BOOLEAN"}},"additional_properties":false}"##,
                r##"{"anyOf":[{"type":"string"},{"$ref":"#/$defs/x"},{"type":"null"}],"$defs":{"x":{"type":"boolean"}},"additionalProperties":false}"##,
            ),
        ] {
            let raw: &RawValue = serde_json::from_str(schema).unwrap();
            assert_eq!(read(raw, "p").unwrap().get(), expected);
        }
        let raw: &RawValue = serde_json::from_str(r#"{"properties":{"a":3}}"#).unwrap();
        assert_eq!(read(raw, "p").unwrap_err().path, "p.properties.a");
    }
}
