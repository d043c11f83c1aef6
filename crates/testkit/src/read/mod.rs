//! Requests of each dialect, read into a [`Turn`](crate::turn::Turn).

use serde_json::Value;

use crate::markers;
use crate::turn::Tool;

pub(crate) mod anthropic;
pub(crate) mod bedrock;
pub(crate) mod cohere;
pub(crate) mod embeddings;
pub(crate) mod gemini;
pub(crate) mod openai_chat;
pub(crate) mod openai_completions;
pub(crate) mod openai_responses;

/// The text of a content: a string, a part, or a list of parts.
fn text(content: &Value) -> String {
    match content {
        Value::Null | Value::Bool(_) | Value::Number(_) => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(parts) => {
            let texts: Vec<_> = parts.iter().map(text).filter(|text| !text.is_empty()).collect();
            texts.join("\n")
        }
        Value::Object(part) => ["text", "content", "output"]
            .iter()
            .filter_map(|key| part.get(*key))
            .find(|value| !value.is_number() && !value.is_boolean())
            .map(text)
            .unwrap_or_default(),
    }
}

fn list<'a>(body: &'a Value, key: &str) -> &'a [Value] {
    body.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn string<'a>(value: &'a Value, key: &str) -> Option<&'a str> {
    value.get(key).and_then(Value::as_str)
}

pub(crate) fn flag(value: &Value, key: &str) -> bool {
    value.get(key).and_then(Value::as_bool).unwrap_or(false)
}

fn role(message: &Value) -> &str {
    string(message, "role").unwrap_or_default()
}

fn tool(definition: &Value, schema: &str) -> Tool {
    Tool {
        name: string(definition, "name").unwrap_or("?").to_owned(),
        schema: definition.get(schema).cloned().unwrap_or_else(|| serde_json::json!({"type": "object"})),
        ..Tool::default()
    }
}

/// What the first message says about the whole conversation: a count of its messages, a second call.
fn marks(first: Option<&Value>, messages: usize) -> (Option<usize>, Option<(String, String)>) {
    let content = |message: &Value| message.get("content").or(message.get("parts")).map(text);
    let first = first.and_then(content).unwrap_or_default();
    let count = first.contains("[[count]]").then_some(messages);
    // question, call, result: the third message is where the first result comes in
    let then = if messages == 3 { markers::then(&first) } else { None };
    (count, then)
}
