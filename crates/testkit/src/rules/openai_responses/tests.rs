//! Requests that pass, and one broken rule each.

use serde_json::{Value, json};

use super::{check, check_count};

fn with(more: &Value) -> Value {
    let mut body = json!({"model": "m", "input": "hi"});
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    body
}

fn items(items: &Value) -> Value {
    with(&json!({"input": items}))
}

fn part(role: &str, part: &Value) -> Value {
    items(&json!([{"role": role, "content": [part]}]))
}

fn tools(tools: &Value) -> Value {
    with(&json!({"tools": tools}))
}

fn call(name: &str) -> Value {
    json!({"type": "function_call", "call_id": "c", "name": name, "arguments": "{}"})
}

#[test]
fn what_passes() {
    let output =
        json!({"type": "function_call_output", "call_id": "c", "output": [{"type": "input_text", "text": "7"}]});
    let function = json!({"type": "function", "name": "f", "parameters": {"type": "object"}, "strict": null});
    for body in [
        with(&json!({})),
        json!({"prompt": {"id": "p"}}),
        with(&json!({"conversation": null, "background": false, "client_metadata": {"a": "b"}, "store": false})),
        items(&json!([{"role": "developer", "content": "a", "internal_note": {}},
            {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "",
                "prompt_cache_breakpoint": {"mode": "explicit"}},
                {"type": "input_image", "image_url": "data:", "detail": "auto"}]},
            {"type": "reasoning", "id": "rs_1", "summary": [{"type": "summary_text", "text": "t"}],
                "encrypted_content": "any"},
            {"type": "message", "id": "msg_1", "role": "assistant", "status": "completed", "phase": "commentary",
                "content": [{"type": "output_text", "text": "a", "annotations": []}, {"type": "refusal", "refusal": "n"}]},
            call("f"), output, {"type": "compaction", "id": "cmp_1", "encrypted_content": "x"},
            {"type": "custom_tool_call", "id": "ctc_1", "call_id": "d", "name": "x", "input": ""},
            {"type": "custom_tool_call_output", "call_id": "d", "output": "done"},
            {"type": "web_search_call", "id": "ws_1", "status": "completed", "action": {"type": "search"}},
            {"type": "compaction_trigger"}])),
        tools(&json!([function, {"type": "custom", "name": "x", "format": {"type": "grammar", "syntax": "lark",
            "definition": "a"}}, {"type": "namespace", "name": "n", "description": "d", "tools": [function]},
            {"type": "web_search", "anything": 1}])),
        with(&json!({"tools": [{"type": "namespace", "name": "n", "tools": [function]}],
            "tool_choice": {"type": "function", "name": "f"}})),
        with(&json!({"tools": [function], "tool_choice": {"type": "allowed_tools", "mode": "auto",
            "tools": [{"type": "function", "name": "f"}]}})),
        with(&json!({"include": ["reasoning.encrypted_content"], "reasoning": {"effort": "low", "summary": "auto"},
            "text": {"format": {"type": "json_schema", "name": "n", "schema": {}}, "verbosity": "low"},
            "max_output_tokens": 16, "temperature": 2, "top_logprobs": 20, "metadata": {"k": "v"}})),
    ] {
        assert_eq!(check(&body), Ok(()), "{body}");
    }
    assert_eq!(check_count(&json!({"model": "m", "input": "x", "tools": [function], "truncation": "auto"})), Ok(()));
}

fn refuses(body: &Value, message: &str, param: Option<&str>) {
    let refused = check(body).expect_err(&body.to_string());
    assert!(refused.message.starts_with(message), "{}\n{body}", refused.message);
    assert_eq!(refused.param.as_deref(), param, "{body}");
}

#[test]
fn what_is_refused() {
    for (body, message, param) in [
        (json!({"model": "m"}), "Missing required parameter: 'input'.", Some("input")),
        (with(&json!({"messages": []})), "Unknown parameter: 'messages'.", Some("messages")),
        (with(&json!({"stop": "x"})), "Unknown parameter: 'stop'.", Some("stop")),
        (with(&json!({"previous_response_id": "r", "conversation": "c"})), "Mutually exclusive", None),
        (with(&json!({"previous_response_id": "r"})), "Previous response with id 'r'", Some("previous_response_id")),
        (with(&json!({"conversation": "c"})), "Invalid 'conversation'", Some("conversation")),
        (with(&json!({"background": true})), "Invalid 'background'", Some("background")),
    ] {
        refuses(&body, message, param);
    }
    let refused = check_count(&json!({"input": "x", "max_output_tokens": 9})).unwrap_err();
    assert_eq!(refused.message, "Unknown parameter: 'max_output_tokens'.");
}

#[test]
fn items_that_are_refused() {
    let output = json!({"type": "function_call_output", "call_id": "c", "output": "7"});
    let custom = json!({"type": "custom_tool_call_output", "call_id": "c", "output": "7"});
    let said = json!({"id": "msg_1", "role": "assistant", "content": "a"});
    for (body, message, param) in [
        (items(&json!([{"type": "thought"}])), "Invalid 'input[0].type': 'thought' is no type", Some("input[0].type")),
        (items(&json!([{"text": "a"}])), "Missing required parameter: 'input[0].type'.", Some("input[0].type")),
        (items(&json!([{"id": "msg_1"}])), "Item with id 'msg_1' not found.", Some("input")),
        (items(&json!([{"role": "tool", "content": "a"}])), "Invalid 'input[0].role'", Some("input[0].role")),
        (
            items(&json!([{"role": "user"}])),
            "Missing required parameter: 'input[0].content'.",
            Some("input[0].content"),
        ),
        (
            items(&json!([{"role": "user", "content": "a", "name": "n"}])),
            "Unknown parameter: 'input[0].name'.",
            Some("input[0].name"),
        ),
        (
            part("user", &json!({"type": "text", "text": "a"})),
            "Invalid 'input[0].content[0].type': must be one of input_text",
            Some("input[0].content[0].type"),
        ),
        (
            part("assistant", &json!({"type": "input_text", "text": "a"})),
            "Invalid 'input[0].content[0].type': must be one of output_text",
            Some("input[0].content[0].type"),
        ),
        (
            part("user", &json!({"type": "input_text", "text": "a", "cache_control": {}})),
            "Unknown parameter: 'input[0].content[0].cache_control'.",
            Some("input[0].content[0].cache_control"),
        ),
        (part("user", &json!({"type": "input_image"})), "Invalid 'input[0].content[0]'", Some("input[0].content[0]")),
        (items(&json!([output])), "No tool call found for function call output with call_id c.", Some("input")),
        (items(&json!([call("f")])), "No tool output found for function call c.", Some("input")),
        (items(&json!([call("f"), output, output])), "No tool call found for function call output", Some("input")),
        (items(&json!([call("f"), custom])), "No tool call found for custom tool call output", Some("input")),
        (items(&json!([output, call("f")])), "No tool call found for function call output", Some("input")),
        (items(&json!([call("f"), output, call("g"), output])), "Duplicate call_id c.", Some("input")),
        (items(&json!([call("f"), call("g"), output, output])), "Duplicate call_id c.", Some("input")),
        (items(&json!([])), "Missing required parameter: 'input'.", Some("input")),
        (
            items(&json!([said, {"role": "user", "content": "a"}, said])),
            "Duplicate item found with id msg_1. Remove duplicate items from your input and try again.",
            Some("input"),
        ),
        (items(&json!([call("a.b"), output])), "Invalid 'input[0].name'", Some("input[0].name")),
        (
            items(&json!([{"type": "reasoning", "id": "sig", "summary": []}])),
            "Invalid 'input[0].id': 'sig'. Expected an ID that begins with 'rs'.",
            Some("input[0].id"),
        ),
        (
            items(&json!([{"type": "compaction_trigger"}, {"role": "user", "content": "a"}])),
            "The 'compaction_trigger' item must be the final input item.",
            Some("input"),
        ),
        (
            items(&json!([{"type": "compaction_trigger", "id": "x"}])),
            "Unknown parameter: 'input[0].id'.",
            Some("input[0].id"),
        ),
        (
            items(&json!([{"type": "compaction"}])),
            "Missing required parameter: 'input[0].encrypted_content'.",
            Some("input[0].encrypted_content"),
        ),
    ] {
        refuses(&body, message, param);
    }
}

#[test]
fn tools_and_settings_that_are_refused() {
    let function = |name: &str| json!([{"type": "function", "name": name}]);
    for (body, message, param) in [
        (tools(&json!([{"type": "function"}])), "Missing required parameter: 'tools[0].name'.", Some("tools[0].name")),
        (tools(&function("a b")), "Invalid 'tools[0].name'", Some("tools[0].name")),
        (tools(&json!([{"type": "x"}])), "Invalid 'tools[0].type': 'x' is no type of tool.", Some("tools[0].type")),
        (
            tools(&json!([{"type": "function", "name": "f", "input_schema": {}}])),
            "Unknown parameter: 'tools[0].input_schema'.",
            Some("tools[0].input_schema"),
        ),
        (
            tools(&json!([{"type": "namespace", "name": "n", "tools": [{"type": "web_search"}]}])),
            "Invalid 'tools[0].tools[0].type'",
            Some("tools[0].tools[0].type"),
        ),
        (
            with(&json!({"tools": function("f"), "tool_choice": {"type": "function", "name": "g"}})),
            "Tool choice 'g' not found in 'tools' parameter.",
            Some("tool_choice"),
        ),
        (
            with(&json!({"tools": function("f"), "tool_choice": {"type": "custom", "name": "f"}})),
            "Tool choice 'f' not found",
            Some("tool_choice"),
        ),
        (with(&json!({"tool_choice": "any"})), "Invalid 'tool_choice'", Some("tool_choice")),
        (
            with(&json!({"text": {"format": {"type": "json_schema", "schema": {}}}})),
            "Missing required parameter: 'text.format.name'.",
            Some("text.format.name"),
        ),
        (with(&json!({"include": ["x"]})), "Invalid 'include[0]'", Some("include[0]")),
        (with(&json!({"reasoning": {"effort": "most"}})), "Invalid 'reasoning.effort'", Some("reasoning.effort")),
        (with(&json!({"temperature": 2.1})), "Invalid 'temperature'", Some("temperature")),
        (
            with(&json!({"max_output_tokens": 15})),
            "Invalid 'max_output_tokens': integer below minimum value. Expected a value >= 16, but got 15 instead.",
            Some("max_output_tokens"),
        ),
        (
            with(&json!({"max_output_tokens": -1})),
            "Invalid 'max_output_tokens': integer below",
            Some("max_output_tokens"),
        ),
        (with(&json!({"max_output_tokens": 16.5})), "Invalid 'max_output_tokens': must be", Some("max_output_tokens")),
        (
            with(&json!({"top_logprobs": 21})),
            "Invalid 'top_logprobs': integer above maximum value. Expected a value <= 20, but got 21 instead.",
            Some("top_logprobs"),
        ),
        (with(&json!({"stream": "yes"})), "Invalid 'stream'", Some("stream")),
        (with(&json!({"metadata": {"k": 1}})), "Invalid 'metadata.k'", Some("metadata.k")),
    ] {
        refuses(&body, message, param);
    }
}
