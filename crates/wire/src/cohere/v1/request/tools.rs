//! Tools. Their parameters are named with Python's types, from which a JSON schema is made.

use serde::{Serialize, Serializer};

use super::{Place, name_unread};
use crate::chat::Tool;
use crate::json::{Invalid, Object, Raw};

pub(super) fn read_all(body: &mut Object<'_>, unmapped: &mut Vec<String>) -> Result<Vec<Tool>, Invalid> {
    let mut tools = Vec::new();
    for (path, raw) in body.take_list("tools")?.unwrap_or_default() {
        let mut tool = Object::parse(raw.get(), path)?;
        let schema = match tool.take_object("parameter_definitions")? {
            Some(parameters) => Some(schema(parameters, unmapped)?),
            None => None,
        };
        tools.push(Tool {
            name: tool.require_string("name")?,
            description: tool.take_string("description")?,
            schema,
            ..Tool::default()
        });
        name_unread(tool, Place::Other, unmapped);
    }
    Ok(tools)
}

#[derive(Serialize)]
struct Schema {
    r#type: &'static str,
    properties: Properties,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    required: Vec<String>,
}

/// In the order of the client.
struct Properties(Vec<(String, Property)>);

impl Serialize for Properties {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, property)| (name, property)))
    }
}

#[derive(Serialize)]
struct Property {
    #[serde(flatten)]
    kind: Kind,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
}

#[derive(Serialize)]
struct Kind {
    #[serde(skip_serializing_if = "Option::is_none")]
    r#type: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    items: Option<Box<Kind>>,
}

fn schema(mut parameters: Object<'_>, unmapped: &mut Vec<String>) -> Result<Raw, Invalid> {
    let names: Vec<String> = parameters.names().map(str::to_owned).collect();
    let (mut properties, mut required) = (Vec::new(), Vec::new());
    for name in names {
        let Some(mut told) = parameters.take_object(&name)? else { continue };
        let word = told.require_string("type")?;
        let kind = Kind::of(&word);
        let mut description = told.take_string("description")?;
        // the model can make of it what it likes
        if kind.r#type.is_none() {
            description = Some(description.map_or_else(|| word.clone(), |said| format!("{said} ({word})")));
        }
        if told.take_bool("required")?.unwrap_or(false) {
            required.push(name.clone());
        }
        properties.push((name, Property { kind, description }));
        name_unread(told, Place::Other, unmapped);
    }
    let schema = Schema { r#type: "object", properties: Properties(properties), required };
    Raw::of(&schema).map_err(|error| parameters.invalid("properties", error.to_string()))
}

impl Kind {
    /// The type of a word of Python's, or of JSON schema's, which clients write as well; none if it is neither.
    fn of(word: &str) -> Self {
        let word = word.trim();
        let (name, inner) = match word.split_once('[') {
            Some((name, rest)) => (name.trim(), rest.trim_end().strip_suffix(']').map(str::trim)),
            None => (word, None),
        };
        let name = name.to_ascii_lowercase();
        let r#type = match name.as_str() {
            "str" | "string" => Some("string"),
            "int" | "integer" => Some("integer"),
            "float" | "number" => Some("number"),
            "bool" | "boolean" => Some("boolean"),
            "list" | "array" | "tuple" | "set" | "sequence" => Some("array"),
            "dict" | "object" | "mapping" => Some("object"),
            "optional" => return Self::of(inner.unwrap_or_default()),
            _ => None,
        };
        let items = inner.filter(|inner| r#type == Some("array") && !inner.contains(','));
        let items = items.map(Self::of).filter(|items| items.r#type.is_some());
        Self { r#type, items: items.map(Box::new) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_of_python_are_types_of_json() {
        for (word, expected) in [
            ("str", r#"{"type":"string"}"#),
            ("int", r#"{"type":"integer"}"#),
            ("float", r#"{"type":"number"}"#),
            ("bool", r#"{"type":"boolean"}"#),
            ("List[str]", r#"{"type":"array","items":{"type":"string"}}"#),
            ("list[ List[int] ]", r#"{"type":"array","items":{"type":"array","items":{"type":"integer"}}}"#),
            ("List[str", r#"{"type":"array"}"#),
            ("Tuple[int, str]", r#"{"type":"array"}"#),
            ("Dict[str, int]", r#"{"type":"object"}"#),
            ("Optional[bool]", r#"{"type":"boolean"}"#),
            ("object", r#"{"type":"object"}"#),
            ("datetime", "{}"),
            ("", "{}"),
        ] {
            assert_eq!(serde_json::to_string(&Kind::of(word)).unwrap(), expected, "{word}");
        }
    }

    #[test]
    fn parameters_become_a_schema_in_their_order() {
        let text = r#"{"b":{"type":"int","description":"d","required":true},"a":{"type":"List[str]"},"c":{"type":"date","description":"when","required":false,"n":1},"d":{"type":"any"}}"#;
        let mut unmapped = Vec::new();
        let schema = schema(Object::parse(text, "p").unwrap(), &mut unmapped).unwrap();
        assert_eq!(unmapped, ["p.c.n"]);
        insta::assert_snapshot!(schema.get(), @r#"{"type":"object","properties":{"b":{"type":"integer","description":"d"},"a":{"type":"array","items":{"type":"string"}},"c":{"description":"when (date)"},"d":{"description":"any"}},"required":["b"]}"#);
    }
}
