//! Tools whose calls must keep to their schemas. Providers do that only with schemas that leave nothing open, and refuse the call
//! for others.

use std::collections::HashSet;

use serde_json::{Map, Value};

use crate::chat::Tool;

/// What a provider must be told of every object in a schema to keep to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Closed {
    /// That it has no other properties: Anthropic
    /// (<https://platform.claude.com/docs/en/build-with-claude/structured-outputs>) and Bedrock.
    Properties,
    /// That it also requires all of them: OpenAI (its guide to function calling, "Strict mode").
    Required,
}

/// The switch of a tool. Where the provider could not keep to the schema it is left out, and `name` told unless there is nothing
/// to keep to.
pub(crate) fn strict(tool: &Tool, closed: Closed, name: impl FnOnce()) -> Option<bool> {
    if tool.strict != Some(true) {
        return tool.strict;
    }
    let schema: Option<Value> = tool.schema.as_ref().and_then(|schema| serde_json::from_str(schema.get()).ok());
    let Some(schema) = schema else {
        // OpenAI takes it so; others get a schema that says nothing
        return (closed == Closed::Required).then_some(true);
    };
    if is_closed(&schema, closed) {
        return tool.strict;
    }
    if !says_nothing(&schema) {
        name();
    }
    None
}

/// Whether a schema is that of a tool without arguments. What it says may also stand behind a reference.
fn says_nothing(schema: &Value) -> bool {
    let is_idle = |(key, value): (&String, &Value)| match value {
        Value::Object(fields) => fields.is_empty(),
        Value::Array(list) => list.is_empty(),
        Value::Null | Value::Bool(_) => true,
        Value::Number(_) | Value::String(_) => matches!(key.as_str(), "type" | "title" | "description" | "$schema"),
    };
    schema.as_object().is_some_and(|fields| fields.iter().all(is_idle))
}

/// Whether that holds of every object in the schema.
fn is_closed(schema: &Value, closed: Closed) -> bool {
    let Value::Object(fields) = schema else { return true };
    let named = ["properties", "$defs", "definitions"].into_iter().filter_map(|key| fields.get(key)?.as_object());
    let listed = ["anyOf", "oneOf", "allOf", "prefixItems"].into_iter().filter_map(|key| fields.get(key)?.as_array());
    let mut inside = named.flat_map(Map::values).chain(listed.flatten()).chain(fields.get("items"));
    let says = !is_of_objects(fields)
        || fields.get("additionalProperties") == Some(&Value::Bool(false))
            && (closed == Closed::Properties || requires_all(fields));
    says && inside.all(|schema| is_closed(schema, closed))
}

fn is_of_objects(schema: &Map<String, Value>) -> bool {
    let is_object = |kind: &Value| kind == "object";
    let kind = schema.get("type");
    let among = kind.and_then(Value::as_array).is_some_and(|kinds| kinds.iter().any(is_object));
    among || kind.is_some_and(is_object) || schema.contains_key("properties")
}

fn requires_all(schema: &Map<String, Value>) -> bool {
    let required = schema.get("required").and_then(Value::as_array).into_iter().flatten();
    let required: HashSet<_> = required.filter_map(Value::as_str).collect();
    let mut names = schema.get("properties").and_then(Value::as_object).into_iter().flat_map(Map::keys);
    names.all(|name| required.contains(name.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::Raw;

    /// What is written where all is required and where properties are closed only, and whether each is named.
    fn written(schema: Option<&str>, strict: Option<bool>) -> [(Option<bool>, bool); 2] {
        let schema = schema.map(|schema| Raw::parse(schema).unwrap());
        let tool = Tool { name: "f".to_owned(), schema, strict, ..Tool::default() };
        [Closed::Required, Closed::Properties].map(|closed| {
            let mut named = false;
            (super::strict(&tool, closed, || named = true), named)
        })
    }

    #[test]
    fn a_schema_that_leaves_nothing_open_is_kept_to() {
        let closed =
            r#"{"type":"object","properties":{"a":{"type":"string"}},"required":["a"],"additionalProperties":false}"#;
        for schema in [
            closed,
            r#"{"type":"object","properties":{},"additionalProperties":false}"#,
            &format!(
                r##"{{"type":"object","properties":{{"a":{{"type":"array","items":{closed}}},"b":{{"anyOf":[{closed},{{"type":"null"}}]}},"c":{{"$ref":"#/$defs/c"}}}},"required":["c","b","a"],"additionalProperties":false,"$defs":{{"c":{closed}}}}}"##
            ),
        ] {
            for strict in [None, Some(false), Some(true)] {
                assert_eq!(written(Some(schema), strict), [(strict, false); 2], "{schema:?}");
            }
        }
        assert_eq!(written(None, Some(true)), [(Some(true), false), (None, false)]);
        let optional =
            r#"{"type":"object","properties":{"a":{},"b":{}},"required":["a"],"additionalProperties":false}"#;
        assert_eq!(written(Some(optional), Some(true)), [(None, true), (Some(true), false)]);
    }

    #[test]
    fn one_that_does_is_not_and_that_is_told() {
        let open = r#"{"type":"object","properties":{"a":{}},"required":["a"]}"#;
        let within = |place: &str| {
            format!(r#"{{"type":"object","properties":{{"p":{place}}},"required":["p"],"additionalProperties":false}}"#)
        };
        for schema in [
            open.to_owned(),
            r#"{"properties":{"a":{}},"required":["a"]}"#.to_owned(),
            within(open),
            within(r#"{"type":["object","null"]}"#),
            within(&format!(r#"{{"type":"array","items":{open}}}"#)),
            within(&format!(r#"{{"anyOf":[{{"type":"null"}},{open}]}}"#)),
            format!(r##"{{"$ref":"#/$defs/a","$defs":{{"a":{open}}}}}"##),
            format!(r#"{{"anyOf":[{open}]}}"#),
            r#"{"type":"object","additionalProperties":{"type":"string"}}"#.to_owned(),
        ] {
            assert_eq!(written(Some(&schema), Some(true)), [(None, true); 2], "{schema}");
            assert_eq!(written(Some(&schema), Some(false)), [(Some(false), false); 2], "{schema}");
        }
        // without arguments there is nothing to keep to
        for schema in [
            r#"{"type":"object"}"#,
            r#"{"type":"object","properties":{},"required":[],"title":"F"}"#,
            r#"{"type":"object","properties":{},"additionalProperties":true}"#,
        ] {
            assert_eq!(written(Some(schema), Some(true)), [(None, false); 2], "{schema}");
        }
    }
}
