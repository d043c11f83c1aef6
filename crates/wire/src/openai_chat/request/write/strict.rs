//! Tools whose calls must keep to their schemas. OpenAI does that only with schemas that leave nothing open, and refuses the call
//! for others (its guide to function calling, "Strict mode").

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::Dropped;
use crate::chat::Tool;

/// The switch of the tool that stands at `index` of the request. Where OpenAI could not keep to the schema it is left out, and
/// named unless there is nothing to keep to. Other servers have rules of their own.
pub(crate) fn strict(tool: &Tool, index: usize, dropped: &mut Dropped) -> Option<bool> {
    let schema = tool.schema.as_ref().filter(|_| tool.strict == Some(true) && dropped.is_for_openai());
    let schema: Option<Value> = schema.and_then(|schema| serde_json::from_str(schema.get()).ok());
    let Some(schema) = schema.filter(|schema| !is_closed(schema)) else { return tool.strict };
    if schema.get("properties").and_then(Value::as_object).is_some_and(|properties| !properties.is_empty()) {
        dropped.name(format!("tools[{index}].strict"));
    }
    None
}

/// Whether every object in the schema requires all of its properties and may have no others.
fn is_closed(schema: &Value) -> bool {
    let Value::Object(fields) = schema else { return true };
    let named = ["properties", "$defs", "definitions"].into_iter().filter_map(|key| fields.get(key)?.as_object());
    let listed = ["anyOf", "oneOf", "allOf", "prefixItems"].into_iter().filter_map(|key| fields.get(key)?.as_array());
    let mut inside = named.flat_map(Map::values).chain(listed.flatten()).chain(fields.get("items"));
    (!is_of_objects(fields) || says_all(fields)) && inside.all(is_closed)
}

fn is_of_objects(schema: &Map<String, Value>) -> bool {
    let is_object = |kind: &Value| kind == "object";
    let kind = schema.get("type");
    let among = kind.and_then(Value::as_array).is_some_and(|kinds| kinds.iter().any(is_object));
    among || kind.is_some_and(is_object) || schema.contains_key("properties")
}

fn says_all(schema: &Map<String, Value>) -> bool {
    let required = schema.get("required").and_then(Value::as_array).into_iter().flatten();
    let required: HashSet<_> = required.filter_map(Value::as_str).collect();
    let mut names = schema.get("properties").and_then(Value::as_object).into_iter().flat_map(Map::keys);
    schema.get("additionalProperties") == Some(&Value::Bool(false))
        && names.all(|name| required.contains(name.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::Raw;

    /// What is written for OpenAI and for another server, and what is named.
    fn written(schema: Option<&str>, strict: Option<bool>) -> (Option<bool>, Option<bool>, Vec<String>) {
        let schema = schema.map(|schema| Raw::parse(schema).unwrap());
        let tool = Tool { name: "f".to_owned(), schema, strict, ..Tool::default() };
        let (mut openai, mut other) = (Dropped::new(true), Dropped::new(false));
        let both = (super::strict(&tool, 3, &mut openai), super::strict(&tool, 3, &mut other));
        assert_eq!(other.into_paths(), [""; 0]);
        (both.0, both.1, openai.into_paths())
    }

    #[test]
    fn a_schema_that_leaves_nothing_open_is_kept_to() {
        let closed =
            r#"{"type":"object","properties":{"a":{"type":"string"}},"required":["a"],"additionalProperties":false}"#;
        for schema in [
            None,
            Some(closed),
            Some(r#"{"type":"object","properties":{},"additionalProperties":false}"#),
            Some(&format!(
                r##"{{"type":"object","properties":{{"a":{{"type":"array","items":{closed}}},"b":{{"anyOf":[{closed},{{"type":"null"}}]}},"c":{{"$ref":"#/$defs/c"}}}},"required":["c","b","a"],"additionalProperties":false,"$defs":{{"c":{closed}}}}}"##
            )),
        ] {
            for strict in [None, Some(false), Some(true)] {
                assert_eq!(written(schema, strict), (strict, strict, vec![]), "{schema:?}");
            }
        }
    }

    #[test]
    fn one_that_does_is_not_and_that_is_told() {
        let open = r#"{"type":"object","properties":{"a":{}},"required":["a"]}"#;
        let within = |place: &str| {
            format!(r#"{{"type":"object","properties":{{"p":{place}}},"required":["p"],"additionalProperties":false}}"#)
        };
        for schema in [
            open.to_owned(),
            r#"{"type":"object","properties":{"a":{},"b":{}},"required":["a"],"additionalProperties":false}"#
                .to_owned(),
            r#"{"properties":{"a":{}},"additionalProperties":false}"#.to_owned(),
            within(open),
            within(r#"{"type":["object","null"]}"#),
            within(&format!(r#"{{"type":"array","items":{open}}}"#)),
            within(&format!(r#"{{"anyOf":[{{"type":"null"}},{open}]}}"#)),
        ] {
            let named = vec!["tools[3].strict".to_owned()];
            assert_eq!(written(Some(&schema), Some(true)), (None, Some(true), named), "{schema}");
            assert_eq!(written(Some(&schema), Some(false)), (Some(false), Some(false), vec![]), "{schema}");
        }
        // without arguments there is nothing to keep to
        for schema in [r#"{"type":"object"}"#, r#"{"type":"object","properties":{}}"#] {
            assert_eq!(written(Some(schema), Some(true)), (None, Some(true), vec![]), "{schema}");
        }
    }
}
