//! What is taken and what is refused.

use serde_json::{Value, json};

use super::*;

fn checked(more: &Value) -> (u16, String) {
    let mut body = json!({"model": "m", "messages": [{"role": "user", "content": "x"}]});
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    check(&body).err().map_or((200, String::new()), |refused| (refused.status, refused.message))
}

fn refused(table: impl IntoIterator<Item = (Value, u16, &'static str)>) {
    for (more, status, message) in table {
        let (got, said) = checked(&more);
        assert!(got == status && said.contains(message), "{more}: {got} {said}");
    }
}

fn tool(parameters: &Value) -> Value {
    json!([{"type": "function", "function": {"name": "f", "parameters": parameters}}])
}

#[test]
fn settings_in_range_are_taken() {
    let all = json!({"stream": true, "max_tokens": 0, "stop_sequences": ["A"], "temperature": 1, "seed": 7, "k": 500, "p": 0.99,
        "frequency_penalty": 0.5, "presence_penalty": 0, "logprobs": true, "priority": 3, "safety_mode": "STRICT",
        "citation_options": {"mode": "FAST"}, "thinking": {"type": "enabled", "token_budget": 1}, "documents": ["a",
        {"id": "b", "data": {"text": "c"}}, {"data": "d"}], "response_format": {"type": "json_object",
        "json_schema": {"type": "object"}}, "tools": tool(&json!({"type": "object", "properties": {"a": {}},
        "required": ["a"]})), "tool_choice": "NONE", "strict_tools": true});
    assert_eq!(checked(&all), (200, String::new()));
    assert_eq!(checked(&json!({"thinking": null, "max_tokens": null, "response_format": {"type": "text"}})).0, 200);
}

#[test]
fn strangers_have_a_status_of_their_own() {
    let user = |content: Value| json!({"messages": [{"role": "user", "content": content}]});
    let call = json!({"id": "a", "type": "function", "function": {"name": "f", "arguments": "{}", "x": 1}});
    refused([
        (json!({"top_p": 1}), 422, "unknown field: parameter 'top_p' is not a valid field"),
        (json!({"thinking": {"type": "enabled", "budget_tokens": 9}}), 422, "'budget_tokens'"),
        (
            json!({"tools": [{"type": "function", "function": {"name": "f", "parameters": {}, "strict": true}}]}),
            422,
            "'strict'",
        ),
        (json!({"messages": [{"role": "user", "content": "x", "name": "n"}]}), 422, "'name'"),
        (user(json!([{"type": "text", "text": "x", "cache_control": {}}])), 422, "'cache_control'"),
        (
            json!({"messages": [{"role": "assistant", "content": [{"type": "thinking", "thinking": "t", "signature": "s"}]}]}),
            422,
            "'signature'",
        ),
        (json!({"messages": [{"role": "assistant", "tool_calls": [call]}]}), 422, "'x'"),
        (json!({"documents": [{"data": {}, "title": "t"}]}), 422, "'title'"),
        (json!({"response_format": {"type": "json_object", "schema": {}}}), 422, "'schema'"),
    ]);
}

#[test]
fn contents_stand_where_they_may() {
    let said = |role: &str, content: Value| json!({"messages": [{"role": role, "content": content}]});
    let image = |url: &str| json!([{"type": "image_url", "image_url": {"url": url, "detail": "low"}}]);
    let thought = json!([{"type": "thinking", "thinking": "t"}]);
    refused([
        (said("user", image("data:image/png;base64,AA==")), 200, ""),
        (said("user", image("file:///x")), 400, "must be a URL"),
        (said("assistant", image("https://x")), 400, "must be one of text, thinking"),
        (said("assistant", thought.clone()), 200, ""),
        (said("user", thought), 400, "must be one of image_url, text"),
        (said("system", json!("s")), 200, ""),
        (said("developer", json!("s")), 400, "must be one of system, user, assistant, tool"),
        (said("user", json!("")), 400, "1 characters or more"),
        (said("user", json!([])), 400, "must not be empty"),
        (said("user", json!(7)), 400, "must be a list"),
        (said("user", json!([{"type": "document", "document": {"data": "x"}}])), 400, "must be one of"),
        (json!({"messages": [{"role": "assistant"}]}), 400, "must have content or tool_calls"),
        (json!({"messages": []}), 400, "messages must not be empty"),
        (json!({"model": null}), 400, "model is required"),
    ]);
}

#[test]
fn every_call_is_answered_and_every_result_is_of_a_call() {
    let user = || json!({"role": "user", "content": "x"});
    let call = |id: &str, arguments: &str| json!({"id": id, "type": "function", "function": {"name": "f", "arguments": arguments}});
    let called = |calls: Value| json!({"role": "assistant", "tool_plan": "p", "tool_calls": calls});
    let result = |id: &str| json!({"role": "tool", "tool_call_id": id, "content": ""});
    let document = json!({"role": "tool", "tool_call_id": "a",
        "content": [{"type": "document", "document": {"id": "1", "data": {"b": 1}}}]});
    let talk = |messages: &[Value]| json!({"messages": messages});
    let both = || called(json!([call("a", "{}"), call("b", "{}")]));
    refused([
        (talk(&[user(), both(), result("b"), result("a"), user()]), 200, ""),
        (talk(&[user(), both(), document, result("b")]), 200, ""),
        (talk(&[user(), result("a")]), 400, "tool_call_id a is of no call"),
        (talk(&[user(), both(), result("a"), result("a")]), 400, "tool_call_id a is of no call"),
        (talk(&[user(), both(), result("a"), user()]), 400, "the call b of the turn before has no result"),
        (talk(&[user(), both(), result("a")]), 400, "the call b of the turn before has no result"),
        (talk(&[user(), called(json!([call("a", "")])), result("a")]), 400, "the text of a JSON object"),
        (talk(&[user(), called(json!([{"id": "a", "type": "custom"}]))]), 400, "must be one of function"),
    ]);
}

#[test]
fn settings_out_of_range_are_refused() {
    refused([
        (json!({"temperature": 1.5}), 400, "from 0 to 1"),
        (json!({"p": 1}), 400, "0.01 to 0.99"),
        (json!({"k": 501}), 400, "0 to 500"),
        (json!({"frequency_penalty": -0.5}), 400, "from 0 to 1"),
        (json!({"max_tokens": -1}), 400, "0 or more"),
        (json!({"stop_sequences": ["1", "2", "3", "4", "5", "6"]}), 400, "more than 5"),
        (json!({"thinking": {"type": "adaptive"}}), 400, "enabled, disabled"),
        (json!({"thinking": {"type": "enabled", "token_budget": 0}}), 400, "1 or more"),
        (json!({"citation_options": {"mode": "fast"}}), 400, "ENABLED"),
        (json!({"response_format": {"type": "json_schema"}}), 400, "text, json_object"),
        (json!({"response_format": {"type": "text", "json_schema": {}}}), 400, "must not be given"),
        (json!({"response_format": {"type": "json_object", "json_schema": {"type": "array"}}}), 400, "object"),
        (json!({"documents": [{"id": "a"}]}), 400, "data is required"),
        (json!({"tool_choice": "REQUIRED"}), 400, "needs tools"),
        (json!({"tool_choice": "AUTO", "tools": tool(&json!({}))}), 400, "REQUIRED, NONE"),
        (json!({"tools": [{"type": "function", "function": {"name": "f"}}]}), 400, "parameters is required"),
        (json!({"tools": [{"type": "custom", "custom": {}}]}), 422, "'custom'"),
        (
            json!({"strict_tools": true, "tools": tool(&json!({"type": "object", "properties": {"a": {}}}))}),
            400,
            "a required",
        ),
        (json!({"strict_tools": 1}), 400, "must be a boolean"),
    ]);
}
