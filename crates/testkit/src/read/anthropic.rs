//! An Anthropic Messages request as a turn.

use serde_json::Value;

use super::{list, marks, role, string, text, tool};
use crate::turn::{Choice, Turn};

pub(crate) fn turn(body: &Value) -> Turn {
    let messages = list(body, "messages");
    let talk = messages.iter().filter(|message| role(message) != "system").count();
    let (count, then) = marks(messages.first(), talk);
    let (user, results) = last_user(messages);
    let resumed = messages.last().and_then(paused);
    let format =
        body.get("output_config").and_then(|config| config.get("format")).or_else(|| body.get("output_format"));
    Turn {
        user,
        results,
        tools: list(body, "tools")
            .iter()
            .filter(|item| item.get("input_schema").is_some())
            .map(|item| tool(item, "input_schema"))
            .collect(),
        choice: choice(body.get("tool_choice")),
        schema: format.filter(|format| string(format, "type") == Some("json_schema")).map(schema),
        think: body.get("thinking").and_then(|thinking| string(thinking, "type")).is_some_and(thinks),
        search: list(body, "tools").iter().any(|tool| string(tool, "type").is_some_and(searches)),
        may_pause: resumed.is_none(),
        resumed,
        include_usage: true,
        alternatives: 1,
        stop_sequence: list(body, "stop_sequences").first().and_then(Value::as_str).map(str::to_owned),
        count,
        then,
        ..Turn::default()
    }
}

/// The id of the search that a message breaks off at.
fn paused(last: &Value) -> Option<String> {
    let block = list(last, "content").last().filter(|block| string(block, "type") == Some("server_tool_use"))?;
    string(block, "id").map(str::to_owned)
}

fn searches(kind: &str) -> bool {
    kind.starts_with("web_search_")
}

fn thinks(kind: &str) -> bool {
    matches!(kind, "enabled" | "adaptive")
}

fn schema(format: &Value) -> Value {
    format.get("schema").cloned().unwrap_or_default()
}

/// The text of the last user message, and its tool results if the conversation ends there (a system message may
/// follow them).
fn last_user(messages: &[Value]) -> (String, Option<Vec<String>>) {
    let Some(at) = messages.iter().rposition(|message| role(message) == "user") else { return Default::default() };
    let content = messages.get(at).and_then(|message| message.get("content")).unwrap_or(&Value::Null);
    let Value::Array(blocks) = content else { return (text(content), None) };
    let of = |kind: &'static str| blocks.iter().filter(move |block| string(block, "type") == Some(kind));
    let texts: Vec<_> = of("text").map(text).filter(|text| !text.is_empty()).collect();
    let results: Vec<_> = of("tool_result").map(|block| block.get("content").map(text).unwrap_or_default()).collect();
    let ends_here = at + 1 == messages.len() || messages.last().is_some_and(|last| role(last) == "system");
    (texts.join("\n"), (ends_here && !results.is_empty()).then_some(results))
}

fn choice(value: Option<&Value>) -> Choice {
    let Some(value) = value else { return Choice::Auto };
    match string(value, "type") {
        Some("any") => Choice::Any,
        Some("none") => Choice::None,
        Some("tool") => string(value, "name").map_or(Choice::Any, |name| Choice::Named(name.to_owned())),
        _ => Choice::Auto,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn results_count_only_at_the_end_of_the_conversation() {
        let asked = json!({"role": "user", "content": [
            {"type": "tool_result", "tool_use_id": "t", "content": [{"type": "text", "text": "7C"}]},
            {"type": "text", "text": "and now?"}]});
        let answer = json!({"role": "assistant", "content": "ok"});
        let system = json!({"role": "system", "content": "s"});
        for (messages, expect) in [
            (vec![asked.clone()], Some(vec!["7C".to_owned()])),
            (vec![asked.clone(), system], Some(vec!["7C".to_owned()])),
            (vec![asked, answer], None),
        ] {
            let turn = turn(&json!({"messages": messages}));
            assert_eq!((turn.user.as_str(), turn.results), ("and now?", expect));
        }
    }
}
