//! Answers of OpenAI's Responses, put together by hand: whole, and as the events that tell the same.

use serde_json::{Value, json};
use testkit::Script;

/// The usage of every answer that is made here.
pub(crate) const USAGE: &str = r#"{"input_tokens":40,"input_tokens_details":{"cached_tokens":6},"output_tokens":9,"output_tokens_details":{"reasoning_tokens":3},"total_tokens":49}"#;

/// A response of that status, with further members in the place of the usual ones.
pub(crate) fn object(status: &str, output: &[Value], beside: &Value) -> Value {
    let mut object = json!({"id": "resp_1", "object": "response", "created_at": 1, "status": status, "error": null,
        "incomplete_details": null, "instructions": null, "metadata": {}, "model": "m", "output": output,
        "parallel_tool_calls": true, "temperature": 1.0, "tool_choice": "auto", "tools": [], "top_p": 1.0, "usage": null});
    object.as_object_mut().unwrap().extend(beside.as_object().unwrap().clone());
    object
}

/// A whole answer with these items.
pub(crate) fn whole(output: &[Value], beside: &Value) -> Vec<u8> {
    finished(output, beside)["response"].to_string().into_bytes()
}

/// The same as a stream: a text, a call and a summary come in two pieces each, whatever else there is with its item.
pub(crate) fn stream(output: &[Value], beside: &Value) -> Vec<u8> {
    let mut events = begun();
    for (index, item) in output.iter().enumerate() {
        events.push(json!({"type": "response.output_item.added", "output_index": index, "item": opened(item)}));
        let told = |mut event: Value| {
            event["output_index"] = index.into();
            event["item_id"] = item["id"].clone();
            event
        };
        events.extend(pieces(item).into_iter().map(told));
        events.push(json!({"type": "response.output_item.done", "output_index": index, "item": item}));
    }
    events.push(finished(output, beside));
    numbered(&events)
}

/// The first two events.
pub(crate) fn begun() -> Vec<Value> {
    let response = object("in_progress", &[], &json!({}));
    ["response.created", "response.in_progress"].map(|kind| json!({"type": kind, "response": response})).into()
}

fn finished(output: &[Value], beside: &Value) -> Value {
    let status = beside["status"].as_str().unwrap_or("completed");
    let mut response = object(status, output, &json!({"usage": USAGE.parse::<Value>().unwrap()}));
    response.as_object_mut().unwrap().extend(beside.as_object().unwrap().clone());
    json!({"type": format!("response.{status}"), "response": response})
}

/// An item before anything of it is told.
fn opened(item: &Value) -> Value {
    let mut opened = item.clone();
    for (member, empty) in
        [("content", json!([])), ("summary", json!([])), ("arguments", json!("")), ("input", json!(""))]
    {
        if opened.get(member).is_some() {
            opened[member] = empty;
        }
    }
    if opened.get("status").is_some() {
        opened["status"] = "in_progress".into();
    }
    opened.as_object_mut().unwrap().remove("encrypted_content");
    opened
}

fn pieces(item: &Value) -> Vec<Value> {
    let mut events = Vec::new();
    for (at, part) in item["content"].as_array().into_iter().flatten().enumerate() {
        let (kind, said) = if part["type"] == "refusal" { ("refusal", "refusal") } else { ("output_text", "text") };
        let mut empty = part.clone();
        empty[said] = "".into();
        if said == "text" {
            empty["annotations"] = json!([]);
            empty["logprobs"] = json!([]);
        }
        events.push(json!({"type": "response.content_part.added", "content_index": at, "part": empty}));
        for piece in halves(&part[said]) {
            events.push(json!({"type": format!("response.{kind}.delta"), "content_index": at, "delta": piece}));
        }
        for (number, cited) in part["annotations"].as_array().into_iter().flatten().enumerate() {
            events.push(json!({"type": "response.output_text.annotation.added", "content_index": at,
                "annotation_index": number, "annotation": cited}));
        }
        events.push(json!({"type": format!("response.{kind}.done"), "content_index": at, said: part[said]}));
        events.push(json!({"type": "response.content_part.done", "content_index": at, "part": part}));
    }
    for (at, part) in item["summary"].as_array().into_iter().flatten().enumerate() {
        let (empty, kind) = (json!({"type": "summary_text", "text": ""}), "response.reasoning_summary");
        events.push(json!({"type": format!("{kind}_part.added"), "summary_index": at, "part": empty}));
        for piece in halves(&part["text"]) {
            events.push(json!({"type": format!("{kind}_text.delta"), "summary_index": at, "delta": piece}));
        }
        events.push(json!({"type": format!("{kind}_text.done"), "summary_index": at, "text": part["text"]}));
        events.push(json!({"type": format!("{kind}_part.done"), "summary_index": at, "part": part}));
    }
    for (member, kind) in [("arguments", "function_call_arguments"), ("input", "custom_tool_call_input")] {
        if item.get(member).is_some() {
            let deltas = halves(&item[member]).into_iter();
            events.extend(deltas.map(|piece| json!({"type": format!("response.{kind}.delta"), "delta": piece})));
            events.push(json!({"type": format!("response.{kind}.done"), member: item[member]}));
        }
    }
    if item["type"] == "web_search_call" {
        let steps = ["in_progress", "searching", "completed"];
        events.extend(steps.map(|step| json!({"type": format!("response.web_search_call.{step}")})));
    }
    events
}

fn halves(text: &Value) -> Vec<String> {
    let chars: Vec<char> = text.as_str().unwrap().chars().collect();
    chars.chunks(chars.len().div_ceil(2).max(1)).map(|half| half.iter().collect()).collect()
}

/// Events as bytes, numbered from 0.
pub(crate) fn numbered(events: &[Value]) -> Vec<u8> {
    let told = events.iter().enumerate().map(|(number, event)| one(number, event));
    told.collect::<String>().into_bytes()
}

/// An event with that number.
pub(crate) fn one(number: usize, event: &Value) -> String {
    let mut event = event.clone();
    event["sequence_number"] = number.into();
    format!("event: {}\ndata: {event}\n\n", event["type"].as_str().unwrap())
}

pub(crate) fn message(text: &str) -> Value {
    message_of(&json!([{"type": "output_text", "text": text, "annotations": [], "logprobs": []}]))
}

pub(crate) fn message_of(content: &Value) -> Value {
    json!({"id": "msg_1", "type": "message", "status": "completed", "role": "assistant", "content": content})
}

pub(crate) fn reasoning(summary: &str, sealed: &str) -> Value {
    let summary: &[Value] = if summary.is_empty() { &[] } else { &[json!({"type": "summary_text", "text": summary})] };
    json!({"id": "rs_1", "type": "reasoning", "summary": summary, "encrypted_content": sealed})
}

/// These bytes as a provider's stream or whole answer.
pub(crate) fn raw(stream: bool, body: Vec<u8>) -> Script {
    let kind = if stream { "text/event-stream" } else { "application/json" };
    let headers = [("content-type".to_owned(), kind.to_owned())].into();
    Script { headers, raw_body: Some(body), ..Script::default() }
}
