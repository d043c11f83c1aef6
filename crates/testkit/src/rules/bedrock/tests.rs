//! Requests that pass, and one broken rule each.

use serde_json::{Value, json};

use super::check;

fn talk(messages: &Value) -> Value {
    json!({"messages": messages})
}

fn says(content: &Value) -> Value {
    talk(&json!([{"role": "user", "content": content}]))
}

fn with(more: &Value) -> Value {
    let mut body = says(&json!([{"text": "hi"}]));
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    body
}

fn tools(spec: &Value) -> Value {
    with(&json!({"toolConfig": {"tools": [{"toolSpec": spec}]}}))
}

/// A call `t` by the assistant, then a user message.
fn after_call(content: &Value) -> Value {
    let call = json!({"toolUse": {"toolUseId": "t", "name": "f", "input": {}}});
    let mut body = talk(&json!([
        {"role": "user", "content": [{"text": "hi"}]},
        {"role": "assistant", "content": [call]},
        {"role": "user", "content": content},
    ]));
    body["toolConfig"] = json!({"tools": [{"toolSpec": {"name": "f", "inputSchema": {"json": {"type": "object"}}}}]});
    body
}

#[test]
fn what_passes() {
    let point = json!({"cachePoint": {"type": "default", "ttl": "1h"}});
    let document = json!({"document": {"name": "a (1) [b]-c", "format": "pdf", "source": {"bytes": "aGk="}}});
    for body in [
        with(&json!({})),
        with(&json!({"system": [], "toolConfig": null, "inferenceConfig": {}})),
        with(&json!({"system": [{"text": "s"}, point, point]})),
        with(&json!({"inferenceConfig": {"maxTokens": 1, "temperature": 1, "topP": 0.0, "stopSequences": ["x"]}})),
        with(&json!({"additionalModelResponseFieldPaths": ["/delta/stop_sequence"], "requestMetadata": {"k": ""}})),
        with(&json!({"performanceConfig": {"latency": "optimized"}, "serviceTier": {"type": "flex"}})),
        with(&json!({"guardrailConfig": {"guardrailIdentifier": "g", "guardrailVersion": "1", "trace": "enabled"}})),
        with(&json!({"outputConfig": {"effort": "high", "textFormat": {"type": "json_schema",
            "structure": {"jsonSchema": {"schema": "{}"}}}}})),
        with(&json!({"toolConfig": {"tools": [point, {"toolSpec": {"name": "f-1_", "description": "d",
            "inputSchema": {"json": {"type": "object"}}}}, point], "toolChoice": {"tool": {"name": "f-1_"}}}})),
        says(&json!([{"text": "a"}, point, point, document])),
        says(&json!([{"image": {"format": "png", "source": {"s3Location": {"uri": "s3://b/k"}}}}])),
        says(&json!([{"guardContent": {"text": {"text": "g", "qualifiers": ["query"]}}}])),
        talk(&json!([{"role": "system", "content": [{"text": "s"}]}, {"role": "user", "content": [{"text": "a"}]},
            {"role": "assistant", "content": [{"reasoningContent": {"reasoningText": {"text": "", "signature": "s"}}},
                {"text": "b"}]}])),
        after_call(&json!([{"toolResult": {"toolUseId": "t", "content": []}}, {"text": "and"}])),
        after_call(&json!([{"toolResult": {"toolUseId": "t", "status": "error", "content": [{"text": ""}]}}])),
        json!({"promptVariables": {"v": {"text": "x"}}}),
    ] {
        assert_eq!(check(&body), Ok(()), "{body}");
    }
}

#[test]
fn what_is_refused() {
    let block = |block: Value| says(&json!([block]));
    let document = |document: Value| says(&json!([{"text": "a"}, {"document": document}]));
    let source = json!({"bytes": "aGk="});
    let object = json!({"json": {"type": "object"}});
    for (body, place) in [
        (json!([]), "request: must be an object"),
        (talk(&json!([])), "request: messages"),
        (talk(&json!([{"role": "tool", "content": [{"text": "a"}]}])), "request.messages.0.role: must be one of"),
        (
            talk(&json!([{"role": "assistant", "content": [{"text": "a"}]}])),
            "request.messages.0: a conversation starts",
        ),
        (
            talk(&json!([{"role": "user", "content": [{"text": "a"}]}, {"role": "user", "content": [{"text": "b"}]}])),
            "request.messages.1: roles must alternate",
        ),
        (says(&json!([])), "request.messages.0: content must not be empty"),
        (says(&json!("a")), "request.messages.0.content: must be a list"),
        (block(json!({})), "request.messages.0.content.0: must have exactly one member, has 0"),
        (
            block(json!({"text": "a", "cachePoint": {"type": "default"}})),
            "request.messages.0.content.0: must have exactly",
        ),
        (block(json!({"type": "text"})), "request.messages.0.content.0: has no member type"),
        (block(json!({"text": " "})), "request.messages.0.content.0.text: text is blank"),
        (block(json!({"cachePoint": {"type": "x"}})), "request.messages.0.content.0.cachePoint.type"),
        (block(json!({"image": {"format": "bmp", "source": source}})), "request.messages.0.content.0.image.format"),
        (
            block(json!({"image": {"format": "png", "source": {"bytes": "a"}}})),
            "request.messages.0.content.0.image.source.bytes: must be base64",
        ),
        (block(json!({"document": {"name": "d", "source": source}})), "request.messages.0: a document needs a text"),
        (document(json!({"source": source})), "request.messages.0.content.1.document: name is required"),
        (document(json!({"name": "a.pdf", "source": source})), "request.messages.0.content.1.document.name: may only"),
        (document(json!({"name": "a  b", "source": source})), "request.messages.0.content.1.document.name: may not"),
        (document(json!({"name": "a", "source": {}})), "request.messages.0.content.1.document.source: must have"),
        (
            block(json!({"toolUse": {"toolUseId": "t", "name": "f", "input": {}}})),
            "request.messages.0.content.0: only the assistant",
        ),
        (after_call(&json!([{"text": "no result"}])), "request.messages.2: toolUse t of the message before"),
        (
            after_call(&json!([{"toolResult": {"toolUseId": "u", "content": []}}])),
            "request.messages.2: toolResult u answers no toolUse",
        ),
        (
            after_call(&json!([{"toolResult": {"toolUseId": "t", "status": "error", "content": []}}])),
            "request.messages.2.content.0.toolResult: content must not be empty",
        ),
        (
            {
                let mut body = after_call(&json!([{"toolResult": {"toolUseId": "t", "content": []}}]));
                body["toolConfig"] = Value::Null;
                body
            },
            "request: toolConfig is required",
        ),
        (with(&json!({"system": [{"text": ""}]})), "request.system.0.text: must have 1"),
        (with(&json!({"inferenceConfig": {"maxTokens": 0}})), "request.inferenceConfig.maxTokens"),
        (with(&json!({"inferenceConfig": {"maxTokens": 1.5}})), "request.inferenceConfig.maxTokens"),
        (with(&json!({"inferenceConfig": {"temperature": 1.1}})), "request.inferenceConfig.temperature"),
        (with(&json!({"inferenceConfig": {"topP": -0.1}})), "request.inferenceConfig.topP"),
        (with(&json!({"inferenceConfig": {"stopSequences": [""]}})), "request.inferenceConfig.stopSequences.0"),
        (with(&json!({"toolConfig": {"tools": []}})), "request.toolConfig: tools"),
        (tools(&json!({"name": "a.b", "inputSchema": object})), "request.toolConfig.tools.0.toolSpec.name: may only"),
        (
            tools(&json!({"name": "x".repeat(65), "inputSchema": object})),
            "request.toolConfig.tools.0.toolSpec.name: must have 64",
        ),
        (tools(&json!({"name": "f", "inputSchema": {"json": {}}})), "request.toolConfig.tools.0.toolSpec.inputSchema"),
        (
            tools(&json!({"name": "f", "description": "", "inputSchema": object})),
            "request.toolConfig.tools.0.toolSpec.description",
        ),
        (
            with(&json!({"toolConfig": {"tools": [{"toolSpec": {"name": "f", "inputSchema": object}}],
                "toolChoice": {"tool": {"name": "g"}}}})),
            "request.toolConfig.toolChoice.tool.name: no tool",
        ),
        (
            with(&json!({"toolConfig": {"tools": [{"toolSpec": {"name": "f", "inputSchema": object}}],
                "toolChoice": {"none": {}}}})),
            "request.toolConfig.toolChoice: has no member none",
        ),
        (
            with(&json!({"outputConfig": {"textFormat": {"type": "json_schema",
                "structure": {"jsonSchema": {"schema": {}}}}}})),
            "request.outputConfig.textFormat.structure.jsonSchema.schema: must be a string",
        ),
        (with(&json!({"additionalModelResponseFieldPaths": ["x"]})), "request.additionalModelResponseFieldPaths.0"),
        (with(&json!({"requestMetadata": {"k": 1}})), "request.requestMetadata.k: must be a string"),
        (with(&json!({"serviceTier": {"type": "auto"}})), "request.serviceTier.type"),
    ] {
        let broken = check(&body).expect_err(&body.to_string());
        assert!(broken.starts_with(place), "{broken}\n{body}");
    }
}
