//! An OpenAI chat request as a turn.

use serde_json::{Value, json};

use super::{flag, list, marks, role, string, text, tool};
use crate::turn::{Choice, Kind, Tool, Turn};

/// OpenAI's own limit. More answers than this would be made, and only then be too many to send.
pub(super) const MOST_ALTERNATIVES: u64 = 128;

pub(crate) fn turn(body: &Value) -> Turn {
    let messages = list(body, "messages");
    let talk: Vec<_> = messages.iter().filter(|message| !matches!(role(message), "system" | "developer")).collect();
    let (count, then) = marks(talk.first().copied(), talk.len());
    let (choice, allowed) = choice(body.get("tool_choice"));
    let mut tools: Vec<_> = list(body, "tools").iter().map(definition).collect();
    if let Some(allowed) = allowed {
        tools.retain(|tool| allowed.contains(&tool.name));
    }
    let asked_stream = body.get("stream_options").is_some_and(|options| flag(options, "include_usage"));
    Turn {
        user: messages.iter().rfind(|message| role(message) == "user").map(content).unwrap_or_default(),
        results: results(messages),
        tools,
        choice,
        schema: body.get("response_format").and_then(schema),
        think: string(body, "reasoning_effort").is_some_and(|effort| !matches!(effort, "" | "none")),
        search: body.get("web_search_options").is_some_and(Value::is_object),
        logprobs: flag(body, "logprobs").then(|| body.get("top_logprobs").and_then(Value::as_u64).unwrap_or(0)),
        include_usage: asked_stream,
        alternatives: body.get("n").and_then(Value::as_u64).unwrap_or(1).clamp(1, MOST_ALTERNATIVES),
        count,
        then,
        ..Turn::default()
    }
}

fn content(message: &Value) -> String {
    message.get("content").map(text).unwrap_or_default()
}

/// The tool messages that end the conversation.
fn results(messages: &[Value]) -> Option<Vec<String>> {
    let tail = messages.iter().rev().take_while(|message| matches!(role(message), "tool" | "function"));
    let mut results: Vec<_> = tail.map(content).collect();
    results.reverse();
    (!results.is_empty()).then_some(results)
}

/// A tool, whose name and parameters are nested under its type.
fn definition(item: &Value) -> Tool {
    match item.get("custom") {
        Some(custom) => Tool { kind: Kind::Custom, ..tool(custom, "parameters") },
        None => tool(nested(item), "parameters"),
    }
}

fn nested(item: &Value) -> &Value {
    item.get("function").or_else(|| item.get("custom")).unwrap_or(item)
}

/// The choice, and the only tools that it allows.
fn choice(value: Option<&Value>) -> (Choice, Option<Vec<String>>) {
    let Some(value) = value else { return (Choice::Auto, None) };
    let allowed = value.get("allowed_tools");
    let names = |allowed: &Value| {
        list(allowed, "tools").iter().filter_map(|tool| string(nested(tool), "name")).map(str::to_owned).collect()
    };
    let choice = match value.as_str().or(allowed.and_then(|allowed| string(allowed, "mode"))) {
        Some("none") => Choice::None,
        Some("required" | "any") => Choice::Any,
        None if value.is_object() => {
            string(nested(value), "name").map_or(Choice::Any, |name| Choice::Named(name.to_owned()))
        }
        _ => Choice::Auto,
    };
    (choice, allowed.map(names))
}

fn schema(format: &Value) -> Option<Value> {
    match string(format, "type")? {
        "json_schema" => {
            Some(format.get("json_schema").and_then(|named| named.get("schema")).cloned().unwrap_or_default())
        }
        "json_object" => Some(json!({"type": "object", "properties": {"ok": {"type": "boolean"}}})),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_last_user_message_and_the_trailing_results_count() {
        let turn = turn(&json!({"messages": [
            {"role": "system", "content": "s"}, {"role": "user", "content": "[[count]] one"},
            {"role": "assistant", "content": null, "tool_calls": []},
            {"role": "tool", "content": "r1"}, {"role": "tool", "content": [{"type": "text", "text": "r2"}]},
        ]}));
        assert_eq!(turn.user, "[[count]] one");
        assert_eq!(turn.results, Some(vec!["r1".to_owned(), "r2".to_owned()]));
        assert_eq!(turn.count, Some(4));
    }

    #[test]
    fn alternatives_are_bounded() {
        for (n, expect) in [
            (json!(null), 1),
            (json!(0), 1),
            (json!(2), 2),
            (json!(128), 128),
            (json!(1_000_000_000), 128),
            (json!(u64::MAX), 128),
        ] {
            assert_eq!(turn(&json!({"messages": [], "n": n})).alternatives, expect, "{n}");
        }
    }

    #[test]
    fn choices() {
        for (value, expect) in [
            (json!(null), Choice::Auto),
            (json!("auto"), Choice::Auto),
            (json!("none"), Choice::None),
            (json!("required"), Choice::Any),
            (json!({"type": "function", "function": {"name": "f"}}), Choice::Named("f".to_owned())),
        ] {
            assert_eq!(choice(Some(&value)), (expect, None), "{value}");
        }
        let only = json!({"type": "allowed_tools", "allowed_tools":
            {"mode": "required", "tools": [{"type": "function", "function": {"name": "f"}}]}});
        assert_eq!(choice(Some(&only)), (Choice::Any, Some(vec!["f".to_owned()])));
    }

    #[test]
    fn what_is_asked_for_beside_the_text() {
        let turn = turn(&json!({"messages": [], "logprobs": true, "top_logprobs": 2, "web_search_options": {},
            "tools": [{"type": "custom", "custom": {"name": "c"}}, {"type": "function", "function": {"name": "f"}}]}));
        let tools: Vec<_> = turn.tools.iter().map(|tool| (tool.name.as_str(), tool.kind)).collect();
        assert_eq!(tools, [("c", Kind::Custom), ("f", Kind::Function)]);
        assert_eq!((turn.logprobs, turn.search), (Some(2), true));
    }
}
