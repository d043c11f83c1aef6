//! A request of Cohere's as a turn.

use serde_json::{Map, Value, json};

use super::{flag, list, marks, role, string, text, tool};
use crate::turn::{Choice, Turn};

pub(crate) fn turn(body: &Value) -> Turn {
    let messages = list(body, "messages");
    let talk: Vec<_> = messages.iter().filter(|message| role(message) != "system").collect();
    let (count, then) = marks(talk.first().copied(), talk.len());
    let results = results(messages);
    let tools = list(body, "tools").iter().filter_map(|item| item.get("function"));
    Turn {
        user: messages.iter().rfind(|message| role(message) == "user").map(said).unwrap_or_default(),
        citable: if cites(body) { citable(body, &results) } else { Vec::new() },
        results: (!results.is_empty()).then(|| results.iter().map(|result| content(result)).collect()),
        tools: tools.map(|function| tool(function, "parameters")).collect(),
        choice: match string(body, "tool_choice") {
            Some("REQUIRED") => Choice::Any,
            Some("NONE") => Choice::None,
            _ => Choice::Auto,
        },
        schema: body.get("response_format").and_then(schema),
        think: body.get("thinking").and_then(|thinking| string(thinking, "type")) == Some("enabled"),
        logprobs: flag(body, "logprobs").then_some(0),
        include_usage: true,
        alternatives: 1,
        stop_sequence: list(body, "stop_sequences").first().and_then(Value::as_str).map(str::to_owned),
        count,
        then,
        ..Turn::default()
    }
}

fn said(message: &Value) -> String {
    message.get("content").map(text).unwrap_or_default()
}

/// The tool messages that end the conversation.
fn results(messages: &[Value]) -> Vec<&Value> {
    let after = messages.iter().rposition(|message| role(message) != "tool").map_or(0, |at| at + 1);
    messages.iter().skip(after).collect()
}

fn content(result: &Value) -> String {
    match result.get("content") {
        Some(Value::Array(items)) => {
            let item = |item: &Value| item.pointer("/document/data").map_or_else(|| text(item), data);
            let items: Vec<_> = items.iter().map(item).filter(|text| !text.is_empty()).collect();
            items.join("\n")
        }
        content => content.map(text).unwrap_or_default(),
    }
}

/// What a document says: its text, else all of it.
fn data(data: &Value) -> String {
    data.as_str().or_else(|| string(data, "text")).map_or_else(|| data.to_string(), str::to_owned)
}

fn schema(format: &Value) -> Option<Value> {
    let any = || json!({"type": "object", "properties": {"ok": {"type": "boolean"}}});
    (string(format, "type")? == "json_object").then(|| format.get("json_schema").cloned().unwrap_or_else(any))
}

fn cites(body: &Value) -> bool {
    let mode = body.get("citation_options").and_then(|options| string(options, "mode"));
    !matches!(mode, Some("DISABLED" | "OFF"))
}

/// The sources of citations: the documents of the request, and those in results that end the conversation.
fn citable(body: &Value, results: &[&Value]) -> Vec<Value> {
    let given = list(body, "documents").iter().enumerate().map(|(at, document)| {
        let id = id(document, || format!("doc:{at}"));
        let mut fields = fields(document.get("data").unwrap_or(document), "text");
        fields.insert("id".to_owned(), id.as_str().into());
        json!({"type": "document", "id": id, "document": fields})
    });
    let told = results.iter().flat_map(|result| {
        let call = string(result, "tool_call_id").unwrap_or_default();
        let documents = list(result, "content").iter().filter_map(|item| item.get("document")).enumerate();
        documents.map(move |(at, document)| {
            let id = id(document, || format!("{call}:{at}"));
            let output = fields(document.get("data").unwrap_or(&Value::Null), "content");
            json!({"type": "tool", "id": id, "tool_output": output})
        })
    });
    given.chain(told).collect()
}

fn id(document: &Value, otherwise: impl Fn() -> String) -> String {
    string(document, "id").map_or_else(otherwise, str::to_owned)
}

/// The fields of a document. One that is a text has none but that; the text may be JSON.
fn fields(data: &Value, name: &str) -> Map<String, Value> {
    let read = |text: &str| serde_json::from_str::<Map<String, Value>>(text).ok();
    match data {
        Value::Object(fields) => fields.clone(),
        Value::String(text) => read(text).unwrap_or_else(|| Map::from_iter([(name.to_owned(), text.as_str().into())])),
        _ => Map::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_user_message_and_its_results() {
        let document = |data: Value| json!({"type": "document", "document": {"data": data}});
        let turn = turn(&json!({"messages": [
            {"role": "system", "content": "s"},
            {"role": "user", "content": [{"type": "text", "text": "[[count]] one"}]},
            {"role": "assistant", "tool_calls": []},
            {"role": "tool", "tool_call_id": "a", "content": "7C"},
            {"role": "tool", "tool_call_id": "b",
                "content": [{"type": "text", "text": "x"}, document(json!({"a": 1})), document(json!({"text": "y"}))]},
        ]}));
        assert_eq!(turn.user, "[[count]] one");
        assert_eq!(turn.results, Some(vec!["7C".to_owned(), "x\n{\"a\":1}\ny".to_owned()]));
        assert_eq!(turn.count, Some(4));
        let cited = json!([{"type": "tool", "id": "b:0", "tool_output": {"a": 1}},
            {"type": "tool", "id": "b:1", "tool_output": {"text": "y"}}]);
        assert_eq!(Value::from(turn.citable), cited);
    }

    #[test]
    fn documents_are_cited_by_their_ids() {
        let mut body = json!({"messages": [{"role": "user", "content": "x"}],
            "documents": ["plain", {"data": {"title": "t"}}, {"id": "mine", "data": "{\"b\":2}"}]});
        let cited = json!([
            {"type": "document", "id": "doc:0", "document": {"id": "doc:0", "text": "plain"}},
            {"type": "document", "id": "doc:1", "document": {"id": "doc:1", "title": "t"}},
            {"type": "document", "id": "mine", "document": {"id": "mine", "b": 2}},
        ]);
        assert_eq!(Value::from(turn(&body).citable), cited);
        for (mode, count) in [("FAST", 3), ("OFF", 0), ("DISABLED", 0)] {
            body["citation_options"] = json!({"mode": mode});
            assert_eq!(turn(&body).citable.len(), count, "{mode}");
        }
    }

    #[test]
    fn what_is_asked_for_beside_the_text() {
        let turn = turn(&json!({
            "messages": [{"role": "user", "content": "x"}],
            "tools": [{"type": "function", "function": {"name": "f", "parameters": {"type": "object"}}}],
            "tool_choice": "REQUIRED", "thinking": {"type": "enabled"}, "logprobs": true, "stop_sequences": ["A"],
            "response_format": {"type": "json_object", "json_schema": {"type": "integer"}},
        }));
        assert_eq!((turn.tools[0].name.as_str(), turn.choice, turn.think), ("f", Choice::Any, true));
        assert_eq!((turn.logprobs, turn.stop_sequence.as_deref()), (Some(0), Some("A")));
        assert_eq!(turn.schema, Some(json!({"type": "integer"})));
        assert_eq!(schema(&json!({"type": "text"})), None);
    }
}
