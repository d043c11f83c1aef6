//! A Bedrock Converse request as a turn.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::{list, marks, role, string, text, tool};
use crate::turn::{Choice, Tool, Turn};

pub(crate) fn turn(body: &Value) -> Turn {
    let messages = list(body, "messages");
    let talk: Vec<_> = messages.iter().filter(|message| role(message) != "system").collect();
    let (count, then) = marks(talk.first().copied(), talk.len());
    let (user, results) = last_user(messages);
    let strings = |value: &[Value]| value.iter().filter_map(Value::as_str).map(str::to_owned).collect::<Vec<_>>();
    let config = body.get("toolConfig").unwrap_or(&Value::Null);
    let inference = body.get("inferenceConfig").unwrap_or(&Value::Null);
    Turn {
        user,
        results,
        tools: list(config, "tools").iter().filter_map(|item| item.get("toolSpec")).map(specified).collect(),
        choice: choice(config.get("toolChoice")),
        schema: schema(body),
        think: ["thinking", "reasoning_config"].iter().any(|key| thinks(body, key)),
        search: list(config, "tools").iter().any(|item| item.pointer("/systemTool/name").is_some()),
        include_usage: true,
        alternatives: 1,
        stop_sequence: strings(list(inference, "stopSequences")).into_iter().next(),
        model_fields: strings(list(body, "additionalModelResponseFieldPaths")),
        count,
        then,
        ..Turn::default()
    }
}

/// The body that stands in a request to count its tokens; nothing if it is no JSON.
pub(crate) fn invoked(question: &Value) -> Option<Value> {
    serde_json::from_slice(&STANDARD.decode(string(question, "body")?).ok()?).ok()
}

/// The text of the last user message, and its tool results if the conversation ends there (a system message may
/// follow them).
fn last_user(messages: &[Value]) -> (String, Option<Vec<String>>) {
    let Some(at) = messages.iter().rposition(|message| role(message) == "user") else { return Default::default() };
    let blocks = messages.get(at).map(|message| list(message, "content")).unwrap_or_default();
    let spoken = |block: &Value| match block.get("guardContent") {
        Some(guarded) => guarded.get("text").map(text),
        None => string(block, "text").map(str::to_owned),
    };
    let texts: Vec<_> = blocks.iter().filter_map(spoken).filter(|text| !text.is_empty()).collect();
    let results: Vec<_> = blocks.iter().filter_map(|block| block.get("toolResult")).map(result).collect();
    let ends_here = at + 1 == messages.len() || messages.last().is_some_and(|last| role(last) == "system");
    (texts.join("\n"), (ends_here && !results.is_empty()).then_some(results))
}

fn result(block: &Value) -> String {
    let part = |part: &Value| part.get("json").map_or_else(|| text(part), Value::to_string);
    let parts: Vec<_> = list(block, "content").iter().map(part).filter(|text| !text.is_empty()).collect();
    parts.join("\n")
}

fn specified(spec: &Value) -> Tool {
    let named = tool(spec, "inputSchema");
    match named.schema.get("json") {
        Some(schema) => Tool { schema: schema.clone(), ..named },
        None => named,
    }
}

fn choice(value: Option<&Value>) -> Choice {
    let Some(value) = value else { return Choice::Auto };
    if value.get("any").is_some() {
        return Choice::Any;
    }
    let name = value.get("tool").and_then(|tool| string(tool, "name"));
    name.map_or(Choice::Auto, |name| Choice::Named(name.to_owned()))
}

/// The dialect's own place for a schema, where it is text; or the model's, where it is JSON.
fn schema(body: &Value) -> Option<Value> {
    let own = body.pointer("/outputConfig/textFormat/structure/jsonSchema/schema").and_then(Value::as_str);
    let models = body.pointer("/additionalModelRequestFields/output_config/format");
    let models = models.filter(|format| string(format, "type") == Some("json_schema"));
    own.and_then(|text| serde_json::from_str(text).ok()).or_else(|| models?.get("schema").cloned())
}

/// The dialect has no word for thinking: it is asked of the model itself.
fn thinks(body: &Value, key: &str) -> bool {
    let kind = body.get("additionalModelRequestFields").and_then(|fields| string(fields.get(key)?, "type"));
    matches!(kind, Some("enabled" | "adaptive"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_last_user_message_and_its_results() {
        let turn = turn(&json!({"messages": [
            {"role": "user", "content": [{"text": "[[count]] one"}]},
            {"role": "assistant", "content": [{"toolUse": {"toolUseId": "t", "name": "f", "input": {}}}]},
            {"role": "user", "content": [
                {"toolResult": {"toolUseId": "t", "content": [{"text": "7C"}, {"json": {"a": 1}}]}},
                {"guardContent": {"text": {"text": "guarded"}}}, {"cachePoint": {"type": "default"}}, {"text": "and"}]},
        ]}));
        assert_eq!(turn.user, "guarded\nand");
        assert_eq!(turn.results, Some(vec!["7C\n{\"a\":1}".to_owned()]));
        assert_eq!(turn.count, Some(3));
    }

    #[test]
    fn what_is_asked_for_beside_the_text() {
        let turn = turn(&json!({
            "toolConfig": {"tools": [{"toolSpec": {"name": "f", "inputSchema": {"json": {"type": "object"}}}},
                {"cachePoint": {"type": "default"}}], "toolChoice": {"tool": {"name": "f"}}},
            "additionalModelRequestFields": {"thinking": {"type": "enabled", "budget_tokens": 1024}},
            "outputConfig": {"textFormat": {"type": "json_schema",
                "structure": {"jsonSchema": {"schema": "{\"type\":\"integer\"}"}}}},
            "inferenceConfig": {"stopSequences": ["A", "B"]},
            "additionalModelResponseFieldPaths": ["/stop_sequence"],
        }));
        assert_eq!(turn.tools[0].schema, json!({"type": "object"}));
        assert_eq!((turn.tools.len(), turn.choice, turn.think), (1, Choice::Named("f".to_owned()), true));
        assert_eq!(turn.schema, Some(json!({"type": "integer"})));
        assert_eq!((turn.stop_sequence.as_deref(), turn.model_fields), (Some("A"), vec!["/stop_sequence".to_owned()]));
    }

    #[test]
    fn choices() {
        for (value, expect) in [
            (json!({"auto": {}}), Choice::Auto),
            (json!({"any": {}}), Choice::Any),
            (json!({"tool": {"name": "f"}}), Choice::Named("f".to_owned())),
        ] {
            assert_eq!(choice(Some(&value)), expect, "{value}");
        }
    }
}
