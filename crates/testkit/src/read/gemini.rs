//! A request of Gemini's as a turn.

use serde_json::Value;

use super::{flag, list, marks, role, string, tool};
use crate::turn::{Choice, Tool, Turn};

/// What is the user's own in a request: schemas, arguments, results.
const OWN: &[&str] =
    &["args", "labels", "parameters", "parametersJsonSchema", "response", "responseJsonSchema", "responseSchema"];

/// The request with every field in the first of Google's two spellings. Of two that stand side by side the second stays, and is
/// then unknown.
pub(crate) fn spelt(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            let field = |(name, value): (&String, &Value)| {
                let camel = Some(camel(name)).filter(|camel| camel == name || !fields.contains_key(camel));
                let name = camel.unwrap_or_else(|| name.clone());
                let value = if OWN.contains(&name.as_str()) { value.clone() } else { spelt(value) };
                (name, value)
            };
            fields.iter().map(field).collect()
        }
        Value::Array(items) => items.iter().map(spelt).collect(),
        other => other.clone(),
    }
}

fn camel(name: &str) -> String {
    let mut words = name.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |all, word| {
        let (initial, rest) = word.split_at(word.chars().next().map_or(0, char::len_utf8));
        all + &initial.to_uppercase() + rest
    })
}

pub(crate) fn turn(body: &Value) -> Turn {
    let contents = list(body, "contents");
    let (count, then) = marks(contents.first(), contents.len());
    let (user, results) = last_user(contents);
    let generation = body.get("generationConfig").unwrap_or(&Value::Null);
    let tools = list(body, "tools");
    let alternatives = generation.get("candidateCount").and_then(Value::as_u64).unwrap_or(1);
    let sequences = list(generation, "stopSequences");
    let most = generation.get("logprobs").and_then(Value::as_u64).unwrap_or(0);
    Turn {
        user,
        results,
        tools: tools.iter().flat_map(|tool| list(tool, "functionDeclarations")).map(declared).collect(),
        choice: choice(body.pointer("/toolConfig/functionCallingConfig")),
        schema: ["responseJsonSchema", "responseSchema"].iter().find_map(|key| Some(plain(generation.get(key)?))),
        think: generation.get("thinkingConfig").is_some_and(|thinking| flag(thinking, "includeThoughts")),
        search: tools.iter().any(|tool| tool.get("googleSearch").is_some()),
        logprobs: flag(generation, "responseLogprobs").then_some(most),
        include_usage: true,
        alternatives,
        stop_sequence: sequences.iter().find_map(Value::as_str).map(str::to_owned),
        count,
        then,
        ..Turn::default()
    }
}

/// The text of the last user's content, and the results of tools if the conversation ends there.
fn last_user(contents: &[Value]) -> (String, Option<Vec<String>>) {
    // a single content may leave its role out
    let Some(at) = contents.iter().rposition(|content| role(content) != "model") else { return Default::default() };
    let parts = contents.get(at).map(|content| list(content, "parts")).unwrap_or_default();
    let texts: Vec<_> = parts.iter().filter_map(|part| string(part, "text")).filter(|text| !text.is_empty()).collect();
    let results: Vec<_> =
        parts.iter().filter_map(|part| part.pointer("/functionResponse/response")).map(result).collect();
    (texts.join("\n"), (at + 1 == contents.len() && !results.is_empty()).then_some(results))
}

/// Google's words for what came out of a function and for what went wrong in it, else the object itself.
fn result(response: &Value) -> String {
    let said = ["output", "error", "result"].iter().find_map(|key| response.get(key)).unwrap_or(response);
    match said {
        Value::String(text) => text.clone(),
        Value::Array(items) => {
            let texts: Vec<_> = items.iter().filter_map(Value::as_str).filter(|text| !text.is_empty()).collect();
            texts.join("\n")
        }
        said => said.to_string(),
    }
}

fn declared(function: &Value) -> Tool {
    let named = tool(function, "parametersJsonSchema");
    match function.get("parameters") {
        Some(schema) => Tool { schema: plain(schema), ..named },
        None => named,
    }
}

fn choice(config: Option<&Value>) -> Choice {
    let Some(config) = config else { return Choice::Auto };
    let allowed = list(config, "allowedFunctionNames");
    match (string(config, "mode"), allowed) {
        (Some("NONE"), _) => Choice::None,
        (Some("ANY"), [name]) => Choice::Named(name.as_str().unwrap_or_default().to_owned()),
        (Some("ANY"), _) => Choice::Any,
        _ => Choice::Auto,
    }
}

/// A schema of Google's own kind as JSON Schema: types are in capitals there.
fn plain(schema: &Value) -> Value {
    match schema {
        Value::Object(fields) => {
            let field = |(name, value): (&String, &Value)| match value {
                Value::String(word) if name == "type" => (name.clone(), word.to_lowercase().into()),
                value => (name.clone(), plain(value)),
            };
            fields.iter().map(field).collect()
        }
        Value::Array(items) => items.iter().map(plain).collect(),
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_last_content_and_its_results() {
        let turn = turn(&json!({"contents": [
            {"role": "user", "parts": [{"text": "[[count]] one"}]},
            {"role": "model", "parts": [{"functionCall": {"name": "f", "args": {}}}]},
            {"role": "user", "parts": [
                {"functionResponse": {"name": "f", "response": {"output": "7C"}}},
                {"functionResponse": {"name": "f", "response": {"a": 1}}}, {"text": "and"}]},
        ]}));
        assert_eq!(turn.user, "and");
        assert_eq!(turn.results, Some(vec!["7C".to_owned(), "{\"a\":1}".to_owned()]));
        assert_eq!(turn.count, Some(3));
    }

    #[test]
    fn both_spellings_are_one() {
        let snake = json!({"system_instruction": {"parts": [{"inline_data": {"mime_type": "a"}}]},
            "contents": [{"parts": [{"function_call": {"args": {"a_b": 1}}}]}], "topP": 1, "top_p": 2});
        let camel = json!({"systemInstruction": {"parts": [{"inlineData": {"mimeType": "a"}}]},
            "contents": [{"parts": [{"functionCall": {"args": {"a_b": 1}}}]}], "topP": 1, "top_p": 2});
        assert_eq!(spelt(&snake), camel);
    }

    #[test]
    fn what_is_asked_for_beside_the_text() {
        let turn = turn(&json!({
            "contents": [{"parts": [{"text": "x"}]}],
            "tools": [{"functionDeclarations": [{"name": "f", "parameters": {"type": "OBJECT"}}]}, {"googleSearch": {}}],
            "toolConfig": {"functionCallingConfig": {"mode": "ANY", "allowedFunctionNames": ["f"]}},
            "generationConfig": {"candidateCount": 2, "stopSequences": ["A"], "thinkingConfig": {"includeThoughts": true},
                "responseJsonSchema": {"type": "integer"}, "responseLogprobs": true, "logprobs": 3},
        }));
        assert_eq!((turn.user.as_str(), turn.tools[0].schema.clone()), ("x", json!({"type": "object"})));
        assert_eq!((turn.choice, turn.search, turn.think), (Choice::Named("f".to_owned()), true, true));
        assert_eq!((turn.alternatives, turn.stop_sequence.as_deref(), turn.logprobs), (2, Some("A"), Some(3)));
        assert_eq!(turn.schema, Some(json!({"type": "integer"})));
    }
}
