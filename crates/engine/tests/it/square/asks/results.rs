//! Conversations in which a tool has answered: with an error, with JSON, with an image, with a document; once and twice.

use serde_json::{Value, json};
use wire::Dialect::{self, Anthropic, Bedrock, Cohere, Gemini, OpenAiChat, OpenAiResponses};

use super::media::PDF;
use super::tools::with_tools;
use super::{PNG, said, text_part};
use crate::kit::{not_of_the_square, outside};

/// Calls of `weather`, and their results.
fn answered(client: Dialect, results: Vec<Value>) -> Value {
    let prompt = json!({"role": "user", "content": "how is it?"});
    let ids = (1..=results.len()).map(|number| format!("tooluse_{number}"));
    let (name, arguments) = ("weather", json!({"city": "Oslo"}));
    let written = arguments.to_string();
    let calls: Vec<_> = ids
        .map(|id| match client {
            OpenAiChat | Cohere => {
                json!({"id": id, "type": "function", "function": {"name": name, "arguments": written}})
            }
            OpenAiResponses => json!({"type": "function_call", "call_id": id, "name": name, "arguments": written}),
            Anthropic => json!({"type": "tool_use", "id": id, "name": name, "input": arguments}),
            Bedrock => json!({"toolUse": {"toolUseId": id, "name": name, "input": arguments}}),
            Gemini => json!({"functionCall": {"id": id, "name": name, "args": arguments}}),
            outside!() => not_of_the_square(),
        })
        .collect();
    let mut conversation = vec![prompt];
    match client {
        OpenAiChat | Cohere => {
            conversation.push(json!({"role": "assistant", "content": null, "tool_calls": calls}));
            conversation.extend(results);
        }
        OpenAiResponses => conversation.extend(calls.into_iter().chain(results)),
        Anthropic | Bedrock => {
            conversation.push(json!({"role": "assistant", "content": calls}));
            conversation.push(json!({"role": "user", "content": results}));
        }
        Gemini => {
            let mut calls = calls;
            // who lost the proof, or never had one, says so
            calls[0]["thoughtSignature"] = "skip_thought_signature_validator".into();
            conversation.push(json!({"role": "model", "parts": calls}));
            conversation.push(json!({"role": "user", "parts": results}));
        }
        outside!() => not_of_the_square(),
    }
    said(client, json!(conversation), with_tools(client))
}

fn result(client: Dialect, number: usize, content: &Value) -> Value {
    let id = format!("tooluse_{number}");
    match client {
        OpenAiChat | Cohere => json!({"role": "tool", "tool_call_id": id, "content": content}),
        OpenAiResponses => json!({"type": "function_call_output", "call_id": id, "output": content}),
        Anthropic => json!({"type": "tool_result", "tool_use_id": id, "content": content}),
        Bedrock => json!({"toolResult": {"toolUseId": id, "content": content}}),
        Gemini => {
            let (texts, media): (Vec<_>, Vec<_>) =
                content.as_array().unwrap().iter().cloned().partition(|part| part.get("text").is_some());
            let response = json!({"output": texts[0]["text"]});
            json!({"functionResponse": {"id": id, "name": "weather", "response": response, "parts": media}})
        }
        outside!() => not_of_the_square(),
    }
}

/// OpenAI's dialects and Cohere's do not say that it is one.
pub(in crate::square) fn failed(client: Dialect) -> Value {
    let mut result = result(client, 1, &json!([text_part(client, "no such city")]));
    match client {
        OpenAiChat | OpenAiResponses | Cohere => {}
        Anthropic => result["is_error"] = true.into(),
        Bedrock => result["toolResult"]["status"] = "error".into(),
        Gemini => result["functionResponse"]["response"] = json!({"error": "no such city"}),
        outside!() => not_of_the_square(),
    }
    answered(client, vec![result])
}

/// Converse and Cohere have JSON beside text, and in Gemini's dialect a result is JSON.
pub(in crate::square) fn as_json(client: Dialect) -> Value {
    let part = match client {
        Bedrock => json!({"json": {"degrees": 7}}),
        OpenAiChat | OpenAiResponses | Anthropic | Gemini => text_part(client, r#"{"degrees":7}"#),
        Cohere => json!({"type": "document", "document": {"data": {"degrees": 7}}}),
        outside!() => not_of_the_square(),
    };
    let mut result = result(client, 1, &json!([part]));
    if client == Gemini {
        result["functionResponse"]["response"] = json!({"degrees": 7});
    }
    answered(client, vec![result])
}

pub(in crate::square) fn with_image(client: Dialect) -> Value {
    let part = match client {
        OpenAiChat => json!({"type": "image_url", "image_url": {"url": format!("data:image/png;base64,{PNG}")}}),
        OpenAiResponses => json!({"type": "input_image", "image_url": format!("data:image/png;base64,{PNG}")}),
        Anthropic => json!({"type": "image",
            "source": {"type": "base64", "media_type": "image/png", "data": PNG}}),
        Bedrock => json!({"image": {"format": "png", "source": {"bytes": PNG}}}),
        Gemini => json!({"inlineData": {"mimeType": "image/png", "data": PNG}}),
        Cohere => panic!("it takes no images there"),
        outside!() => not_of_the_square(),
    };
    answered(client, vec![result(client, 1, &json!([text_part(client, "see"), part]))])
}

pub(in crate::square) fn with_document(client: Dialect) -> Value {
    let part = match client {
        OpenAiChat | Cohere => panic!("it takes no such documents there"),
        OpenAiResponses => json!({"type": "input_file", "filename": "report.pdf",
            "file_data": format!("data:application/pdf;base64,{PDF}")}),
        Anthropic => json!({"type": "document", "title": "report",
            "source": {"type": "base64", "media_type": "application/pdf", "data": PDF}}),
        Bedrock => json!({"document": {"name": "report", "format": "pdf", "source": {"bytes": PDF}}}),
        Gemini => json!({"inlineData": {"mimeType": "application/pdf", "displayName": "report", "data": PDF}}),
        outside!() => not_of_the_square(),
    };
    answered(client, vec![result(client, 1, &json!([text_part(client, "see"), part]))])
}

/// Each answers its own call.
pub(in crate::square) fn two(client: Dialect) -> Value {
    let told = ["first", "second"].map(|said| json!([text_part(client, said)]));
    answered(client, vec![result(client, 1, &told[0]), result(client, 2, &told[1])])
}
