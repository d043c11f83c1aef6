//! What a client got, as it hands it back in the next turn: the assistant's message as an SDK puts it together, and results.

use serde_json::{Value, json};
use wire::Dialect::{self, Anthropic, Bedrock, Cohere, Gemini, OpenAiChat, OpenAiResponses};

use super::asks::turns;
use crate::kit::{not_of_the_square, outside};
use crate::seen::{Called, Seen};

/// The body of `asked` with the answer and `behind` it, a list without its brackets. As text, since a tree of values would
/// reformat arguments.
pub(super) fn goes_on(client: Dialect, mut asked: Value, seen: &Seen, behind: &str) -> String {
    let (turns, said) = (turns(client), handed_back(client, seen));
    let prompt = asked[turns][0].take();
    asked[turns] = json!("TURNS");
    asked.to_string().replace("\"TURNS\"", &format!("[{prompt},{said},{behind}]"))
}

fn handed_back(client: Dialect, seen: &Seen) -> String {
    match client {
        OpenAiChat => chat(seen).to_string(),
        OpenAiResponses => seen.items.iter().map(Value::to_string).collect::<Vec<_>>().join(","),
        Anthropic => anthropic(seen),
        Bedrock => bedrock(seen),
        Gemini => format!(r#"{{"role":"model","parts":[{}]}}"#, seen.parts.join(",")),
        Cohere => cohere(seen).to_string(),
        outside!() => not_of_the_square(),
    }
}

/// Thinking in the form that clients of Anthropic and of LiteLLM's chat keep it.
fn thoughts(seen: &Seen) -> Vec<Value> {
    let mut blocks = Vec::new();
    if !seen.signature.is_empty() {
        blocks.push(json!({"type": "thinking", "thinking": seen.thinking, "signature": seen.signature}));
    }
    if !seen.redacted.is_empty() {
        blocks.push(json!({"type": "redacted_thinking", "data": seen.redacted}));
    }
    blocks
}

fn chat(seen: &Seen) -> Value {
    let mut message = json!({"role": "assistant", "content": null});
    if !seen.text.is_empty() {
        message["content"] = json!(seen.text);
    }
    if !seen.calls.is_empty() {
        let calls = seen.calls.iter().map(|Called { id, name, arguments, custom, .. }| match custom {
            true => json!({"id": id, "type": "custom", "custom": {"name": name, "input": arguments}}),
            false => json!({"id": id, "type": "function", "function": {"name": name, "arguments": arguments}}),
        });
        message["tool_calls"] = calls.collect();
    }
    if !seen.thinking.is_empty() {
        message["reasoning_content"] = json!(seen.thinking);
    }
    let blocks = thoughts(seen);
    if !blocks.is_empty() {
        message["thinking_blocks"] = json!(blocks);
    }
    message
}

fn anthropic(seen: &Seen) -> String {
    let mut blocks: Vec<String> = thoughts(seen).iter().map(Value::to_string).collect();
    if blocks.is_empty() && !seen.thinking.is_empty() {
        blocks.push(json!({"type": "thinking", "thinking": seen.thinking, "signature": ""}).to_string());
    }
    if !seen.text.is_empty() {
        blocks.push(json!({"type": "text", "text": seen.text}).to_string());
    }
    blocks.extend(seen.calls.iter().map(|Called { id, name, arguments, .. }| {
        format!(r#"{{"type":"tool_use","id":"{id}","name":"{name}","input":{arguments}}}"#)
    }));
    format!(r#"{{"role":"assistant","content":[{}]}}"#, blocks.join(","))
}

fn bedrock(seen: &Seen) -> String {
    let mut blocks = Vec::new();
    if !seen.thinking.is_empty() || !seen.signature.is_empty() {
        let mut text = json!({"text": seen.thinking});
        if !seen.signature.is_empty() {
            text["signature"] = json!(seen.signature);
        }
        blocks.push(json!({"reasoningContent": {"reasoningText": text}}).to_string());
    }
    if !seen.redacted.is_empty() {
        blocks.push(json!({"reasoningContent": {"redactedContent": seen.redacted}}).to_string());
    }
    if !seen.text.is_empty() {
        blocks.push(json!({"text": seen.text}).to_string());
    }
    blocks.extend(seen.calls.iter().map(|Called { id, name, arguments, .. }| {
        format!(r#"{{"toolUse":{{"toolUseId":"{id}","name":"{name}","input":{arguments}}}}}"#)
    }));
    format!(r#"{{"role":"assistant","content":[{}]}}"#, blocks.join(","))
}

/// A message as Cohere's SDK has it: contents, calls and the plan behind them. What a stream says before calls is a content.
fn cohere(seen: &Seen) -> Value {
    let calls = seen.calls.iter().map(|Called { id, name, arguments, .. }| {
        json!({"id": id, "type": "function", "function": {"name": name, "arguments": arguments}})
    });
    let (calls, said) = (calls.collect::<Vec<_>>(), |item: &Value| item["type"] == "text");
    let mut message = json!({"role": "assistant", "content": seen.items, "tool_calls": calls});
    if !seen.text.is_empty() && !seen.items.iter().any(said) {
        message["tool_plan"] = json!(seen.text);
    }
    message
}

/// What tools answered, one text a call.
pub(super) fn results(client: Dialect, calls: &[Called], said: &[&str]) -> String {
    let results: Vec<_> = calls
        .iter()
        .zip(said)
        .map(|(call, said)| match client {
            OpenAiChat | Cohere => json!({"role": "tool", "tool_call_id": call.id, "content": said}).to_string(),
            OpenAiResponses => {
                let kind = if call.custom { "custom_tool_call_output" } else { "function_call_output" };
                json!({"type": kind, "call_id": call.id, "output": said}).to_string()
            }
            Anthropic => json!({"type": "tool_result", "tool_use_id": call.id, "content": said}).to_string(),
            Bedrock => json!({"toolResult": {"toolUseId": call.id, "content": [{"text": said}]}}).to_string(),
            Gemini => {
                let (id, name, response) = (&call.id, &call.name, json!({"output": said}));
                json!({"functionResponse": {"id": id, "name": name, "response": response}}).to_string()
            }
            outside!() => not_of_the_square(),
        })
        .collect();
    match client {
        OpenAiChat | OpenAiResponses | Cohere => results.join(","),
        Anthropic | Bedrock | Gemini => format!(r#"{{"role":"user","content":[{}]}}"#, results.join(",")),
        outside!() => not_of_the_square(),
    }
}
