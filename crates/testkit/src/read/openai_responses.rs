//! An OpenAI Responses request as a turn.

use serde_json::{Value, json};

use super::{list, marks, role, string, text, tool};
use crate::turn::{Choice, Kind, Tool, Turn};

pub(crate) fn turn(body: &Value) -> Turn {
    let asked = body.as_object().cloned().unwrap_or_default();
    let input = match body.get("input") {
        Some(Value::String(text)) => vec![json!({"role": "user", "content": text})],
        _ => list(body, "input").to_vec(),
    };
    let talk: Vec<_> = input.iter().filter(|item| speaks(item)).collect();
    let (count, then) = marks(talk.first().copied(), talk.len());
    let reasoning = body.get("reasoning").unwrap_or(&Value::Null);
    let summary = string(reasoning, "summary").is_some();
    let declared: Vec<_> = input.iter().filter(|item| string(item, "type") == Some("additional_tools")).collect();
    let declared = || std::iter::once(body).chain(declared.iter().copied()).flat_map(|from| list(from, "tools"));
    let compact = input.last().is_some_and(|item| string(item, "type") == Some("compaction_trigger"));
    let (choice, allowed) = choice(body.get("tool_choice"));
    let mut tools: Vec<_> = declared().flat_map(tools).collect();
    if let Some(allowed) = allowed {
        tools.retain(|tool| allowed.contains(&tool.name));
    }
    Turn {
        user: input
            .iter()
            .rfind(|item| role(item) == "user")
            .and_then(|item| item.get("content"))
            .map_or_else(String::new, text),
        results: results(&input),
        tools,
        choice,
        schema: body.pointer("/text/format").and_then(schema),
        think: !compact && (summary || string(reasoning, "effort").is_some_and(|effort| effort != "none")),
        summary,
        sealed: includes(body, "reasoning.encrypted_content"),
        search: declared().any(|tool| string(tool, "type").is_some_and(|kind| kind.starts_with("web_search"))),
        sources: includes(body, "web_search_call.action.sources"),
        logprobs: logprobs(body),
        include_usage: true,
        alternatives: 1,
        asked,
        compact,
        count,
        then,
        ..Turn::default()
    }
}

fn includes(body: &Value, wanted: &str) -> bool {
    list(body, "include").iter().any(|name| name == wanted)
}

fn logprobs(body: &Value) -> Option<u64> {
    let most = body.get("top_logprobs").and_then(Value::as_u64);
    includes(body, "message.output_text.logprobs").then(|| most.unwrap_or(0))
}

/// Whether an item is a part of the conversation that other dialects would have too.
fn speaks(item: &Value) -> bool {
    let alone = matches!(string(item, "type"), Some("reasoning" | "compaction" | "compaction_trigger"));
    !matches!(role(item), "system" | "developer") && !alone
}

/// The results that end the conversation; instructions may follow them.
fn results(input: &[Value]) -> Option<Vec<String>> {
    let tail = input.iter().rev().filter(|item| !matches!(role(item), "system" | "developer"));
    let tail = tail.take_while(|item| string(item, "type").is_some_and(|kind| kind.ends_with("_output")));
    let mut results: Vec<_> = tail.map(|item| item.get("output").map(text).unwrap_or_default()).collect();
    results.reverse();
    (!results.is_empty()).then_some(results)
}

/// The tools of a declaration: itself, or the members of a group.
fn tools(declared: &Value) -> Vec<Tool> {
    match string(declared, "type") {
        Some("function") => vec![tool(declared, "parameters")],
        Some("custom") => vec![Tool { kind: Kind::Custom, ..tool(declared, "parameters") }],
        Some("namespace") => {
            let namespace = string(declared, "name").map(str::to_owned);
            let members = list(declared, "tools").iter().flat_map(tools);
            members.map(|tool| Tool { namespace: namespace.clone(), ..tool }).collect()
        }
        _ => Vec::new(),
    }
}

/// The choice, and the only tools that it allows. One of the provider's own tools is no choice among the others.
fn choice(value: Option<&Value>) -> (Choice, Option<Vec<String>>) {
    let Some(value) = value else { return (Choice::Auto, None) };
    let choice = match value.as_str().or(string(value, "mode")) {
        Some("none") => Choice::None,
        Some("required") => Choice::Any,
        _ => string(value, "name").map_or(Choice::Auto, |name| Choice::Named(name.to_owned())),
    };
    let names = || list(value, "tools").iter().filter_map(|tool| string(tool, "name")).map(str::to_owned).collect();
    (choice, (string(value, "type") == Some("allowed_tools")).then(names))
}

fn schema(format: &Value) -> Option<Value> {
    match string(format, "type")? {
        "json_schema" => Some(format.get("schema").cloned().unwrap_or_default()),
        "json_object" => Some(json!({"type": "object", "properties": {"ok": {"type": "boolean"}}})),
        _ => None,
    }
}

/// Whether a request with this `store` wants its answer kept, which it does unless it says no.
pub(crate) fn stores(store: Option<&Value>) -> bool {
    store.is_none_or(|store| store.is_null() || store == true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_input_is_a_text_or_items() {
        let call = json!({"type": "function_call", "call_id": "c", "name": "f", "arguments": "{}"});
        let output =
            json!({"type": "function_call_output", "call_id": "c", "output": [{"type": "input_text", "text": "7C"}]});
        let asked = json!({"role": "user", "content": [{"type": "input_text", "text": "[[count]] one"}]});
        let reasoning = json!({"type": "reasoning", "id": "rs_1", "summary": []});
        let system = json!({"type": "message", "role": "developer", "content": "s"});
        for (input, user, results, count) in [
            (json!("hi"), "hi", None, None),
            (json!([system, asked]), "[[count]] one", None, Some(1)),
            (json!([asked, reasoning, call, output]), "[[count]] one", Some(vec!["7C".to_owned()]), Some(3)),
            (json!([asked, call, output, system]), "[[count]] one", Some(vec!["7C".to_owned()]), Some(3)),
        ] {
            let turn = turn(&json!({"input": input}));
            assert_eq!((turn.user.as_str(), turn.results, turn.count), (user, results, count), "{input}");
        }
    }

    #[test]
    fn what_is_asked_for_beside_the_text() {
        let turn = turn(&json!({
            "input": "x",
            "tools": [{"type": "function", "name": "f", "parameters": {"type": "object"}}, {"type": "custom", "name": "c"},
                {"type": "namespace", "name": "n", "tools": [{"type": "function", "name": "g"}]}, {"type": "web_search"}],
            "text": {"format": {"type": "json_schema", "name": "s", "schema": {"type": "integer"}}},
            "reasoning": {"effort": "low"},
            "include": ["reasoning.encrypted_content", "message.output_text.logprobs"],
            "top_logprobs": 2,
        }));
        let tools: Vec<_> =
            turn.tools.iter().map(|tool| (tool.name.as_str(), tool.kind, tool.namespace.as_deref())).collect();
        assert_eq!(tools, [("f", Kind::Function, None), ("c", Kind::Custom, None), ("g", Kind::Function, Some("n"))]);
        assert_eq!(turn.schema, Some(json!({"type": "integer"})));
        assert_eq!((turn.think, turn.summary, turn.sealed, turn.search), (true, false, true, true));
        assert_eq!(turn.logprobs, Some(2));
    }

    #[test]
    fn choices() {
        let named = Choice::Named("f".to_owned());
        let only = json!({"type": "allowed_tools", "mode": "required", "tools": [{"type": "function", "name": "f"}]});
        for (value, expect, allowed) in [
            (json!(null), Choice::Auto, None),
            (json!("auto"), Choice::Auto, None),
            (json!("none"), Choice::None, None),
            (json!("required"), Choice::Any, None),
            (json!({"type": "function", "name": "f"}), named, None),
            (json!({"type": "web_search"}), Choice::Auto, None),
            (only, Choice::Any, Some(vec!["f".to_owned()])),
        ] {
            assert_eq!(choice(Some(&value)), (expect, allowed), "{value}");
        }
    }
}
