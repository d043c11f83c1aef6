//! Makes a value that a JSON schema accepts, with what it finds in the prompt.

use serde_json::{Map, Number, Value, json};

/// Deep enough for any tool, shallow enough for a schema that refers to itself.
const MAX_DEPTH: usize = 8;

/// Integers are the first number of the text, strings its first quoted (or CJK) run.
pub(crate) fn instance(schema: &Value, text: &str) -> Value {
    build(schema, text, schema, 0)
}

fn build(schema: &Value, text: &str, root: &Value, depth: usize) -> Value {
    let Some(fields) = schema.as_object() else { return json!({}) };
    if depth > MAX_DEPTH {
        return json!({});
    }
    if let Some(target) = fields.get("$ref").and_then(Value::as_str) {
        return build(resolve(root, target), text, root, depth + 1);
    }
    for key in ["anyOf", "oneOf", "allOf"] {
        if let Some(first) = fields.get(key).and_then(|options| options.get(0)) {
            return build(first, text, root, depth + 1);
        }
    }
    if let Some(value) = fields.get("const").or_else(|| fields.get("enum")?.get(0)) {
        return value.clone();
    }
    match kind(fields).as_str() {
        "object" => object(fields, text, root, depth),
        "array" => json!([build(fields.get("items").unwrap_or(&json!({})), text, root, depth + 1)]),
        "integer" => json!(first_integer(text)),
        "number" => float(first_integer(text)),
        "boolean" => json!(true),
        "null" => Value::Null,
        _ => match fields.get("format").and_then(Value::as_str) {
            Some("date-time") => json!("2026-01-02T03:04:05Z"),
            Some("date") => json!("2026-01-02"),
            _ => json!(first_phrase(text)),
        },
    }
}

fn object(fields: &Map<String, Value>, text: &str, root: &Value, depth: usize) -> Value {
    let required = fields.get("required").and_then(Value::as_array).filter(|names| !names.is_empty());
    let wanted = |name: &str| required.is_none_or(|names| names.iter().any(|other| other == name));
    let properties = fields.get("properties").and_then(Value::as_object).into_iter().flatten();
    properties
        .filter(|(name, _)| wanted(name))
        .map(|(name, schema)| (name.clone(), build(schema, text, root, depth + 1)))
        .collect::<Map<_, _>>()
        .into()
}

fn kind(fields: &Map<String, Value>) -> String {
    let declared = match fields.get("type") {
        Some(Value::Array(kinds)) => kinds.first().and_then(Value::as_str),
        Some(kind) => kind.as_str(),
        None => None,
    };
    let implied = if fields.contains_key("properties") { "object" } else { "string" };
    declared.unwrap_or(implied).to_lowercase()
}

fn resolve<'a>(root: &'a Value, target: &str) -> &'a Value {
    let mut steps = target.trim_start_matches(['#', '/']).split('/');
    steps.try_fold(root, |at, step| at.get(step)).unwrap_or(&Value::Null)
}

fn first_integer(text: &str) -> i64 {
    let find = || {
        let (before, rest) = text.split_at_checked(text.find(|c: char| c.is_ascii_digit())?)?;
        let digits = rest.split(|c: char| !c.is_ascii_digit()).next()?;
        let sign = if before.ends_with('-') { "-" } else { "" };
        format!("{sign}{digits}").parse().ok()
    };
    find().unwrap_or(3)
}

fn float(integer: i64) -> Value {
    format!("{integer}.0").parse::<Number>().map_or(Value::Null, Value::Number)
}

fn first_phrase(text: &str) -> String {
    quoted(text).or_else(|| cjk(text)).unwrap_or_else(|| "Paris".to_owned())
}

fn quoted(text: &str) -> Option<String> {
    text.match_indices('\'').find_map(|(at, _)| {
        let (inside, _) = text.get(at + 1..)?.split_once('\'')?;
        (1..=60).contains(&inside.chars().count()).then(|| inside.to_owned())
    })
}

fn cjk(text: &str) -> Option<String> {
    let is_cjk = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
    let run: String = text.chars().skip_while(|c| !is_cjk(*c)).take_while(|c| is_cjk(*c)).collect();
    (!run.is_empty()).then_some(run)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schemas() {
        let nested = json!({"$defs": {"c": {"type": "string"}}, "type": "object",
            "properties": {"a": {"$ref": "#/$defs/c"}, "b": {"type": "integer"}, "x": {}}, "required": ["a", "b"]});
        let endless = json!({"type": "object", "properties": {"me": {"$ref": "#"}}});
        for (schema, text, expect) in [
            (json!({"type": "integer"}), "about 42 of 7", json!(42)),
            (json!({"type": "integer"}), "a -5", json!(-5)),
            (json!({"type": "integer"}), "on 2026-01-02", json!(2026)),
            (json!({"type": "integer"}), "none", json!(3)),
            (json!({"type": "number"}), "1", json!(1.0)),
            (json!({"type": ["string", "null"]}), "in 'New York' now", json!("New York")),
            (json!({"type": "string"}), "在北京 now", json!("在北京")),
            (json!({"type": "string"}), "x", json!("Paris")),
            (json!({"type": "string", "format": "date"}), "x", json!("2026-01-02")),
            (json!({"enum": ["p", "q"]}), "x", json!("p")),
            (json!({"const": 9}), "x", json!(9)),
            (json!({"anyOf": [{"type": "null"}]}), "x", json!(null)),
            (json!({"type": "array", "items": {"type": "boolean"}}), "x", json!([true])),
            (nested, "'Oslo' 2", json!({"a": "Oslo", "b": 2})),
        ] {
            assert_eq!(instance(&schema, text), expect, "{schema} {text}");
        }
        assert!(instance(&endless, "x").is_object());
    }
}
