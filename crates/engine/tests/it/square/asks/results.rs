//! Conversations in which a tool has answered: with an error, with JSON, with an image.

use serde_json::{Value, json};
use wire::Dialect::{self, Anthropic, Bedrock, OpenAiChat};

use super::{PNG, with_tools};

/// The call `tooluse_1` of `weather`, and its result.
fn answered(client: Dialect, result: Value) -> Value {
    let prompt = json!({"role": "user", "content": "how is it?"});
    let call = match client {
        OpenAiChat => json!({"role": "assistant", "content": null, "tool_calls":
            [{"id": "tooluse_1", "type": "function", "function": {"name": "weather", "arguments": "{\"city\":\"Oslo\"}"}}]}),
        Anthropic => json!({"role": "assistant", "content":
            [{"type": "tool_use", "id": "tooluse_1", "name": "weather", "input": {"city": "Oslo"}}]}),
        Bedrock => json!({"role": "assistant", "content":
            [{"toolUse": {"toolUseId": "tooluse_1", "name": "weather", "input": {"city": "Oslo"}}}]}),
    };
    let result = match client {
        OpenAiChat => result,
        Anthropic | Bedrock => json!({"role": "user", "content": [result]}),
    };
    let mut body = with_tools(client);
    body["messages"] = json!([prompt, call, result]);
    if client != OpenAiChat {
        body["max_tokens"] = 99.into();
    }
    body
}

fn with_content(client: Dialect, content: &Value) -> Value {
    match client {
        OpenAiChat => json!({"role": "tool", "tool_call_id": "tooluse_1", "content": content}),
        Anthropic => json!({"type": "tool_result", "tool_use_id": "tooluse_1", "content": content}),
        Bedrock => json!({"toolResult": {"toolUseId": "tooluse_1", "content": content}}),
    }
}

/// OpenAI's dialect does not say that it is one.
pub(in crate::square) fn failed(client: Dialect) -> Value {
    let mut result = with_content(client, &json!([super::text_part(client, "no such city")]));
    match client {
        OpenAiChat => {}
        Anthropic => result["is_error"] = true.into(),
        Bedrock => result["toolResult"]["status"] = "error".into(),
    }
    answered(client, result)
}

/// Only Converse has JSON beside text.
pub(in crate::square) fn as_json(client: Dialect) -> Value {
    let part = match client {
        Bedrock => json!({"json": {"degrees": 7}}),
        _ => super::text_part(client, r#"{"degrees":7}"#),
    };
    answered(client, with_content(client, &json!([part])))
}

pub(in crate::square) fn with_image(client: Dialect) -> Value {
    let part = match client {
        OpenAiChat | Anthropic => json!({"type": "image",
            "source": {"type": "base64", "media_type": "image/png", "data": PNG}}),
        Bedrock => json!({"image": {"format": "png", "source": {"bytes": PNG}}}),
    };
    answered(client, with_content(client, &json!([super::text_part(client, "see"), part])))
}
